#!/usr/bin/env bats
# Bad input, tool by tool: one clear line, exit 1, no crash, no hang, nothing half done.

load helpers

# A sound module.
sample()
{
	ko "${1-sample.ko}" license=GPL 'description=A sample' parm=p:x
}

# ---- the kernel's list of modules ----

@test "lsmod: a broken list of modules never ends in a crash or a hang" {
	for text in '' $'\n' $'\n\n\n' 'x' 'x ' 'x y' 'x 1' 'x 1 2' 'x -1 -1 -' 'x 99999999999999999999 1 -' \
		$'a 1 0 -\n\nb 1 0 -' 'a 1 0 , Live' 'a 1 0 ,,, Live 0x0' '/ 1 0 - Live 0x0' \
		'../x 1 0 - Live 0x0' $'\x1b[31mred 1 0 - Live 0x0' $'\xff\xfe 1 0 - Live 0x0' \
		"$(printf 'n%.0s' {1..5000}) 1 0 - Live 0x0" "x $(printf '1%.0s' {1..5000})"; do
		printf %s "$text" >"$ROOT/proc/modules"
		run --separate-stderr in_root timeout 10 "$TOOLS/lsmod"
		[ "$status" -le 1 ] || show_difference 'an ordinary end' '0 or 1' "$status after: $text"
	done
}

# ---- names ----

@test "rmmod: an empty name" {
	tool rmmod ''
	status_is 1
	complains_once rmmod
	calls_are ''
}

@test "rmmod: a name that climbs out of /sys/module is no module" {
	mkdir -p "$ROOT/sys/kernel/holders"
	echo live >"$ROOT/sys/kernel/initstate"
	tool rmmod ../kernel
	status_is 1
	complains_once rmmod
	calls_are ''
}

@test "rmmod: a name longer than any module's" {
	tool rmmod "$(printf 'n%.0s' {1..5000})"
	status_is 1
	complains_once rmmod
	calls_are ''
}

@test "rmmod: a name that is not text" {
	tool rmmod $'\xff\xfe\x1b[31m'
	status_is 1
	complains_once rmmod
	calls_are ''
}

@test "modinfo: names that are not text, or very long" {
	module a/x.ko
	index
	tool modinfo $'\xff\xfe'
	status_is 1
	complains_once modinfo
	tool modinfo "$(printf 'n%.0s' {1..100000})"
	status_is 1
	complains_once modinfo
}

@test "modinfo: an empty name, a bracket without end, white space" {
	module a/x.ko 'alias=a[b-d]*'
	index
	for name in '' 'a[b' 'a]b' '[' ' ' $'\n' '*' '?' 'a[bd'; do
		tool modinfo "$name"
		status_is 1
		complains_once modinfo
	done
	same_as_peer modinfo -n ac
}

# ---- parameters ----

@test "insmod: parameters of 100,000 bytes" {
	ko m.ko
	long=a=$(printf '1,%.0s' {1..50000})
	tool insmod m.ko "$long"
	status_is 0
	[[ $(<"$CALLS") == "finit m flags=0 [${long:0:4000}"* ]]
}

@test "insmod: parameters that are not text" {
	ko m.ko
	tool insmod m.ko $'a=\xff\xfe'
	status_is 0
	calls_are $'finit m flags=0 [a=\xff\xfe] -> 0'
}

# ---- module files ----

@test "insmod: text, nothing, a folder, a FIFO, a device" {
	echo hello >text
	: >empty
	mkdir folder
	mkfifo fifo
	for file in text empty folder fifo /dev/null; do
		run --separate-stderr in_root timeout 10 "$TOOLS/insmod" "$file"
		status_is 1
		out_is ''
		complains_once insmod
		err_has "$file"
	done
	nothing_happened
}

@test "insmod: a module cut short" {
	ko m.ko
	size=$(stat -c %s m.ko)
	head -c $((size - 64)) m.ko >cut.ko
	kernel 'finit * ENOEXEC'
	tool insmod cut.ko
	status_is 1
	err_begins 'insmod: ERROR: could not insert module cut.ko: Invalid module format'
	complains_once insmod
}

@test "insmod: a compressed module cut short" {
	for suffix in gz xz zst; do
		ko "m.ko.$suffix"
		head -c $(($(stat -c %s "m.ko.$suffix") / 2)) "m.ko.$suffix" >"cut.ko.$suffix"
		tool insmod "cut.ko.$suffix"
		status_is 1
		complains_once insmod
	done
	nothing_happened
}

@test "insmod: a decompression bomb is an error, not a full memory" {
	head -c 600M /dev/zero | zstd -q -o bomb.ko.zst
	run --separate-stderr in_root_after "$LITTLE_MEMORY" "$TOOLS/insmod" bomb.ko.zst
	status_is 1
	complains_once insmod
	calls_are ''
}

@test "insmod: an unprivileged user gets one line" {
	[ "$(id -u)" = 0 ] || skip 'needs root to become somebody else'
	ko m.ko
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$WORK"
	: >"$IMAGE"
	chmod 666 "$CALLS" "$IMAGE"
	kernel 'finit* * EPERM'
	# The build directory may be one that nobody else may enter.
	cp "$TOOLS/kmod" insmod
	cp "$LIBRARY" .
	LIBRARY=$PWD/${LIBRARY##*/}
	run --separate-stderr in_root setpriv --reuid 65534 --clear-groups "$PWD/insmod" m.ko
	status_is 1
	err_has 'Operation not permitted'
	complains_once insmod
}

@test "modinfo: text, nothing, a module cut short: one line each" {
	sample
	echo hello >text.ko
	: >empty.ko
	head -c 300 sample.ko >cut.ko
	head -c 3000 /dev/zero >zeros.ko
	for name in text empty cut zeros; do
		tool modinfo $name.ko
		status_is 1
		complains_once modinfo
		err_has "$name"
	done
}

@test "modinfo: compressed files cut short or changed: one line each" {
	for suffix in gz xz zst; do
		sample "m.ko.$suffix"
		head -c 150 "m.ko.$suffix" >"cut.ko.$suffix"
		cp "m.ko.$suffix" "bad.ko.$suffix"
		printf '\377\377\377\377' | dd of="bad.ko.$suffix" bs=1 seek=60 conv=notrunc status=none
		for name in cut bad; do
			tool modinfo "$name.ko.$suffix"
			status_is 1
			complains_once modinfo
		done
	done
}

@test "modinfo: a folder, a FIFO, a device with a module's suffix are no modules" {
	mkdir d.ko
	mkfifo f.ko
	ln -s /dev/zero z.ko
	for name in d f z; do
		run --separate-stderr in_root timeout 10 "$TOOLS/modinfo" $name.ko
		status_is 1
		err_is "modinfo: ERROR: Module $name.ko not found."
	done
}

@test "modinfo: a decompression bomb is an error" {
	head -c 600M /dev/zero | zstd -q -o bomb.ko.zst
	run --separate-stderr in_root_after "$LITTLE_MEMORY" "$TOOLS/modinfo" bomb.ko.zst
	status_is 1
	complains_once modinfo
}

@test "modinfo: several files, bad ones between: all good ones are shown, exit 1" {
	sample
	echo hello >text.ko
	tool modinfo -d sample.ko text.ko nosuch.ko sample.ko
	status_is 1
	out_is 'A sample
A sample'
	[ "$(grep -c '^modinfo: ERROR: ' <<<"${stderr-}")" = 2 ]
}

# ---- indexes ----

@test "modinfo: an index cut short or overwritten: no crash, no hang, exit 1 or the right answer" {
	module a/x.ko alias=alias-of-x
	index
	for name in modules.dep.bin modules.alias.bin; do
		cp "$MODULES/$name" good
		size=$(stat -c %s good)
		for at in 0 4 8 $((size / 2)) $((size - 1)); do
			head -c "$at" good >"$MODULES/$name"
			run --separate-stderr in_root timeout 10 "$TOOLS/modinfo" -n x alias-of-x
			[ "$status" -le 1 ] || show_difference "after $at bytes of $name" '0 or 1' "$status"
			cp good "$MODULES/$name"
			printf '\377\377\377\377' | dd of="$MODULES/$name" bs=1 seek="$at" conv=notrunc status=none
			run --separate-stderr in_root timeout 10 "$TOOLS/modinfo" -n x alias-of-x
			[ "$status" -le 1 ] || show_difference "with $name changed at $at" '0 or 1' "$status"
			cp good "$MODULES/$name"
		done
	done
}

@test "modinfo: a name of the index that leads to no file" {
	module a/x.ko
	index
	rm "$MODULES/kernel/a/x.ko"
	tool modinfo x
	status_is 1
	complains_once modinfo
	err_has 'No such file or directory'
}
