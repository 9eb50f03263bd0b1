#!/usr/bin/env bats
# depmod, with every call failing in turn, and killed at each: no index is lost.

load helpers
load ../cmd/depmod

# A tree with the indexes of what it was before, and what a killed run left; see indexes.
changed_tree()
{
	KEPT=$BATS_TEST_TMPDIR/kept
	small_tree
	module gone.ko -e sym_gone:1 alias=moved:*
	tool depmod
	status_is 0
	mkdir "$KEPT" "$ROOT/var/cache"
	keep old
	rm "$MODULES/kernel/gone.ko"
	module new.ko.xz -u sym_c alias=moved:*
	module b.ko -e sym_b:12 -e sym_b2:13 -u sym_c alias=devname:bb alias=char-major-10-7
	keep_new
	# Whether a file that was just put back is remembered depends on the time: so none is.
	find "$MODULES/kernel" -type f -exec touch -d '+1 day' {} +
	printf '%s\n' 'a a' 'b b' 'c c' 'a pci:v1_2345' 'b symbol:sym_b' 'c symbol:sym_c' \
		'b char-major-10-7' 'core_x core-alias' 'new moved:1' >"$KEPT/names"
	: >"$MODULES/.lkm-new-0123456789abcdef-of-a-killed-run"
}

keep()
{
	mkdir "$KEPT/$1"
	cp "$MODULES"/modules.* "$KEPT/$1"
}

# The new indexes, made beside the tree.
keep_new()
{
	cp -a "$ROOT" "$BATS_TEST_TMPDIR/beside"
	"$TOOLS/depmod" -b "$BATS_TEST_TMPDIR/beside" "$RELEASE"
	mkdir "$KEPT/new"
	cp "$BATS_TEST_TMPDIR/beside/lib/modules/$RELEASE"/modules.* "$KEPT/new"
	rm -r "$BATS_TEST_TMPDIR/beside"
}

# judged COMMAND...: with what `faults` has to run after each run of depmod.
judged()
{
	every_call_fails -t -c "$HERE/indexes '$ROOT' '$RELEASE' '$KEPT' '$TOOLS' '$LIBRARY'" "$@"
}

@test "indexes that replace others" {
	changed_tree
	judged depmod --jobs=1 --cache=/var/cache/x
}

@test "nothing has changed" {
	small_tree
	mkdir "$ROOT/var/cache"
	sleep 0.2
	in_root "$TOOLS/depmod" --cache=/var/cache/x
	every_call_fails depmod --jobs=1 --cache=/var/cache/x
}

@test "each file is on the disk before the first one is replaced" {
	changed_tree
	in_root LKM_FAULT_LOG="$WORK/trace" "$TOOLS/depmod" --jobs=1 --no-cache
	[ "$(grep -c '^renameat ' "$WORK/trace")" = 12 ]
	awk '/^renameat / { renamed = 1 }
		/^fsync .*\/.lkm-new-/ { files++; if (renamed) exit 1 }
		END { exit files != 12 || last !~ /^fsync/ }
		!/^(close|exit) / { last = $0 }' "$WORK/trace"
}

@test "killed at each call" {
	changed_tree
	judged -k depmod --jobs=1 --cache=/var/cache/x
}
