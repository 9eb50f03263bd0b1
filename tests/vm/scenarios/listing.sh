# shellcheck shell=dash disable=SC2154
# lsmod and modinfo on what is loaded.

prepare()
{
	need bridge
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
	insert bridge
	works "lsmod" lsmod
	is "prints /proc/modules as a table" "$out" "$(expected)"
	works "kmod list" kmod list
	is "prints the same" "$out" "$(expected)"
	works "modinfo of a name" modinfo bridge
	has "names the file" "$out" "filename:       $(ko bridge)"
	like "names the needs" "$out" "^depends: .*stp"
	like "names the version" "$out" "^vermagic:       $(echo "$release" | sed 's/[.+]/\\&/g') "
	works "modinfo of an alias" modinfo -F name rtnl-link-bridge
	is "finds the module" "$out" bridge
	works "modinfo of a built-in one" modinfo -n i8042
	is "says so" "$out" "(builtin)"
	retire bridge stp llc
}
