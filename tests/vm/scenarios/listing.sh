# shellcheck shell=dash disable=SC2154
# lsmod and modinfo on what is loaded.

prepare()
{
	need jbd2 mbcache crc16 ext4 crc32c_generic
}

# What lsmod should print, from /proc/modules
expected()
{
	echo "Module                  Size  Used by"
	awk '{
		users = $4
		sub(/,$/, "", users)
		printf "%-19s %8d  %d%s\n", $1, $2, $3, users == "-" ? "" : " " users
	}' /proc/modules
}

checks()
{
	insert ext4
	works "lsmod" lsmod
	is "prints /proc/modules as a table" "$out" "$(expected)"
	works "kmod list" kmod list
	is "prints the same" "$out" "$(expected)"
	works "modinfo of a name" modinfo ext4
	like "names the file" "$out" "^filename: +$(ko ext4)\$"
	like "names the needs" "$out" "^depends: .*jbd2"
	like "names the version" "$out" "^vermagic: +$release "
	works "modinfo of an alias" modinfo -F name fs-ext4
	is "finds the module" "$out" ext4
	works "modinfo of a built-in one" modinfo -n unix
	is "says so" "$out" "(builtin)"
	retire ext4 jbd2 mbcache crc16
}
