#!/bin/sh
# An include may only point down.  docs/ARCHITECTURE.md draws the rooms.
set -eu
. "$(dirname "$0")/lib.sh"

# room: the rooms whose headers it may include.  "tools" is the tools' shared
# part, tools/*.h; a room not named here is free (tests).
rooms='
src/base        src/base
src/fmt         src/base src/fmt
src/host        src/base src/host
src/tree        src/base src/fmt src/host src/tree
src/link        src/base src/fmt src/link
src/plan        src/base src/fmt src/host src/tree src/link src/plan
tools           src/base src/fmt src/host src/tree src/link src/plan tools
tools/kmod      src/base src/fmt src/host src/tree src/link src/plan tools tools/kmod
tools/lkm       src/base src/fmt src/host src/tree src/link src/plan tools tools/lkm
compat/libkmod  src/base src/fmt src/host src/tree src/link src/plan compat/libkmod
'

# Foreign libraries: header, and the rooms that know it.  Tests use the codecs
# to make samples.
libraries='
lzma.h                      src/fmt tests
zstd.h                      src/fmt tests
libdeflate.h                src/fmt tests
libsmartcols/libsmartcols.h tools/lkm
openssl/evp.h               tools/lkm
openssl/x509.h              tools/lkm
cmocka.h                    tests
'

{
	echo "$rooms" | sed '/./s/^/room /'
	echo "$libraries" | sed '/./s/^/library /'
	files '\.h$' | sed 's/^/header /'
	files '^(src|tools|compat|tests)/.*\.[ch]$' |
		xargs -r grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null
} | awk '
	$1 == "room" { known[$2] = 1; for (i = 3; i <= NF; i++) may[$2, $i] = 1; next }
	$1 == "library" { owner[$2] = $3; for (i = 3; i <= NF; i++) knows[$2, $i] = 1; next }
	$1 == "header" { exists[$2] = 1; next }

	# The room of a file: the longest known folder above it.
	function room_of(path, parts, n, folder) {
		n = split(path, parts, "/")
		folder = parts[1] (n > 2 ? "/" parts[2] : "")
		return folder in known ? folder : parts[1]
	}

	function folder_of(path) {
		sub(/[^\/]*$/, "", path)
		return path
	}

	# Where the compiler finds it: beside the file, then under src/ and tools/.
	function resolve(from, name) {
		if ((folder_of(from) name) in exists) return folder_of(from) name
		if (("src/" name) in exists) return "src/" name
		if (("tools/" name) in exists) return "tools/" name
		if (name in exists) return name
		return ""
	}

	function judge(place, from, name, system_header, target) {
		if (system_header) {
			if (name in owner && !((name, room_of(from)) in knows))
				print place ": " room_of(from) " must not use <" name ">: it belongs to " owner[name]
			return
		}
		target = resolve(from, name)
		if (target == "")
			print place ": \"" name "\" is not a header of this project"
		else if (room_of(from) in known && !((room_of(from), room_of(target)) in may))
			print place ": " room_of(from) " must not include " target
	}

	{
		split($0, field, ":")
		name = $0
		quoted = name ~ /include[ \t]*"/
		sub(/^[^"<]*["<]/, "", name)
		sub(/[">].*$/, "", name)
		judge(field[1] ":" field[2], field[1], name, !quoted)
	}
' | verdict
