#!/usr/bin/env bats
# modinfo: how an operand becomes a module.

load helpers

@test "no operand: missing module or filename" {
	tool modinfo
	status_is 1
	out_is ''
	err_is 'modinfo: ERROR: missing module or filename.'
}

# ---- files ----

@test "a relative path is shown with the working directory before it" {
	ko m.ko
	tool modinfo -n m.ko
	out_is "$WORK/m.ko"
	tool modinfo -n ./m.ko
	out_is "$WORK/./m.ko"
	same_as_peer modinfo -n ../work/m.ko
}

@test "an absolute path is shown as it is" {
	ko m.ko
	same_as_peer modinfo -n "$WORK//../work/m.ko"
}

@test "a link to a module file" {
	ko m.ko
	ln -s m.ko link.ko
	same_as_peer modinfo -n link.ko
}

@test "without a module's suffix it is no file" {
	ko m.ko
	for name in m nosuffix m.ko.bz2 m.o m.ko.; do
		[ $name = m ] || cp m.ko $name
		tool modinfo ./$name
		status_is 1
		err_is "modinfo: ERROR: Module ./$name not found."
	done
}

@test "a file called like a module does not stand in for it" {
	module a/loop.ko license=theirs
	index
	ko m.ko license=mine
	mv m.ko loop
	tool modinfo -l loop
	out_is theirs
}

@test "a module's suffix and no such file: looked up, not found" {
	module a/loop.ko
	index
	tool modinfo loop.ko
	status_is 1
	err_is 'modinfo: ERROR: Module loop.ko not found.'
}

# ---- names ----

@test "a name, through the index" {
	module kernel/lib/crc16.ko license=GPL
	index
	tool modinfo crc16
	status_is 0
	out_is "filename:       /lib/modules/$RELEASE/kernel/kernel/lib/crc16.ko
license:        GPL
name:           crc16"
	same_as_peer modinfo crc16
}

@test "dashes and underscores are one" {
	module a/two-dash.ko.xz
	index
	for name in two-dash two_dash; do
		same_as_peer modinfo -n $name
		out_is "/lib/modules/$RELEASE/kernel/a/two-dash.ko.xz"
	done
}

@test "an alias, with wildcards" {
	module a/x.ko 'alias=pci:v00008086d*sv*'
	index
	same_as_peer modinfo -n pci:v00008086d00001234sv0
	status_is 0
	same_as_peer modinfo -n pci:v00008087d00001234sv0
	status_is 1
}

@test "an alias of two modules shows both, in the order of modules.order" {
	module a/z.ko alias=both
	module b/a.ko alias=both
	module c/m.ko alias=both
	index
	tool modinfo -n both
	out_is "/lib/modules/$RELEASE/kernel/a/z.ko
/lib/modules/$RELEASE/kernel/b/a.ko
/lib/modules/$RELEASE/kernel/c/m.ko"
	same_as_peer modinfo both
}

@test "a symbol" {
	module a/x.ko -e helper:1234
	index
	same_as_peer modinfo -n symbol:helper
	status_is 0
}

@test "-m takes real names only" {
	module a/x.ko alias=other
	index
	tool modinfo -n -m x
	out_is "/lib/modules/$RELEASE/kernel/a/x.ko"
	tool modinfo --modname other
	status_is 1
	err_is 'modinfo: ERROR: Module name other not found.'
	same_as_peer modinfo -m other
}

@test "-m and a path" {
	ko m.ko
	same_as_peer modinfo -m ./m.ko
}

@test "unknown: not found, exit 1" {
	index
	tool modinfo nosuch
	status_is 1
	out_is ''
	err_is 'modinfo: ERROR: Module nosuch not found.'
}

@test "several, unknown ones between: the others are shown, exit 1" {
	module a/x.ko
	module a/y.ko
	index
	tool modinfo -n nosuch1 x nosuch2 y
	status_is 1
	out_is "/lib/modules/$RELEASE/kernel/a/x.ko
/lib/modules/$RELEASE/kernel/a/y.ko"
	err_is 'modinfo: ERROR: Module nosuch1 not found.
modinfo: ERROR: Module nosuch2 not found.'
	same_as_peer modinfo -n nosuch1 x nosuch2 y
}

@test "no index at all: not found" {
	tool modinfo x
	status_is 1
	complains_once modinfo
	err_has 'Module x not found.'
}

# ---- built-in modules ----

@test "a built-in module: its name, no file, its fields" {
	builtin_module loop license=GPL 'parm=max_loop:Maximum' parmtype=max_loop:int
	index
	tool modinfo loop
	status_is 0
	out_is 'name:           loop
filename:       (builtin)
license:        GPL
parm:           max_loop:Maximum (int)'
	same_as_peer modinfo loop
}

@test "a built-in module, one field at a time" {
	builtin_module loop license=GPL file=drivers/block/loop
	index
	for field in filename name license file nosuch; do
		same_as_peer modinfo -F $field loop
	done
	same_as_peer modinfo -n loop
}

@test "a built-in module by alias" {
	builtin_module loop license=GPL alias=block-major-7-*
	index
	same_as_peer modinfo -n block-major-7-0
	out_is '(builtin)'
}

@test "-m finds built-in modules" {
	builtin_module loop license=GPL
	index
	same_as_peer modinfo -m loop
}

# ---- another place, another kernel ----

@test "-b: another root, whose paths are shown" {
	module a/x.ko
	index
	tool modinfo -b "$ROOT" -n x
	out_is "$ROOT/lib/modules/$RELEASE/kernel/a/x.ko"
	same_as_peer modinfo --basedir="$ROOT" -n x
}

@test "-k: another release" {
	module a/x.ko
	index
	mv "$MODULES" "$ROOT/lib/modules/9.9.9-other"
	tool modinfo -n x
	status_is 1
	tool modinfo -k 9.9.9-other -n x
	out_is '/lib/modules/9.9.9-other/kernel/a/x.ko'
	same_as_peer modinfo --set-version 9.9.9-other -b "$ROOT" -n x
}

@test "-k with no such release: not found" {
	tool modinfo -k 0.0 x
	status_is 1
	complains_once modinfo
	err_has 'Module x not found.'
}

@test "a relative -b" {
	module a/x.ko
	index
	cd "$BATS_TEST_TMPDIR"
	same_as_peer modinfo -b root -k "$RELEASE" -n x
}
