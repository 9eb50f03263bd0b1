#!/bin/sh
# A file that a comment or a page of docs/ names exists: "room/name.h" in C,
# `folder/name` in Markdown (from the top, from src/ or beside the page), links too.
set -eu
. "$(dirname "$0")/lib.sh"

{
	files . | sed 's/^/file /'
	files '^(src|tools|compat)/.*\.[ch]$' | xargs -r grep -nE '(^|[^a-z/_<])(base|fmt|host|tree|link|plan|tools)/[a-z0-9_]+\.[ch]' /dev/null |
		sed 's/^/c /'
	files '\.md$' | xargs -r grep -nE '`[^`]*/[^`]*`|\]\([^)]*\)' /dev/null | sed 's/^/page /'
} | awk '
	$1 == "file" {
		path = $2
		while (path != "") {
			exists[path] = 1
			if (!sub(/\/[^\/]*$/, "", path))
				path = ""
		}
		next
	}

	function there(name, beside) {
		sub(/\/$/, "", name)
		return name in exists || ("src/" name) in exists || (beside name) in exists
	}

	function look(place, text, pattern, strip, beside, name) {
		while (match(text, pattern)) {
			name = substr(text, RSTART + strip, RLENGTH - 2 * strip)
			text = substr(text, RSTART + RLENGTH)
			if (!there(name, beside))
				print place ": there is no " name
		}
	}

	{
		split($2, part, ":")
		place = part[1] ":" part[2]
		beside = part[1]
		sub(/[^\/]*$/, "", beside)
		text = substr($0, length($1) + length(place) + 3)
	}
	$1 == "c" { look(place, text, "(base|fmt|host|tree|link|plan|tools)/[a-z0-9_]+\\.[ch]", 0, beside) }
	$1 == "page" {
		look(place, text, "`(src|tools|tests|scripts|docs|base|fmt|host|tree|link|plan)/[a-zA-Z0-9_./-]+`", 1, beside)
		while (match(text, /\]\([^)#]+\)/)) {
			name = substr(text, RSTART + 2, RLENGTH - 3)
			text = substr(text, RSTART + RLENGTH)
			if (name !~ /:/ && !there(name, beside))
				print place ": there is no " name
		}
	}
' | verdict
