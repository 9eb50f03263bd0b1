#!/usr/bin/env bats
# insmod: parameters of modules that say which ones they have.

load helpers

# A module with a text, an array of texts, arrays of numbers and a number.
ko_with_parms()
{
	ko m.ko parm=label:a parmtype=label:charp parmtype=list:'array of charp' \
		parmtype=io:'array of int' parmtype=debug:int parm=no_type:x
}

arrives()
{
	ko_with_parms
	tool insmod m.ko "$1"
	status_is 0
	err_is ''
	calls_are "finit m flags=0 [$2] -> 0"
}

@test "an unknown parameter is an error that names a near one" {
	ko_with_parms
	tool insmod m.ko debgu=1
	status_is 1
	out_is ''
	err_is "insmod: ERROR: m.ko has no parameter 'debgu': did you mean 'debug'? (--allow-unknown leaves it to the kernel)"
	tool insmod m.ko nothing_like_it=1
	status_is 1
	err_is "insmod: ERROR: m.ko has no parameter 'nothing_like_it': modinfo -p lists what it has (--allow-unknown leaves it to the kernel)"
	tool insmod m.ko flag
	status_is 1
	calls_are ''
}

@test "--allow-unknown leaves it to the kernel" {
	ko_with_parms
	tool insmod --allow-unknown m.ko debgu=1
	status_is 0
	err_is ''
	calls_are 'finit m flags=0 [debgu=1] -> 0'
}

@test "parameters that the kernel takes for any module" {
	ko_with_parms
	tool insmod m.ko dyndbg=+p async_probe other.thing=1
	status_is 0
	calls_are 'finit m flags=0 [dyndbg=+p async_probe other.thing=1] -> 0'
}

@test "a module that says nothing about parameters takes any" {
	ko m.ko
	tool insmod m.ko anything=1
	status_is 0
	calls_are 'finit m flags=0 [anything=1] -> 0'
}

@test "names with - and _ are one" {
	arrives no-type=1 no-type=1
}

@test "a flag without a value" {
	arrives debug debug
}

@test "escapes of C in a text" {
	arrives 'label="a\tb"' $'label="a\tb"'
}

@test "an escaped quote, and a backslash" {
	arrives 'label="C:\\x\"y"' 'label="C:\x"y'
}

@test "what the kernel has no way to say" {
	ko_with_parms
	for value in '"\"a"' '"a\" b"'; do
		tool insmod m.ko "label=$value"
		status_is 1
		complains_once insmod
	done
	calls_are ''
}

@test "escapes that are none are left alone" {
	arrives 'label="a\qb"' 'label="a\qb"'
}

@test "so is what is not known to be a text" {
	arrives 'no_type="a\tb"' 'no_type="a\tb"'
}

@test "a skipped element whose value cannot be found is 0, and -v says so" {
	ko_with_parms
	tool insmod -v m.ko io=1,,3
	status_is 0
	err_has 'element 1 of io is skipped: its own value cannot be found, so it is 0'
	calls_are 'finit m flags=0 [io=1,0,3] -> 0'
}

@test "skipped elements at either end; texts may be empty" {
	ko_with_parms
	tool insmod m.ko io=,2, list=,b,
	status_is 0
	err_is ''
	calls_are 'finit m flags=0 [io=0,2,0 list=,b,] -> 0'
}

@test "an empty value is the kernel's to refuse" {
	arrives io= io=
}

@test "a comma in a quoted text of an array" {
	ko_with_parms
	tool insmod m.ko 'list="a,b"'
	status_is 0
	err_is 'insmod: WARNING: the kernel splits list at its commas, quotes or not'
}

@test "the quotes of a word processor" {
	ko_with_parms
	tool insmod m.ko 'label=”wpa”'
	status_is 0
	err_is 'insmod: WARNING: the quotes in the value of label are not those of a keyboard (")'
}
