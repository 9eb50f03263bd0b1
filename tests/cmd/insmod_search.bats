#!/usr/bin/env bats
# insmod: a module by its bare name, modules.conf, and what else is told of a load.

load helpers

# finds PATH ARGS...: insmod -r finds the module there
finds()
{
	local path=$1
	shift
	: >"$CALLS"
	tool insmod -r "$@"
	status_is 0
	out_is "Using $path"
	err_is ''
	tool rmmod m
}

@test "a file of that name here comes first" {
	ko m.ko
	mv m.ko m
	module drivers/m.ko
	index
	tool insmod m
	status_is 0
	out_is ''
	calls_are 'finit m flags=0 [] -> 0'
}

@test "a bare name is looked up in the module directory, with - as _" {
	module drivers/m.ko
	module drivers/a_b.ko.xz
	index
	finds "/lib/modules/$RELEASE/kernel/drivers/m.ko" m
	tool insmod -r a-b
	status_is 0
	out_is "Using /lib/modules/$RELEASE/kernel/drivers/a_b.ko.xz"
}

@test "also without an index, and in one that is out of date" {
	module drivers/m.ko
	finds "/lib/modules/$RELEASE/kernel/drivers/m.ko" m
	index
	mkdir "$MODULES/updates"
	mv "$MODULES/kernel/drivers/m.ko" "$MODULES/updates"
	finds "/lib/modules/$RELEASE/updates/m.ko" m
}

@test "-q does not say where it was" {
	module drivers/m.ko
	tool insmod -q -r m
	status_is 0
	out_is ''
}

@test "not found: kmod's words, and where was looked" {
	tool insmod nosuch
	status_is 1
	out_is ''
	err_is "insmod: ERROR: could not load module nosuch: No such file or directory
  no module of that name in /lib/modules/$RELEASE"
	calls_are ''
}

@test "a name with a dot or a slash is a file" {
	module drivers/m.ko
	index
	for name in m.ko ./m; do
		tool insmod "$name"
		status_is 1
		err_begins "insmod: ERROR: could not load module $name: No such file or directory"
	done
	calls_are ''
}

@test "MODPATH takes the place of the module directory; %s is the release" {
	module drivers/m.ko
	index
	ko "$ROOT/var/one/x/m.ko"
	ko "$ROOT/var/$RELEASE/n.ko"
	export MODPATH=/var/nothing:/var/one:/var/%s
	finds /var/one/x/m.ko m
	tool insmod -r n
	out_is "Using /var/$RELEASE/n.ko"
	module only.ko
	tool insmod -r only
	status_is 1
	err_has 'no module of that name in /var/nothing, /var/one, /var/6.1.0-test'
}

@test "path lines of modules.conf take the place of both, unless keep is in front" {
	module drivers/m.ko
	index
	ko "$ROOT/var/two/m.ko"
	file etc/modules.conf 'path[misc]=/var/none # nothing
path = "/var/two"'
	finds /var/two/m.ko m
	MODPATH=/var/nothing finds /var/two/m.ko m
	file etc/modules.conf 'keep
path=/var/two'
	finds "/lib/modules/$RELEASE/kernel/drivers/m.ko" m
}

@test "backquotes and wildcards in path lines" {
	ko "$ROOT/var/$RELEASE/m.ko"
	file etc/modules.conf "path=/var/\`uname -r\`"
	finds "/var/$RELEASE/m.ko" m
	mkdir -p "$ROOT/var/6.1"
	mv "$ROOT/var/$RELEASE/m.ko" "$ROOT/var/6.1"
	file etc/modules.conf "path=/var/\`kernelversion\`"
	finds /var/6.1/m.ko m
	file etc/modules.conf 'path=/var/6.?/'
	finds /var/6.1/m.ko m
	file etc/modules.conf 'path=/v*r/[0-9]*'
	finds /var/6.1/m.ko m
	file etc/modules.conf 'path=/var/7*/x'
	tool insmod m
	status_is 1
}

@test "lines of modules.conf that have no effect are told" {
	ko "$ROOT/var/two/m.ko"
	file etc/modules.conf 'alias eth0 m
path=`touch /ran`
path=$HOME
if `id -u` = 0
path=/var/elsewhere
endif
include /etc/more
path=/var/two'
	tool insmod -r m
	status_is 0
	out_is 'Using /var/two/m.ko'
	err_is 'insmod: WARNING: /etc/modules.conf:2: only `uname -r` and `kernelversion` are known here, no other command
insmod: WARNING: /etc/modules.conf:3: a variable that no define has set
insmod: WARNING: /etc/modules.conf:4: only `uname -r` and `kernelversion` are known here, no other command
insmod: WARNING: /etc/modules.conf:7: cannot read /etc/more: No such file or directory'
	[ ! -e "$ROOT/ran" ]
}

@test "conditions, variables and other files of modules.conf" {
	ko "$ROOT/var/two/m.ko"
	file etc/more 'define WHERE /var/two'
	file etc/modules.conf 'include /etc/more
if `kernelversion` < 2.6
path=/var/old
elseif -f /etc/more
path=$WHERE
else
path=/var/none
endif'
	finds /var/two/m.ko m
	file etc/modules.conf 'if -k
path=/var/two
endif'
	finds /var/two/m.ko -k m
	tool insmod m
	status_is 1
}

@test "MODULECONF wins over MODULECONFIG, and both over /etc" {
	ko "$ROOT/var/two/m.ko"
	ko "$ROOT/var/three/m.ko"
	file etc/two 'path=/var/two'
	file etc/three 'path=/var/three'
	MODULECONFIG=/etc/two finds /var/two/m.ko m
	MODULECONF=/etc/three MODULECONFIG=/etc/two finds /var/three/m.ko m
	MODULECONF=/etc/nosuch tool insmod -r m
	status_is 1
	err_is 'insmod: ERROR: cannot read /etc/nosuch: No such file or directory'
}

@test "a file that others can write is not taken by its name, unless -r is given" {
	module drivers/m.ko
	chmod 666 "$MODULES/kernel/drivers/m.ko"
	tool insmod m
	status_is 1
	out_is ''
	complains_once insmod
	err_has "is not owned by root, or others can write there (use -r to allow)"
	calls_are ''
	tool insmod --root m
	status_is 0
	tool rmmod m
	file sys/module/module/parameters/sig_enforce Y
	tool insmod m
	status_is 0
}

@test "-e \"\": in persistdir, by the path below the place where it was found" {
	module drivers/m.ko.xz parmtype=io:int
	index
	tool insmod -r -e '' m
	status_is 0
	grep -qx "persist=\"/var/lib/modules/persist/kernel/drivers/m\"" "$ROOT/run/insmod/modules/m"
	tool rmmod m
	file etc/modules.conf 'persistdir=/var/keep'
	tool insmod -e '' "/lib/modules/$RELEASE/kernel/drivers/m.ko.xz"
	grep -qx "persist=\"/var/keep/kernel/drivers/m\"" "$ROOT/run/insmod/modules/m"
	tool rmmod m
	file etc/modules.conf 'persistdir='
	tool insmod -v -e '' "/lib/modules/$RELEASE/kernel/drivers/m.ko.xz"
	status_is 0
	err_has 'has no effect: there is no persistdir'
	[ ! -e "$ROOT/run/insmod/modules/m" ]
}

# ---- a name from standard input ----

@test "insmod -: one word that is no module is the name of one" {
	module drivers/m.ko
	ko n.ko parmtype=io:int
	tool insmod -r - <<<m
	status_is 0
	out_is "Using /lib/modules/$RELEASE/kernel/drivers/m.ko"
	err_is ''
	tool rmmod m
	tool insmod - io=1 < <(printf ./n.ko)
	status_is 0
	out_is ''
	grep -qxF 'finit n flags=0 [io=1] -> 0' "$CALLS"
	tool insmod - <<<nosuch
	status_is 1
	err_begins 'insmod: ERROR: could not load module nosuch: No such file or directory'
}

@test "insmod -: what is no single word is no name" {
	for text in - '' 'two words' $'two\nlines' $'tab\tbed' "$(printf 'a%.0s' {1..1024})"; do
		tool insmod - <<<"$text"
		status_is 1
		out_is ''
		err_has 'insmod: ERROR: could not insert module -: '
	done
	nothing_happened
}

# ---- licences ----

@test "a licence that taints is told before the load" {
	file proc/sys/kernel/tainted 0
	ko m.ko license=Proprietary
	ko n.ko
	ko free.ko 'license=Dual MIT/GPL'
	tool insmod m.ko
	status_is 0
	err_is 'insmod: WARNING: loading m.ko will taint the kernel: non-GPL license - Proprietary'
	tool insmod n.ko
	err_is 'insmod: WARNING: loading n.ko will taint the kernel: no license'
	tool insmod free.ko
	err_is ''
	tool rmmod m
	tool insmod -q m.ko
	err_is ''
	[ "$(<"$ROOT/proc/sys/kernel/tainted")" = 0 ]
}

@test "also of a file that the kernel decodes itself" {
	file proc/sys/kernel/tainted 0
	file sys/module/compression xz
	ko m.ko.xz license=Proprietary
	tool insmod m.ko.xz
	status_is 0
	err_is 'insmod: WARNING: loading m.ko.xz will taint the kernel: non-GPL license - Proprietary'
	calls_are 'finit-compressed m flags=4 [] -> 0'
}

# ---- snapshots ----

@test "snapshots only where somebody made the directory" {
	ko m.ko
	tool insmod m.ko
	tool rmmod m
	[ ! -e "$ROOT/var/log" ]
}

@test "a snapshot after insmod and rmmod" {
	mkdir -p "$ROOT/var/log/ksymoops"
	file proc/kallsyms 'ffffffff81000000 T _text
ffffffff81000010 T printk
ffffffff82000000 r __ksymtab_printk
ffffffffc0000000 T crc16	[crc16]
ffffffffc0000100 r __ksymtab_crc16	[crc16]'
	ko m.ko
	tool insmod m.ko
	status_is 0
	err_is ''
	cd "$ROOT/var/log/ksymoops"
	[ "$(cat ./*.ksyms)" = $'ffffffff81000010 printk\nffffffffc0000000 crc16\t[crc16]' ]
	grep -q '^m ' ./*.modules
	[[ $(echo ./*.modules) =~ ^\./20[0-9]{12}\.modules$ ]]
	[ "$(stat -c %a ./*.modules)" = 600 ]
	rm ./*
	tool rmmod nosuch
	[ -z "$(ls)" ]
	tool rmmod m
	[ "$(find . -name '*.modules' -size 0 | wc -l)" = 1 ]
}

@test "no symbols in a snapshot where the kernel hides addresses" {
	mkdir -p "$ROOT/var/log/ksymoops"
	file proc/kallsyms '0000000000000000 T printk
0000000000000000 r __ksymtab_printk'
	ko m.ko
	tool insmod m.ko
	status_is 0
	err_is 'insmod: WARNING: no symbols in the snapshot for ksymoops: the kernel hides its addresses'
	[ "$(find "$ROOT/var/log/ksymoops" -type f | wc -l)" = 1 ]
}
