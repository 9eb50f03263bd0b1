# shellcheck shell=bash disable=SC2154
# host.sh - what a scenario's prepare() may call.  Runs on the host, before the boot.
#
# prepare() runs in the directory that checks() will find itself in: what it writes here is there.
# It sees $tree and $release: the kernel that will boot.
#
#   need MODULE...      put modules, with all they need, under /lib/modules of the guest; built-in
#                       ones need nothing
#   need_any MODULE...  the same of those that this kernel has as modules
#   module_path MODULE  print the path of its file
#   plain MODULE FILE   write the module to FILE, decompressed
#   other MODULE FILE   the same module of another kernel, decompressed; no FILE if none is on offer
#   unsign FILE         cut the signature off
#   damage_crc FILE SYM change the version that the module wants of a symbol
#   ext4_image FILE     write a file system image of 8 MiB

# find_module TREE RELEASE MODULE: its path below lib/modules/RELEASE
find_module()
{
	local pattern=${3//[-_]/[-_]} line

	line=$(grep -oE "^([^ ]*/)?$pattern\.ko[.a-z]*:" "$1/lib/modules/$2/modules.dep") || return
	echo "${line%:}"
}

is_builtin()
{
	grep -qE "/${1//[-_]/[-_]}\.ko\$" "$tree/lib/modules/$release/modules.builtin"
}

module_path()
{
	local path

	path=$(find_module "$tree" "$release" "$1") || die "$release has no module $1"
	echo "$tree/lib/modules/$release/$path"
}

need()
{
	local module path

	for module; do
		is_builtin "$module" && continue
		path=$(find_module "$tree" "$release" "$module") || die "$release has no module $module"
		sed -n "s|^$path: *||p" "$tree/lib/modules/$release/modules.dep" | tr ' ' '\n' >>"$needed"
		echo "$path" >>"$needed"
	done
}

need_any()
{
	local module

	for module; do
		! find_module "$tree" "$release" "$module" >/dev/null || need "$module"
	done
}

# unpack FILE: its content, decompressed, on standard output
unpack()
{
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.zst) zstd -dcq "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

plain()
{
	local path

	path=$(module_path "$1")
	unpack "$path" >"$2"
}

# The tree of a kernel that is not $release
other_kernel()
{
	local version name

	while read -r version name _; do
		[ "$name" = "$release" ] || "$top/tests/kernels/fetch" "$version"
	done < <("$top/tests/kernels/fetch" --list) | head -n 1
}

other()
{
	local other path

	other=$(other_kernel)
	[ -n "$other" ] || return 0
	path=$(find_module "$other" "$(release_of "$other")" "$1") || die "no module $1 in $other"
	unpack "$other/lib/modules/$(release_of "$other")/$path" >"$2"
}

# The trailer ends in the length of the signature (4 bytes, big endian) and a marker of 28 bytes.
unsign()
{
	local size bytes

	[ "$(tail -c 28 "$1")" = "~Module signature appended~" ] || return 0
	size=$(stat -c %s "$1")
	read -r -a bytes < <(od -An -tu1 -j $((size - 32)) -N 4 "$1")
	truncate -s $((size - 40 - (bytes[2] * 256 + bytes[3]))) "$1"
}

# An entry of __versions: the version in 8 bytes, then the name in 56.
damage_crc()
{
	local at

	at=$(LC_ALL=C grep -abo "$2" "$1" | head -n 1)
	[ -n "$at" ] || die "$1 does not want $2"
	printf '\125\252\125\252' | dd of="$1" bs=1 seek=$((${at%%:*} - 8)) conv=notrunc status=none
}

ext4_image()
{
	PATH=$PATH:/usr/sbin:/sbin mke2fs -q -F -t ext4 -L lkm "$1" 8M >/dev/null
}
