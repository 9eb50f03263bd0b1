#!/usr/bin/env bats
# shellcheck disable=SC2154  # bats sets stderr
# modinfo: what it prints, how it finds things, how it fails.

load helpers

# A module with every kind of string that is shown in a way of its own.
rich()
{
	ko "$1" license=GPL 'description=two
lines' author=A author=B empty= 'parm=x:first' 'parmtype=x:int' 'parmtype=z:bool' \
		'parm=w:only text' 'parm=q:a:b' 'parmtype=q:array of charp' 'parm=x:again' depends= \
		alias=of-a fifteen_letters=v
}

@test "a file is shown as kmod shows it" {
	rich x.ko
	same_as_peer modinfo x.ko
	out_has 'parm:           x:again (int)'
	out_has 'fifteen_letters:v'
	same_as_peer modinfo ./x.ko
	same_as_peer modinfo "$WORK/x.ko"
	same_as_peer modinfo ../work//x.ko
}

@test "a key that is too long for its column is followed by its value" {
	ko x.ko sixteen__letters=v much_longer_than_sixteen=w
	tool modinfo x.ko
	status_is 0
	out_is "filename:       $WORK/x.ko
sixteen__letters:v
much_longer_than_sixteen:w
name:           x"
}

@test "one field" {
	rich x.ko
	for field in license author parm parmtype empty filename name nosuch '' signer; do
		same_as_peer modinfo -F "$field" x.ko
		same_as_peer modinfo -0 -F "$field" x.ko
	done
	for option in -a -d -l -p -n --author --description --license --parameters --filename; do
		same_as_peer modinfo "$option" x.ko
	done
	same_as_peer modinfo -a -F license -d x.ko
}

@test "records that end in NUL" {
	rich x.ko
	same_as_peer modinfo -0 x.ko
	same_as_peer modinfo --null -p x.ko
	in_root "$TOOLS/modinfo" -0 x.ko | grep -qzFx 'author=A'
	in_root "$TOOLS/modinfo" -0 x.ko | grep -qzFx 'parm:           z:bool'
}

@test "a parameter without a colon is complained of and left out" {
	ko x.ko parm=y parmtype=z 'parm=a:b'
	same_as_peer modinfo x.ko
	same_as_peer modinfo -p x.ko
	err_has "Found invalid \"parm=y\": missing ':'"
	status_is 0
}

@test "compressed files" {
	for suffix in gz xz zst; do
		ko "x.ko.$suffix" license=GPL
		tool modinfo -F license "x.ko.$suffix"
		status_is 0
		out_is GPL
	done
	mv x.ko.zst y.ko
	tool modinfo -F license y.ko
	out_is GPL
}

@test "names and aliases" {
	module kernel/one-two.ko alias=of-a 'alias=pci:v00001*'
	module kernel/three.ko.xz alias=of-a
	index
	same_as_peer modinfo one_two
	same_as_peer modinfo one-two
	same_as_peer modinfo of-a
	same_as_peer modinfo pci:v00001234
	same_as_peer modinfo -n three of_a
	same_as_peer modinfo -m one-two
	same_as_peer modinfo --modname of-a
	same_as_peer modinfo -b "$ROOT/" -k "$RELEASE" -n three
	cd "$ROOT"
	same_as_peer modinfo -b . -k "$RELEASE" three
}

@test "built-in modules" {
	builtin_module unix alias=net-pf-1 license=GPL name=odd 'parm=a:b' 'parmtype=a:int'
	builtin_module loop license=GPL
	index
	for arguments in unix 'unix loop' -n\ unix '-F name unix' '-F license unix' -p\ unix \
		'-0 unix' '-m unix' net-pf-1; do
		# shellcheck disable=SC2086  # several words
		same_as_peer modinfo $arguments
	done
}

@test "a built-in module of which nothing is known" {
	builtin_module unix
	index
	: >"$MODULES/modules.builtin.modinfo"
	tool modinfo unix
	status_is 0
	out_is 'name:           unix
filename:       (builtin)'
	rm "$MODULES/modules.builtin.modinfo"
	same_as_peer modinfo unix
}

@test "what is not found" {
	module kernel/a.ko
	index
	mkdir d.ko
	mkfifo f.ko
	cp "$MODULES/kernel/kernel/a.ko" a
	for argument in nosuch ./d.ko f.ko nosuch.ko /etc/hostname ./a -m\ of-x; do
		# shellcheck disable=SC2086  # several words
		same_as_peer modinfo $argument
		status_is 1
	done
	same_as_peer modinfo ''
	same_answer_as_peer modinfo 'pci:v['
	err_begins 'modinfo: ERROR: Module alias pci:v[ not found.'
}

@test "why nothing is found" {
	tool modinfo -k 9.9 loop
	status_is 1
	err_is "modinfo: ERROR: Module loop not found.
  there is no directory /lib/modules/9.9"
	tool modinfo a b
	[ "$(grep -c 'run depmod' <<<"$stderr")" = 1 ]
	tool modinfo ./a.ko
	err_is 'modinfo: ERROR: Module ./a.ko not found.'
}

@test "files that cannot be read" {
	local -A why=([text]='Exec format error' [empty]='Invalid argument' [cut]='Invalid argument')
	echo text, not a module >text.ko
	: >empty.ko
	ko cut.ko license=GPL
	truncate -s 300 cut.ko
	for file in text empty cut; do
		same_answer_as_peer modinfo $file.ko
		status_is 1
		err_begins "modinfo: ERROR: could not get modinfo from '$file': ${why[$file]}"
		err_has "  $file.ko: "
	done
}

@test "a path is shown without the file being read" {
	echo text >text.ko
	same_as_peer modinfo -n text.ko
	same_as_peer modinfo -F filename text.ko
}

@test "the working directory has the name by which it was entered" {
	mkdir real
	ko real/x.ko license=GPL
	ln -s real link
	cd link
	tool modinfo -n x.ko
	out_is "$WORK/link/x.ko"
	same_as_peer modinfo -n x.ko
	PWD=$WORK/nowhere tool modinfo -n x.ko
	out_is "$WORK/real/x.ko"
}

@test "a signature that cannot be read is warned of" {
	echo no signature >sig
	ko x.ko -s sig license=GPL
	tool modinfo x.ko
	status_is 0
	out_is "filename:       $WORK/x.ko
license:        GPL
name:           x"
	err_has "modinfo: WARNING: $WORK/x.ko: the signature is damaged"
}

@test "errors do not stop what follows" {
	ko a.ko license=GPL
	echo text >b.ko
	ko c.ko license=MIT
	tool modinfo -F license nosuch a.ko b.ko c.ko
	status_is 1
	out_is 'GPL
MIT'
	[ "$(grep -c ERROR <<<"$stderr")" = 2 ]
}

@test "hundreds of arguments are answered in their order" {
	local i files=()
	for ((i = 0; i < 300; i++)); do
		files+=("m$i.ko")
	done
	ko m0.ko license=GPL
	for ((i = 1; i < 300; i++)); do
		cp m0.ko "m$i.ko"
	done
	rm m7.ko m190.ko
	same_as_peer modinfo -n "${files[@]}"
	same_as_peer modinfo "${files[@]}"
	status_is 1
}

@test "a damaged index is mentioned once" {
	module kernel/a.ko
	index
	echo damage >"$MODULES/modules.dep.bin"
	tool modinfo -n a a a a a a a a a a a a a a a a a a a a
	status_is 0
	[ "$(grep -c modules.dep.bin <<<"$stderr")" = 1 ]
	[ "${#lines[@]}" = 20 ]
}

@test "a full disk is an error" {
	ko x.ko license=GPL
	run in_root bash -c '"$0" x.ko >/dev/full' "$TOOLS/modinfo"
	status_is 1
	out_has 'No space left on device'
}

@test "without arguments, with wrong ones, help, version" {
	tool modinfo
	status_is 1
	err_is 'modinfo: ERROR: missing module or filename.'
	tool modinfo --nosuch
	status_is 1
	tool modinfo -h
	status_is 0
	out_has --set-version
	tool modinfo -V
	status_is 0
	[[ $output == 'kmod version '* ]]
	tool kmod modinfo
	status_is 1
}
