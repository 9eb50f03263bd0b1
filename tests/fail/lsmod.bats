#!/usr/bin/env bats
# lsmod and kmod's own answers, with every call failing in turn.

load helpers

@test "nothing loaded" {
	every_call_fails lsmod
}

@test "three modules with users" {
	loaded crc16 16384 2 ext4
	loaded mbcache 20480 1 ext4
	loaded ext4 900000 0
	every_call_fails lsmod
}

@test "help and version" {
	every_call_fails lsmod --help
	every_call_fails lsmod -V
	every_call_fails kmod help
}

@test "no list of modules" {
	rm "$ROOT/proc/modules"
	every_call_fails lsmod
}
