#!/usr/bin/env bats
# Damaged and missing indexes: the texts serve instead, and one line says so.

load helpers

DIR=/lib/modules/$RELEASE

setup()
{
	machine_setup
	module k/crc.ko -e crc_it:1
	module k/fs.ko -u crc_it alias=fs-thing
	builtin_module vfs alias=vfs-alias
	index
}

fs_was_loaded='finit crc flags=0 [] -> 0
finit fs flags=0 [] -> 0'

# Not an index any more.
break_index()
{
	printf 'X' | dd of="$MODULES/modules.$1.bin" conv=notrunc status=none
}

# One line that names the file.
# shellcheck disable=SC2154  # bats sets stderr
warned_of()
{
	[ "$(grep -c 'WARNING: ' <<<"$stderr")" = 1 ] || show_difference 'one warning' '' "$stderr"
	err_has "WARNING: $DIR/modules.$1.bin: "
	err_has "using modules.$2"
}

@test "modprobe by name, without a sound modules.dep.bin" {
	break_index dep
	tool modprobe fs
	status_is 0
	err_is "modprobe: WARNING: $DIR/modules.dep.bin: not an index: it begins with other bytes; using modules.dep (at offset 0)"
	calls_are "$fs_was_loaded"
}

@test "modprobe by alias, without modules.alias.bin" {
	rm "$MODULES/modules.alias.bin"
	tool modprobe fs-thing
	status_is 0
	err_is "modprobe: WARNING: $DIR/modules.alias.bin: No such file or directory; using modules.alias"
	calls_are "$fs_was_loaded"
}

@test "every index damaged: what is asked for is found in the texts" {
	for file in dep alias symbols builtin builtin.alias; do
		break_index "$file"
	done
	tool modprobe -R symbol:crc_it
	status_is 0
	out_is crc
	tool modprobe -R fs-thing
	out_is fs
	tool modprobe -R vfs-alias
	status_is 0
	out_is vfs
	tool modprobe vfs
	status_is 0
	err_has "modules.builtin.bin: not an index"
	tool modprobe -R no-such-thing
	status_is 1
	[ "$(grep -c 'WARNING: ' <<<"$stderr")" = 4 ] # not modules.symbols.bin
}

@test "every index missing, as in a tree of texts alone" {
	rm "$MODULES"/modules.*.bin
	tool modprobe -R vfs-alias
	status_is 0
	out_is vfs
	[ "$(grep -c 'WARNING: ' <<<"$stderr")" = 2 ] # modules.dep.bin and modules.alias.bin
	tool modprobe vfs
	status_is 0
	nothing_happened
}

@test "nothing is said of what nobody needs" {
	rm "$MODULES"/modules.{symbols,builtin,builtin.alias}.bin "$MODULES"/modules.builtin{,.modinfo}
	tool modprobe fs
	status_is 0
	err_is ''
	tool modprobe -q no-such-thing
	status_is 1
	err_is ''
	: >"$MODULES/modules.builtin.bin" # as kmod's depmod leaves them
	: >"$MODULES/modules.builtin.alias.bin"
	tool modprobe -R no-such-thing
	err_lacks WARNING
}

@test "a file that the index names and that is not there" {
	sed -i 's,k/crc,k/crx,g' "$MODULES/modules.dep.bin"
	tool modprobe fs
	status_is 0
	warned_of dep dep
	err_has 'the entry of fs names a file that is not there'
	calls_are "$fs_was_loaded"
}

@test "the same where the text knows no better: an error, as before" {
	rm "$MODULES/kernel/k/crc.ko"
	tool modprobe -D fs
	status_is 0
	err_is ''
	tool modprobe fs
	status_is 1
	err_lacks WARNING
	nothing_happened
}

@test "modinfo, lkm and modprobe -c use the texts too" {
	module k/fs.ko -u crc_it alias=an-thing alias=fs-thing
	index
	break_index dep
	tool modinfo -n fs
	status_is 0
	out_is "$DIR/kernel/k/fs.ko"
	warned_of dep dep
	tool lkm exports crc
	status_is 0
	warned_of dep dep
	# The count of values of the second alias: the first one is read before.
	perl -pi -e 's/s_thing\x00{4}\x01/s_thing\x00\x00\x00\x00\x00/' "$MODULES/modules.alias.bin"
	tool modprobe -c
	status_is 0
	out_has 'alias fs_thing fs'
	[ "$(grep -c '^alias an_thing fs$' <<<"$output")" = 1 ] # what the index gave is gone
	warned_of alias alias
}
