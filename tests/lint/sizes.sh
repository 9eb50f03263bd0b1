#!/bin/sh
# Files, functions, parameters and nesting stay below "stop and split".
#
#   sizes.sh [-v]     -v: also print what is nearest to each limit, and medians
#
# tests/lint/sizes.allow may raise one limit for one thing, with a reason:
#   KIND PATH[:FUNCTION] LIMIT REASON...
set -eu
. "$(dirname "$0")/lib.sh"
need ctags

#      kind       limit
limits='
       source     500
       header     200
       function    60
       parameters   6
       nesting      4
'
verbose=0
[ "${1-}" != -v ] || verbose=1
scope='^(src|tools|compat|tests)/.*'

# Each measure is one line: "measure KIND PATH LINE NAME VALUE".
measures()
{
	files "$scope\\.c\$" | xargs -r awk '
		FNR == 1 && NR > 1 { print "measure source", last, 1, "-", lines }
		{ last = FILENAME; lines = FNR }
		END { if (NR) print "measure source", last, 1, "-", lines }'
	files "$scope\\.h\$" | xargs -r awk '
		FNR == 1 && NR > 1 { print "measure header", last, 1, "-", lines }
		{ last = FILENAME; lines = FNR }
		END { if (NR) print "measure header", last, 1, "-", lines }'
	files "$scope\\.[ch]\$" >"$work/files"
	[ -s "$work/files" ] || return 0
	ctags -x --languages=C --langmap=C:.c.h --kinds-C=f -L "$work/files" \
		--_xformat='%F %n %{end} %N %S' >"$work/functions"
	awk '{
		text = $0
		sub(/^[^(]*\(/, "", text)
		commas = depth = 0
		for (i = 1; i <= length(text); i++) {
			c = substr(text, i, 1)
			if (c == "(") depth++
			if (c == ")") depth--
			if (c == "," && depth == 0) commas++
		}
		print "measure function", $1, $2, $4, $3 - $2 + 1
		print "measure parameters", $1, $2, $4, text ~ /^(void)?\)/ ? 0 : commas + 1
	}' "$work/functions"
	code <"$work/files" | nesting
}

# The deepest control statement of each function, counted by its indentation.
nesting()
{
	awk -v functions="$work/functions" '
		BEGIN {
			while ((getline line < functions) > 0) {
				split(line, f, " ")
				for (i = f[2]; i <= f[3]; i++)
					inside[f[1], i] = f[4] " " f[2]
			}
		}
		{
			split($0, place, ":")
			text = substr($0, length(place[1]) + length(place[2]) + 3)
			if (!((place[1], place[2]) in inside) || text !~ /^\t+(} )?(if|else|for|while|switch|do)[^a-z_A-Z]|^\t+[^\t].*\) {$/)
				next
			match(text, /^\t+/)
			key = place[1] " " inside[place[1], place[2]]
			if (RLENGTH > deepest[key])
				deepest[key] = RLENGTH
		}
		END {
			for (key in deepest) {
				split(key, k, " ")
				print "measure nesting", k[1], k[3], k[2], deepest[key]
			}
		}'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
measures >"$work/measures"

{
	echo "$limits" | sed '/./s/^ */limit /'
	[ ! -f tests/lint/sizes.allow ] || grep -v '^#' tests/lint/sizes.allow | sed '/./s/^/allow /'
	cat "$work/measures"
} | awk '
	$1 == "limit" { limit[$2] = $3; next }
	$1 == "allow" {
		allowed[$2, $3] = $4
		if (NF < 5) print "tests/lint/sizes.allow:1: no reason given for " $3
		next
	}
	$1 == "measure" {
		thing = $3 ($5 == "-" ? "" : ":" $5)
		most = ($2, thing) in allowed ? allowed[$2, thing] : limit[$2]
		if ($6 > most)
			print $3 ":" $4 ": " ($5 == "-" ? "" : $5 "() ") $2 " " $6 ", at most " most
	}
' >"$work/findings"

if [ $verbose = 1 ]; then
	for kind in source header function parameters nesting; do
		echo "$kind:"
		grep "^measure $kind " "$work/measures" | sort -k6,6nr -s >"$work/kind" || :
		awk '{ v[NR] = $6 }
			END { if (NR) print "  median " v[int((NR + 1) / 2)] ", 90 % at most " v[int(NR / 10) + 1] ", of " NR }' "$work/kind"
		head -n 5 "$work/kind" | awk '{ print "  " $6, $3 ":" $4, $5 }'
	done >&2
fi
verdict <"$work/findings"
