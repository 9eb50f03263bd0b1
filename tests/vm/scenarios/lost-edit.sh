# shellcheck shell=dash disable=SC2154
# insmod's options that edit the module before the load: -o, -x, -X, -Y, -N.

prepare()
{
	need aoe dummy crc-itu-t
	plain crc-itu-t crc-itu-t.ko
	plain dummy dummy.ko
	# What an edit must not do: another name, and the signature left where it was.
	LC_ALL=C sed 's/\(\x00\)dummy\(\x00\{51\}\)/\1dumMy\2/' dummy.ko >kept.ko
	cp dummy.ko magic.ko
	unsign magic.ko
	# The release becomes another one of the same numbers; with versions of symbols no kernel minds.
	LC_ALL=C sed -i "s/vermagic=$release/vermagic=$(echo "$release" | sed 's/[a-z]/x/g')/" magic.ko
}

# taint_is NAME MODULE LETTERS
taint_is()
{
	is "$1" "$(cat "/sys/module/$2/taint")" "$3"
}

# edited NAME WHAT CMD...: it works, and the warning says what was done
edited()
{
	local name=$1 what=$2

	shift 2
	run "$@"
	is "$name" "$rc" 0
	like "$name: says so" "$err" "is loaded edited: $what"
}

second_copies()
{
	local file

	file=$(ko crc-itu-t)
	insert crc-itu-t
	refused "a second copy of a module that exports" \
		"insmod: ERROR: could not insert module $file: Invalid module format" \
		insmod -q -o crc_two "$file"
	run insmod -o crc_two "$file"
	like "names the symbol" "$err" "kernel: crc_two: exports duplicate symbol crc_itu_t \(owned by crc_itu_t\)"
	like "and the way" "$err" "insmod -x loads it without its exports"
	edited "-x -o: it loads" "renamed to crc_two, exports hidden; its signature is dropped" \
		insmod -x -o crc_two "$file"
	ok "both are there" loaded crc_two
	unlike "the copy exports nothing" "$(grep -F '[crc_two]' /proc/kallsyms)" ' [TR] crc_itu_t(_table)?	\[crc_two\]'
	taint_is "it is unsigned, nothing worse" crc_two E
	silent "rmmod by the new name" rmmod crc-two
	run rmmod crc-itu-t
}

signatures()
{
	no "the sample has another name" cmp -s dummy.ko kept.ko
	mark
	run insmod ./dummy.ko
	if klog | grep -q "verification failed"; then
		skip "a name that is changed under a signature" "this kernel has no key for its modules"
	else
		refused "a name that is changed under a signature" \
			"insmod: ERROR: could not insert module ./kept.ko: Key was rejected by service" \
			insmod ./kept.ko
	fi
	run rmmod dummy
	edited "-o drops the signature" "renamed to dumMy; its signature is dropped" \
		insmod -o dumMy ./dummy.ko
	taint_is "and then it is only unsigned" dumMy E
	run rmmod dumMy
}

names()
{
	local long=a234567890123456789012345678901234567890123456789012345

	edited "a name of 55 bytes" "renamed to $long; its signature is dropped" \
		insmod -o $long "$(ko dummy)"
	ok "is loaded" loaded $long
	silent "lsmod lives" sh -c '/sbin/lsmod >/dev/null'
	refused "dummy once more: its names are fixed" \
		"insmod: ERROR: could not insert module $(ko dummy): File exists" \
		insmod -q -o dummy2 "$(ko dummy)"
	silent "rmmod of the long name" rmmod $long
	refused "a name of 56 bytes" \
		"insmod: ERROR: could not insert module $(ko dummy): File name too long" \
		insmod -o ${long}6 "$(ko dummy)"
	insert dummy
	silent "the kernel lives" rmmod dummy
}

exports()
{
	edited "-X exports" "[0-9]+ symbols exported" insmod -X "$(ko aoe)"
	like "the table is there" "$(grep -F '[aoe]' /proc/kallsyms)" ' __ksymtab_aoeblk_[a-z]+	'
	like "the symbols are exported" "$(grep -F '[aoe]' /proc/kallsyms)" ' T aoeblk_[a-z]+	'
	unlike "the entry points are not" "$(grep -F '[aoe]' /proc/kallsyms)" ' __ksymtab_(init|cleanup)_module	'
	like "without versions they taint" "$(cat /sys/module/aoe/taint)" F
	run rmmod aoe
}

marks()
{
	local deep

	deep=/tmp/$(printf '%0200d' 1)/$(printf '%0200d' 2)/$(printf '%0200d' 3)
	edited "-Y adds symbols" "[0-9] symbols added" insmod -Y ./dummy.ko
	like "the file" "$(grep -F '[dummy]' /proc/kallsyms)" \
		' __insmod_dummy_O/vm/lost-edit/dummy.ko_M[0-9A-F]{16}_V[0-9]+	\[dummy\]'
	like "a section" "$(grep -F '[dummy]' /proc/kallsyms)" ' __insmod_dummy_S.text_L[0-9]+	\[dummy\]'
	run rmmod dummy
	mkdir -p "$deep"
	cp dummy.ko "$deep"
	edited "-Y with a very long path" "[0-9] symbols added" insmod -Y "$deep/dummy.ko"
	is "is cut after 511 bytes" \
		"$(sed -n 's/.* \(__insmod_dummy_O[^	]*\).*/\1/p' /proc/kallsyms | tr -d '\n' | wc -c)" 511
	run rmmod dummy
	rm -r "/tmp/$(printf '%0200d' 1)"
}

checks()
{
	second_copies
	signatures
	names
	exports
	marks
	silent "-N: the kernel does not compare releases, so nothing is edited" insmod -N ./magic.ko
	run rmmod dummy
}
