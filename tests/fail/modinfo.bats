#!/usr/bin/env bats
# modinfo, with every call failing in turn.

load helpers

@test "a file" {
	ko x.ko license=GPL parm=a:b
	every_call_fails modinfo x.ko
}

@test "compressed files" {
	ko x.ko.xz license=GPL
	ko y.ko.zst license=GPL
	ko z.ko.gz license=GPL
	every_call_fails modinfo x.ko.xz y.ko.zst z.ko.gz
}

@test "a name" {
	module kernel/a.ko alias=of-a
	index
	every_call_fails modinfo of-a
}

@test "a built-in module" {
	builtin_module unix license=GPL
	index
	every_call_fails modinfo unix
}

@test "on several threads" {
	ko x.ko license=GPL
	every_call_fails modinfo -F license x.ko x.ko x.ko x.ko x.ko x.ko x.ko x.ko
}
