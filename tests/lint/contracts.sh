#!/bin/sh
# Every header opens with its top block ("room/name.h - what it is for"), and
# every function in it has a contract: a comment right above.  Functions on
# adjoining lines share the comment above the first.
set -eu
. "$(dirname "$0")/lib.sh"

files '^(src|tools|compat)/.*\.h$' | xargs -r awk '
	function report(line, reason) {
		print FILENAME ":" line ": " reason
	}

	# The statement that began at `start` is complete at this line.
	function judge(text, name) {
		if (text ~ /^(typedef|struct|union|enum) [^(]*[{;]/ || text !~ /\(|^extern /)
			return 0
		name = text
		sub(/[ \t]*\(.*/, "", name)
		sub(/;.*/, "", name)
		sub(/.*[ \t*]/, "", name)
		if (documented != start - 1) {
			report(start, name " has no contract comment")
			return 0
		}
		return 1
	}

	FNR == 1 {
		if (NR > 1 && !titled)
			print last ":1: no top block with \"" title "\""
		last = FILENAME
		n = split(FILENAME, part, "/")
		title = part[n - 1] "/" part[n] " - "
		titled = documented = depth = comment = macro = 0
		text = ""
	}
	FNR <= 5 && index($0, title) { titled = 1 }

	comment || (text == "" && /^[ \t]*\/\*/) {
		comment = $0 !~ /\*\//
		if (!comment && depth == 0)
			documented = FNR
		next
	}
	macro || /^[ \t]*#/ { macro = /\\$/; next }
	/^[A-Z_]+\(/ && depth == 0 {
		if (documented == FNR - 1)
			documented = FNR
		next
	}
	{
		line = $0
		gsub(/\/\*.*\*\//, "", line)
		if (depth == 0 && text == "" && line ~ /^[a-z_]/)
			start = FNR
		if (depth == 0 && (text != "" || line ~ /^[a-z_]/))
			text = text line " "
		if (depth == 0 && text ~ /[;{]/) {
			good = judge(text)
			text = ""
		}
		depth += gsub(/{/, "{", line) - gsub(/}/, "}", line)
		if (good && depth == 0) {
			documented = FNR
			good = 0
		}
	}
	END {
		if (NR > 0 && !titled)
			print last ":1: no top block with \"" title "\""
	}
' | verdict
