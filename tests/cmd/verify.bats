#!/usr/bin/env bats
# lkm verify: what it finds, one thing at a time, and that it is silent otherwise.

load depmod

# A small tree with indexes that fit.
sound_tree()
{
	small_tree
	tool depmod
	status_is 0
}

# found TEXT...: verify exits 1, and its output is these lines and a summary.
found()
{
	local wanted
	wanted=$(printf '%s\n' "$@")
	tool lkm verify
	status_is 1
	err_is ''
	[ "$(sed '$d' <<<"$output")" = "$wanted" ] || show_difference findings "$wanted" "$output"
	[[ $output =~ $'\n'"$RELEASE: "[0-9]+" module"s?", "[0-9]+" finding"[^$'\n']*$ ]]
}

# noted TEXT...: the same for notes: exit 0.
noted()
{
	local wanted
	wanted=$(printf '%s\n' "$@")
	tool lkm verify
	status_is 0
	err_is ''
	[ "$(sed '$d' <<<"$output")" = "$wanted" ] || show_difference notes "$wanted" "$output"
}

@test "a tree that fits" {
	sound_tree
	tool lkm verify
	status_is 0
	err_is ''
	out_is "$RELEASE: 3 modules, their indexes fit"
}

@test "the indexes of the installed depmod fit" {
	small_tree
	ko "$MODULES/updates/zz.ko" alias=zz -u sym_c
	ko "$MODULES/updates/yy.ko" alias=yy -u sym_b
	module d.ko.xz -u sym_b -u sym_c alias=d
	sed -i 's/\.xz$//' "$MODULES/modules.order" # as the kernel's build leaves it
	depmod -b "$ROOT" "$RELEASE"
	tool lkm verify
	status_is 0
	[ "${lines[-1]%, 1 note}" = "$RELEASE: 6 modules, their indexes fit" ]
}

@test "indexes without their sources, as in an initramfs" {
	small_tree
	rm "$MODULES"/modules.*
	depmod -b "$ROOT" "$RELEASE" 2>/dev/null
	tool lkm verify
	status_is 0
	out_has "$RELEASE: 3 modules, their indexes fit"
}

@test "a module that the indexes do not know" {
	sound_tree
	module d.ko -e sym_d:7 -u sym_c alias=d
	touch -d '1 day ago' "$MODULES/kernel/d.ko"
	found 'modules.alias: 1 line is missing' '    missing: alias d d' \
		'modules.alias.bin: 1 entry is missing' '    missing: d d' \
		'modules.dep: 1 line is missing' '    missing: kernel/d.ko: kernel/c.ko' \
		'modules.dep.bin: 1 entry is missing' '    missing: kernel/d.ko: kernel/c.ko' \
		'modules.symbols: 1 line is missing' '    missing: alias symbol:sym_d d' \
		'modules.symbols.bin: 1 entry is missing' '    missing: symbol:sym_d d'
}

@test "a module that is gone" {
	sound_tree
	rm "$MODULES/kernel/c.ko"
	tool lkm verify
	status_is 1
	out_has "modules.dep.bin: 1 file that it names is not there
    kernel/c.ko"
	out_has 'modules.dep.bin: 1 entry is extra, 2 are different
    different: kernel/a.ko: kernel/b.ko kernel/c.ko
    different: kernel/b.ko: kernel/c.ko
    extra: kernel/c.ko:'
	out_has 'modules.weakdep: 1 line is extra
    extra: weakdep c a'
}

@test "a module that now needs another one" {
	sound_tree
	ko "$MODULES/kernel/c.ko" -e sym_c:22 -u sym_d weakdep=a
	ko "$MODULES/kernel/d.ko" -e sym_d:1
	touch -d '1 day ago' "$MODULES"/kernel/*.ko
	tool lkm verify
	status_is 1
	out_has 'modules.dep.bin: 1 entry is missing, 3 are different
    different: kernel/a.ko: kernel/b.ko kernel/c.ko
    different: kernel/b.ko: kernel/c.ko
    different: kernel/c.ko:
    ... and 1 more'
	tool lkm verify --all
	out_has 'different: kernel/c.ko:
    missing: kernel/d.ko:'
}

@test "dependencies in another order fit if it works, and only then" {
	module a.ko -u sym_b -u sym_c
	module b.ko -e sym_b:1
	module c.ko -e sym_c:1 -u sym_d
	module d.ko -e sym_d:1
	builtin_module core_x license=GPL
	tool depmod
	sed -i 's,^kernel/a.ko:.*,kernel/a.ko: kernel/c.ko kernel/d.ko kernel/b.ko,' "$MODULES/modules.dep"
	tool lkm verify
	status_is 0
	sed -i 's,^kernel/a.ko:.*,kernel/a.ko: kernel/d.ko kernel/c.ko kernel/b.ko,' "$MODULES/modules.dep"
	found 'modules.dep: 1 line is different' '    different: kernel/a.ko: kernel/d.ko kernel/c.ko kernel/b.ko'
	sed -i 's,^kernel/a.ko:.*,kernel/a.ko: kernel/c.ko kernel/c.ko kernel/b.ko,' "$MODULES/modules.dep"
	found 'modules.dep: 1 line is different' '    different: kernel/a.ko: kernel/c.ko kernel/c.ko kernel/b.ko'
}

@test "an index and its text that say different things, both wrong" {
	sound_tree
	cp "$MODULES/modules.alias" old
	ko "$MODULES/kernel/a.ko" -u sym_b -u kernel_fn alias=new softdep='pre: c'
	tool depmod
	ko "$MODULES/kernel/a.ko" -u sym_b -u kernel_fn alias=newer softdep='pre: c'
	cp old "$MODULES/modules.alias"
	tool lkm verify
	status_is 1
	out_has 'modules.alias.bin: 1 entry is missing, 1 is extra
    extra: new a
    missing: newer a'
	out_has 'modules.alias: 1 line is missing, 1 is extra'
	out_has 'modules.alias.bin: compared with its text, 1 entry is missing, 1 is extra'
}

@test "the order of modules" {
	sound_tree
	printf '%s\n' kernel/c.ko kernel/b.ko kernel/a.ko >"$MODULES/modules.order"
	tool lkm verify
	status_is 1
	out_has 'modules.dep.bin: 2 modules are not in the order of modules.order
    kernel/b.ko
    kernel/a.ko'
}

@test "files that are missing" {
	sound_tree
	rm "$MODULES"/modules.{alias.bin,symbols,devname,builtin.bin}
	found 'modules.alias.bin: there is no such file' 'modules.builtin.bin: there is no such file' \
		'modules.devname: there is no such file' 'modules.symbols: there is no such file'
}

@test "a file that would have nothing in it may be missing; modules.weakdep is young" {
	module a.ko
	builtin_module x license=GPL
	tool depmod
	rm "$MODULES"/modules.{alias,alias.bin,symbols,symbols.bin,devname,softdep,weakdep,builtin.alias.bin}
	tool lkm verify
	status_is 0
	out_is "$RELEASE: 1 module, their indexes fit"
	module b.ko weakdep=a
	tool depmod
	rm "$MODULES/modules.weakdep"
	noted 'note: modules.weakdep: there is no such file'
}

@test "damaged indexes, with the place" {
	sound_tree
	truncate -s 100 "$MODULES/modules.alias.bin"
	printf x | dd of="$MODULES/modules.dep.bin" conv=notrunc status=none
	: >"$MODULES/modules.builtin.bin"
	tool lkm verify
	status_is 1
	out_has 'modules.dep.bin: not an index (at offset 0)'
	out_has 'modules.builtin.bin: not an index (at offset 0)'
	# shellcheck disable=SC2154  # bats sets it
	[[ $output =~ 'modules.alias.bin: a '[a-z\ ]*' (at offset '[0-9]+')' ]]
	rm "$MODULES/modules.softdep"
	mkdir "$MODULES/modules.softdep"
	tool lkm verify
	out_has 'modules.softdep: Is a directory'
}

@test "modules that are none" {
	sound_tree
	echo rubbish >"$MODULES/kernel/d.ko"
	touch -d '1 day ago' "$MODULES/kernel/d.ko"
	found '1 problem with module files' "    /lib/modules/$RELEASE/kernel/d.ko: not an ELF file: left out"
}

@test "two files of one module" {
	sound_tree
	ko "$MODULES/updates/c.ko" -e sym_c:22 weakdep=a
	tool depmod
	noted 'note: 1 module file is hidden by another one' \
		'    c: updates/c.ko counts, kernel/c.ko does not'
	ko "$MODULES/kernel/sub/b.ko"
	tool depmod
	tool lkm verify
	status_is 1
	out_has '1 module file of a name that another one has
    b: kernel/b.ko counts, kernel/sub/b.ko does not'
}

@test "what stopped runs of depmod left" {
	sound_tree
	touch "$MODULES/.lkm-new-0123456789abcdef-modules.dep" \
		"$MODULES/modules.alias.bin.14113.850994.1795692016" "$MODULES/modules.dep.orig"
	tool lkm verify
	status_is 1
	out_has '2 temporary files left behind by a depmod that was stopped'
	run ! grep -q orig <<<"$output"
}

@test "a module with a new time is only a note" {
	sound_tree
	touch -d tomorrow "$MODULES/kernel/b.ko"
	noted 'note: 1 module is newer than the indexes' '    kernel/b.ko'
}

@test "a compression that no kernel takes is a note" {
	small_tree
	ko "$MODULES/kernel/d.ko"
	xz -f --check=crc64 "$MODULES/kernel/d.ko"
	tool depmod
	tool lkm verify
	status_is 0
	out_has 'note: 1 module is compressed in a way that kernels do not decode themselves
    kernel/d.ko.xz: '
}

@test "what comes from files does nothing to a terminal" {
	sound_tree
	printf 'alias \033c x\n' >>"$MODULES/modules.alias"
	found 'modules.alias: 1 line is extra' '    extra: alias ?c x'
}

@test "depmod.d counts, and can be another one" {
	sound_tree
	ko "$MODULES/extra/c.ko" -e sym_c:22 weakdep=a
	file conf 'search extra built-in'
	tool depmod -C "$ROOT/conf"
	tool lkm verify
	status_is 1
	tool lkm verify -C "$ROOT/conf"
	status_is 0
}

@test "all releases of a directory, or one" {
	sound_tree
	cp -a "$MODULES" "${MODULES%/*}/6.2.0"
	rm "$MODULES/modules.dep"
	tool lkm verify -b "$ROOT"
	status_is 1
	out_is "modules.dep: there is no such file
$RELEASE: 3 modules, 1 finding
6.2.0: 3 modules, their indexes fit"
	tool lkm verify -b "$ROOT" --kernel 6.2.0
	status_is 0
	tool lkm verify --kernel 7
	status_is 1
	out_is ''
	complains_once 'lkm verify'
	tool lkm verify -b "$WORK"
	status_is 1
	err_is "lkm verify: ERROR: $WORK/lib/modules: No such file or directory"
}

@test "JSON" {
	sound_tree
	rm "$MODULES/modules.dep"
	tool lkm verify --json
	status_is 1
	out_is '{
  "trees": [
    {
      "release": "'"$RELEASE"'",
      "directory": "/lib/modules/'"$RELEASE"'",
      "error": null,
      "module_count": 3,
      "fault_count": 1,
      "findings": [
        {
          "kind": "missing",
          "note": false,
          "filename": "modules.dep",
          "message": "there is no such file",
          "count": 1,
          "examples": []
        }
      ]
    }
  ]
}'
	tool lkm verify --json --kernel 7
	status_is 1
	out_has '"error": "'
}

@test "arguments and a full disk" {
	tool lkm verify x
	status_is 1
	err_is 'lkm verify: ERROR: too many arguments: x'
	sound_tree
	run --separate-stderr in_root bash -c "\"$TOOLS/lkm\" verify >/dev/full"
	status_is 1
	complains_once 'lkm verify'
}
