#!/usr/bin/env bats
# rmmod, with every call failing in turn.

load helpers

@test "two modules" {
	loaded a
	loaded b
	every_call_fails rmmod a b
}

@test "a module in use by others" {
	loaded a 16384 1 b
	loaded b
	every_call_fails rmmod a
}

@test "a module in use by programs" {
	loaded loop 40960 1
	file proc/123/comm losetup
	mkdir -p "$ROOT/proc/123/fd"
	every_call_fails rmmod loop
}

@test "not loaded" {
	every_call_fails rmmod nosuch
}

@test "built in" {
	builtin_module unix license=GPL
	index
	every_call_fails rmmod unix
}

@test "by force, talking" {
	loaded a 16384 1
	kernel 'delete a 0'
	every_call_fails rmmod -f -v a
}

@test "to the system log" {
	every_call_fails rmmod -s nosuch
}

@test "killed at each call: no file is left behind" {
	loaded a
	every_call_fails -k rmmod a
}
