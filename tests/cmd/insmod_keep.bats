#!/usr/bin/env bats
# insmod -k and -e, rmmod -a, -e and -r: what is remembered of modules.

load helpers

RECORDS=run/insmod/modules

# ---- autoclean ----

@test "-k makes a record, plain insmod none" {
	ko m.ko
	ko n.ko
	tool insmod -k m.ko
	status_is 0
	err_is ''
	grep -qx 'autoclean=1' "$ROOT/$RECORDS/m"
	grep -qx "object=\"$WORK/m.ko\"" "$ROOT/$RECORDS/m"
	tool insmod n.ko
	[ ! -e "$ROOT/$RECORDS/n" ]
	tool rmmod m
	status_is 0
	[ ! -e "$ROOT/$RECORDS/m" ]
}

@test "rmmod -a without records does nothing, silently" {
	loaded m
	tool rmmod -a
	status_is 0
	out_is ''
	err_is ''
	calls_are ''
}

# pass WANTED: one pass, and whether m is then there
pass()
{
	tool rmmod -a
	status_is 0
	err_is ''
	[ "$(ls "$ROOT/sys/module")" = "$1" ] || show_difference 'modules' "$1" "$(ls "$ROOT/sys/module")"
}

@test "rmmod -a: never used, it stays" {
	ko m.ko
	tool insmod -k m.ko
	pass m
	pass m
	pass m
}

@test "rmmod -a: used once, then free over two passes, it goes" {
	ko m.ko
	loaded other
	tool insmod -k m.ko
	echo 1 >"$ROOT/sys/module/m/refcnt"
	pass $'m\nother'
	echo 0 >"$ROOT/sys/module/m/refcnt"
	pass $'m\nother'
	pass other
	calls_are 'finit m flags=0 [] -> 0
delete m flags=2048 -> 0'
}

@test "rmmod -a: used again between two passes, it stays" {
	ko m.ko
	tool insmod -k m.ko
	echo 1 >"$ROOT/sys/module/m/refcnt"
	pass m
	echo 0 >"$ROOT/sys/module/m/refcnt"
	pass m
	echo 1 >"$ROOT/sys/module/m/refcnt"
	pass m
	echo 0 >"$ROOT/sys/module/m/refcnt"
	pass m
	pass ''
}

@test "rmmod -a: what drives a device is in use, whatever the kernel counts" {
	ko m.ko
	tool insmod -k m.ko
	mkdir -p "$ROOT/sys/bus/pci/drivers/m" "$ROOT/sys/module/m/drivers"
	ln -s ../../../bus/pci/drivers/m "$ROOT/sys/module/m/drivers/pci:m"
	ln -s ../../../../module/m "$ROOT/sys/bus/pci/drivers/m/module"
	ln -s ../../../../devices/0000:00:03.0 "$ROOT/sys/bus/pci/drivers/m/0000:00:03.0"
	pass m
	pass m
	pass m
	grep -qx 'used=1' "$ROOT/$RECORDS/m"
	rm "$ROOT/sys/bus/pci/drivers/m/0000:00:03.0"
	pass m
	rm -r "$ROOT/sys/module/m/drivers"
	pass ''
}

@test "rmmod -a: a record of another boot, or of another load, does not count" {
	file proc/sys/kernel/random/boot_id one
	ko m.ko
	tool insmod -k m.ko
	sed -i 's/^idle=0/idle=1/; s/^used=0/used=1/' "$ROOT/$RECORDS/m"
	file proc/sys/kernel/random/boot_id two
	pass m
	[ ! -e "$ROOT/$RECORDS/m" ]
	mkdir -p "$ROOT/$RECORDS"
	printf 'boot="two"\ninode=1\nautoclean=1\nused=1\nidle=1\n' >"$ROOT/$RECORDS/m"
	pass m
	[ ! -e "$ROOT/$RECORDS/m" ]
}

@test "rmmod -a -v says what it removed; names beside it are still removed" {
	ko m.ko
	loaded named
	tool insmod -k m.ko
	sed -i 's/^idle=0/idle=1/; s/^used=0/used=1/' "$ROOT/$RECORDS/m"
	tool rmmod -a -v
	status_is 0
	err_is 'rmmod: INFO: removed module m'
}

# ---- parameters that outlive the module ----

# A module that is loaded with -e, and parameters in /sys.
keep()
{
	ko m.ko parmtype=io:'array of int' parmtype=label:charp parmtype=hidden:int
	tool insmod "$@" m.ko
	status_is 0
	mkdir -p "$ROOT/sys/module/m/parameters"
	echo 544,768 >"$ROOT/sys/module/m/parameters/io"
	echo 'two "words"' >"$ROOT/sys/module/m/parameters/label"
}

@test "-e: rmmod saves, insmod takes it up again" {
	keep -e /var/keep/m
	err_is ''
	tool rmmod m
	status_is 0
	err_is 'rmmod: WARNING: parameters of m that are not saved: hidden (no permission bits; cannot read /proc/kcore: No such file or directory)'
	[ "$(tail -n +3 "$ROOT/var/keep/m")" = 'io=544,768
label="two \"words\""
#% Warning: parameter hidden cannot be read' ]
	[ "$(stat -c %a "$ROOT/var/keep/m")" = 600 ]
	sed -i 's/two .*words.*"/two words"/' "$ROOT/var/keep/m"
	tool insmod -e /var/keep/m m.ko
	status_is 0
	[[ $(tail -n 1 "$CALLS") == 'finit m flags=0 [io=544,768 label="two words"] -> 0' ]]
}

@test "-e: the command line wins" {
	keep --persist=/var/keep/m
	tool rmmod m
	tool insmod -e /var/keep/m m.ko label=x
	status_is 0
	[[ $(tail -n 1 "$CALLS") == 'finit m flags=0 [label=x io=544,768] -> 0' ]]
}

@test "-e: comments and foreign lines stay, marks are made anew" {
	mkdir "$ROOT/var/keep"
	printf '#%% Kernel old\n# mine\nio=1\nother=7\n' >"$ROOT/var/keep/m"
	keep -e /var/keep/m
	[[ $(tail -n 1 "$CALLS") == 'finit m flags=0 [io=1] -> 0' ]]
	tool rmmod m
	[[ $(sed -n 1p "$ROOT/var/keep/m") == "#% Kernel Linux $RELEASE "* ]]
	[[ $(sed -n 2p "$ROOT/var/keep/m") == '#% Data saved '*' GMT' ]]
	[ "$(tail -n +3 "$ROOT/var/keep/m" | head -n 4)" = '# mine
io=544,768
#% Warning: parameter other is not one of the module'"'"'s
other=7' ]
}

@test "-e: why what /sys does not show is not saved, in one line" {
	keep -e /var/keep/m
	touch -d '2001-01-01' m.ko
	tool rmmod m
	status_is 0
	err_is "rmmod: WARNING: parameters of m that are not saved: hidden (no permission bits; $WORK/m.ko has changed since the load)"
	keep -e /var/keep/m:hidden,io,ghost
	echo rubbish >"$ROOT/proc/kcore"
	tool rmmod m
	err_is 'rmmod: WARNING: parameters of m that are not saved: hidden, ghost (no permission bits; cannot read /proc/kcore: Exec format error)'
}

@test "-e: a text that is not set has no value to keep, and nothing is said" {
	keep -e /var/keep/m:label,io
	echo '(null)' >"$ROOT/sys/module/m/parameters/label"
	tool rmmod m
	status_is 0
	err_is ''
	grep -qx io=544,768 "$ROOT/var/keep/m"
	run ! grep -q '^label=' "$ROOT/var/keep/m"
}

@test "-e FILE:LIST keeps only these" {
	keep -e /var/keep/m:io
	tool rmmod m
	[ "$(tail -n +3 "$ROOT/var/keep/m")" = io=544,768 ]
}

@test "-e: a name that is not absolute" {
	ko m.ko
	tool insmod -e keep/m m.ko
	status_is 1
	complains_once insmod
	calls_are ''
}

@test "-e: a file that cannot be written does not stop the removal" {
	keep -e /var/keep/m
	mkdir -p "$ROOT/var/keep/m"
	tool rmmod m
	status_is 0
	err_has 'rmmod: WARNING: cannot save the parameters of m in /var/keep/m: Is a directory'
	[ ! -e "$ROOT/sys/module/m" ]
}

@test "rmmod -e saves and removes nothing" {
	keep -e /var/keep/m
	tool rmmod -e
	status_is 0
	grep -qx io=544,768 "$ROOT/var/keep/m"
	rm "$ROOT/var/keep/m"
	tool rmmod --persist m
	status_is 0
	grep -qx io=544,768 "$ROOT/var/keep/m"
	[ -e "$ROOT/sys/module/m" ]
	tool rmmod -e nosuch
	status_is 1
	err_is 'rmmod: ERROR: Module nosuch is not currently loaded'
}

# ---- stacks ----

# uses LIB TOP...: what /proc/modules says before TOP goes; /sys is as it is afterwards.
uses()
{
	local lib=$1 users
	shift
	users=$(printf '%s,' "$@")
	sed -i "s/^\($lib [0-9]* [0-9]*\) -/\1 $users/" "$ROOT/proc/modules"
}

@test "rmmod -r: what becomes free below goes too, what is used or drives a device stays" {
	for name in base mid driver busy top; do
		loaded $name
	done
	echo 1 >"$ROOT/sys/module/busy/refcnt"
	mkdir -p "$ROOT/sys/bus/pci/drivers/d" "$ROOT/sys/module/driver/drivers"
	ln -s ../../../bus/pci/drivers/d "$ROOT/sys/module/driver/drivers/pci:d"
	ln -s ../../../../devices/x "$ROOT/sys/bus/pci/drivers/d/x"
	uses mid top
	uses driver top
	uses busy top
	uses base mid driver
	tool rmmod -r -v top
	status_is 0
	err_is 'rmmod: INFO: removed module top
rmmod: INFO: removed module mid
rmmod: INFO: removed module base'
	calls_are 'delete top flags=2048 -> 0
delete mid flags=2048 -> 0
delete base flags=2048 -> 0'
}

@test "without -r it stays below" {
	loaded lib
	loaded top
	uses lib top
	tool rmmod top
	calls_are 'delete top flags=2048 -> 0'
}

@test "rmmod -r of one that is in use removes nothing" {
	loaded lib
	loaded mid 16384 1
	uses lib mid
	tool rmmod -r mid
	status_is 1
	err_begins 'rmmod: ERROR: Module mid is in use'
	calls_are ''
}
