# shellcheck shell=dash disable=SC2154
# Output that cannot be written is an error.

prepare()
{
	need dummy
}

# to_full COMMAND...: fails with one line on standard error
to_full()
{
	local message status=0

	message=$("$@" 2>&1 >/dev/full) || status=$?
	is "$* exits with 1" "$status" 1
	like "$* says so" "$message" "^$1: .*No space left on device"
}

checks()
{
	insert dummy
	to_full lsmod
	to_full modinfo dummy
	to_full modinfo --help
	to_full insmod --version
	to_full rmmod --help
	to_full kmod list
	retire dummy
}
