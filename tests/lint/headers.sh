#!/bin/sh
# Every header compiles alone, and twice, with every warning, in gcc and clang.
set -eu
. "$(dirname "$0")/lib.sh"
need gcc clang

flags='-std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DLKM_VERSION=0 -Isrc -Itools
-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
-Wno-missing-field-initializers -Werror -fsyntax-only -xc'
banned=src/base/banned.h
[ ! -f $banned ] || flags="$flags -include $banned"
export flags

# One call of both compilers; what they say is put under the header's name.
try='
	for compiler in gcc clang; do
		printf "#include \"%s\"\n#include \"%s\"\n" "$1" "$1" |
			$compiler $flags -I"$(dirname "$1")" -I. - 2>&1 |
			awk -v header="$1" -v compiler=$compiler '\''
				/(error|warning):/ {
					sub(/^<stdin>:[0-9]*/, header ":1")
					sub(/^\.\//, "")
					print $0 " (" compiler ")"
				}'\''
	done'
files '^(src|tools|compat|tests)/.*\.h$' | xargs -r -P 2 -I{} sh -c "$try" sh {} | verdict
