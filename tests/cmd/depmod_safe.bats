#!/usr/bin/env bats
# depmod: bad input, failures, and that no index is ever lost.

load depmod


@test "modules that are none are left out and named" {
	small_tree
	echo 'no module' >"$MODULES/kernel/garbage.ko"
	: >"$MODULES/kernel/empty.ko"
	head -c 300 "$MODULES/kernel/a.ko" >"$MODULES/kernel/short.ko"
	printf '\3757zXZ\0garbage' >"$MODULES/kernel/bad.ko.xz"
	: >"$MODULES/kernel/other.ko.lz4"
	tool depmod
	status_is 1
	# shellcheck disable=SC2154  # bats sets it
	for name in garbage.ko empty.ko short.ko bad.ko.xz other.ko.lz4; do
		[ "$(grep -c "^depmod: ERROR: .*/kernel/$name: .*left out" <<<"$stderr")" = 1 ] ||
			show_difference 'one line naming' "$name" "$stderr"
	done
	[ "$(wc -l <<<"$stderr")" = 5 ]
	dep_is 'a.ko: b.ko c.ko ; b.ko: c.ko ; c.ko:'
}

@test "a circle is named whole and left out, the rest is there" {
	small_tree
	module x.ko -e sx:1 -u sy
	module y.ko -e sy:1 -u sz -u sym_c
	module z.ko -e sz:1 -u sx
	module user.ko -u sx
	tool depmod
	status_is 1
	err_is 'depmod: ERROR: Cycle detected: x -> y -> z -> x
depmod: ERROR: Found 3 modules in dependency cycles! They are left out.'
	dep_is 'a.ko: b.ko c.ko ; b.ko: c.ko ; c.ko: ; user.ko:'
	run ! grep -q 'symbol:sx' "$MODULES/modules.symbols"
}

@test "two circles, one of two ways" {
	module a.ko -e sa:1 -u sb -u sc
	module b.ko -e sb:1 -u sa
	module c.ko -e sc:1 -u sa
	module d.ko -e sd:1 -u sd
	touch "$MODULES"/modules.builtin{,.modinfo}
	tool depmod
	status_is 1
	err_is 'depmod: ERROR: Cycle detected: a -> b -> a
depmod: ERROR: Cycle detected: c -> a -> c
depmod: ERROR: Cycle detected: d -> d
depmod: ERROR: Found 4 modules in dependency cycles! They are left out.'
}

@test "a pipe, links to nowhere, a link upwards" {
	small_tree
	mkfifo "$MODULES/kernel/pipe.ko"
	ln -s gone "$MODULES/kernel/l1.ko"
	ln -s gone "$MODULES/kernel/l2.ko"
	ln -s .. "$MODULES/kernel/up"
	tool depmod
	status_is 0
	[ "$(sort <<<"$stderr")" = "depmod: WARNING: /lib/modules/$RELEASE/kernel/l1.ko: No such file or directory (and 1 more)
depmod: WARNING: /lib/modules/$RELEASE/kernel/pipe.ko: not a regular file" ] ||
		[ "$(sort <<<"$stderr")" = "depmod: WARNING: /lib/modules/$RELEASE/kernel/l2.ko: No such file or directory (and 1 more)
depmod: WARNING: /lib/modules/$RELEASE/kernel/pipe.ko: not a regular file" ]
	tool depmod -v
	[ "$(grep -c '/kernel/l[12].ko: No such file or directory' <<<"$stderr")" = 2 ]
	dep_is 'a.ko: b.ko c.ko ; b.ko: c.ko ; c.ko:'
}

nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
}

# Make the tree one that everybody can read, for a user who is not allowed everything.
let_nobody_in()
{
	[ "$(id -u)" = 0 ] || skip 'only root can become somebody else'
	chmod -R a+rX "$BATS_TEST_TMPDIR"
	chmod a+rx "$(dirname "$BATS_TEST_TMPDIR")" "$(dirname "$(dirname "$BATS_TEST_TMPDIR")")"
	nobody test -x "$TOOLS/depmod" || skip 'the build directory is not for all'
}

@test "an unreadable directory: the old indexes stay" {
	small_tree
	tool depmod
	before=$(checksums)
	mkdir "$MODULES/kernel/closed"
	let_nobody_in
	chmod a+w "$MODULES"
	chmod 0 "$MODULES/kernel/closed"
	run --separate-stderr nobody "$TOOLS/depmod" -b "$ROOT" "$RELEASE"
	status_is 1
	err_is "depmod: FATAL: could not open directory $MODULES/kernel/closed: Permission denied"
	chmod 755 "$MODULES/kernel/closed"
	[ "$(checksums)" = "$before" ]
}

@test "an unreadable module is left out and named" {
	small_tree
	let_nobody_in
	chmod a+w "$MODULES"
	chmod 0 "$MODULES/kernel/b.ko"
	run --separate-stderr nobody "$TOOLS/depmod" -b "$ROOT" "$RELEASE"
	status_is 1
	err_is "depmod: ERROR: $MODULES/kernel/b.ko: cannot open: Permission denied: left out"
	dep_is 'a.ko: ; c.ko:'
}

@test "an unwritable directory" {
	small_tree
	let_nobody_in
	run --separate-stderr nobody "$TOOLS/depmod" -b "$ROOT" "$RELEASE"
	status_is 1
	err_is "depmod: FATAL: $MODULES: could not create modules.dep.bin: Permission denied"
	[ ! -e "$MODULES/modules.dep" ]
}

@test "over the limit of file sizes the old set stays, whole" {
	small_tree
	tool depmod
	before=$(checksums)
	module more.ko -e more_symbol:1
	for i in $(seq 400); do
		printf 'core_x.alias=another-alias-%s\0' "$i" >>"$MODULES/modules.builtin.modinfo"
	done
	before=$(checksums)
	ulimit -f 4
	tool depmod
	ulimit -f unlimited 2>/dev/null || :
	status_is 1
	err_is "depmod: FATAL: /lib/modules/$RELEASE: could not write modules.builtin.alias.bin: File too large"
	[ "$(checksums)" = "$before" ]
	no_leavings "$MODULES"
}

@test "on a full disk the old set stays, whole" {
	[ "$(id -u)" = 0 ] && mkdir "$BATS_TEST_TMPDIR/disk" &&
		mount -t tmpfs -o size=300k tmpfs "$BATS_TEST_TMPDIR/disk" 2>/dev/null ||
		skip 'no small disk can be mounted'
	small_tree
	mv "$ROOT/lib" "$BATS_TEST_TMPDIR/disk/lib"
	modules_are_in "$BATS_TEST_TMPDIR/disk/lib/modules/$RELEASE"
	run --separate-stderr "$TOOLS/depmod" -b "$BATS_TEST_TMPDIR/disk" "$RELEASE"
	status_is 0
	before=$(checksums)
	head -c 1M /dev/zero >"$BATS_TEST_TMPDIR/disk/filler" 2>/dev/null || :
	run --separate-stderr "$TOOLS/depmod" -b "$BATS_TEST_TMPDIR/disk" "$RELEASE"
	after=$(checksums)
	left=$(find "$MODULES" -name '.lkm-*')
	umount "$BATS_TEST_TMPDIR/disk"
	status_is 1
	err_has 'No space left on device'
	[ "$before" = "$after" ]
	[ -z "$left" ]
}

@test "a directory in the place of an index" {
	small_tree
	mkdir "$MODULES/modules.devname"
	tool depmod
	status_is 1
	err_is "depmod: FATAL: /lib/modules/$RELEASE: could not replace modules.devname: Is a directory"
	[ ! -e "$MODULES/modules.dep" ]
	no_leavings "$MODULES"
}

@test "indexes with modules do not become empty unless that is asked for" {
	small_tree
	tool depmod
	before=$(checksums)
	mv "$MODULES/kernel" "$ROOT/away"
	tool depmod
	status_is 1
	err_is "depmod: FATAL: no module in /lib/modules/$RELEASE, but its indexes have some: they are left as they are (--allow-empty replaces them)"
	[ "$(checksums)" = "$before" ]
	tool depmod --allow-empty
	status_is 0
	[ ! -s "$MODULES/modules.dep" ]
}

@test "the index of built-in modules stays if their list is gone" {
	small_tree
	tool depmod
	before=$(sha256sum "$MODULES"/modules.builtin.{bin,alias.bin})
	rm "$MODULES"/modules.builtin "$MODULES"/modules.builtin.modinfo
	tool depmod
	status_is 0
	[ "$(sha256sum "$MODULES"/modules.builtin.{bin,alias.bin})" = "$before" ]
}

@test "what a killed run left is removed" {
	small_tree
	: >"$MODULES/.lkm-new-0123456789abcdef-modules.dep"
	tool depmod
	status_is 0
	no_leavings "$MODULES"
}

@test "two at once: the second waits" {
	small_tree
	command -v flock >/dev/null || skip 'no flock'
	flock "$MODULES" sleep 1 3>&- &
	sleep 0.3
	start=$EPOCHREALTIME
	tool depmod -v
	status_is 0
	wait
	err_has 'waiting for another depmod of this directory'
	awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { exit !(b - a > 0.4) }'
}

@test "many at once: each waits its turn, and the indexes are whole" {
	small_tree
	tool depmod
	before=$(checksums)
	for i in 1 2 3 4 5 6 7 8; do
		in_root "$TOOLS/depmod" --cache="$WORK/cache" >>said.txt 2>&1 || echo "number $i failed" >>said.txt &
	done
	wait
	[ ! -s said.txt ] || show_difference 'what they said' '' "$(<said.txt)"
	[ "$(checksums)" = "$before" ]
	no_leavings "$MODULES"
	no_leavings "$WORK"
}

@test "-n > /dev/full fails" {
	small_tree
	run bash -c '"$@" -n >/dev/full' - env "$TOOLS/depmod" -b "$ROOT" "$RELEASE"
	[ "$status" = 1 ]
	[[ $output == *'No space left on device'* ]]
}
