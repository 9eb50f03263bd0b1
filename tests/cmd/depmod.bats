#!/usr/bin/env bats
# depmod: what it makes, where, and every option.

load depmod

# ---- what it makes ----

@test "makes all files without a word" {
	small_tree
	tool depmod
	status_is 0
	out_is ''
	err_is ''
	for file in dep dep.bin alias alias.bin softdep weakdep symbols symbols.bin devname \
		builtin.bin builtin.alias.bin; do
		[ -s "$MODULES/modules.$file" ] || show_difference 'a file' "modules.$file" none
	done
	dep_is 'a.ko: b.ko c.ko ; b.ko: c.ko ; c.ko:'
	no_leavings "$MODULES"
}

@test "-n prints the texts and touches nothing" {
	small_tree
	tool depmod -n
	status_is 0
	err_is ''
	out_is 'kernel/a.ko: kernel/b.ko kernel/c.ko
kernel/b.ko: kernel/c.ko
kernel/c.ko:
# Aliases extracted from modules themselves.
alias pci:v1-2* a
alias devname:bb b
alias char-major-10-7 b
# Soft dependencies extracted from modules themselves.
softdep a pre: c
# Weak dependencies extracted from modules themselves.
weakdep c a
# Aliases for symbols, used by symbol_request().
alias symbol:sym_b b
alias symbol:sym_c c
# Device nodes to trigger on-demand module loading.
b bb c10:7'
	[ ! -e "$MODULES/modules.dep" ]
}

@test "the installed modprobe finds everything through it" {
	small_tree
	tool depmod
	run modprobe -C /dev/null -d "$ROOT" -S "$RELEASE" -D b
	out_is "insmod $MODULES/kernel/c.ko "$'\n'"insmod $MODULES/kernel/b.ko "
	run modprobe -C /dev/null -d "$ROOT" -S "$RELEASE" -R pci:v1_2345
	out_is a
	run modprobe -C /dev/null -d "$ROOT" -S "$RELEASE" -R symbol:sym_c
	out_is c
	run modprobe -C /dev/null -d "$ROOT" -S "$RELEASE" -R core-alias
	out_is core_x
}

@test "an empty directory gets its files too" {
	rmdir "$MODULES/kernel"
	tool depmod
	status_is 0
	[ -f "$MODULES/modules.dep" ] && [ ! -s "$MODULES/modules.dep" ]
	[ -s "$MODULES/modules.dep.bin" ]
}

@test "what the kernel build did not leave is named once" {
	small_tree
	rm "$MODULES"/modules.*
	tool depmod
	status_is 0
	err_is "depmod: WARNING: could not open modules.order, modules.builtin, modules.builtin.modinfo at /lib/modules/$RELEASE: No such file or directory"
}

@test "compressed modules, and one that two directories have" {
	module a.ko.gz -u s
	module b.ko.xz -u t -e s:1
	module c.ko.zst -e t:1
	ko "$MODULES/updates/c.ko" -e t:1
	touch "$MODULES"/modules.builtin{,.modinfo}
	tool depmod
	status_is 0
	err_is ''
	dep_is 'a.ko.gz: b.ko.xz updates/c.ko ; b.ko.xz: updates/c.ko ; updates/c.ko:'
}

# ---- where ----

@test "-b works below another root, also a relative one" {
	small_tree
	mkdir base
	mv "$ROOT/lib" base
	modules_are_in "base/lib/modules/$RELEASE"
	tool depmod -b base
	status_is 0
	err_is ''
	dep_is 'a.ko: b.ko c.ko ; b.ko: c.ko ; c.ko:'
}

@test "-o writes elsewhere" {
	small_tree
	tool depmod -o out
	status_is 0
	[ ! -e "$MODULES/modules.dep" ]
	[ -s "out/lib/modules/$RELEASE/modules.dep.bin" ]
}

@test "-m takes another folder of module trees" {
	small_tree
	mkdir "$ROOT/usr"
	mv "$ROOT/lib" "$ROOT/usr"
	tool depmod -m /usr/lib/modules
	status_is 0
	[ -s "$ROOT/usr/lib/modules/$RELEASE/modules.dep" ]
}

@test "a release as operand, several of them" {
	small_tree
	cp -r "$MODULES" "$ROOT/lib/modules/7.0-other"
	tool depmod "$RELEASE" 7.0-other
	status_is 0
	cmp "$MODULES/modules.dep" "$ROOT/lib/modules/7.0-other/modules.dep"
}

@test "one bad release does not keep the others from being done" {
	small_tree
	tool depmod 9.9.9 "$RELEASE"
	status_is 1
	err_is 'depmod: FATAL: could not open directory /lib/modules/9.9.9: No such file or directory'
	[ -s "$MODULES/modules.dep" ]
}

@test "what is no release is refused" {
	for word in foo 6 6. x6.1 6-1 ./6.1; do
		tool depmod "$word"
		status_is 1
		err_is "depmod: ERROR: Bad version passed $word"
	done
}

@test "files as operands are all there is" {
	small_tree
	tool depmod -n "$RELEASE" "/lib/modules/$RELEASE/kernel/b.ko" "/lib/modules/$RELEASE/kernel/a.ko"
	status_is 0
	[ "$(head -n 2 <<<"$output")" = 'kernel/a.ko: kernel/b.ko'$'\n''kernel/b.ko:' ]
}

@test "a file outside of the tree keeps its path" {
	small_tree
	ko "$WORK/other/d.ko" -u sym_c
	tool depmod -n "$RELEASE" "$WORK/other/d.ko" "/lib/modules/$RELEASE/kernel/c.ko"
	status_is 0
	[ "$(head -n 2 <<<"$output")" = "kernel/c.ko:"$'\n'"$WORK/other/d.ko: kernel/c.ko" ]
}

@test "files have to be absolute, there, and one for each module" {
	small_tree
	tool depmod "$RELEASE" kernel/a.ko
	status_is 1
	err_is 'depmod: FATAL: kernel/a.ko: not absolute path.'
	tool depmod "$RELEASE" /gone.ko
	status_is 1
	err_is 'depmod: FATAL: could not create module /gone.ko: No such file or directory'
	ko "$WORK/other/a.ko"
	tool depmod "$RELEASE" "/lib/modules/$RELEASE/kernel/a.ko" "$WORK/other/a.ko"
	status_is 1
	err_is "depmod: FATAL: could not add module $WORK/other/a.ko: File exists"
	[ ! -e "$MODULES/modules.dep" ]
}

# ---- configuration ----

@test "depmod.d of the system, the directories in their order" {
	module a.ko
	ko "$MODULES/extra/a.ko"
	ko "$MODULES/other/a.ko"
	file usr/lib/depmod.d/x.conf 'search other built-in'
	touch "$MODULES"/modules.builtin{,.modinfo}
	tool depmod
	err_is ''
	dep_is 'other/a.ko:'
	file etc/depmod.d/x.conf 'search extra built-in'
	tool depmod
	dep_is 'extra/a.ko:'
}

@test "-C reads a file or a directory instead" {
	module a.ko
	ko "$MODULES/extra/a.ko"
	ko "$MODULES/other/a.ko"
	file etc/depmod.d/x.conf 'search other'
	mkdir conf
	echo 'search extra built-in' >conf/a.conf
	echo 'search other built-in' >conf/a.txt
	tool depmod -C conf
	dep_is 'extra/a.ko:'
	tool depmod -C conf/a.txt
	dep_is 'other/a.ko:'
	tool depmod -C /dev/null
	dep_is 'extra/a.ko:'
}

@test "override, external and exclude" {
	module a.ko
	ko "$MODULES/extra/a.ko"
	ko "$MODULES/updates/a.ko"
	ko "$MODULES/kernel/no/b.ko"
	ko "$WORK/outside/c.ko"
	touch "$MODULES"/modules.builtin{,.modinfo}
	file etc/depmod.d/x.conf "override a ^6 extra
external * $WORK/outside
exclude no"
	tool depmod
	status_is 0
	err_is ''
	dep_is "$WORK/outside/c.ko: ; extra/a.ko:"
}

@test "a line that is not understood is named, and the rest counts" {
	module a.ko
	ko "$MODULES/extra/a.ko"
	touch "$MODULES"/modules.builtin{,.modinfo}
	file etc/depmod.d/x.conf 'serach foo
search extra built-in
override a *
external * relative'
	tool depmod
	status_is 0
	err_is "depmod: WARNING: /etc/depmod.d/x.conf:1: ignoring bad line starting with 'serach'
depmod: WARNING: /etc/depmod.d/x.conf:3: override needs a module, a release and a directory
depmod: WARNING: /etc/depmod.d/x.conf:4: 'relative' is not an absolute path"
	dep_is 'extra/a.ko:'
}

@test "a configuration file that cannot be read is an error" {
	module a.ko
	mkdir -p "$ROOT/etc/depmod.d/x.conf"
	touch "$MODULES"/modules.builtin{,.modinfo}
	tool depmod
	status_is 1
	err_is 'depmod: ERROR: could not read /etc/depmod.d/x.conf: Is a directory'
	dep_is 'a.ko:'
}

# ---- symbols ----

@test "-e with -F names what nobody has" {
	small_tree
	module d.ko -u kernel_fn -u gone
	module e.ko -u gone
	echo 'ffffffff81000000 T kernel_fn
ffffffff81000000 r __ksymtab_other' >map
	tool depmod -e -F map
	status_is 0
	err_is "depmod: WARNING: /lib/modules/$RELEASE/kernel/a.ko needs unknown symbol kernel_fn (and 1 more)
depmod: WARNING: /lib/modules/$RELEASE/kernel/d.ko needs unknown symbol gone (and 1 more)"
	tool depmod -v -e -F map
	# shellcheck disable=SC2154  # bats sets it
	[ "$(grep -c 'needs unknown symbol' <<<"$stderr")" = 4 ]
	echo 'ffffffff81000000 r __ksymtab_kernel_fn
ffffffff81000000 r __ksymtab_gone' >map
	tool depmod -e -F map
	err_is ''
}

@test "-e with -E compares versions too" {
	module a.ko -u sym_b -c sym_b:99 -u kernel_fn -c kernel_fn:5
	module b.ko -e sym_b:11
	touch "$MODULES"/modules.builtin{,.modinfo}
	printf '0x00000005\tkernel_fn\tvmlinux\tEXPORT_SYMBOL\t\n' >symvers
	tool depmod -e -E symvers
	status_is 0
	err_is "depmod: WARNING: /lib/modules/$RELEASE/kernel/a.ko disagrees about version of symbol sym_b"
	printf '0x00000006\tkernel_fn\tvmlinux\tEXPORT_SYMBOL\t\n' >symvers
	tool depmod -e -E symvers
	err_has 'a.ko disagrees about version of symbol kernel_fn'
}

@test "-P takes a character off the names of System.map" {
	module a.ko -u kernel_fn
	touch "$MODULES"/modules.builtin{,.modinfo}
	echo '0 r ___ksymtab_kernel_fn' >map
	tool depmod -e -P _ -F map
	err_is ''
	tool depmod -e -F map
	err_has 'needs unknown symbol kernel_fn'
	tool depmod -P __
	status_is 1
	err_is 'depmod: FATAL: -P only takes a single char'
}

@test "-e alone asks the running kernel, if it is that one" {
	module a.ko -u kernel_fn -u gone
	touch "$MODULES"/modules.builtin{,.modinfo}
	tool depmod -e
	status_is 0
	err_is 'depmod: WARNING: -e needs -E or -F'
	file proc/kallsyms '0000000000000000 r __ksymtab_kernel_fn'
	tool depmod -e
	err_is "depmod: WARNING: /lib/modules/$RELEASE/kernel/a.ko needs unknown symbol gone"
	cp -r "$MODULES" "$ROOT/lib/modules/7.0-other"
	tool depmod -e 7.0-other
	err_is 'depmod: WARNING: -e needs -E or -F'
}

@test "-u makes it the exit code" {
	module a.ko -u kernel_fn
	touch "$MODULES"/modules.builtin{,.modinfo}
	echo '0 r __ksymtab_other' >map
	tool depmod -u -F map
	status_is 1
	err_has 'needs unknown symbol kernel_fn'
	[ -s "$MODULES/modules.dep" ]
	echo '0 r __ksymtab_kernel_fn' >map
	tool depmod -u -F map
	status_is 0
}

@test "lists of symbols that are not there" {
	small_tree
	tool depmod -e -E /gone
	status_is 1
	err_is 'depmod: FATAL: could not load /gone: No such file or directory'
	tool depmod -e -F /gone
	status_is 1
	err_is 'depmod: FATAL: could not load /gone: No such file or directory'
	[ ! -e "$MODULES/modules.dep" ]
}

@test "-v prints who needs what of whom, and figures" {
	small_tree
	tool depmod -v
	status_is 0
	out_is "/lib/modules/$RELEASE/kernel/a.ko needs \"sym_b\": /lib/modules/$RELEASE/kernel/b.ko
/lib/modules/$RELEASE/kernel/b.ko needs \"sym_c\": /lib/modules/$RELEASE/kernel/c.ko"
	err_is "depmod: INFO: $RELEASE: 3 modules and 2 symbols; 0 modules left out, 0 files not used"
}

@test "-w names what is there twice" {
	module a.ko -e s:1 alias=x-y alias=x_y
	module b.ko -e s:1
	ko "$MODULES/updates/b.ko" -e s:1
	touch "$MODULES"/modules.builtin{,.modinfo}
	tool depmod
	err_is ''
	tool depmod -w
	status_is 0
	err_is 'depmod: WARNING: duplicate module b: kernel/b.ko is not used
depmod: WARNING: duplicate symbol s: that of kernel/a.ko is not used, that of updates/b.ko is
depmod: WARNING: duplicate module alias: x_y a'
}

# ---- -A ----

# Let times be well apart: those of the files are in the past.
age()
{
	find "$ROOT" -exec touch -h -d "$1" {} +
}

# Does -A find something to do?  The module directory's own time tells nothing.
quick_works()
{
	local before after
	before=$(stat -c %i "$MODULES/modules.dep" 2>/dev/null || echo none)
	tool depmod -A
	status_is 0
	after=$(stat -c %i "$MODULES/modules.dep")
	[ "$before" != "$after" ]
}

@test "-A does nothing if nothing is newer" {
	small_tree
	sleep 0.05
	tool depmod
	run ! quick_works
}

@test "-A works after a module changed, also with an old time" {
	small_tree
	tool depmod
	sleep 0.05
	ko new.ko -e fresh:1
	touch -d 2001-01-01 new.ko
	cp -p new.ko "$MODULES/kernel/c.ko"
	quick_works
	grep -q fresh "$MODULES/modules.symbols"
}

@test "-A works after a module went or came" {
	small_tree
	tool depmod
	sleep 0.05
	rm "$MODULES/kernel/c.ko"
	quick_works
	sleep 0.05
	ko "$MODULES/kernel/sub/d.ko"
	quick_works
	grep -q sub/d.ko "$MODULES/modules.dep"
}

@test "-A works if any index is missing" {
	small_tree
	sleep 0.05
	tool depmod
	sleep 0.05
	rm "$MODULES/modules.softdep"
	quick_works
	[ -e "$MODULES/modules.softdep" ]
	rm "$MODULES/modules.dep"
	quick_works
}

@test "-A works after modules.order or the configuration changed" {
	small_tree
	file etc/depmod.d/x.conf 'search updates built-in'
	tool depmod
	sleep 0.05
	touch "$MODULES/modules.order"
	quick_works
	sleep 0.05
	touch "$ROOT/etc/depmod.d/x.conf"
	quick_works
	sleep 0.05
	rm "$ROOT/etc/depmod.d/x.conf"
	quick_works
}

# ---- talk ----

@test "-q is silent about warnings, not about errors" {
	module a.ko
	echo garbage >"$MODULES/kernel/b.ko"
	tool depmod -q
	status_is 1
	[ "$(wc -l <<<"$stderr")" = 1 ]
	err_has b.ko
}

@test "-s talks to the system log" {
	module a.ko
	tool depmod -s
	status_is 0
	err_is ''
	grep -q 'could not open modules.builtin, modules.builtin.modinfo' "$SYSLOG"
}

# Enough modules for a few steps of the progress bar.
many_modules()
{
	local i
	module m1.ko
	for i in $(seq 2 100); do
		cp "$MODULES/kernel/m1.ko" "$MODULES/kernel/m$i.ko"
	done
	touch "$MODULES"/modules.builtin{,.modinfo}
}

# What depmod writes to a terminal, when each look at the clock takes so many milliseconds.
on_a_terminal()
{
	command -v script >/dev/null || skip 'no script(1) to make a terminal'
	run --separate-stderr script -qec "env LKM_FAKE_CLOCK=$1 LD_PRELOAD=$LIBRARY ${MACHINE[*]} $TOOLS/depmod --jobs=1" /dev/null
	status_is 0
}

@test "long work on a terminal shows how far it is, and wipes that" {
	many_modules
	on_a_terminal 200
	[[ $output == $'\r'"depmod: ["*'/100'*$'\r\e[K' ]] || show_difference 'a bar' '' "$output"
}

@test "no bar for short work, and none without a terminal" {
	many_modules
	on_a_terminal 1
	out_is ''
	run --separate-stderr in_root LKM_FAKE_CLOCK=200 "$TOOLS/depmod"
	out_is ''
	err_is ''
}

@test "options of older versions" {
	small_tree
	tool depmod -a -r "$RELEASE"
	status_is 0
	err_is ''
	tool depmod --map
	status_is 0
	err_is 'depmod: WARNING: Ignored deprecated option --map'
}

@test "one thread or several: the same bytes" {
	for i in $(seq 100); do
		module "m$i.ko" -e "s$i:1" -u "s$((i + 1))" alias="x:$i" &
		[ $((i % 10)) != 0 ] || wait
	done
	wait
	seq -f 'kernel/m%g.ko' 100 >"$MODULES/modules.order"
	tool depmod --jobs=1
	before=$(checksums)
	tool depmod --jobs=7
	status_is 0
	[ "$(checksums)" = "$before" ]
	tool depmod --jobs=0
	status_is 1
	err_is 'depmod: FATAL: --jobs takes a number from 1 to 64'
}

@test "help and version" {
	tool depmod --help
	status_is 0
	out_has 'depmod [options] [RELEASE]... [FILE]...'
	tool depmod -V
	status_is 0
	out_has 'kmod version'
	tool depmod --bogus
	status_is 1
}
