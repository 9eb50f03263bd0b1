#!/usr/bin/env bats
# insmod, with every call failing in turn: nothing is loaded, or all is said.

load helpers

@test "a plain file with parameters" {
	ko m.ko
	every_call_fails insmod m.ko a=1 'b=two words'
}

@test "a compressed file, decoded by the kernel" {
	file sys/module/compression xz
	ko m.ko.xz
	every_call_fails insmod m.ko.xz
}

@test "gzip, decoded here" {
	ko m.ko.gz
	every_call_fails insmod m.ko.gz
}

@test "xz, decoded here" {
	ko m.ko.xz
	every_call_fails insmod m.ko.xz
}

@test "zstd, decoded here" {
	ko m.ko.zst
	every_call_fails insmod m.ko.zst
}

@test "a decoder failure in the kernel" {
	file sys/module/compression xz
	kernel 'finit-compressed m EINVAL decompression failed with status 6'
	ko m.ko.xz
	every_call_fails insmod m.ko.xz
}

@test "a refusal that is explained" {
	ko m.ko vermagic='5.10.0 SMP ' -u no_such_symbol
	kernel 'finit m ENOENT m: Unknown symbol no_such_symbol (err -2)'
	every_call_fails insmod m.ko
}

@test "another kernel's module" {
	ko m.ko vermagic='5.10.0-9-amd64 SMP mod_unload modversions '
	kernel "finit m ENOEXEC m: version magic '5.10.0-9-amd64 SMP mod_unload modversions ' should be '6.1.0-test SMP '"
	every_call_fails insmod m.ko
}

@test "loaded already" {
	loaded m
	ko m.ko
	every_call_fails insmod m.ko
}

@test "no such file" {
	every_call_fails insmod nosuch.ko
}

@test "not a module" {
	echo hello >text
	every_call_fails insmod text
}

@test "with a lock, by force, talking" {
	ko m.ko
	every_call_fails insmod -L -f -v m.ko
}

@test "with a lock, loaded already" {
	loaded m
	ko m.ko
	every_call_fails insmod -L m.ko
}

@test "with a lock, and a twin that was faster" {
	ko m.ko
	kernel 'finit m EEXIST'
	every_call_fails insmod -L m.ko
}

@test "standard input" {
	every_call_fails insmod -
}

@test "killed at each call: no file is left behind" {
	ko m.ko.zst
	every_call_fails -k insmod m.ko.zst
}
