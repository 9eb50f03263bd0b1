#!/bin/sh
# Library code keeps no global state: every variable outside a function is const.
set -eu
. "$(dirname "$0")/lib.sh"
need ctags

files '^src/.*\.[ch]$' >/dev/null || exit 0
files '^src/.*\.[ch]$' | ctags -x --languages=C --langmap=C:.c.h --kinds-C=v -L - \
	--_xformat='%F:%n: %N @%C' |
	awk -F ' @' '
		# Without a star the variable is const if the word stands anywhere
		# before its name; with one it has to stand behind the last star.
		{
			declaration = $2
			sub(/[ \t]*(=|\[).*/, "", declaration)
			sub(/.*\*/, "", declaration)
			if (declaration !~ /(^|[ \t])const[ \t]/)
				print $1 ": a variable that can change, outside every function"
		}' | verdict
