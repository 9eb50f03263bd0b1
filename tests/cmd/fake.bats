#!/usr/bin/env bats
# The fake machine itself: what every other file here relies on.

load helpers

@test "a program sees the root's files and nothing of the machine's" {
	file proc/modules 'a 1 0 - Live 0x0'
	run in_root cat /proc/modules
	[ "$output" = 'a 1 0 - Live 0x0' ]
	run in_root test -e /proc/version
	[ "$status" = 1 ]
}

@test "what a program is about itself stays real" {
	run in_root readlink /proc/self/fd/0 </dev/null
	[ "$output" = /dev/null ]
}

@test "uname says the release of the root" {
	run in_root uname -r
	[ "$output" = "$RELEASE" ]
}

@test "loading shows up in /proc/modules and /sys/module" {
	ko crc16.ko
	run in_root /sbin/insmod crc16.ko a=1
	[ "$status" = 0 ]
	calls_are 'finit crc16 flags=0 [a=1] -> 0'
	[ "$(<"$ROOT/proc/modules")" = 'crc16 16384 0 - Live 0x0000000000000000' ]
	[ "$(<"$ROOT/sys/module/crc16/initstate")" = live ]
}

@test "a second load finds the module there" {
	ko crc16.ko
	loaded crc16
	run in_root /sbin/insmod crc16.ko
	[ "$status" = 1 ]
	calls_are 'finit crc16 flags=0 [] -> EEXIST'
}

@test "removing takes it away" {
	loaded crc16
	loaded ext4
	run in_root /sbin/rmmod crc16
	[ "$status" = 0 ]
	[ ! -e "$ROOT/sys/module/crc16" ]
	[ "$(<"$ROOT/proc/modules")" = 'ext4 16384 0 - Live 0x0000000000000000' ]
}

@test "the script of the kernel answers first, and speaks in the log" {
	ko crc16.ko
	kernel 'finit crc16 ENOMEM crc16: no room'
	run in_root /sbin/insmod crc16.ko
	[[ $output == *'Cannot allocate memory'* ]]
	[[ $(<"$ROOT/dev/kmsg") == 3,*';crc16: no room' ]]
}

@test "an index made from declared modules finds them" {
	module crypto/a.ko alias=of-a
	index
	run in_root modinfo -n of-a
	[ "$output" = "/lib/modules/$RELEASE/kernel/crypto/a.ko" ]
}

@test "calls are listed and the chosen one fails" {
	file proc/modules 'a 1 0 - Live 0x0'
	run in_root env LKM_FAULT_LOG="$WORK/list" cat /proc/modules
	[ "$status" = 0 ]
	n=$(grep -n '^open /proc/modules' "$WORK/list" | cut -d: -f1)
	run in_root env LKM_FAULT="$n:5" LKM_FAULT_LOG="$WORK/again" cat /proc/modules
	[ "$status" = 1 ]
	[[ $output == *'Input/output error'* ]]
	run -137 in_root env LKM_FAULT="$n:kill" cat /proc/modules
}
