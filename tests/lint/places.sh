#!/bin/sh
# Nothing committed knows the machine it was written on, or a package host.
set -eu
. "$(dirname "$0")/lib.sh"

# Hosts a text may point to: sources of formats and rules.
hosts='docs\.kernel\.org|www\.kernel\.org|man7\.org|www\.rfc-editor\.org|refspecs\.linuxfoundation\.org'

all()
{
	files . | grep -vE '^tests/lint/|/corpus/' | tr '\n' '\0' | xargs -0 -r grep -nIE "$1" /dev/null
}

{
	all '(^|[^A-Za-z0-9_.}/-])/(work|root|home|tmp/wt|tmp/k)/' |
		sed 's/^\([^:]*:[0-9]*\):.*/\1: path of one machine/'
	all '(deb|ftp|security|snapshot|archive|ports|mirror)[a-z.]*\.(debian|ubuntu)\.(org|com)' |
		sed 's/^\([^:]*:[0-9]*\):.*/\1: names a package host/'
	all 'https?://[a-zA-Z0-9]' | grep -vE "https?://($hosts)([/:)>, ]|\$)" |
		sed 's/^\([^:]*:[0-9]*\):.*/\1: points to a host that is not in the list of this rule/'
	all '(^|[^A-Za-z])[Ii]ssue #?[0-9]|HOUSE\.md|shared\/spec' |
		sed 's/^\([^:]*:[0-9]*\):.*/\1: refers to something outside this repository/'
} | sort -u | verdict
