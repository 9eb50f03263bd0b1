# shellcheck shell=bash
# shellcheck disable=SC2154  # bats sets output, stderr, status, lines
# tests/cmd/helpers.bash - a fake root declared as data, and tools run in it.
#
# A case builds its root with `loaded`, `builtin`, `module`, `file`, `kernel`,
# runs `tool NAME ARGS` and states what it wants with `status_is`, `out_is`,
# `err_is`, `calls_are`.  After `tool`: $status, $output, $stderr, as bats has it.
#
# From meson: LKM_BUILD, the build directory.  LKM_TOOLS, the folder of the
# tools under test, is the build directory too unless it is set (to /sbin, to
# ask the installed kmod the same questions).

bats_require_minimum_version 1.5.0
: "${LKM_BUILD:?is set by meson test}"
TOOLS=${LKM_TOOLS:-$LKM_BUILD}
PEER=/sbin
PATH=$PATH:/usr/sbin:/sbin
RELEASE=6.1.0-test

# For in_root_after: as little memory as a small machine has.  A sanitizer reserves terabytes.
LITTLE_MEMORY='ulimit -v 1500000;'
[ ! -e "$LKM_BUILD/tests/fail/wrapped/kmod" ] || LITTLE_MEMORY=

machine_setup()
{
	ROOT=$BATS_TEST_TMPDIR/root
	WORK=$BATS_TEST_TMPDIR/work
	CALLS=$BATS_TEST_TMPDIR/calls
	SYSLOG=$BATS_TEST_TMPDIR/syslog
	IMAGE=$BATS_TEST_TMPDIR/image
	KERNEL=$BATS_TEST_TMPDIR/kernel
	MODULES=$ROOT/lib/modules/$RELEASE
	mkdir -p "$ROOT"/{proc,sys/module,dev,etc,run,var} "$MODULES/kernel" "$WORK"
	: >"$ROOT/proc/modules"
	: >"$ROOT/dev/kmsg"
	: >"$CALLS"
	: >"$SYSLOG"
	LIBRARY=$LKM_BUILD/tests/fake/libfake.so
	MACHINE=("LKM_FAKE_ROOT=$ROOT" "LKM_FAKE_RELEASE=$RELEASE" "LKM_FAKE_KERNEL=$KERNEL"
		"LKM_FAKE_LOG=$CALLS" "LKM_FAKE_SYSLOG=$SYSLOG" "LKM_FAKE_IMAGE=$IMAGE")
	cd "$WORK" || return
}

setup()
{
	machine_setup
}

# ---- what the machine is like ----

# loaded NAME [SIZE [REFCNT [HOLDER...]]]: older ones first; each call adds on top, as the kernel does.
loaded()
{
	local name=$1 size=${2-16384} refcnt=${3-0} holder users=
	shift $(($# < 3 ? $# : 3))
	mkdir -p "$ROOT/sys/module/$name/holders"
	echo live >"$ROOT/sys/module/$name/initstate"
	echo "$size" >"$ROOT/sys/module/$name/coresize"
	echo "$refcnt" >"$ROOT/sys/module/$name/refcnt"
	for holder in "$@"; do
		ln -s "../../$holder" "$ROOT/sys/module/$name/holders/$holder"
		users+=$holder,
	done
	printf '%s %s %s %s Live 0x0000000000000000\n%s' "$name" "$size" "$refcnt" "${users:--}" \
		"$(<"$ROOT/proc/modules")" >"$ROOT/proc/modules.new"
	sed '/^$/d' "$ROOT/proc/modules.new" >"$ROOT/proc/modules"
	rm "$ROOT/proc/modules.new"
}

# builtin NAME [KEY=VALUE...]: part of the kernel image.
builtin_module()
{
	local name=$1 string
	shift
	mkdir -p "$ROOT/sys/module/$name"
	echo "kernel/drivers/$name.ko" >>"$MODULES/modules.builtin"
	for string in "$@"; do
		printf '%s.%s\0' "$name" "$string" >>"$MODULES/modules.builtin.modinfo"
	done
}

# ko FILE [mkmod's options] [KEY=VALUE...]: a module file; the suffix says how it is compressed.
# Its own name becomes name= unless that is given.
ko()
{
	local file=$1 plain=${1%.ko*}.ko name=
	shift
	[[ " $* " == *" name="* ]] || name=$(basename "$plain" .ko | tr - _)
	mkdir -p "$(dirname "$file")"
	"$LKM_BUILD/tests/fake/mkmod" "$plain" "$@" ${name:+"name=$name"}
	case $file in
	*.gz) gzip -f "$plain" ;;
	*.xz) xz -f --check=crc32 "$plain" ;;
	*.zst) zstd -qf --rm "$plain" ;;
	esac
}

# module PATH ...: a module file in the module directory of the running release.
module()
{
	local path=$1
	shift
	ko "$MODULES/kernel/$path" "$@"
	echo "kernel/$path" >>"$MODULES/modules.order"
}

# The index files of the module directory.
index()
{
	touch "$MODULES"/modules.{order,builtin,builtin.modinfo}
	depmod -b "$ROOT" "$RELEASE"
}

# file PATH TEXT: any other file of the root.
file()
{
	mkdir -p "$(dirname "$ROOT/$1")"
	printf '%s\n' "$2" >"$ROOT/$1"
}

# kernel RULE: an answer of the kernel, see tests/fake/script.h.
kernel()
{
	printf '%s\n' "$1" >>"$KERNEL"
}

# ---- running ----

# in_root COMMAND...: any dynamic program in the fake root.
in_root()
{
	env LD_PRELOAD="$LIBRARY" "${MACHINE[@]}" "$@"
}

# in_root_after SHELL COMMAND...: the same, after a few words of shell ("ulimit -v 1000000;").
in_root_after()
{
	local prepare=$1
	shift
	env "${MACHINE[@]}" bash -c "$prepare"' LD_PRELOAD=$0 exec "$@"' "$LIBRARY" "$@"
}

# tool NAME ARGS...: one of our commands in the root.
tool()
{
	local name=$1
	shift
	run --separate-stderr in_root "$TOOLS/$name" "$@"
}

# peer NAME ARGS...: the installed kmod in the same root.
peer()
{
	local name=$1
	shift
	[ -x "$PEER/$name" ] || skip "no installed $name to compare with"
	run --separate-stderr in_root "$PEER/$name" "$@"
}

# ---- what is wanted ----

show_difference()
{
	echo "--- $1: wanted, then got"
	diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") || :
	return 1
}

status_is()
{
	[ "$status" = "$1" ] || show_difference 'exit code' "$1" "$status, with on stderr: $stderr"
}

out_is()
{
	[ "$output" = "$1" ] || show_difference stdout "$1" "$output"
}

err_is()
{
	[ "$stderr" = "$1" ] || show_difference stderr "$1" "$stderr"
}

# The first line of stderr; reasons may follow it.
err_begins()
{
	local first=${stderr%%$'\n'*}
	[ "$first" = "$1" ] || show_difference 'first line of stderr' "$1" "$stderr"
}

err_has()
{
	[[ $stderr == *"$1"* ]] || show_difference 'stderr with' "$1" "$stderr"
}

out_has()
{
	[[ $output == *"$1"* ]] || show_difference 'stdout with' "$1" "$output"
}

# calls_are TEXT: the module system calls so far.
calls_are()
{
	local calls
	calls=$(<"$CALLS")
	[ "$calls" = "$1" ] || show_difference 'system calls' "$1" "$calls"
}

err_lacks()
{
	[[ $stderr != *"$1"* ]] || show_difference 'stderr without' "$1" "$stderr"
}

nothing_happened()
{
	run ! grep -e '-> 0' "$CALLS"
}

# Exactly one line with the tool's name in front; reasons may be indented below it.
complains_once()
{
	[ "$(grep -c "^$1: " <<<"$stderr")" = 1 ] || show_difference 'one line of' "$1" "$stderr"
}

# same_as_peer NAME ARGS...: exit code, stdout and stderr are those of the installed kmod.
same_as_peer()
{
	local wanted
	peer "$@"
	wanted=$(printf '%s\n' "exit $status" "$output" "stderr:" "$stderr")
	tool "$@"
	show_same "$wanted" "$(printf '%s\n' "exit $status" "$output" "stderr:" "$stderr")"
}

# getopt(3) says who complains: the path by which the program was called.
option_refused_as_peer()
{
	local wanted
	peer "$@"
	wanted=${stderr#"$PEER/"}
	tool "$@"
	status_is 1
	out_is ''
	[ "${stderr#"$TOOLS/"}" = "$wanted" ] || show_difference "installed kmod's" "$wanted" "$stderr"
}

# The same without stderr, where ours says more.
same_answer_as_peer()
{
	local wanted
	peer "$@"
	wanted=$(printf '%s\n' "exit $status" "$output")
	tool "$@"
	show_same "$wanted" "$(printf '%s\n' "exit $status" "$output")"
}

show_same()
{
	[ "$1" = "$2" ] || show_difference "installed kmod's" "$1" "$2"
}
