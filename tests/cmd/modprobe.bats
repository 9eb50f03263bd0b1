#!/usr/bin/env bats
# modprobe: what it loads, what it says, and how it ends.

load helpers

# fs needs journal, journal needs crc; alone and fall-back stand alone; vfs is built in.
setup()
{
	machine_setup
	module k/crc.ko -e crc_it:1
	module k/journal.ko -u crc_it -e journal_start:2
	module k/fs.ko -u journal_start alias=fs-thing alias=fs-other
	module k/net/alone.ko 'alias=pci:v*d1*' parm=p:number parmtype=p:int
	module k/net/deep/fall-back.ko alias=fs-other
	builtin_module vfs
	index
}

conf()
{
	file etc/modprobe.d/test.conf "$1"
}

# -a NAMES with one job and with several: same exit code, output and messages, same calls in any order.
same_together()
{
	local -a alone
	cp -a "$ROOT" "$ROOT.before"
	tool modprobe -v -a "$@"
	alone=("$status" "$output" "$stderr" "$(sort "$CALLS")")
	rm -r "$ROOT"
	mv "$ROOT.before" "$ROOT"
	: >"$CALLS"
	tool modprobe -v -a --jobs=3 "$@"
	status_is "${alone[0]}"
	out_is "${alone[1]}"
	err_is "${alone[2]}"
	[ "$(sort "$CALLS")" = "${alone[3]}" ] || show_difference calls "${alone[3]}" "$(sort "$CALLS")"
}

fs_was_loaded='finit crc flags=0 [] -> 0
finit journal flags=0 [] -> 0
finit fs flags=0 [] -> 0'

@test "a module after what it needs; again, there is nothing to do" {
	tool modprobe fs
	status_is 0
	err_is ''
	calls_are "$fs_was_loaded"
	tool modprobe fs
	status_is 0
	calls_are "$fs_was_loaded"
}

@test "a required module that is refused: which, why, and what stays loaded" {
	kernel 'finit fs ENOENT fs: Unknown symbol foo (err -2)'
	tool modprobe fs
	status_is 1
	err_begins "modprobe: ERROR: could not insert 'fs': Unknown symbol in module, or unknown parameter (see dmesg)"
	err_has 'Unknown symbol foo'
	err_has '  loaded before it, and still loaded: crc journal'
	tool modprobe fs
	err_lacks 'loaded before it'
}

@test "closed standard streams, as the kernel leaves them" {
	in_root_after 'exec <&- >&- 2>&-;' "$TOOLS/modprobe" -q -- fs
	calls_are "$fs_was_loaded"
	in_root_after 'exec <&- >&- 2>&-;' "$TOOLS/modprobe" nosuch || status=$?
	[ "$status" = 1 ]
}

@test "MODPROBE_OPTIONS: words in front of the others, held together by quotes" {
	run --separate-stderr env MODPROBE_OPTIONS='-n  -v "-C" '"'/dev/null'" LD_PRELOAD="$LIBRARY" "${MACHINE[@]}" \
		"$TOOLS/modprobe" fall-back
	out_is "insmod /lib/modules/$RELEASE/kernel/k/net/deep/fall-back.ko "
	calls_are ''
}

# command_options OPTION...: what the install command of alone finds in MODPROBE_OPTIONS
command_options()
{
	rm -f options
	tool modprobe "$@" alone
	cat options
}

@test "MODPROBE_OPTIONS of commands: what was given, and what we were given" {
	local file=$ROOT/etc/modprobe.d/test.conf
	conf 'install alone echo "$MODPROBE_OPTIONS" >options'
	cp "$file" 'a b'
	[ "$(command_options)" = '' ]
	[ "$(command_options -f -b --first-time)" = '' ]
	[ "$(command_options -vs -C "$file" -v -q)" = "-C $file -q -s -v" ]
	[ "$(command_options -C 'a b' -C "$file")" = "-C \"a b\" -C $file" ]
	export MODPROBE_OPTIONS='-b -C "a b"'
	[ "$(command_options)" = '-b -C "a b"' ]
	[ "$(command_options -v)" = '-b -C "a b" -C "a b" -v' ]
	export MODPROBE_OPTIONS='-b -q -v'
	[ "$(command_options)" = '-b -q -v' ]
	unset MODPROBE_OPTIONS
	conf 'remove alone echo "$MODPROBE_OPTIONS" >options'
	loaded alone
	[ "$(command_options -r -s)" = -s ]
}

@test "a file by its path: loaded from there, what it needs from the module directory" {
	local fs=$MODULES/kernel/k/fs.ko
	mkdir -p new/dir
	cp "$fs" new/dir/fs.ko
	conf 'options fs a=1'
	rm "$fs"
	tool modprobe -D new/dir/fs.ko b=2
	status_is 0
	out_has "insmod /lib/modules/$RELEASE/kernel/k/journal.ko"
	[ "${lines[2]}" = "insmod $WORK/new/dir/fs.ko a=1 b=2" ]
	tool modprobe -v -a ./new/dir/fs.ko "$MODULES/kernel/k/net/alone.ko"
	status_is 0
	[ "${lines[2]}" = "insmod $WORK/./new/dir/fs.ko a=1 " ]
	[ "${lines[3]}" = "insmod $MODULES/kernel/k/net/alone.ko " ]
	tool modprobe --first-time "$WORK/new/dir/fs.ko"
	status_is 1
	err_begins "modprobe: ERROR: could not insert 'fs': Module already in kernel"
	tool modprobe ./no/alone.ko
	status_is 1
	err_is 'modprobe: FATAL: Module ./no/alone.ko not found: No such file or directory'
}

@test "a file by its path: the configuration counts as for its name" {
	conf 'forbid alone
install crc echo crc
blacklist fs'
	cp "$MODULES"/kernel/k/{crc,fs,net/alone}.ko .
	tool modprobe ./alone.ko
	status_is 3
	err_has 'test.conf:1: module alone is forbidden'
	tool modprobe ./crc.ko
	out_is crc
	tool modprobe -b ./fs.ko
	status_is 0
	calls_are ''
}

@test "configuration that cannot be read: said, done without it, and no success" {
	mkdir -p "$ROOT/etc/modprobe.d/dir.conf"
	mkfifo "$ROOT/etc/modprobe.d/pipe.conf"
	tool modprobe alone
	status_is 1
	err_is 'modprobe: WARNING: /etc/modprobe.d/dir.conf: cannot read: Is a directory
modprobe: WARNING: /etc/modprobe.d/pipe.conf: cannot read: Invalid argument'
	calls_are 'finit alone flags=0 [] -> 0'
}

@test "an alias, with parameters" {
	conf 'options alone p=1'
	tool modprobe pci:v7d1x 'q=a b'
	status_is 0
	calls_are 'finit alone flags=0 [p=1 q="a b"] -> 0'
}

@test "-a: every word is a name; the failing one does not stop the others" {
	tool modprobe -a alone nosuch fall_back
	status_is 1
	err_is "modprobe: WARNING: Module nosuch not found in directory /lib/modules/$RELEASE"
	calls_are 'finit alone flags=0 [] -> 0
finit fall_back flags=0 [] -> 0'
}

@test "an alias of several modules: each is tried, and one that fails is a failure" {
	kernel 'finit fs ENODEV'
	tool modprobe -v fs-other
	status_is 1
	err_begins "modprobe: ERROR: could not insert 'fs': No such device"
	[ "${lines[3]}" = "insmod /lib/modules/$RELEASE/kernel/k/net/deep/fall-back.ko " ]
	[[ $(<"$CALLS") == *'finit fall_back flags=0 [] -> 0' ]]
	conf 'forbid fs'
	rm -r "$ROOT/sys/module/fall_back"
	: >"$CALLS"
	tool modprobe -q fs-other
	status_is 3
	calls_are 'finit fall_back flags=0 [] -> 0'
}

@test "-A: the first alternative that can be loaded, with its own parameters" {
	kernel 'finit alone ENODEV'
	tool modprobe -q -A nosuch a=1 alone p=1 fall-back p=2 q=3 fs
	status_is 0
	calls_are 'finit alone flags=0 [p=1] -> ENODEV
finit fall_back flags=0 [p=2 q=3] -> 0'
	tool modprobe --any nosuch alone
	status_is 1
	err_has 'WARNING: Module nosuch not found'
	err_has "could not insert 'alone': No such device"
}

@test "-k is quiet, as when the kernel still had marks" {
	tool modprobe -k nosuch
	status_is 1
	err_is ''
	tool modprobe -k alone
	calls_are 'finit alone flags=0 [] -> 0'
}

@test "-k marks what it loads, also dependencies; -r -k removes that when it was used and is not any more" {
	tool modprobe crc
	tool modprobe -k fs
	status_is 0
	[ "$(ls "$ROOT/run/insmod/modules")" = $'fs\njournal' ]
	grep -qx 'autoclean=1' "$ROOT/run/insmod/modules/fs"
	grep -qx "object=\"/lib/modules/$RELEASE/kernel/k/fs.ko\"" "$ROOT/run/insmod/modules/fs"
	tool modprobe -r -k
	status_is 0
	err_is ''
	sed -i 's/^idle=0/idle=1/; s/^used=0/used=1/' "$ROOT/run/insmod/modules/fs"
	: >"$CALLS"
	tool modprobe -r -k -n -v
	status_is 1
	err_has 'cannot be tried with -n'
	tool modprobe -rkv
	status_is 0
	err_is 'modprobe: INFO: removed module fs'
	calls_are 'delete fs flags=2048 -> 0'
	[ ! -e "$ROOT/run/insmod/modules/fs" ]
}

# parameter MODULE NAME VALUE: of a module that is loaded, in /sys
parameter()
{
	mkdir -p "$ROOT/sys/module/$1/parameters"
	echo "$3" >"$ROOT/sys/module/$1/parameters/$2"
}

@test "-o is remembered, -r saves what insmod -e keeps, and both records go with their modules" {
	local records=$ROOT/run/insmod/modules
	module k/late.ko parmtype=io:int
	index
	tool modprobe -q -o other alone
	status_is 0
	grep -qx "object=\"/lib/modules/$RELEASE/kernel/k/net/alone.ko\"" "$records/other"
	grep -qx autoclean=0 "$records/other"
	tool insmod -e /var/keep/late "$MODULES/kernel/k/late.ko"
	parameter late io 544
	tool modprobe fs
	[ "$(ls "$records")" = $'late\nother' ]
	tool modprobe -r -a fs late other
	status_is 1
	err_is 'modprobe: WARNING: Module other not found.'
	[ "$(ls "$records")" = other ]
	grep -q '^#% Data saved' "$ROOT/var/keep/late"
	tool rmmod other
	[ "$(ls "$records")" = '' ]
}

@test "-r: parameters that cannot be saved are a warning, and named with -v when they are" {
	tool insmod -e /var/keep/alone:p "$MODULES/kernel/k/net/alone.ko"
	parameter alone p 1
	mkdir -p "$ROOT/var/keep/alone"
	tool modprobe -r alone
	status_is 0
	err_is 'modprobe: WARNING: cannot save the parameters of alone in /var/keep/alone: Is a directory'
	rmdir "$ROOT/var/keep/alone"
	tool insmod -e /var/keep/alone:p "$MODULES/kernel/k/net/alone.ko"
	parameter alone p 1
	tool modprobe -r -v alone
	status_is 0
	out_is 'rmmod alone'
	err_is 'modprobe: INFO: saved the parameters of alone in /var/keep/alone'
}

@test "-r without names wants -k" {
	tool modprobe -r
	status_is 1
	err_has 'missing parameters'
}

@test "-l: files of all modules, of those of a name, of a directory" {
	tool modprobe -l
	status_is 0
	out_is 'kernel/k/net/alone.ko
kernel/k/crc.ko
kernel/k/net/deep/fall-back.ko
kernel/k/fs.ko
kernel/k/journal.ko'
	tool modprobe -l 'f*[ks]'
	out_is 'kernel/k/net/deep/fall-back.ko
kernel/k/fs.ko'
	tool modprobe -l 'fall-*' -v
	out_is "/lib/modules/$RELEASE/kernel/k/net/deep/fall-back.ko"
	tool modprobe --list --type=net
	out_is 'kernel/k/net/alone.ko
kernel/k/net/deep/fall-back.ko'
	tool modprobe -l -t net/deep 'a*'
	status_is 0
	out_is ''
	tool modprobe -l -t et
	out_is ''
}

@test "-l and -t: what is wrong with them" {
	tool modprobe -l a b
	status_is 1
	err_is "modprobe: FATAL: Can't have multiple wildcards"
	tool modprobe -l 'a['
	status_is 1
	err_has 'has a [ without ]'
	tool modprobe -t net alone
	status_is 1
	err_is 'modprobe: FATAL: -t only supported with -l'
	tool modprobe -S 0.0.0 -l
	status_is 1
	err_has 'there is no directory /lib/modules/0.0.0'
	nothing_happened
}

@test "forbid: by name, by alias, as a dependency; a code of its own" {
	conf 'forbid crc it eats disks'
	tool modprobe crc
	status_is 3
	err_is 'modprobe: ERROR: /etc/modprobe.d/test.conf:1: module crc is forbidden: it eats disks'
	tool modprobe fs-thing
	status_is 3
	err_is 'modprobe: ERROR: /etc/modprobe.d/test.conf:1: module crc, which fs needs, is forbidden: it eats disks'
	tool modprobe -q fs
	status_is 3
	err_is ''
	nothing_happened
}

@test "forbid: among others, and lifted" {
	conf 'mask crc'
	tool modprobe -q -a crc alone
	status_is 3
	tool modprobe -q -a crc nosuch
	status_is 1
	calls_are 'finit alone flags=0 [] -> 0'
	: >"$CALLS"
	tool modprobe --ignore-forbid fs
	status_is 0
	calls_are "$fs_was_loaded"
}

@test "forbid: a refusal of the kernel's is not one of ours" {
	conf 'forbid crc'
	kernel 'finit alone EPERM'
	tool modprobe -q alone
	status_is 1
}

@test "allow-only: what is not listed, and on trial" {
	conf $'allow-only yes\nallow fs journal'
	tool modprobe fs
	status_is 3
	err_is 'modprobe: ERROR: /etc/modprobe.d/test.conf:1: module crc, which fs needs, is not in the list of allowed modules'
	nothing_happened
	conf $'allow-only audit\nallow fs journal'
	tool modprobe fs
	status_is 0
	err_is 'modprobe: WARNING: /etc/modprobe.d/test.conf:1: module crc, which fs needs, would not be allowed'
	calls_are "$fs_was_loaded"
}

@test "built in: nothing to do, said when asked, and when it is forbidden" {
	tool modprobe vfs
	status_is 0
	err_is ''
	tool modprobe -v vfs
	err_is 'modprobe: INFO: Module vfs is builtin.'
	tool modprobe --first-time vfs
	status_is 1
	err_is "modprobe: ERROR: could not insert 'vfs': Module already in kernel
  it is built into the kernel"
	conf 'forbid vfs'
	tool modprobe vfs
	status_is 0
	err_is 'modprobe: WARNING: /etc/modprobe.d/test.conf:1: module vfs is forbidden, but it is built into the kernel'
	tool modprobe -r vfs
	status_is 1
	err_is 'modprobe: FATAL: Module vfs is builtin.'
}

@test "-a --jobs: the outcome of one after the other" {
	same_together fs journal alone nosuch fall-back crc vfs fs-other
	status_is 1
	[ "$(wc -l <"$CALLS")" = 5 ]
}

@test "-a --jobs: a module that many need and that cannot be loaded" {
	kernel 'finit crc ENOMEM crc: no room'
	same_together fs alone journal fs-thing crc
	status_is 1
	[ "$(grep -c 'could not insert' <<<"$stderr")" = 4 ]
	[ "$(grep -c '^finit crc ' "$CALLS")" = 4 ]
}

@test "-a --jobs: what is forbidden, and commands" {
	conf $'forbid crc\ninstall alone echo in the command; exit 1'
	same_together fs alone fall-back journal
	status_is 1
	out_has $'install echo in the command; exit 1 \nin the command'
}

@test "--jobs: how many" {
	tool modprobe -a -j 0 alone fs
	status_is 0
	for n in x -1 '' 1025; do
		tool modprobe -a --jobs="$n" fs
		status_is 1
		err_is "modprobe: ERROR: '$n' is no number of modules to load at once"
	done
}

@test "--jobs without -a, or with nothing to be done, is as without" {
	tool modprobe --jobs=2 alone p=1
	status_is 0
	calls_are 'finit alone flags=0 [p=1] -> 0'
	tool modprobe --jobs=2 -a --first-time alone alone fs
	status_is 1
	[ "$(grep -c 'already in kernel' <<<"$stderr")" = 2 ]
	: >"$CALLS"
	tool modprobe --jobs=2 -n -a fall-back fs
	out_is "insmod /lib/modules/$RELEASE/kernel/k/net/deep/fall-back.ko "
	calls_are ''
}

@test "a file that is gone: kmod's words, and what they do not say" {
	rm "$MODULES/kernel/k/crc.ko"
	tool modprobe fs
	status_is 1
	err_is "modprobe: ERROR: could not insert 'crc': Unknown symbol in module, or unknown parameter (see dmesg)
  /lib/modules/$RELEASE/kernel/k/crc.ko: cannot open: No such file or directory"
}

@test "-o: the module under another name, what it needs under its own" {
	tool modprobe -o fs-two fs
	status_is 0
	err_has 'fs.ko is loaded edited: renamed to fs_two; a signature is dropped'
	grep -qx 'finit fs_two flags=0 \[\] -> 0' "$CALLS"
	grep -q '^finit crc ' "$CALLS"
	: >"$CALLS"
	tool modprobe --name=fs_two fs
	status_is 0
	calls_are ''
	tool modprobe -n -o three fs
	out_has 'insmod -o three /lib/modules/'
	tool modprobe -o 'a b' fs
	status_is 1
	err_has "'a b' is no name for a module"
	tool modprobe -a -o x fs alone
	status_is 1
	err_is 'modprobe: ERROR: -o gives a name to one module'
}

@test "-r of what is in use: by whom" {
	loaded crc 16384 1 journal
	tool modprobe -r crc
	status_is 1
	err_is 'modprobe: FATAL: Module crc is in use.
  module journal uses it'
	loaded fs 16384 1
	file proc/mounts '/dev/vda1 /mnt fs rw,relatime 0 0'
	tool modprobe -r fs
	status_is 1
	err_begins 'modprobe: FATAL: Module fs is in use.'
	calls_are ''
}

# fs uses journal, journal and fs use crc.
fs_is_loaded()
{
	loaded crc 16384 2 journal fs
	loaded journal 16384 1 fs
	loaded fs 16384 0
}

@test "-r: what would be done: a module, then what nothing uses any more" {
	fs_is_loaded
	tool modprobe -r -n -v fs
	status_is 0
	out_is $'rmmod fs\nrmmod journal\nrmmod crc'
	tool modprobe -r -n -v --remove-holders journal
	status_is 0
	out_is $'rmmod fs\nrmmod journal\nrmmod crc'
}

@test "-r: several in any order, each of them once" {
	fs_is_loaded
	for words in 'crc fs' 'crc journal fs' 'fs crc' 'journal fs crc'; do
		# shellcheck disable=SC2086  # words
		tool modprobe -r -n -v --first-time $words
		status_is 0
		err_is ''
		out_is $'rmmod fs\nrmmod journal\nrmmod crc'
	done
}

@test "-r: in use by one that is to stay" {
	fs_is_loaded
	tool modprobe -r journal
	status_is 1
	err_begins 'modprobe: FATAL: Module journal is in use.'
	nothing_happened
}

@test "-r -w: until it is free, or the time is over" {
	loaded crc 16384 1
	kernel 'delete crc EWOULDBLOCK'
	tool modprobe -r -w 30 crc
	status_is 1
	err_has 'crc'
	tool modprobe -r -w soon crc
	status_is 1
	err_is "modprobe: ERROR: unexpected wait value 'soon'."
}
