#!/usr/bin/env bats
# lkm index: what stands in indexes and their texts.

load depmod

# damage FILE OFFSET OCTAL: one byte of an index becomes another one.
damage()
{
	# shellcheck disable=SC2059  # an escape of printf
	printf "\\$3" | dd of="$MODULES/$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "dump: every entry of an index, in its order" {
	small_tree
	tool depmod
	tool lkm index dump "$MODULES/modules.dep.bin"
	status_is 0
	err_is ''
	out_is 'a	0	kernel/a.ko: kernel/b.ko kernel/c.ko
b	1	kernel/b.ko: kernel/c.ko
c	2	kernel/c.ko:'
	tool lkm index dump "$MODULES/modules.alias.bin"
	out_is 'char_major_10_7	1	b
devname:bb	1	b
pci:v1_2*	0	a'
	tool lkm index dump "$MODULES/modules.builtin.bin"
	out_is 'core_x	0	'
}

@test "dump: the texts, with the keys of a look-up and no priorities" {
	small_tree
	tool depmod
	tool lkm index dump "$MODULES/modules.dep"
	status_is 0
	out_is 'a	-	kernel/a.ko: kernel/b.ko kernel/c.ko
b	-	kernel/b.ko: kernel/c.ko
c	-	kernel/c.ko:'
	tool lkm index dump "$MODULES/modules.alias"
	out_is 'pci:v1_2*	-	a
devname:bb	-	b
char_major_10_7	-	b'
	tool lkm index dump "$MODULES/modules.symbols"
	out_is 'symbol:sym_b	-	b
symbol:sym_c	-	c'
	tool lkm index dump "$MODULES/modules.builtin"
	out_is 'core_x	-	'
}

@test "dump: what it is shows in the bytes, not in the name" {
	small_tree
	tool depmod
	mv "$MODULES/modules.dep.bin" x
	cp "$MODULES/modules.alias" y.bin
	tool lkm index dump x
	out_has 'a	0	kernel/a.ko'
	tool lkm index dump y.bin
	out_has 'devname:bb	-	b'
	tool lkm index dump "$MODULES/modules.softdep"
	status_is 1
	out_is ''
	err_is "lkm index: ERROR: $MODULES/modules.softdep: neither an index nor the text of one (at offset 0)"
}

@test "dump: nothing reaches a terminal as it is" {
	module a.ko alias=$'x\ty\\z\e31m\xc3\xa4'
	tool depmod
	tool lkm index dump "$MODULES/modules.alias.bin"
	status_is 0
	out_is 'x\x09y\\z\x1b31m\xc3\xa4	0	a'
}

@test "dump: a damaged index is shown up to the damage" {
	small_tree
	tool depmod
	size=$(stat -c %s "$MODULES/modules.dep.bin")
	truncate -s $((size - 3)) "$MODULES/modules.dep.bin"
	tool lkm index dump "$MODULES/modules.dep.bin"
	status_is 1
	out_is 'a	0	kernel/a.ko: kernel/b.ko kernel/c.ko
b	1	kernel/b.ko: kernel/c.ko'
	complains_once 'lkm index'
	# shellcheck disable=SC2154  # bats sets it
	[[ $stderr =~ ^"lkm index: ERROR: $MODULES/modules.dep.bin: a text in the index has no end (at offset "[0-9]+\)$ ]]
	damage modules.alias.bin 5 3
	tool lkm index dump "$MODULES/modules.alias.bin"
	status_is 1
	err_is "lkm index: ERROR: $MODULES/modules.alias.bin: index version 3.1 is not 2 (at offset 4)"
}

@test "dump: a damaged line of a text is named, the others are shown" {
	small_tree
	tool depmod
	sed -i '2s/.*/rubbish/' "$MODULES/modules.dep"
	tool lkm index dump "$MODULES/modules.dep"
	status_is 1
	[ "$(wc -l <<<"$output")" = 2 ]
	err_is "lkm index: ERROR: $MODULES/modules.dep:2: not a line of this file"
}

@test "dump: JSON" {
	small_tree
	tool depmod
	tool lkm index dump --json "$MODULES/modules.dep.bin"
	status_is 0
	out_has '"kind": "index",
  "entries": [
    {
      "key": "a",
      "priority": 0,
      "value": "kernel/a.ko: kernel/b.ko kernel/c.ko"
    },'
	out_has '"errors": []'
	tool lkm index dump --json "$MODULES/modules.alias"
	out_has '"kind": "text",
  "entries": [
    {
      "key": "pci:v1_2*",
      "priority": null,'
	tool lkm index dump --json no-such-file
	status_is 1
	out_is '{
  "filename": "no-such-file",
  "kind": null,
  "entries": [],
  "errors": [
    {
      "argument": "no-such-file",
      "errno": "ENOENT",
      "message": "no-such-file: No such file or directory"
    }
  ]
}'
}

@test "dump: how it is called" {
	tool lkm index
	status_is 1
	err_is 'lkm index: ERROR: usage: lkm index dump [options] FILE'
	tool lkm index show x
	status_is 1
	tool lkm index dump x y
	status_is 1
	tool lkm index dump /
	status_is 1
	err_is 'lkm index: ERROR: /: Is a directory'
}

@test "dump: a full disk" {
	small_tree
	tool depmod
	run --separate-stderr in_root bash -c "\"$TOOLS/lkm\" index dump '$MODULES/modules.dep.bin' >/dev/full"
	status_is 1
	complains_once 'lkm index'
}
