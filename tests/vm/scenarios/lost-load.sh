# shellcheck shell=dash disable=SC2154
# insmod's and rmmod's options about where a module is found, and what is kept of it: -k, -e, -r,
# rmmod -a, -e, -r, snapshots.

prepare()
{
	need dummy i2c-stub crc-itu-t nbd mii 8139cp 8139too bonding
	plain i2c-stub stub.ko
}

# The records of modules, and whether it is there after a pass
pass()
{
	silent "$1" rmmod -a
	if [ "$2" = stays ]; then
		ok "it stays" loaded nbd
	else
		no "it is gone" loaded nbd
	fi
}

autoclean()
{
	insert dummy
	silent "insmod -k" insmod -k "$(ko nbd)" nbds_max=1
	pass "rmmod -a: never used" stays
	hold /dev/nbd0
	pass "rmmod -a: in use" stays
	kill "$holder"
	wait
	pass "rmmod -a: free since then" stays
	pass "rmmod -a: free once more" goes
	ok "what -k did not load stays" loaded dummy
	run rmmod dummy

	silent "-k once more" insmod -k "$(ko nbd)" nbds_max=1
	sed -i 's/^used=0/used=1/; s/^idle=0/idle=1/' /run/insmod/modules/nbd
	run busybox rmmod nbd
	insert nbd
	pass "a record of an earlier load does not count" stays
	no "and is removed" test -e /run/insmod/modules/nbd
	run rmmod nbd
}

# A network card is driven although nobody counts it.
devices()
{
	insert mii
	silent "insmod -k of a driver" insmod -k "$(ko 8139cp)"
	sed -i 's/^used=0/used=1/; s/^idle=0/idle=1/' /run/insmod/modules/8139cp
	if [ -z "$(ls -d /sys/module/8139cp/drivers/*/0000:* 2>/dev/null)" ]; then
		skip "rmmod -a leaves a driver that drives a device" "no such card in this guest"
	fi
	run rmmod -r 8139cp
	no "rmmod -r: mii, which only it used, is gone" loaded mii
}

persistent()
{
	run insmod -e /tmp/keep/stub ./stub.ko chip_addr=0x50,0x51
	is "insmod -e" "$rc" 0
	silent "rmmod saves" rmmod i2c-stub
	like "a value" "$(cat /tmp/keep/stub)" '^chip_addr=80,81(,0)*$'
	silent "insmod -e takes it up" insmod -e /tmp/keep/stub ./stub.ko
	is "the module has it" "$(cut -d, -f1,2 /sys/module/i2c_stub/parameters/chip_addr)" 80,81
	run rmmod i2c-stub
	silent "the command line wins" insmod -e /tmp/keep/stub ./stub.ko chip_addr=0x52
	is "the module has that" "$(cut -d, -f1 /sys/module/i2c_stub/parameters/chip_addr)" 82
	silent "rmmod -e" rmmod -e
	like "saves too" "$(cat /tmp/keep/stub)" "^chip_addr=82"
	run rmmod i2c-stub
	rm -r /tmp/keep
}

# Parameters without permission bits are in kernel memory only.
hidden()
{
	local kept=/tmp/keep/bonding

	insert tls mii
	no "/sys does not show a parameter" test -e /sys/module/bonding/parameters
	silent "insmod -e of a module with such" insmod -e $kept "$(ko bonding)" mode=active-backup \
		miimon=1234 primary=eth9
	no "nor when it is loaded" test -e /sys/module/bonding/parameters/miimon
	silent "rmmod reads them from memory" rmmod bonding
	like "a number" "$(cat $kept)" '^miimon=1234$'
	like "a text" "$(cat $kept)" '^mode=active-backup$'
	like "another" "$(cat $kept)" '^primary=eth9$'
	unlike "a text that is not set has no line" "$(cat $kept)" '^fail_over_mac='
	silent "insmod -e takes them up" insmod -e $kept "$(ko bonding)"
	is "the module has them" "$(grep -E '^(Bonding Mode|MII Polling)' /proc/net/bonding/bond0)" \
		"Bonding Mode: fault-tolerance (active-backup)${newline}MII Polling Interval (ms): 1234"
	run rmmod bonding
	kept=/tmp/keep/8139too
	silent "an array of such" insmod -e $kept:media "$(ko 8139too)" media=3,0x20
	silent "is read too" rmmod 8139too
	like "with all its elements" "$(cat $kept)" '^media=3,32(,-1)+$'

	silent "without /proc/kcore" insmod -e $kept:media "$(ko 8139too)" media=4
	mount --bind /dev/null /proc/kcore
	run rmmod 8139too
	umount /proc/kcore
	is "the module goes" "$rc" 0
	is "what is not saved is told, with the reason" "$err" \
		"rmmod: WARNING: parameters of 8139too that are not saved: media (no permission bits; cannot read /proc/kcore: Exec format error)"
	like "the file keeps what it had" "$(cat $kept)" '^media=3,32(,-1)+$'
	rm -r /tmp/keep
	retire mii tls
}

found()
{
	run insmod -r crc_itu-t
	is "a bare name" "$rc $out" "0 Using $(ko crc-itu-t)"
	run rmmod crc-itu-t
	refused "a name of nothing" "insmod: ERROR: could not load module no_such: No such file or directory" \
		insmod no_such
	why "says where it looked" "no module of that name in $modules"
	mkdir -p /tmp/path/deep
	cp stub.ko /tmp/path/deep/i2c-stub.ko
	chmod 666 /tmp/path/deep/i2c-stub.ko
	export MODPATH=/tmp/nothing:/tmp/path
	refused "a file that others can write" \
		"insmod: ERROR: /tmp/path/deep/i2c-stub.ko is not owned by root, or others can write there (use -r to allow)" \
		insmod i2c-stub chip_addr=0x50
	run insmod -r i2c_stub chip_addr=0x50
	is "MODPATH, and -r" "$rc $out" "0 Using /tmp/path/deep/i2c-stub.ko"
	unset MODPATH
	run rmmod i2c-stub
	rm -r /tmp/path
}

snapshots()
{
	mkdir -p /var/log/ksymoops
	silent "insmod with snapshots" insmod "$(ko dummy)"
	like "the modules" "$(cat /var/log/ksymoops/*.modules)" '^dummy '
	like "the symbols" "$(cat /var/log/ksymoops/*.ksyms)" '^[0-9a-f]{16} register_netdevice$'
	rm /var/log/ksymoops/*
	run insmod -p "$(ko dummy)"
	is "insmod -p leaves none" "$(ls /var/log/ksymoops)" ""
	echo 2 >/proc/sys/kernel/kptr_restrict
	run rmmod dummy
	like "hidden addresses: no symbols, and a warning" "$err" "no symbols in the snapshot"
	is "only the modules" "$(cd /var/log/ksymoops && echo * | sed 's/.*\.//')" modules
	echo 0 >/proc/sys/kernel/kptr_restrict
	rm -r /var/log/ksymoops
}

checks()
{
	autoclean
	devices
	persistent
	hidden
	found
	snapshots
}
