# shellcheck shell=bash
# tests/fail/helpers.bash - the fake root of tests/cmd, and every call failing in turn.

load ../cmd/helpers

HERE=$BATS_TEST_DIRNAME
# A sanitizer's build has tools of its own for this.
[ -n "${LKM_TOOLS-}" ] || [ ! -x "$LKM_BUILD/tests/fail/wrapped/kmod" ] ||
	TOOLS=$LKM_BUILD/tests/fail/wrapped

# every_call_fails [OPTION...] NAME ARGS...: run the tool once for each call it makes.
# The options are those of the program `faults`: -k, -p, -t, -v, -c CHECK.
every_call_fails()
{
	local options=() name
	while [[ $1 == -* ]]; do
		options+=("$1")
		if [ "$1" = -c ]; then
			options+=("$2")
			shift
		fi
		shift
	done
	name=$1
	shift
	rm -rf "$ROOT.copy"
	cp -a "$ROOT" "$ROOT.copy"
	mkdir -p "$BATS_TEST_TMPDIR/runs"
	env "${MACHINE[@]}" "$LKM_BUILD/tests/fail/faults" -l "$LIBRARY" -w "$BATS_TEST_TMPDIR/runs" \
		-o "$HERE/optional" -r "$ROOT" -s "$ROOT.copy" \
		"${options[@]}" -- "$TOOLS/$name" "$@"
}
