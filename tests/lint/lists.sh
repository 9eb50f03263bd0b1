#!/bin/sh
# Every C file and every bats file is in a list of its meson.build (or of one
# further up); lists are sorted and hold no line twice: merges lose and double lines.
set -eu
. "$(dirname "$0")/lib.sh"

{
	files '(^|/)meson\.build$' | xargs -r awk '{ print "list", FILENAME, FNR, $0 }'
	files '^(src|tools|compat|tests)/.*\.(c|bats)$' | sed 's/^/file /'
} | LC_ALL=C awk '
	# A line of a list of files or of names of tests.
	function judge(file, line, item) {
		if (seen[file, start, item]++)
			print file ":" line ": " item " is in this list twice (scripts/sort-lists)"
		else if (last[file, start] > item "")
			print file ":" line ": " item " comes before " last[file, start] " in a sorted list (scripts/sort-lists)"
		last[file, start] = item
	}

	$1 == "list" {
		if ($4 ~ /[\[(]$/ || $0 ~ /[\[(]$/ || $0 ~ /^list [^ ]+ [0-9]+ *[\])]/)
			start++
		else if ($4 ~ /^\047[a-z_0-9\/]+(\.c)?\047,$/ && NF == 4)
			judge($2, $3, $4)
		folder = $2
		sub(/meson\.build$/, "", folder)
		lists[folder] = lists[folder] $0 "\n"
		next
	}

	# Is the file, or the short name by which a list of tests calls it, in a list of this folder?
	function listed(folder, path, short) {
		short = path
		sub(/^(test|fuzz)_/, "", short)
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
