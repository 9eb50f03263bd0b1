#!/usr/bin/env bats
# insmod: which call it makes, what it prints, what it returns.

load helpers

@test "a plain file goes to the kernel as it is" {
	ko crc16.ko
	tool insmod crc16.ko
	status_is 0
	out_is ''
	err_is ''
	calls_are 'finit crc16 flags=0 [] -> 0'
}

@test "parameters reach the kernel as the shell gave them" {
	ko crc16.ko
	tool insmod crc16.ko a=1 'b=two words' c='"quoted already"' d= e
	status_is 0
	calls_are 'finit crc16 flags=0 [a=1 b="two words" c="quoted already" d= e] -> 0'
}

@test "a parameter that the kernel cannot take is refused beforehand" {
	ko crc16.ko
	tool insmod crc16.ko 'a=b" c'
	status_is 1
	complains_once insmod
	calls_are ''
}

@test "options are found anywhere, and not behind --" {
	ko crc16.ko
	tool insmod crc16.ko a=1 -f
	status_is 0
	tool rmmod crc16
	tool insmod crc16.ko -- -f
	status_is 0
	calls_are 'finit crc16 flags=3 [a=1] -> 0
delete crc16 flags=2048 -> 0
finit crc16 flags=0 [-f] -> 0'
}

@test "options come in clusters and abbreviated" {
	ko crc16.ko
	tool insmod -fqs crc16.ko
	status_is 0
	tool rmmod crc16
	tool insmod --force-v --lo --verb crc16.ko
	status_is 0
	[[ $(<"$CALLS") == *'flags=3'*'flags=2'* ]]
}

@test "each way to force sets its flag" {
	ko crc16.ko
	kernel 'finit * ENOEXEC'
	tool insmod -f crc16.ko
	tool insmod --force crc16.ko
	tool insmod --force-vermagic crc16.ko
	tool insmod --force-modversion crc16.ko
	calls_are 'finit crc16 flags=3 [] -> ENOEXEC
finit crc16 flags=3 [] -> ENOEXEC
finit crc16 flags=2 [] -> ENOEXEC
finit crc16 flags=1 [] -> ENOEXEC'
}

@test "no file name" {
	tool insmod
	status_is 1
	err_is 'insmod: ERROR: missing filename.'
}

@test "an unknown option, as getopt says it" {
	option_refused_as_peer insmod --bogus
	option_refused_as_peer insmod -Z
}

@test "help and version go to stdout" {
	tool insmod --help
	status_is 0
	out_has 'insmod [options] FILE'
	err_is ''
	tool insmod --version
	status_is 0
	out_has 'kmod version'
}

@test "a full disk under help and version is an error" {
	for option in --help --version; do
		run --separate-stderr in_root bash -c "\"\$0\" $option >/dev/full" "$TOOLS/insmod"
		status_is 1
		err_has 'No space left on device'
	done
}

# ---- files that are no modules: kmod's words, and ours below ----

first_line_as_peer()
{
	local wanted
	peer insmod "$@"
	# shellcheck disable=SC2154  # bats sets it
	wanted=${stderr%%$'\n'*}
	tool insmod "$@"
	status_is 1
	err_begins "$wanted"
	complains_once insmod
}

@test "a file that is not there, or in a folder that is not" {
	first_line_as_peer nofile.ko
	first_line_as_peer no/such/file.ko
	first_line_as_peer ''
	calls_are ''
}

@test "a directory, a device, an empty file, a few bytes" {
	: >empty.ko
	printf 12345 >five.ko
	for file in . /dev/null empty.ko five.ko; do
		first_line_as_peer $file
	done
	calls_are ''
}

@test "a pipe does not hang" {
	mkfifo fifo
	tool insmod fifo
	status_is 1
	err_begins 'insmod: ERROR: could not insert module fifo: Invalid parameters'
	err_has 'not a regular file'
}

@test "a file that may not be read" {
	[ "$(id -u)" != 0 ] || skip 'root may read everything'
	ko crc16.ko
	chmod 0 crc16.ko
	first_line_as_peer crc16.ko
}

@test "garbage goes to the kernel, and the reason is told" {
	printf 'this is not a module at all' >text.ko
	kernel 'finit * ENOEXEC Invalid ELF header magic'
	tool insmod text.ko
	status_is 1
	err_is 'insmod: ERROR: could not insert module text.ko: Invalid module format
  not an ELF file
  likely: kernel: Invalid ELF header magic'
}

@test "a file cut off says where" {
	ko whole.ko
	head -c 200 whole.ko >cut.ko
	kernel 'finit * ENOEXEC'
	tool insmod cut.ko
	status_is 1
	err_begins 'insmod: ERROR: could not insert module cut.ko: Invalid module format'
	err_has 'beyond the end of the file (at byte'
}

@test "a damaged compressed file never reaches the kernel" {
	ko crc16.ko.xz
	head -c 100 crc16.ko.xz >cut.ko.xz
	tool insmod cut.ko.xz
	status_is 1
	err_begins 'insmod: ERROR: could not insert module cut.ko.xz: Invalid parameters'
	err_has 'cut off'
	calls_are ''
}

# ---- compressed files ----

@test "a compressed file is decoded here when the kernel cannot" {
	for suffix in gz xz zst; do
		ko crc16.ko.$suffix
		tool insmod crc16.ko.$suffix
		status_is 0
		err_is ''
		tool rmmod crc16
	done
	[ "$(grep -c '^finit crc16 flags=0 \[\] -> 0$' "$CALLS")" = 3 ]
}

@test "a compressed file goes to a kernel that decodes its format" {
	file sys/module/compression xz
	ko crc16.ko.xz
	tool insmod crc16.ko.xz
	status_is 0
	calls_are 'finit-compressed crc16 flags=4 [] -> 0'
}

@test "not when the kernel's decoder cannot take it: a CRC64 check" {
	file sys/module/compression xz
	ko crc16.ko
	xz --check=crc64 crc16.ko
	tool insmod -v crc16.ko.xz
	status_is 0
	calls_are 'finit crc16 flags=0 [] -> 0'
	err_has 'was decoded here'
}

@test "not when the kernel decodes another format" {
	file sys/module/compression xz
	ko crc16.ko.gz
	tool insmod crc16.ko.gz
	status_is 0
	calls_are 'finit crc16 flags=0 [] -> 0'
}

@test "after the kernel's decoder failed it is decoded here, once, with a warning" {
	file sys/module/compression xz
	kernel 'finit-compressed * EINVAL decompression failed with status 7'
	ko crc16.ko.xz
	tool insmod crc16.ko.xz
	status_is 0
	calls_are 'finit-compressed crc16 flags=4 [] -> EINVAL
finit crc16 flags=0 [] -> 0'
	err_is 'insmod: WARNING: the kernel could not decode crc16.ko.xz, so it was decoded here'
}

@test "but not after an error that may be init's own" {
	file sys/module/compression xz
	kernel "finit-compressed * EINVAL crc16: \`x' invalid for parameter \`a'"
	ko crc16.ko.xz
	tool insmod crc16.ko.xz a=x
	status_is 1
	calls_are 'finit-compressed crc16 flags=4 [a=x] -> EINVAL'
	err_has "kernel: crc16: \`x' invalid for parameter \`a'"
}

@test "a kernel without finit_module" {
	kernel 'finit* * ENOSYS'
	ko crc16.ko
	ko crc32.ko.xz
	tool insmod crc16.ko a=1
	status_is 0
	tool insmod crc32.ko.xz
	status_is 0
	grep -q '^init crc16 .*\[a=1\] -> 0$' "$CALLS"
	grep -q '^init crc32 .* -> 0$' "$CALLS"
}

@test "content decides, not the suffix" {
	ko m.ko.xz
	mv m.ko.xz m.ko
	tool insmod m.ko
	status_is 0
	[[ $(<"$CALLS") =~ ^(finit|init)' m flags=0 [] -> 0'$ ]]
}

@test "the flags to force go along with a compressed file" {
	file sys/module/compression zstd
	ko m.ko.zst
	tool insmod -f m.ko.zst
	status_is 0
	calls_are 'finit-compressed m flags=7 [] -> 0'
}

# ---- standard input ----

@test "standard input, plain and compressed" {
	ko crc16.ko
	ko crc32.ko.zst
	tool insmod - a=1 <crc16.ko
	status_is 0
	tool insmod - <crc32.ko.zst
	status_is 0
	calls_are 'finit crc16 flags=0 [a=1] -> 0
finit crc32 flags=0 [] -> 0'
}

@test "standard input that is no module" {
	kernel 'finit * ENOEXEC'
	tool insmod - <<<'neither this nor that'
	status_is 1
	err_begins 'insmod: ERROR: could not insert module -: Invalid module format'
	err_has 'not an ELF file'
	tool insmod - </dev/null
	status_is 1
	err_begins 'insmod: ERROR: could not insert module -: Invalid parameters'
}

# ---- refusals ----

@test "errnos have kmod's words" {
	ko crc16.ko
	for errno in ENOEXEC ENOENT EINVAL EEXIST EPERM EKEYREJECTED ENODEV EBUSY ESRCH ENOKEY; do
		kernel "finit * $errno"
		first_line_as_peer crc16.ko
		rm "$KERNEL"
	done
}

@test "loaded already" {
	ko crc16.ko
	loaded crc16
	tool insmod crc16.ko
	status_is 1
	err_is 'insmod: ERROR: could not insert module crc16.ko: File exists
  module crc16 is already loaded'
}

@test "unknown symbols are named, and what is not loaded" {
	ko ext4.ko depends=crc16,jbd2
	loaded crc16
	kernel 'finit ext4 ENOENT ext4: Unknown symbol jbd2_journal_start (err -2)'
	tool insmod ext4.ko
	status_is 1
	err_is 'insmod: ERROR: could not insert module ext4.ko: Unknown symbol in module
  kernel: ext4: Unknown symbol jbd2_journal_start (err -2)
  it depends on modules that are not loaded: jbd2 (modprobe loads them first)'
}

@test "built for another kernel" {
	ko crc16.ko 'vermagic=6.12.9 SMP preempt '
	kernel "finit * ENOEXEC crc16: version magic '6.12.9 SMP preempt ' should be '$RELEASE SMP '"
	tool insmod crc16.ko
	status_is 1
	err_has "built for another kernel: for \"6.12.9 SMP preempt\", and this is \"$RELEASE SMP\": only the module has 6.12.9 preempt, only the kernel $RELEASE"
}

@test "built for another machine" {
	ko crc16.ko -m 183
	kernel 'finit * ENOEXEC'
	tool insmod crc16.ko
	status_is 1
	err_has 'built for arm64, and this machine is x86_64'
}

@test "-q leaves only the error itself" {
	ko ext4.ko depends=jbd2
	kernel 'finit ext4 ENOENT ext4: Unknown symbol jbd2_journal_start (err -2)'
	tool insmod -q ext4.ko
	status_is 1
	err_is 'insmod: ERROR: could not insert module ext4.ko: Unknown symbol in module'
}

@test "-s sends all of it to the system log" {
	ko crc16.ko
	loaded crc16
	tool insmod -s crc16.ko
	status_is 1
	err_is ''
	grep -q 'could not insert module crc16.ko: File exists' "$SYSLOG"
	grep -q 'already loaded' "$SYSLOG"
}

@test "-v says what was done" {
	ko crc16.ko
	tool insmod -v crc16.ko a=1
	status_is 0
	out_is ''
	err_is 'insmod: INFO: loaded crc16.ko with finit_module, force flags 0, parameters "a=1"'
}

@test "what the kernel said before the call is not shown" {
	file dev/kmsg '3,1,1,-;m: an old complaint'
	ko m.ko
	kernel 'finit m ENOEXEC m: a new complaint'
	tool insmod m.ko
	status_is 1
	err_has 'a new complaint'
	err_lacks 'an old complaint'
}

@test "what the kernel says about others is not shown" {
	ko m.ko
	kernel 'finit m ENODEV eth0: link down'
	tool insmod m.ko
	status_is 1
	err_lacks eth0
	complains_once insmod
}

# ---- the lock ----

@test "-L: what was loaded before is an error" {
	ko crc16.ko
	loaded crc16
	tool insmod -L crc16.ko
	status_is 1
	err_begins 'insmod: ERROR: could not insert module crc16.ko: File exists'
	calls_are ''
}

@test "-L: two that wait for the lock are one load and no error" {
	ko crc16.ko
	exec 8<crc16.ko
	flock 8
	in_root "$TOOLS/insmod" -L crc16.ko 8<&- 2>one &
	one=$!
	in_root "$TOOLS/insmod" -L crc16.ko 8<&- 2>two &
	two=$!
	sleep 1
	calls_are ''
	exec 8<&-
	wait $one
	wait $two
	[ ! -s one ]
	[ ! -s two ]
	calls_are 'finit crc16 flags=0 [] -> 0'
}

# What insmod - writes on a terminal where this is typed.
on_a_terminal()
{
	command -v script >/dev/null || skip 'no script(1) to make a terminal'
	run script -qec "env LD_PRELOAD=$LIBRARY ${MACHINE[*]} $TOOLS/insmod -" /dev/null <<<"$1"
}

@test "- on a terminal asks for a name" {
	ko crc16.ko
	on_a_terminal ./crc16.ko
	status_is 0
	[[ $output == *'Module name: '* ]]
	calls_are 'finit crc16 flags=0 [] -> 0'
	on_a_terminal ''
	status_is 1
	[[ $output == *'standard input is a terminal'* ]]
}

@test "an en dash is taken as -, with a note" {
	ko crc16.ko
	tool insmod – <crc16.ko
	status_is 0
	err_is "insmod: WARNING: '–' is taken as '-': standard input"
	calls_are 'finit crc16 flags=0 [] -> 0'
}
