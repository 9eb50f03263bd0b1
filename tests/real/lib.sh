# shellcheck shell=bash
# tests/real/lib.sh - comparing our commands with the installed kmod's on whole kernels.
#
# A script sources this, calls `case_ NAME COMMAND...` for each thing it shows and
# ends with `finish`.  It prints TAP: what a failing command printed follows its
# line, and counts of what was compared follow any line.
#
# From meson: LKM_BUILD, the build directory.  KERNELS are the directories of
# tests/kernels/fetch; without LKM_KERNELS (a list of VERSIONs) all there are.

set -eu -o pipefail
: "${LKM_BUILD:?is set by meson test}"
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0

# case_ NAME COMMAND...: one test.  What the command writes to descriptor 3 is a remark.
case_()
{
	local name=$1 status=0
	shift
	number=$((number + 1))
	: >"$work/remarks"
	("$@") >"$work/case" 2>&1 3>"$work/remarks" || status=1
	if [ $status = 0 ]; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		head -n 40 "$work/case" | sed 's/^/# /'
	fi
	sed 's/^/#   /' "$work/remarks"
}

finish()
{
	echo "1..$number"
}

skip_all()
{
	echo "1..0 # SKIP $1"
	exit 0
}

# The two sides of a comparison; kmod is a link to what is installed.
ours()
{
	local tool=$1
	shift
	"$LKM_BUILD/$tool" "$@"
}

peer()
{
	local tool=$1 path
	shift
	path=$(command -v "$tool")
	"$path" "$@"
}

# same FILE FILE: byte for byte; shows where they part.
same()
{
	cmp "$1" "$2" && return
	diff -a "$1" "$2" | head -n 20
	return 1
}

# sample N: about N lines of the input, evenly spread.
sample()
{
	awk -v n="$1" '{ line[NR] = $0 } END { step = NR > n ? NR / n : 1; for (i = 1; i <= NR; i += step) print line[int(i)] }'
}

# concrete: alias patterns as texts that match them: a letter for '*', the first of a
# set, "x" for '?'.
concrete()
{
	sed -E 's/\[([^]])[^]]*\]/\1/g; s/\*/a/g; s/\?/x/g'
}

mapfile -t KERNELS < <(
	# shellcheck disable=SC2086  # a list
	"$here/../kernels/fetch" ${LKM_KERNELS-}
)
[ ${#KERNELS[@]} -gt 0 ] || {
	echo "Bail out! no kernel to compare on"
	exit 1
}
