#!/bin/sh
# Every C file and every bats file is in a list of its meson.build (or of one
# further up), and no list holds a line twice: merges lose and double lines.
set -eu
. "$(dirname "$0")/lib.sh"

{
	files '(^|/)meson\.build$' | xargs -r awk '{ print "list", FILENAME, FNR, $0 }'
	files '^(src|tools|compat|tests)/.*\.(c|bats)$' | sed 's/^/file /'
} | awk '
	$1 == "list" {
		if ($4 ~ /[\[(]$/ || $0 ~ /[\[(]$/ || $0 ~ /^list [^ ]+ [0-9]+ *[\])]/)
			start++
		else if ($4 ~ /^\047[^\047]+\047,$/ && NF == 4 && seen[$2, start, $4]++)
			print $2 ":" $3 ": " $4 " is in this list twice"
		folder = $2
		sub(/meson\.build$/, "", folder)
		lists[folder] = lists[folder] $0 "\n"
		next
	}

	# Is the file, or the short name by which a list of tests calls it, in a list of this folder?
	function listed(folder, path, short) {
		short = path
		sub(/^test_/, "", short)
		sub(/\.(c|bats)$/, "", short)
		return index(lists[folder], "\047" path "\047") || index(lists[folder], "\047" short "\047")
	}

	{
		folder = $2
		while (sub(/[^\/]*\/?$/, "", folder) >= 0) {
			if (folder in lists && listed(folder, substr($2, length(folder) + 1)))
				next
			if (folder == "")
				break
		}
		print $2 ":1: in no list of a meson.build: it is not built, its tests do not run"
	}
' | verdict
