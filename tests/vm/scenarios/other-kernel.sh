# shellcheck shell=dash disable=SC2154
# A module that was built for another kernel.

prepare()
{
	other dummy dummy.ko
	if [ -f dummy.ko ]; then
		LC_ALL=C grep -aoE 'vermagic=[^ ]+' dummy.ko | head -n 1 | cut -d = -f 2 >built-for
	fi
}

# A string as an extended regular expression
quoted()
{
	echo "$1" | sed 's/[.+]/\\&/g'
}

checks()
{
	if [ ! -f dummy.ko ]; then
		skip "a module of another kernel" "the package sources offer one kernel only"
		return
	fi
	refused "insmod" "insmod: ERROR: could not insert module ./dummy.ko: Invalid module format" \
		insmod ./dummy.ko
	why_like "says what it was built for, and what is running" \
		"built for another kernel: for \"$(quoted "$(cat built-for)") .*\", and this is $(quoted "$release")\$"
	no "nothing is loaded" loaded dummy
}
