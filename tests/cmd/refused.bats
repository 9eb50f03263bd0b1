#!/usr/bin/env bats
# shellcheck disable=SC2153,SC2154  # helpers and bats set RELEASE, stderr, output
# What insmod and modprobe say under a refusal because the file was checked against the running kernel.

load helpers

VERMAGIC="$RELEASE SMP mod_unload modversions "

# A kernel that exports three symbols, and module `giver` with one more.
machine()
{
	mkdir -p "$ROOT/boot"
	"$LKM_BUILD/tests/fake/mkkernel" "$ROOT/boot/vmlinuz-$RELEASE" "$RELEASE" \
		module_layout:11111111 printk:22222222 gpl_only:33333333:gpl
	module giver.ko -c module_layout:11111111 -e given:44444444 license=GPL intree=Y "vermagic=$VERMAGIC"
	module user.ko -c module_layout:11111111 -c given:1 -u given license=GPL intree=Y \
		parmtype=count:int "vermagic=$VERMAGIC"
	index
}

@test "a symbol that nobody has, with a near name, and one that the license forbids" {
	machine
	ko bad.ko -c module_layout:11111111 -c printk:22222222 -u prinkt -u gpl_only license=MIT \
		"vermagic=$VERMAGIC"
	kernel 'finit * ENOENT'
	tool insmod ./bad.ko
	status_is 1
	err_is "insmod: ERROR: could not insert module ./bad.ko: Unknown symbol in module
  it needs prinkt, which is not in this kernel nor in its modules; near it: printk
  it uses gpl_only, which is for GPL modules, and its license is \"MIT\""
}

@test "another version of a symbol, with both values" {
	machine
	kernel 'finit user EINVAL'
	tool modprobe user
	status_is 1
	err_has "modprobe: ERROR: could not insert 'user': Invalid argument
  it was built for given with CRC 00000001; module giver has 44444444 (by the module file)"
}

@test "a value that a parameter does not take" {
	machine
	ko ok.ko license=GPL intree=Y parmtype=count:int "vermagic=$VERMAGIC"
	kernel 'finit * EINVAL'
	tool insmod ./ok.ko count=many
	status_is 1
	err_has 'count'
	err_has 'many'
	err_lacks 'likely'
}

@test "a finding that does not bring about this errno is not told" {
	machine
	ko bad.ko -c module_layout:11111111 -u prinkt license=GPL "vermagic=$VERMAGIC"
	kernel 'finit * ENODEV'
	tool insmod ./bad.ko
	err_lacks prinkt
}

@test "if another finding comes first for the kernel, the others are only likely" {
	machine
	ko bad.ko -c module_layout:1 -u prinkt license=GPL "vermagic=$VERMAGIC"
	kernel 'finit * ENOENT'
	tool insmod ./bad.ko
	err_has 'likely: it needs prinkt'
}

@test "nothing is claimed of symbols where no index of them is" {
	machine
	ko bad.ko -c module_layout:11111111 -u prinkt license=GPL "vermagic=$VERMAGIC"
	rm "$ROOT/lib/modules/$RELEASE"/modules.symbols*
	kernel 'finit * ENOENT'
	tool insmod ./bad.ko
	err_lacks prinkt
}

@test "-q checks nothing" {
	machine
	kernel 'finit user EINVAL'
	tool modprobe -q user
	status_is 1
	err_lacks CRC
}
