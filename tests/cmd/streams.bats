#!/usr/bin/env bats
# stdin, stdout and stderr: full, closed, somewhere else.

load helpers

# full NAME ARGS...: the answer cannot be written, and that is said.
full()
{
	local name=$1
	shift
	echo "# with: $name $*"
	run --separate-stderr in_root_after 'exec >/dev/full;' "$TOOLS/$name" "$@"
	status_is 1
	err_has 'No space left on device'
}

# without FDS NAME ARGS...: start a tool with some of the standard descriptors closed.
without()
{
	local close='' fd fds=$1 name=$2
	shift 2
	for ((fd = 0; fd < ${#fds}; fd++)); do
		close+=" ${fds:fd:1}>&-"
	done
	rm -f "$WORK/trace"
	in_root_after "exec $close; LKM_FAULT_LOG=trace ${FAULT-}" "$TOOLS/$name" "$@"
}

@test "a full disk is an error for every answer" {
	loaded crc16
	module a/m.ko license=GPL parm=a:b
	index
	full lsmod
	full kmod list
	full modinfo m
	full modinfo -n m
	full modinfo -p m
	full modinfo -F license m
	full modinfo -0 m
	full modinfo -m m
	full modinfo m m m
}

@test "a full disk is an error for help and version" {
	for name in kmod insmod rmmod lsmod modinfo; do
		full $name -V
		full $name --help
	done
	full kmod help
}

@test "a full disk after more than one buffer" {
	ko m.ko "description=$(printf 'x%.0s' {1..100000})"
	full modinfo m.ko m.ko m.ko
}

@test "an answer is closed, so that the disk's last word is heard" {
	loaded crc16
	ko m.ko
	for words in lsmod 'modinfo m.ko' 'kmod help' 'insmod -V' 'rmmod --help'; do
		echo "# with: $words"
		# shellcheck disable=SC2086  # several words
		without '' $words >"$BATS_TEST_TMPDIR/answer"
		grep -q "^close $BATS_TEST_TMPDIR/answer\$" trace
	done
}

@test "an answer into a closed pipe ends quietly" {
	loaded crc16
	in_root "$TOOLS/lsmod" | true
}

@test "a closed stdout, and nothing to say: success" {
	ko m.ko
	without 1 insmod m.ko
	calls_are 'finit m flags=0 [] -> 0'
}

@test "all three closed, as the kernel starts its helpers: the work is done" {
	ko m.ko
	loaded crc16
	without 012 insmod m.ko a=1
	without 012 rmmod crc16
	calls_are 'finit m flags=0 [a=1] -> 0
delete crc16 flags=2048 -> 0'
}

@test "all three closed: a failure is still a failure" {
	run ! without 012 rmmod nosuch
	run ! without 012 insmod nosuch.ko
	run ! without 012 modinfo nosuch
}

@test "no file takes the number of a closed stream, nothing is written into one" {
	module a/m.ko
	index
	loaded crc16
	for fds in 0 1 2 01 02 12 012; do
		for words in lsmod 'modinfo m nosuch' 'rmmod nosuch' 'insmod nosuch.ko'; do
			# shellcheck disable=SC2086  # several words
			without $fds $words >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || :
			echo "# $words without $fds"
			run ! grep -E "^(write|writev|fflush) /(lib|proc|sys|dev/kmsg|$WORK)" trace
		done
	done
}

@test "a closed stderr does not lose the answer" {
	loaded crc16
	run without 2 lsmod
	status_is 0
	out_has 'crc16                  16384  0'
}

@test "without stderr, messages go to the system log, unless -q" {
	index
	run without 2 modprobe nosuch
	[ "$(<"$SYSLOG")" = "2 modprobe: FATAL: Module nosuch not found in directory /lib/modules/$RELEASE" ]
	run without 2 rmmod nosuch
	[ "$(tail -n 1 "$SYSLOG")" = '3 rmmod: ERROR: Module nosuch is not currently loaded' ]
	run without 012 modprobe -q -- nosuch
	[ "$(wc -l <"$SYSLOG")" = 2 ]
}

@test "-s keeps stderr clean in every tool that has it" {
	tool rmmod -s nosuch
	err_is ''
	tool insmod -s nosuch.ko
	err_is ''
	[ "$(wc -l <"$SYSLOG")" = 2 ]
}

@test "one write per line on stderr" {
	run ! without '' rmmod nosuch1 nosuch2
	[ "$(grep -c '^write ' trace)" = 2 ]
}

@test "closed streams, and no /dev/null to put in their place" {
	FAULT=LKM_FAULT=2:2
	run ! without 1 lsmod
	[ "$(sed -n 2p trace)" = 'open /dev/null' ]
	grep -x 'write /' trace
}
