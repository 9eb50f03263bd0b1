#!/usr/bin/env bats
# insmod: options that edit the module before the load.

load helpers

EDITED='insmod: WARNING: crc16.ko is loaded edited:'

# A module that exports a symbol, and carries a signature.
signed_ko()
{
	echo 'not really a signature' >signature
	ko crc16.ko -e crc16:1234 -s signature license=GPL 'vermagic=6.1.0-other SMP '
}

# in_image TEXT: does the image that the kernel was given hold it?
in_image()
{
	grep -qaF -- "$1" "$IMAGE"
}

@test "-o gives another name, drops the signature and says so" {
	signed_ko
	tool insmod -o crc_two crc16.ko a=1
	status_is 0
	out_is ''
	err_is "$EDITED renamed to crc_two; its signature is dropped"
	calls_are 'finit crc_two flags=0 [a=1] -> 0'
	run ! in_image 'Module signature appended'
	run ! in_image 'not really a signature'
	in_image name=crc16
}

@test "-o in its other spellings; a dash in the name is an underscore" {
	ko crc16.ko
	tool insmod --name=crc-two crc16.ko
	status_is 0
	err_is "$EDITED renamed to crc_two"
	calls_are 'finit crc_two flags=0 [] -> 0'
}

@test "-q is quiet about edits too" {
	signed_ko
	tool insmod -q -o crc_two crc16.ko
	status_is 0
	err_is ''
}

@test "-o with the name it has is no edit" {
	signed_ko
	tool insmod -o crc16 crc16.ko
	status_is 0
	err_is ''
	calls_are 'finit crc16 flags=0 [] -> 0'
	in_image 'Module signature appended'
}

@test "-o of a compressed module, and from standard input" {
	file sys/module/compression xz
	ko crc16.ko
	tool insmod -o two - <crc16.ko
	status_is 0
	xz --check=crc32 crc16.ko
	tool insmod -o three crc16.ko.xz
	status_is 0
	calls_are 'finit two flags=0 [] -> 0
finit three flags=0 [] -> 0'
}

@test "-o: a name of 55 bytes, and not one of 56" {
	local name=a234567890123456789012345678901234567890123456789012345
	ko crc16.ko
	tool insmod -o ${name}6 crc16.ko
	status_is 1
	err_is "insmod: ERROR: could not insert module crc16.ko: File name too long
  the name has 56 bytes, and a kernel does not survive more than 55"
	calls_are ''
	tool insmod -o $name crc16.ko
	status_is 0
	calls_are "finit $name flags=0 [] -> 0"
}

@test "-o: names that are none" {
	ko crc16.ko
	for name in '' a/b a,b 'a b' .. $'a\tb'; do
		tool insmod -o "$name" crc16.ko
		status_is 1
		complains_once insmod
	done
	calls_are ''
}

@test "-o: struct module is not where we know it" {
	ko crc16.ko -n else name=crc16
	tool insmod -o two crc16.ko
	status_is 1
	err_has "struct module does not hold the module's name here"
	calls_are ''
}

@test "a kernel that wants signatures is not asked" {
	signed_ko
	file sys/module/module/parameters/sig_enforce Y
	for option in '-o two' -x -Y; do
		# shellcheck disable=SC2086  # two words
		tool insmod $option crc16.ko
		status_is 1
		err_begins 'insmod: ERROR: could not insert module crc16.ko: Key was rejected by service'
		err_has 'this kernel loads only signed modules, and no signature fits an edited one'
	done
	calls_are ''
	tool insmod -o crc16 crc16.ko
	status_is 0
}

@test "a kernel that is locked down is not asked" {
	signed_ko
	file sys/kernel/security/lockdown 'none [integrity] confidentiality'
	tool insmod -o two crc16.ko
	status_is 1
	err_begins 'insmod: ERROR: could not insert module crc16.ko: Operation not permitted'
	err_has 'the kernel is locked down'
	calls_are ''
}

@test "-x hides exports; nothing to hide is no edit" {
	signed_ko
	ko crc32.ko
	tool insmod -x crc16.ko
	status_is 0
	err_is "$EDITED exports hidden; its signature is dropped"
	tool insmod --noexport crc32.ko
	status_is 0
	err_is ''
}

@test "-X: a name that the kernel or a loaded module exports already is told before the kernel is asked" {
	mkdir -p "$ROOT/boot"
	"$LKM_BUILD/tests/fake/mkkernel" "$ROOT/boot/vmlinuz-$RELEASE" "$RELEASE" printk:22222222
	module giver.ko -e given:44444444
	index
	ko crc16.ko -g helper -g printk
	tool insmod -X crc16.ko
	status_is 1
	err_is 'insmod: ERROR: could not insert module crc16.ko: Invalid module format
  it exports printk, which the kernel exports already'
	ko crc16.ko -g given
	loaded giver
	tool insmod -X crc16.ko
	status_is 1
	err_has 'it exports given, which module giver exports already'
	calls_are ''
	rm -r "$ROOT/sys/module/giver"
	tool insmod -X crc16.ko
	status_is 0
}

@test "-X exports what is global, of a module that exports nothing; of -x and -X the last counts" {
	ko crc16.ko -g helper -g init_module
	tool insmod -X crc16.ko
	status_is 0
	err_is "$EDITED 1 symbols exported"
	in_image __ksymtab_helper
	run ! in_image __ksymtab_init_module
	tool rmmod crc16
	tool insmod -X -x crc16.ko
	status_is 0
	err_is ''
	tool rmmod crc16
	ko crc16.ko -e one:1
	tool insmod -xX crc16.ko
	status_is 0
	err_is ''
}

@test "-Y adds the symbols that ksymoops reads; -y does not" {
	ko crc16.ko
	touch -d @1000000000 crc16.ko
	tool insmod -yY crc16.ko
	status_is 0
	err_is "$EDITED 2 symbols added"
	in_image "__insmod_crc16_O$WORK/crc16.ko_M000000003B9ACA00_V393472"
	in_image __insmod_crc16_S.text_L8
	tool rmmod crc16
	tool insmod --ksymoops --noksymoops crc16.ko
	status_is 0
	err_is ''
}

@test "-Y after -o: the symbols have the new name" {
	ko crc16.ko
	tool insmod -Y -o two - <crc16.ko
	status_is 0
	in_image '__insmod_two_O-_M'
}

@test "-N: another EXTRAVERSION becomes ours, another number does not" {
	ko crc16.ko 'vermagic=6.1.0-other SMP preempt '
	tool insmod -N crc16.ko
	status_is 0
	err_is "$EDITED built for release $RELEASE now"
	in_image "vermagic=$RELEASE SMP preempt "
	tool rmmod crc16
	ko crc16.ko 'vermagic=6.1.1-other SMP preempt '
	tool insmod -N crc16.ko
	err_is ''
	in_image 'vermagic=6.1.1-other SMP preempt '
}

@test "-N: with versions of symbols the kernel does not look at the release, so it stays" {
	ko crc16.ko 'vermagic=6.1.0-other SMP modversions '
	tool insmod --numeric-only crc16.ko
	status_is 0
	err_is ''
	in_image 'vermagic=6.1.0-other SMP modversions '
}

@test "edits and force together" {
	signed_ko
	tool insmod -f -o two crc16.ko
	status_is 0
	calls_are 'finit two flags=3 [] -> 0'
}

@test "edits on a kernel without finit_module" {
	signed_ko
	kernel 'finit* * ENOSYS'
	tool insmod -o two crc16.ko
	status_is 0
	grep -q '^init two ' "$CALLS"
}

@test "a second copy that init refuses: the reason is told" {
	ko dummy.ko
	loaded dummy
	kernel 'finit two EEXIST'
	tool insmod -o two dummy.ko
	status_is 1
	err_has 'could not insert module dummy.ko: File exists'
	err_has 'likely: its init function registers names that are fixed and taken: a second copy of this module cannot work'
}

@test "a second copy whose exports are there already: -x is named" {
	ko crc16.ko
	kernel 'finit two ENOEXEC two: exports duplicate symbol crc16 (owned by crc16)'
	tool insmod -o two crc16.ko
	status_is 1
	err_has 'kernel: two: exports duplicate symbol crc16 (owned by crc16)'
	err_has 'insmod -x loads it without its exports'
}
