# shellcheck shell=dash disable=SC2154
# A module for GPL modules' symbols that also uses one of a module that is not GPL.

prepare()
{
	need firewire-core
	plain crc-itu-t crc-itu-t.ko
	unsign crc-itu-t.ko
	LC_ALL=C sed -i 's/license=GPL/license=XYZ/' crc-itu-t.ko
}

checks()
{
	run insmod ./crc-itu-t.ko
	ok "the module without GPL is loaded" loaded crc_itu_t
	like "and is marked" "$(cat /sys/module/crc_itu_t/taint)" P
	refused "its user is refused" \
		"insmod: ERROR: could not insert module $(ko firewire-core): Unknown symbol in module" \
		insmod "$(ko firewire-core)"
	why "by the kernel" "kernel: firewire_core: module using GPL-only symbols uses symbols crc_itu_t from proprietary module crc_itu_t."
	why_like "and insmod knew" "^it uses crc_itu_t of module crc_itu_t, which is no GPL module, and symbols that are for GPL modules"
	no "it is not loaded" loaded firewire_core
	silent "the one without GPL goes" rmmod crc_itu_t
	silent "with the kernel's own" insmod "$(ko crc-itu-t)"
	silent "its user loads" insmod "$(ko firewire-core)"
	silent "both go" rmmod firewire_core crc_itu_t
}
