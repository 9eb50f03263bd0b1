#!/usr/bin/env bats
# modprobe, with every call failing in turn.

load helpers

setup()
{
	machine_setup
	module k/crc.ko -e crc_it:1
	module k/fs.ko -u crc_it alias=fs-thing
	module k/alone.ko
	builtin_module vfs
	index
}

conf()
{
	file etc/modprobe.d/a.conf "$1"
}

@test "a module and what it needs, with options" {
	conf 'options fs a=1'
	file proc/cmdline 'quiet fs.b=2'
	every_call_fails modprobe fs-thing
}

@test "a name that nothing has" {
	every_call_fails modprobe -q nosuch
	every_call_fails modprobe nosuch
}

@test "a module that is there, and one that is built in" {
	loaded alone
	every_call_fails modprobe -a alone vfs
}

@test "the policy" {
	conf $'forbid crc no reason\nallow-only audit'
	every_call_fails modprobe fs
}

@test "refused by the kernel" {
	kernel 'finit crc ENOMEM crc: no room'
	every_call_fails modprobe fs
}

@test "a command" {
	conf 'install fs exit 3'
	every_call_fails modprobe fs
}

@test "what would be done" {
	every_call_fails modprobe -D -a fs alone vfs
}

@test "what a name stands for" {
	every_call_fails modprobe -R fs-thing
}

@test "with what is said and printed collected, as for several at once" {
	every_call_fails modprobe -a --jobs=1 fs alone
}

@test "the configuration and the indexes" {
	conf $'alias a b\nbogus'
	every_call_fails modprobe -c
}

@test "files of modules" {
	every_call_fails modprobe -l 'f*'
}

@test "unloading, with what nothing needs any more" {
	loaded crc 16384 1 fs
	loaded fs
	every_call_fails modprobe -r fs
}

@test "unloading with those that use it" {
	loaded crc 16384 1 fs
	loaded fs
	every_call_fails modprobe -r --remove-holders crc
}

@test "symbols of a module" {
	every_call_fails modprobe --show-exports crc
}
