#!/usr/bin/env bats
# depmod: what it remembers of modules, and that the indexes are the same with and without.

load depmod

# Times of files that were just written are not trusted: let them be past.
settle()
{
	sleep 0.2
}

# depmod with a cache; afterwards $known is "N of M", the modules not read.
remembering()
{
	tool depmod -v --cache="$WORK/cache"
	# shellcheck disable=SC2154  # bats sets it
	known=$(sed -n 's/.*cache: \(.*\) modules were not read/\1/p' <<<"$stderr")
}

known_is()
{
	[ "$known" = "$1" ] || show_difference 'modules not read' "$1" "$known, with on stderr: $stderr"
}

# The indexes are those of a run without a cache.
same_as_without()
{
	local wanted got
	rm -rf "$WORK/without"
	in_root "$TOOLS/depmod" --no-cache -q -o "$WORK/without" || :
	wanted=$(cd "$WORK/without/lib/modules/$RELEASE" && sha256sum modules.*)
	got=$(cd "$MODULES" && awk '{ print $2 }' <<<"$wanted" | xargs sha256sum)
	[ "$got" = "$wanted" ] || show_difference 'indexes without a cache' "$wanted" "$got"
}

# A tree whose modules are all in the cache.
remembered_tree()
{
	small_tree
	settle
	remembering
	known_is ''
}

# The indexes were not written again.
stays()
{
	local before
	before=$(ls -i "$MODULES"/modules.*)
	"$@"
	[ "$(ls -i "$MODULES"/modules.*)" = "$before" ]
}

@test "modules that have not changed are not read again" {
	remembered_tree
	remembering
	status_is 0
	known_is '3 of 3'
	same_as_without
}

@test "a module is added" {
	remembered_tree
	module d.ko.gz -u sym_c alias=d:*
	remembering
	known_is '3 of 4'
	same_as_without
}

@test "a module is replaced, in its place and by renaming; times and size stay" {
	remembered_tree
	touch -r "$MODULES/kernel/c.ko" time
	module c.ko -e sym_d:22 weakdep=a
	touch -r time "$MODULES/kernel/c.ko"
	remembering
	known_is '2 of 3'
	grep -q sym_d "$MODULES/modules.symbols"
	same_as_without
	settle
	ko new.ko name=c -e sym_e:22 weakdep=a
	touch -r time new.ko
	mv new.ko "$MODULES/kernel/c.ko"
	remembering
	known_is '2 of 3'
	grep -q sym_e "$MODULES/modules.symbols"
	same_as_without
}

@test "a module is removed, comes back elsewhere, is touched" {
	remembered_tree
	mv "$MODULES/kernel/c.ko" away.ko
	remembering
	known_is '2 of 2'
	same_as_without
	mkdir "$MODULES/updates"
	mv away.ko "$MODULES/updates/c.ko"
	remembering
	known_is '2 of 3'
	same_as_without
	touch "$MODULES/kernel/a.ko"
	remembering
	known_is '1 of 3'
	same_as_without
}

@test "a module of another directory wins, and loses again" {
	remembered_tree
	ko "$MODULES/updates/c.ko" -e sym_x:1
	remembering
	known_is '2 of 3'
	same_as_without
	file etc/depmod.d/x.conf 'search built-in updates'
	settle
	remembering
	known_is '2 of 3'
	same_as_without
	dep_is 'a.ko: b.ko c.ko ; b.ko: c.ko ; c.ko:'
}

@test "a module whose time is not past is read again, until it is" {
	small_tree
	touch -d '+2 seconds' "$MODULES/kernel/b.ko"
	settle
	remembering
	remembering
	known_is '2 of 3'
	same_as_without
	sleep 2.2
	remembering
	known_is '2 of 3'
	remembering
	known_is '3 of 3'
}

# ---- nothing has changed ----

@test "nothing has changed: the indexes stay, and are younger than everything" {
	remembered_tree
	touch "$MODULES/modules.order"
	stays tool depmod --cache="$WORK/cache"
	status_is 0
	err_is ''
	[ ! "$MODULES/modules.order" -nt "$MODULES/modules.dep" ]
	same_as_without
}

@test "damaged and missing indexes are made again" {
	remembered_tree
	before=$(checksums)
	for name in dep dep.bin alias alias.bin symbols symbols.bin softdep weakdep devname \
		builtin.bin builtin.alias.bin; do
		printf X | dd of="$MODULES/modules.$name" conv=notrunc bs=1 seek=3 status=none
		tool depmod --cache="$WORK/cache"
		[ "$(checksums)" = "$before" ] || show_difference "after damage of" "$name" "$(checksums)"
		rm "$MODULES/modules.$name"
		tool depmod --cache="$WORK/cache"
		[ "$(checksums)" = "$before" ]
	done
}

@test "what the kernel build left has changed" {
	remembered_tree
	builtin_module other_x alias=other-alias
	tool depmod --cache="$WORK/cache"
	same_as_without
	grep -q ther_x "$MODULES/modules.builtin.bin"
	printf 'kernel/c.ko\nkernel/a.ko\n' >"$MODULES/modules.order"
	tool depmod --cache="$WORK/cache"
	same_as_without
	dep_is 'c.ko: ; a.ko: b.ko c.ko ; b.ko: c.ko'
}

@test "what is wrong with modules is told every time" {
	small_tree
	echo garbage >"$MODULES/kernel/bad.ko"
	module x.ko -e sx:1 -u sx
	module y.ko softdep=$'a\nb'
	settle
	tool depmod --cache="$WORK/cache"
	first=$stderr
	[ "$(wc -l <<<"$first")" -ge 4 ]
	tool depmod --cache="$WORK/cache"
	status_is 1
	err_is "$first"
	same_as_without
}

@test "what a killed run left is removed also when nothing has changed" {
	remembered_tree
	: >"$MODULES/.lkm-new-0123456789abcdef-modules.dep"
	stays tool depmod --cache="$WORK/cache"
	no_leavings "$MODULES"
}

@test "options that ask for more get it" {
	remembered_tree
	ko "$MODULES/updates/b.ko" -e sym_b:11 -u sym_c -u gone
	settle
	tool depmod --cache="$WORK/cache"
	tool depmod --cache="$WORK/cache" -w
	err_has 'duplicate module b: kernel/b.ko is not used'
	tool depmod --cache="$WORK/cache" -v
	out_has 'b.ko needs "sym_c"'
	printf '0x00000005\tkernel_fn\tvmlinux\tEXPORT_SYMBOL\t\n' >symvers
	tool depmod --cache="$WORK/cache" -e -E symvers
	err_has 'updates/b.ko needs unknown symbol gone'
	tool depmod --cache="$WORK/cache" -n
	[ "$(grep -c : <<<"$output")" -gt 3 ]
}

# ---- a cache that is of no use ----

@test "a damaged cache is ignored, told, and made again" {
	remembered_tree
	rm "$MODULES/kernel/a.ko"
	cp cache sound
	size=$(stat -c %s cache)
	for at in 0 17 21 25 33 41 50 60 70 100 110 125 $((size - 1)); do
		cp sound cache
		printf '\252' | dd of=cache conv=notrunc bs=1 seek="$at" status=none
		remembering
		status_is 0
		known_is ''
		same_as_without
	done
	for cut in 0 15 63 64 200; do
		head -c "$cut" sound >cache
		tool depmod --cache="$WORK/cache"
		status_is 0
		[ "$(wc -l <<<"$stderr")" = 1 ]
		err_has "depmod: WARNING: $WORK/cache: not used: "
		same_as_without
	done
	tool depmod --cache="$WORK/cache"
	err_is ''
}

@test "a cache that others may have written is not believed" {
	remembered_tree
	chmod g+w cache
	remembering
	known_is ''
	err_has "$WORK/cache: not used: others may have written it"
	[ "$(stat -c %a cache)" = 644 ]
}

@test "a cache that cannot be written spoils nothing" {
	small_tree
	tool depmod --cache=/nowhere/cache
	status_is 0
	err_is 'depmod: WARNING: /nowhere/cache: not written: could not open its directory: No such file or directory'
	same_as_without
	mkdir dir
	tool depmod --cache="$WORK/dir"
	status_is 0
	err_has 'WARNING'
	same_as_without
	[ -z "$(ls -A dir)" ]
}

# ---- where ----

@test "without -b it is in /var/cache/lkm/depmod, if there is a /var/cache" {
	small_tree
	tool depmod
	err_is ''
	[ ! -e "$ROOT/var/cache" ]
	mkdir "$ROOT/var/cache"
	tool depmod
	err_is ''
	[ -s "$ROOT/var/cache/lkm/depmod/$RELEASE" ]
	cp -r "$MODULES" "$ROOT/lib/modules/7.0-other"
	tool depmod "$RELEASE" 7.0-other
	err_is ''
	[ "$(ls "$ROOT/var/cache/lkm/depmod")" = "$RELEASE"$'\n'7.0-other ]
}

@test "caches of releases that are gone go, when one is written; other files stay" {
	local cache=$ROOT/var/cache/lkm/depmod
	small_tree
	mkdir "$ROOT/var/cache"
	cp -r "$MODULES" "$ROOT/lib/modules/7.0-other"
	tool depmod "$RELEASE" 7.0-other
	echo 'not ours' >"$cache/notes"
	mkdir "$cache/6.0-directory"
	rm -r "$ROOT/lib/modules/7.0-other" "$MODULES/kernel/c.ko"
	tool depmod
	err_is ''
	[ "$(ls -A "$cache")" = 6.0-directory$'\n'"$RELEASE"$'\n'notes ]
}

@test "no cache with --no-cache, with -b, with -n, for single files" {
	small_tree
	mkdir "$ROOT/var/cache"
	tool depmod --no-cache
	tool depmod -n
	status_is 0
	tool depmod -n --cache="$WORK/cache"
	tool depmod -b "$ROOT"
	status_is 0
	tool depmod "$RELEASE" "/lib/modules/$RELEASE/kernel/c.ko"
	status_is 0
	[ -z "$(find "$ROOT/var/cache" "$WORK" -type f)" ]
	tool depmod --cache="$WORK/cache" -b "$ROOT"
	[ -s cache ]
}

@test "--cache takes one release" {
	tool depmod --cache="$WORK/cache" "$RELEASE" 7.0-other
	status_is 1
	err_is 'depmod: FATAL: --cache takes one release'
}

@test "a cache beside the indexes" {
	small_tree
	tool depmod --cache="/lib/modules/$RELEASE/cache"
	status_is 0
	err_is ''
	[ -s "$MODULES/cache" ]
	no_leavings "$MODULES"
}
