#!/usr/bin/env bats
# The lkm program, with every call failing in turn.
#
# Without tables: libsmartcols leaves a cell empty when it gets no memory for it,
# and says that all went well.

load helpers

@test "list" {
	loaded crc16 12288 1 ext4
	loaded ext4 900000
	every_call_fails lkm list --json --sort name
}

@test "info of a name" {
	module kernel/a.ko alias=of-a license=GPL parm=n:count
	index
	every_call_fails lkm info --json of-a
}

@test "info of a built-in module" {
	builtin_module unix license=GPL
	index
	every_call_fails lkm info --json unix
}

@test "exports of a compressed file" {
	ko x.ko.xz -e beta:2 -e alpha:1
	every_call_fails lkm exports --json x.ko.xz
}

@test "needs" {
	module kernel/giver.ko -e given:11
	module kernel/taker.ko -u given -c given:11 import_ns=X
	index
	every_call_fails lkm needs --json taker
}

@test "signature" {
	ko x.ko
	every_call_fails lkm signature x.ko
}

@test "lint" {
	module crc.ko -e crc_sum:1
	module fs.ko -u crc_sum alias=fs-test parmtype=level:int
	builtin_module unix
	index
	file etc/modprobe.d/a.conf 'blacklst x
options fs levle=1 # one
options fs level=x
blacklist crc
forbid unix
softdep fs crd
install fs modprobe fs
install fs false'
	file etc/modprobe.d/unread 'blacklist fs'
	every_call_fails lkm lint --json -b "$ROOT"
}

@test "why" {
	module crc.ko -e crc_sum:1
	module fs.ko -u crc_sum alias=fs-test
	module net.ko
	index
	file etc/modprobe.d/a.conf 'options fs level=1
softdep fs pre: net
blacklist fs'
	loaded crc
	every_call_fails lkm why --json fs
}

@test "why of a device" {
	module net.ko 'alias=pci:v8086d*'
	index
	file sys/devices/d/modalias 'pci:v8086d1'
	ln -s ../../bus/drivers/net-driver "$ROOT/sys/devices/d/driver"
	mkdir -p "$ROOT/sys/bus/drivers/net-driver"
	every_call_fails lkm why --json /sys/devices/d
}

# Without the cache: whether it could be kept is nobody's business.
@test "check" {
	mkdir "$ROOT/boot"
	"$LKM_BUILD/tests/fake/mkkernel" "$ROOT/boot/vmlinuz-$RELEASE" "$RELEASE" module_layout:11 printk:22
	module kernel/giver.ko -e given:44 license=GPL intree=Y
	module kernel/taker.ko -u printk -c printk:22 -u given -c given:44 license=GPL intree=Y
	index
	file var/cache/lkm 'in the way'
	every_call_fails lkm check --json taker n=1
}

@test "check before a reboot" {
	local next=6.2.0-test each
	mkdir "$ROOT/boot"
	module gone.ko license=GPL
	module taker.ko -u printk -c printk:22 license=GPL intree=Y
	index
	cp -r "$MODULES" "$ROOT/lib/modules/$next"
	rm "$ROOT/lib/modules/$next/kernel/gone.ko"
	depmod -b "$ROOT" "$next"
	for each in "$RELEASE" "$next"; do
		"$LKM_BUILD/tests/fake/mkkernel" "$ROOT/boot/vmlinuz-$each" "$each" module_layout:11 printk:22
	done
	file var/cache/lkm 'in the way'
	file etc/modules-load.d/a.conf 'taker'
	file etc/mkinitcpio.conf 'MODULES=(taker)'
	file etc/modprobe.d/a.conf 'options taker n=1'
	file proc/cmdline 'modules-load=none'
	loaded gone
	every_call_fails lkm check --reboot --json
}
