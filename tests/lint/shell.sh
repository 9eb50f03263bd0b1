#!/bin/sh
# Every shell script and bats file passes shellcheck.
set -eu
. "$(dirname "$0")/lib.sh"
need shellcheck

{
	files '\.(sh|bats)$'
	files . | grep -vE '\.[a-z0-9]+$' | xargs -r awk '
		FNR == 1 && /^#!.*[\/ ](sh|bash|dash|bats)( |$)/ { print FILENAME }
		FNR == 1 { nextfile }'
} | sort -u | xargs -r -n 8 -P 2 shellcheck -x -P SCRIPTDIR -f gcc | verdict
