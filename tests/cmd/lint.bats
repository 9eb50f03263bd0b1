#!/usr/bin/env bats
# lkm lint: each kind of mistake in a line or two, and what is said of it.

load helpers

# crc has no alias and is needed by fs; net has aliases and parameters; unix is built in.
machine()
{
	module crc.ko -e crc_sum:1
	module fs.ko -u crc_sum alias=fs-test
	module net.ko 'alias=pci:v8086d*' parm=debug:level parmtype=debug:int parmtype=name:charp \
		'parmtype=irq:array of int' parmtype=on:bool parmtype=off:invbool
	module used.ko -e used:1 alias=used-alias
	module user.ko -u used
	module more.ko -e more:1 alias=more-alias
	module m1.ko -u more
	module m2.ko -u more
	builtin_module unix
	index
}

conf()
{
	file etc/modprobe.d/a.conf "$1"
}

# finds CONF [LINE...]: the first lines of all findings, without the name of the file.
finds()
{
	local wanted text=$1
	shift
	conf "$text"
	tool lkm lint
	wanted=$(printf '%s\n' "$@")
	output=$(sed -n 's,^/etc/modprobe\.d/a\.conf:,,p' <<<"$output")
	[ "$output" = "$wanted" ] || show_difference "$text" "$wanted" "$output"
	case $wanted in
	*error:* | *warning:*) status_is 1 ;;
	*) status_is 0 ;;
	esac
	err_is ''
}

@test "nothing wrong" {
	machine
	finds '# comment
options net debug=0x10 name="a b" irq=1,2 on dyndbg=+p async_probe
options pci:v8086d1 debug=1
install net /sbin/modprobe --ignore-install net && true
install made-up /sbin/modprobe net
remove net /sbin/modprobe -r --ignore-remove net
softdep user pre: crc fs-test post: unix
weakdep net crc
alias other net
options other debug=2
forbid crc
allow-only audit
allow net fs'
	tool lkm lint
	out_is ''
	[ "$status" = 0 ]
}

@test "keywords" {
	machine
	finds 'blacklst net
Options net debug=1
frobnicate
mask crc' \
		'1: error: "blacklst" is no keyword [unknown-keyword]' \
		'2: error: "Options" is no keyword [unknown-keyword]' \
		'3: error: "frobnicate" is no keyword [unknown-keyword]'
	conf 'blacklst net'
	tool lkm lint
	out_has '  instead: blacklist net'
	finds 'options net
alias a
install net
blacklist
allow-only perhaps
include /etc/more
config binary_indexes yes' \
		'1: error: "options" with too little behind it, or a name that is none [bad-line]' \
		'2: error: "alias" with too little behind it, or a name that is none [bad-line]' \
		'3: error: "install" with too little behind it, or a name that is none [bad-line]' \
		'4: error: "blacklist" with too little behind it, or a name that is none [bad-line]' \
		'5: error: allow-only takes yes, no or audit [bad-line]' \
		'6: error: "include" is not read any more [old-keyword]' \
		'7: error: "config" is not read any more [old-keyword]'
}

@test "text behind # in mid-line, and words that are not read" {
	machine
	finds 'options net debug=1 # much
softdep net pre: crc # because
weakdep net crc #x
blacklist fs # it is old
alias other net # shorter
install net true # really
allow net # yes
allow-only yes' \
		'1: warning: "#" in mid-line [comment-in-line]' \
		'2: warning: "#" in mid-line [comment-in-line]' \
		'3: warning: "#" in mid-line [comment-in-line]' \
		'4: note: "#" in mid-line [comment-in-line]' \
		'4: note: fs is still loaded by its name [blacklist-does-not-block]' \
		'5: note: "#" in mid-line [comment-in-line]' \
		'6: note: net has soft dependencies, by /etc/modprobe.d/a.conf:2 [not-run-by-kmod]' \
		'7: warning: "#" in mid-line [comment-in-line]' \
		'7: note: there is no module yes [unknown-module]'
	conf 'options net debug=1 # much'
	tool lkm lint
	out_is '/etc/modprobe.d/a.conf:1: warning: "#" in mid-line [comment-in-line]
  each word of it is given to the kernel as a parameter
  instead: options net debug=1'
	finds 'blacklist fs used
alias other net crc' \
		'1: warning: "used" and what follows it [extra-words]' \
		'1: note: fs is still loaded by its name [blacklist-does-not-block]' \
		'2: warning: "crc" and what follows it [extra-words]'
}

@test "modules that are not there" {
	machine
	finds 'options nett debug=1
options entirely-else a=1
blacklist entirely-else
forbid entirely*
install quite-another /bin/false
remove quite-another true
softdep entirely-else pre: crc
softdep net pre: crd post: entirely-else
weakdep net user2
allow nte third-one
allow-only yes' \
		'1: warning: there is no module nett [unknown-module]' \
		'2: note: there is no module entirely_else [unknown-module]' \
		'3: note: there is no module entirely_else [unknown-module]' \
		'4: note: there is no module entirely* [unknown-module]' \
		'5: note: there is no module quite_another [unknown-module]' \
		'6: note: there is no module quite_another [unknown-module]' \
		'7: note: there is no module entirely_else [unknown-module]' \
		'8: warning: there is no module crd [unknown-module]' \
		'8: note: there is no module entirely-else [unknown-module]' \
		'9: warning: there is no module user2 [unknown-module]' \
		'10: warning: there is no module nte [unknown-module]' \
		'10: note: there is no module third_one [unknown-module]'
	conf 'options nett debug=1'
	tool lkm lint
	out_has '  instead: net, if that is what is meant'
}

@test "aliases that lead nowhere" {
	machine
	finds 'alias a netz
alias b off
alias c fs-test
alias d made-up
alias e unix
install made-up true x' \
		'1: warning: there is no module netz [unknown-module]' \
		'2: warning: there is no module off [unknown-module]' \
		'3: warning: fs_test is an alias itself, and aliases are not followed [unknown-module]' \
		'6: note: there is no module made_up [unknown-module]'
}

@test "parameters and their values" {
	machine
	finds 'options net debgu=1
options net debug=x
options net name on=2 off
options net irq=1,,3 DEBUG=1
options pci:v8086d1 zzz
options fs a=1' \
		'1: warning: net has no parameter "debgu" [unknown-parameter]' \
		'2: error: "x" is no value for parameter debug of net (int) [wrong-value]' \
		'3: error: "2" is no value for parameter on of net (bool) [wrong-value]' \
		'3: error: parameter name of net (charp) has no value [wrong-value]' \
		'3: error: parameter off of net (invbool) has no value [wrong-value]' \
		'4: warning: net has no parameter "DEBUG" [unknown-parameter]' \
		'4: error: "1,,3" is no value for parameter irq of net (array of int) [wrong-value]' \
		'5: warning: net has no parameter "zzz" [unknown-parameter]' \
		'6: warning: fs has no parameter "a" [unknown-parameter]'
	conf 'options net debgu=1'
	tool lkm lint
	out_has '  instead: options net debug=1'
	file proc/cmdline 'quiet net.debgu=1 other.x=1 unix.a=1 net.debug=y'
	conf ''
	tool lkm lint
	status_is 1
	out_is '/proc/cmdline: warning: net has no parameter "debgu" [unknown-parameter]
  the kernel ignores it, with a line in its log
  instead: options net debug=1
/proc/cmdline: error: "y" is no value for parameter debug of net (int) [wrong-value]
  the kernel refuses to load the module
  instead: a number of 32 bits'
}

@test "a module that cannot be read" {
	machine
	echo rubbish >"$MODULES/kernel/net.ko"
	conf 'options net debug=1
options net name=a
options fs a=1'
	tool lkm lint
	status_is 2
	err_is 'lkm lint: ERROR: not everything could be checked'
	[ "$(grep -c 'module net: not an ELF file \[not-checked\]' <<<"$output")" = 2 ]
	out_has 'a.conf:3: warning: fs has no parameter "a"'
}

@test "lines against each other" {
	machine
	finds 'install net false
install n* true
install net false
install net true
remove net true
remove net false
options net debug=1 debug=2
options net debug=3 name=a
options net debug=3
allow-only audit
allow-only yes
forbid cr*
allow crc net' \
		'4: warning: /etc/modprobe.d/a.conf:1 comes first, with another command for net [overridden]' \
		'6: warning: /etc/modprobe.d/a.conf:5 comes first, with another command for net [overridden]' \
		'7: warning: debug=1 is set again by /etc/modprobe.d/a.conf:9: debug=3 [set-twice]' \
		'7: warning: debug=2 is set again by /etc/modprobe.d/a.conf:9: debug=3 [set-twice]' \
		'11: warning: /etc/modprobe.d/a.conf:10 says allow-only audit [overridden]' \
		'13: warning: /etc/modprobe.d/a.conf:12 forbids crc, which is stronger [overridden]'
}

@test "install commands that kmod would not run" {
	machine
	module soft.ko softdep='pre: crc'
	index
	finds 'install net true
softdep net pre: post:
install fs true
softdep fs pre: crc
install user true
softdep user crc
install m* true
softdep m2 post: crc
install m2 true
install soft true
remove soft true' \
		'3: note: fs has soft dependencies, by /etc/modprobe.d/a.conf:4 [not-run-by-kmod]' \
		'6: warning: "crc" stands before pre: and post: and is passed over [unplaced-word]' \
		'7: note: m2 has soft dependencies, by /etc/modprobe.d/a.conf:8 [not-run-by-kmod]' \
		"10: note: soft has soft dependencies, by /lib/modules/$RELEASE/modules.softdep:2 [not-run-by-kmod]"
}

@test "lines that can never match" {
	machine
	finds 'options n* debug=1
blacklist n*
allow net
softdep net crc pre: fs
alias n?t net
options n?t debug=1' \
		'1: warning: "n*" is a pattern, which options does not take [never-matches]' \
		'2: warning: "n*" is a pattern, which blacklist does not take [never-matches]' \
		'3: warning: allow without a line that switches the list on [never-matches]' \
		'4: warning: "crc" stands before pre: and post: and is passed over [unplaced-word]'
}

@test "commands that call themselves" {
	machine
	finds 'install net modprobe net
remove net modprobe -r net
install fs modprobe -i fs && modprobe crc' \
		'1: error: the command for net calls modprobe for it [calls-itself]' \
		'2: error: the command for net calls modprobe for it [calls-itself]'
}

@test "a blacklist that does not block" {
	machine
	finds 'blacklist crc
blacklist used
blacklist more
blacklist net
blacklist fs
forbid fs' \
		'1: warning: crc has no alias that could be muted: it is loaded as before [blacklist-does-not-block]' \
		'2: warning: used is still loaded with user, which needs it [blacklist-does-not-block]' \
		'3: warning: more is still loaded with m1 and 1 more that need it [blacklist-does-not-block]' \
		'4: note: net is still loaded by its name [blacklist-does-not-block]'
	conf 'blacklist crc'
	tool lkm lint
	out_has '  instead: forbid crc (for kmod: install crc /bin/false)'
	finds 'blacklist crc
install crc /bin/false
blacklist user
alias something user' \
		'3: note: user is still loaded by its name [blacklist-does-not-block]'
}

@test "parts of the kernel" {
	machine
	finds 'forbid unix
blacklist unix
options unix a=1
install unix false
softdep unix pre: crc' \
		'1: warning: unix is built into the kernel and cannot be blocked [builtin]' \
		'2: warning: unix is built into the kernel and cannot be blocked [builtin]' \
		'3: warning: unix is built into the kernel: options have no effect [builtin]' \
		'4: note: unix has soft dependencies, by /etc/modprobe.d/a.conf:5 [not-run-by-kmod]' \
		'4: warning: unix is built into the kernel: it is never loaded [builtin]' \
		'5: warning: unix is built into the kernel: it is never loaded [builtin]'
}

@test "files" {
	machine
	file usr/lib/modprobe.d/a.conf 'options net debug=1'
	conf ''
	tool lkm lint
	status_is 0
	out_is '/usr/lib/modprobe.d/a.conf: note: hidden by /etc/modprobe.d/a.conf [masked-file]
  none of its lines count'
	tool lkm lint -q
	status_is 0
	out_is ''
	rm "$ROOT/usr/lib/modprobe.d/a.conf"
	file etc/modprobe.d/block 'blacklist net'
	file etc/modprobe.d/README 'Put files here.'
	file etc/modprobe.d/old.conf.dpkg-old 'blacklist net'
	tool lkm lint
	status_is 1
	out_is '/etc/modprobe.d/block: warning: is not read [unread-file]
  only files whose names end in .conf are read
  instead: rename it to block.conf'
	rm "$ROOT"/etc/modprobe.d/*
	printf 'blacklist fs\nblacklist \0\n' >"$ROOT/etc/modprobe.d/b.conf"
	mkdir "$ROOT/etc/modprobe.d/dir.conf"
	tool lkm lint -q
	status_is 2
	err_is 'lkm lint: ERROR: not everything could be checked'
	out_has '/etc/modprobe.d/dir.conf: error: cannot be read: Is a directory'
	out_has '/etc/modprobe.d/b.conf:2: error: not a text file [cannot-read]'
	tool lkm lint -C /nosuch
	status_is 2
	out_is 'error: could not open /nosuch: No such file or directory [cannot-read]
  nothing in it counts'
}

@test "one directory by two names is not two" {
	machine
	mkdir -p "$ROOT/usr/lib/modprobe.d" "$ROOT/lib"
	echo 'options net debug=1' >"$ROOT/usr/lib/modprobe.d/a.conf"
	ln -s ../usr/lib/modprobe.d "$ROOT/lib/modprobe.d"
	tool lkm lint -b "$ROOT"
	status_is 0
	out_is ''
	rm "$ROOT/lib/modprobe.d"
	cp -r "$ROOT/usr/lib/modprobe.d" "$ROOT/lib"
	tool lkm lint -b "$ROOT"
	out_has '[masked-file]'
}

@test "no module directory: lines are still checked" {
	conf 'blacklst x
options nosuch a=1'
	tool lkm lint -k 1.1.1
	status_is 1
	err_is 'lkm lint: WARNING: names of modules are not checked: there is no directory /lib/modules/1.1.1'
	[ "$(grep -c '^/etc' <<<"$output")" = 1 ]
	out_has 'a.conf:1: error: "blacklst"'
}

@test "JSON" {
	machine
	conf 'options net debgu=1
blacklist net'
	tool lkm lint -J
	status_is 1
	out_is '{
  "findings": [
    {
      "file": "/etc/modprobe.d/a.conf",
      "line": 1,
      "severity": "warning",
      "kind": "unknown-parameter",
      "what": "net has no parameter \"debgu\"",
      "why": "the kernel ignores it, with a line in its log",
      "instead": "options net debug=1"
    },
    {
      "file": "/etc/modprobe.d/a.conf",
      "line": 2,
      "severity": "note",
      "kind": "blacklist-does-not-block",
      "what": "net is still loaded by its name",
      "why": "blacklist only mutes the aliases of a module",
      "instead": "forbid net (for kmod: install net /bin/false)"
    }
  ]
}'
}

@test "another root, and what a file says does not steer the terminal" {
	machine
	mkdir -p "$ROOT/etc/modprobe.d"
	printf 'bad\033[1mword\n' >"$ROOT/etc/modprobe.d/a.conf"
	tool lkm lint -b "$ROOT"
	status_is 1
	out_has "$ROOT/etc/modprobe.d/a.conf:1: error: \"bad?[1mword\" is no keyword"
	tool lkm lint too many
	status_is 2
	err_is 'lkm lint: ERROR: too many arguments: too'
	tool lkm lint --bogus
	status_is 2
}
