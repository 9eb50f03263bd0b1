# shellcheck shell=dash disable=SC2154
# Version checks, and insmod's ways around them.

prepare()
{
	plain dummy magic.ko
	unsign magic.ko
	plain dummy signed.ko
	cp magic.ko layout.ko
	cp magic.ko symbol.ko
	LC_ALL=C sed -i 's/ mod_unload / mod_unlord /' magic.ko
	if [ "$(grep -cxE 'CONFIG_(MODULE_FORCE_LOAD|MODVERSIONS)=y' "$tree/boot/config-$release")" = 2 ]; then
		damage_crc layout.ko module_layout
		damage_crc symbol.ko register_netdevice
		touch can-force
	fi
}

forced()
{
	silent "$*" "$@"
	like "$*: the module is marked as forced" "$(cat /sys/module/dummy/taint)" F
	run rmmod dummy
}

checks()
{
	refused "another version magic" \
		"insmod: ERROR: could not insert module ./magic.ko: Invalid module format" insmod ./magic.ko
	why_like "shows both, and the words that differ" \
		"^built for .* mod_unlord.*, and this is .*: only the module has mod_unlord, only the kernel mod_unload\$"
	if [ ! -e can-force ]; then
		skip "forced loads" "this kernel was built without CONFIG_MODULE_FORCE_LOAD or CONFIG_MODVERSIONS"
		return
	fi
	refused "another struct module" \
		"insmod: ERROR: could not insert module ./layout.ko: Invalid module format" insmod ./layout.ko
	why "names it" "kernel: dummy: disagrees about version of symbol module_layout"
	refused "another version of a symbol" \
		"insmod: ERROR: could not insert module ./symbol.ko: Invalid parameters" insmod ./symbol.ko
	why "names the symbol" "kernel: dummy: disagrees about version of symbol register_netdevice"
	no "nothing is loaded" loaded dummy

	silent "a signed module by force" insmod -f ./signed.ko
	is "is forced, and its signature does not count" "$(cat /sys/module/dummy/taint)" FE
	run rmmod dummy
	forced insmod -f ./magic.ko
	forced insmod --force-vermagic ./magic.ko
	refused "--force-modversion does not cover the version magic" \
		"insmod: ERROR: could not insert module ./magic.ko: Invalid module format" \
		insmod --force-modversion ./magic.ko
	forced insmod --force ./symbol.ko
	forced insmod --force-modversion ./symbol.ko
	like "the kernel is tainted" "$(($(cat /proc/sys/kernel/tainted) & 2))" 2
}
