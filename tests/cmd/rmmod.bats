#!/usr/bin/env bats
# rmmod: names, refusals with their reasons, exit codes.

load helpers

@test "names with - or _, and files" {
	for name in snd_pcm crc16 ext4 loop; do
		loaded $name
	done
	tool rmmod snd-pcm crc16.ko /lib/modules/x/ext4.ko.xz ./loop.ko
	status_is 0
	out_is ''
	err_is ''
	calls_are 'delete snd_pcm flags=2048 -> 0
delete crc16 flags=2048 -> 0
delete ext4 flags=2048 -> 0
delete loop flags=2048 -> 0'
}

@test "no name" {
	same_as_peer rmmod
}

@test "an unknown option, as getopt says it" {
	option_refused_as_peer rmmod --bogus
	option_refused_as_peer rmmod -x
}

@test "a name that is none" {
	tool rmmod ''
	status_is 1
	complains_once rmmod
	tool rmmod /
	status_is 1
	complains_once rmmod
	calls_are ''
}

@test "not loaded: kmod's words, and the next name has its turn" {
	loaded crc16
	tool rmmod nosuch crc16
	status_is 1
	err_is 'rmmod: ERROR: Module nosuch is not currently loaded'
	calls_are 'delete crc16 flags=2048 -> 0'
	same_as_peer rmmod no-such
}

@test "built in, with and without a trace in /sys" {
	builtin_module unix
	builtin_module acpi
	rmdir "$ROOT/sys/module/unix"
	index
	tool rmmod acpi unix
	status_is 1
	err_is 'rmmod: ERROR: Module acpi is builtin.
rmmod: ERROR: Module unix is builtin.'
	same_as_peer rmmod unix
}

@test "held by other modules: kmod's words and order" {
	loaded mbcache 16384 2 ext4 ext2
	same_as_peer rmmod mbcache
	status_is 1
	calls_are ''
}

@test "in use: a device that is open" {
	loaded tun 16384 1
	file proc/misc '200 tun'
	tool rmmod tun
	status_is 1
	err_begins 'rmmod: ERROR: Module tun is in use'
	calls_are ''
}

@test "in use: mounted" {
	loaded ext4 16384 1
	file proc/mounts '/dev/vda1 /mnt ext4 rw,relatime 0 0'
	tool rmmod ext4
	status_is 1
	err_is 'rmmod: ERROR: Module ext4 is in use
  /dev/vda1 is mounted on /mnt (ext4)'
}

@test "in use: sockets" {
	loaded vsock 16384 3
	file proc/net/protocols 'AF_VSOCK 1344 3 -1 NI 0 yes vsock n n n'
	tool rmmod vsock
	status_is 1
	err_is 'rmmod: ERROR: Module vsock is in use
  3 open sockets of protocol AF_VSOCK'
}

@test "in use, and nobody can be seen" {
	loaded crc16 16384 2
	tool rmmod crc16
	status_is 1
	err_is 'rmmod: ERROR: Module crc16 is in use
  its reference count is 2, and whose references they are cannot be seen from here'
}

@test "refused by the kernel" {
	loaded crc16
	kernel 'delete crc16 EPERM'
	tool rmmod crc16
	status_is 1
	err_begins 'rmmod: ERROR: could not remove module crc16: Operation not permitted'
	complains_once rmmod
}

@test "permanent" {
	loaded crc16
	kernel 'delete crc16 EBUSY'
	tool rmmod crc16
	status_is 1
	err_is 'rmmod: ERROR: could not remove module crc16: Device or resource busy
  module crc16 is permanent: it has no exit function'
}

@test "a kernel that does not count users" {
	loaded crc16
	rm "$ROOT/sys/module/crc16/refcnt"
	same_as_peer rmmod crc16
	status_is 1
}

@test "-f asks the kernel although it is in use" {
	loaded crc16 16384 1
	kernel 'delete crc16 0'
	tool rmmod -f crc16
	status_is 0
	calls_are 'delete crc16 flags=2560 -> 0'
}

@test "-f and the kernel refuses" {
	loaded crc16 16384 1
	kernel 'delete crc16 EAGAIN'
	tool rmmod --force crc16
	status_is 1
	err_begins 'rmmod: ERROR: could not remove module crc16: Resource temporarily unavailable'
	err_has 'its reference count is 1'
}

@test "-w waits until it is free" {
	loaded crc16 16384 1
	(sleep 0.5; echo 0 >"$ROOT/sys/module/crc16/refcnt") &
	tool rmmod -w crc16
	status_is 0
	err_is ''
	calls_are 'delete crc16 flags=2048 -> 0'
}

@test "-w with a limit gives up, and says why" {
	loaded crc16 16384 1
	SECONDS=0
	tool rmmod -w1 crc16
	status_is 1
	[ "$SECONDS" -le 3 ]
	err_begins 'rmmod: ERROR: Module crc16 is in use'
	tool rmmod --wait=0 crc16
	status_is 1
	tool rmmod --wait=soon crc16
	status_is 1
	err_is "rmmod: ERROR: 'soon' is no number of seconds to wait"
	calls_are ''
}

@test "-v says what was done, -s sends all to the system log" {
	loaded crc16
	tool rmmod -v crc16
	status_is 0
	out_is ''
	err_is 'rmmod: INFO: removed module crc16'
	tool rmmod -s crc16
	status_is 1
	err_is ''
	grep -q 'Module crc16 is not currently loaded' "$SYSLOG"
}

@test "a full disk under help is an error" {
	run --separate-stderr in_root bash -c '"$0" --help >/dev/full' "$TOOLS/rmmod"
	status_is 1
	err_has 'No space left on device'
}
