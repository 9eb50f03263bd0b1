#!/usr/bin/env bats
# modinfo, with every call failing in turn: a whole answer, or an error.

load helpers

FIELDS=(license=GPL 'author=A' 'parm=p:a number' parmtype=p:int alias=pci:v*)

@test "a plain file" {
	ko m.ko "${FIELDS[@]}"
	every_call_fails modinfo m.ko
}

@test "gzip" {
	ko m.ko.gz "${FIELDS[@]}"
	every_call_fails modinfo m.ko.gz
}

@test "xz" {
	ko m.ko.xz "${FIELDS[@]}"
	every_call_fails modinfo m.ko.xz
}

@test "zstd" {
	ko m.ko.zst "${FIELDS[@]}"
	every_call_fails modinfo m.ko.zst
}

@test "by name and by alias" {
	module a/m.ko "${FIELDS[@]}"
	module b/n.ko alias=of-n
	index
	every_call_fails modinfo m of-n
}

@test "a built-in module" {
	builtin_module loop license=GPL parm=max:x
	index
	every_call_fails modinfo loop
}

@test "one field, and NUL as end" {
	ko m.ko "${FIELDS[@]}"
	every_call_fails modinfo -0 -F author m.ko
	every_call_fails modinfo -p m.ko
}

@test "not found, not a module" {
	echo hello >text.ko
	every_call_fails modinfo nosuch text.ko
}

@test "several files on several processors" {
	for i in {1..8}; do
		ko "m$i.ko.xz" "${FIELDS[@]}"
	done
	every_call_fails -p modinfo m{1..8}.ko.xz
}
