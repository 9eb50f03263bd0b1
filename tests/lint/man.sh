#!/bin/sh
# Every manual page compiles without a word, calls itself what its file is
# called, has the sections readers look for, in their order, and is installed.
set -eu
. "$(dirname "$0")/lib.sh"
need scdoc

sections='NAME SYNOPSIS DESCRIPTION OPTIONS EXIT_STATUS EXAMPLES SEE_ALSO'

judge()
{
	file=$1
	page=${file##*/}
	page=${page%.scd}
	said=$(scdoc <"$file" 2>&1 >/dev/null) || said="scdoc failed: $said"
	[ -z "$said" ] || echo "$file:1: $said"
	head -n 1 "$file" | grep -q "^${page%.*}(${page##*.})" ||
		echo "$file:1: does not begin with ${page%.*}(${page##*.})"
	grep -q "'$page'" man/meson.build || echo "$file:1: is not in man/meson.build"
	case $page in
	*.1 | *.8) ;;
	*) return ;;
	esac
	sed -n 's/^# //p' "$file" | tr ' ' '_' | awk -v wanted="$sections" -v file="$file" '
		{ at[$0] = NR }
		END {
			n = split(wanted, name, " ")
			for (i = 1; i <= n; i++) {
				if (!(name[i] in at))
					print file ":1: has no section " name[i]
				else if (at[name[i]] < last)
					print file ":1: section " name[i] " comes too early"
				last = name[i] in at ? at[name[i]] : last
			}
		}'
}

files '^man/.*\.scd$' | while read -r file; do
	judge "$file"
done | verdict
