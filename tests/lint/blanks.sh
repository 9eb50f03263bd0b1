#!/bin/sh
# No trailing blanks; text files end with a newline.
set -eu
. "$(dirname "$0")/lib.sh"

text_files()
{
	files . | grep -vE '/(corpus|data)/' | tr '\n' '\0' | xargs -0 -r grep -lI . /dev/null
}

{
	text_files | tr '\n' '\0' | xargs -0 -r grep -nE '[[:blank:]]+$' /dev/null |
		sed 's/^\([^:]*:[0-9]*\):.*/\1: blanks at the end of the line/'
	text_files | while read -r file; do
		[ -z "$(tail -c 1 "$file")" ] || echo "$file:$(wc -l <"$file"): no newline at the end of the file"
	done
} | verdict
