# shellcheck shell=bash
# tests/bench/lib.sh - rows of figures: the installed kmod and ours, alternating.
#
# A script sources this in the top folder.  `sides TOOL ARGS...` or two times `command_file` say
# what runs, `row WHAT ROUNDS` measures and prints it.

PATH=$PATH:/usr/sbin:/sbin
ours=$PWD/build
inside=()
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

die()
{
	echo "bench: $*" >&2
	exit 1
}

# ---- one row ----

# The command of one side, for bench_ab and callgrind: one argument per line.
command_file()
{
	local side=$1
	shift
	printf '%s\n' "$@" >"$work/$side"
}

number()
{
	awk -v a="$1" -v b="$2" -v unit="$3" -v form="%12.$4f %12.$4f %7s  %s" \
		'BEGIN { printf form, a, b, (a > 0 ? sprintf("%.3f", b / a) : "-"), unit }'
}

line()
{
	printf '%-44s %s\n' "$1" "$2"
}

# Both commands are in $work/kmod and $work/ours: wall time, CPU time and memory.
row()
{
	local what=$1 n=$2 a b kib_a kib_b status_a status_b cpu_a cpu_b
	read -r a b kib_a kib_b status_a status_b cpu_a cpu_b < <("${inside[@]}" build/tests/bench/bench_ab "$n" "$work/kmod" "$work/ours") ||
		die "$what: not measured"
	line "$what" "$(number "$a" "$b" ms 2)"
	line "  CPU" "$(number "$cpu_a" "$cpu_b" ms 2)"
	line "  peak memory" "$(number "$kib_a" "$kib_b" KiB 0)"
	[ "$status_a" = "$status_b" ] || line "  exit status differs:" "$status_a, ours $status_b"
}

instructions_of()
{
	mapfile -t words <"$1"
	"${inside[@]}" valgrind --tool=callgrind --callgrind-out-file=/dev/null "${words[@]}" 2>&1 >/dev/null |
		awk '/Collected *:/ { print $NF / 1e6; found = 1 } END { exit !found }'
}

# Instructions of both commands.
work_row()
{
	local a b
	a=$(instructions_of "$work/kmod") || die "callgrind gave no count for kmod's command"
	b=$(instructions_of "$work/ours") || die "callgrind gave no count for our command"
	line "  instructions" "$(number "$a" "$b" million 3)"
}

# The same arguments for a tool of kmod's and ours.
sides()
{
	local tool=$1
	shift
	command_file kmod "$(command -v "$tool")" "$@"
	command_file ours "$ours/$tool" "$@"
}
