#!/usr/bin/env bats
# insmod -n, -p, -m, -O: what is told without loading, and of what was loaded.

load helpers

# A kernel that exports printk; modules need its versions of nothing.
machine()
{
	file proc/kallsyms 'ffffffff81000010 T printk
ffffffff82000000 r __ksymtab_printk'
}

@test "-p: it would load; nothing is loaded or left behind" {
	machine
	mkdir -p "$ROOT/var/log/ksymoops"
	ko m.ko -u printk license=GPL
	for option in -p --probe --poll; do
		tool insmod $option m.ko
		status_is 0
		out_is ''
		err_is ''
	done
	calls_are ''
	[ -z "$(ls "$ROOT/var/log/ksymoops")" ]
}

@test "-p: a symbol that nobody exports" {
	machine
	ko m.ko -u no_such_thing license=GPL
	tool insmod -p m.ko
	status_is 1
	out_is ''
	err_begins 'insmod: ERROR: could not insert module m.ko: Unknown symbol in module'
	err_has no_such_thing
	tool insmod -pq m.ko
	status_is 1
	err_is 'insmod: ERROR: could not insert module m.ko: Unknown symbol in module'
	calls_are ''
}

@test "-p: loaded already is a no, for -n it does not matter" {
	machine
	ko m.ko license=GPL
	loaded m
	tool insmod -p m.ko
	status_is 1
	err_begins 'insmod: ERROR: could not insert module m.ko: File exists'
	tool insmod -n m.ko
	status_is 0
	err_is ''
	calls_are ''
}

@test "-p: parameters are checked" {
	machine
	ko m.ko license=GPL parmtype=debug:int
	tool insmod -p m.ko dbug=1
	status_is 1
	err_has "did you mean 'debug'?"
	tool insmod -p m.ko debug=1
	status_is 0
}

@test "-p and -n: no file, no module" {
	tool insmod -p nofile.ko
	status_is 1
	err_begins 'insmod: ERROR: could not load module nofile.ko: No such file or directory'
	echo 'not a module' >text.ko
	tool insmod -n text.ko
	status_is 1
	err_begins 'insmod: ERROR: could not insert module text.ko: Invalid module format'
	calls_are ''
}

@test "UNAME_MACHINE: for which machine modules are wanted" {
	machine
	ko m.ko license=GPL
	UNAME_MACHINE=aarch64 tool insmod -p m.ko
	status_is 1
	err_begins 'insmod: ERROR: could not insert module m.ko: Invalid module format'
	UNAME_MACHINE=x86_64 tool insmod -p m.ko
	status_is 0
}

SECTION='^[^ ]{1,15} +[0-9a-f]{8}  [0-9a-f]{16}  2\*\*[0-9]+$'
SYMBOL='^[0-9a-f]{16} [AUTDRBautdrb?] '

@test "-n -m: the map of a made-up place" {
	machine
	ko m.ko -g helper license=GPL
	tool insmod -nm m.ko
	status_is 0
	err_is ''
	calls_are ''
	[[ $output == 'Sections:       Size      Address '*'Align'* ]]
	grep -qE "$SECTION" <<<"$output"
	grep -qE '^\.text +00000008  0000000012340000  2\*\*0$' <<<"$output"
	grep -qx 'Symbols:' <<<"$output"
	grep -qE "$SYMBOL" <<<"$output"
	grep -qx '0000000012340000 R helper' <<<"$output"
}

@test "-m: the map of where it is loaded" {
	machine
	ko m.ko -g helper license=GPL
	tool insmod -m m.ko
	status_is 0
	err_begins 'insmod: WARNING: the kernel does not show where m is (kernel.kptr_restrict, or not root): the map is of a made-up place'
	out_has '0000000012340000 R helper'
	calls_are 'finit m flags=0 [] -> 0'
}

@test "-S: the kernel keeps symbols, or those of code only, or nothing does" {
	ko m.ko license=GPL
	machine
	tool insmod -S m.ko
	status_is 0
	err_is ''
	tool rmmod m
	tool insmod -Sv m.ko
	err_has 'insmod: INFO: the kernel keeps the symbols of m.ko itself (kallsyms)'
	err_lacks 'code only'
	tool rmmod m
	file proc/kallsyms 'ffffffff81000010 T printk'
	tool insmod --kallsyms -v m.ko
	err_has 'm.ko itself (kallsyms), those of code only (no CONFIG_KALLSYMS_ALL)'
	tool rmmod m
	rm "$ROOT/proc/kallsyms"
	tool insmod -S m.ko
	status_is 0
	err_is 'insmod: WARNING: this kernel has no kallsyms (CONFIG_KALLSYMS): nothing keeps the symbols of m.ko; /proc/modules has the address of its code'
}

@test "-m: init fails before anybody saw where it was: the map all the same, and from where it is" {
	machine
	ko m.ko -g helper license=GPL
	kernel 'finit m ENODEV'
	tool insmod -m m.ko
	status_is 1
	err_begins 'insmod: ERROR: could not insert module m.ko: No such device'
	err_has 'insmod: WARNING: m was gone before the kernel showed where it was: the map is of a made-up place'
	out_has '0000000012340000 R helper'
	tool insmod -O live m.ko
	status_is 1
	out_is ''
	[ -z "$(ls live* 2>/dev/null)" ]
}

@test "-m: refused before init, it never was anywhere" {
	machine
	ko m.ko -u no_such_thing license=GPL
	kernel 'finit m ENOENT m: Unknown symbol no_such_thing (err -2)'
	tool insmod -m m.ko
	status_is 1
	out_is ''
	complains_once insmod
}

@test "-m of what is no module: the kernel's answer" {
	echo hello >text.ko
	tool insmod -m text.ko
	status_is 1
	out_is ''
	err_begins 'insmod: ERROR: could not insert module text.ko: Invalid module format'
}

@test "-n -O: the image as it would be" {
	machine
	ko m.ko -g helper license=GPL
	tool insmod -n -O blob m.ko
	status_is 0
	err_is ''
	out_is ''
	[ "$(head -c 7 blob)" = $'\xc3\xc3\xc3\xc3\xc3\xc3\xc3' ]
	tool insmod -n --blob=/var/no/blob m.ko
	status_is 1
	err_is 'insmod: ERROR: cannot write /var/no/blob: No such file or directory'
	calls_are ''
}
