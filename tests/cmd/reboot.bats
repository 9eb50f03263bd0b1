#!/usr/bin/env bats
# shellcheck disable=SC2153,SC2154  # helpers and bats set RELEASE, stderr, output
# lkm check --reboot, on a made-up machine with two made-up kernels.

load helpers

NEXT=6.2.0-test

# image RELEASE SYMBOL:CRC...
image()
{
	mkdir -p "$ROOT/boot"
	"$LKM_BUILD/tests/fake/mkkernel" "$ROOT/boot/vmlinuz-$1" "$@"
}

# in_release RELEASE COMMAND...: a helper for another kernel's module directory.
in_release()
{
	local RELEASE=$1 MODULES=$ROOT/lib/modules/$1
	shift
	mkdir -p "$MODULES/kernel"
	"$@"
}

# mod FILE ...: a module of kernel $RELEASE that fits it.
mod()
{
	local path=$1
	shift
	module "$path" license=GPL intree=Y -c module_layout:11111111 \
		"vermagic=$RELEASE SMP mod_unload modversions " "$@"
}

# Two kernels with the modules `giver`, `user` (which needs it) and `other`; all are loaded.
machine()
{
	local release
	for release in "$RELEASE" "$NEXT"; do
		image "$release" module_layout:11111111 printk:22222222
		in_release "$release" mod giver.ko -e given:44444444
		in_release "$release" mod user.ko -c given:44444444 -u given parmtype=count:int
		in_release "$release" mod other.ko -c printk:22222222 -u printk alias=old_name
		in_release "$release" index
	done
	loaded giver 16384 1 user
	loaded user
	loaded other
}

@test "everything will be there: one line" {
	machine
	tool lkm check --reboot
	status_is 0
	err_is ''
	out_is "kernel $NEXT: of 3 modules 3 will be there"
}

@test "which kernel: the newest other one that has an image, or the one that is named" {
	machine
	mkdir -p "$ROOT"/lib/modules/{6.2.0-rc3-test,5.10.0-test,6.10.0-leftover,extra}
	tool lkm check --reboot
	status_is 0
	out_has "kernel $NEXT (the newest of 4 others): "
	tool lkm check --reboot 6.10.0-leftover
	status_is 2
	out_has 'kernel 6.10.0-leftover: its modules cannot be found'
	out_has "  - there is no kernel image for it; the running kernel has /boot/vmlinuz-$RELEASE"
	out_has '  - no module can be found there: '
	out_has '    do: run depmod for that kernel'
	tool lkm check --reboot 9.9
	status_is 1
	out_is ''
	err_is 'lkm check: ERROR: kernel 9.9 is not installed: there is no /lib/modules/9.9'
	rm -r "$ROOT/lib/modules/$NEXT" "$ROOT"/lib/modules/{6.2.0-rc3-test,5.10.0-test,6.10.0-leftover}
	tool lkm check --reboot
	status_is 1
	err_is "lkm check: ERROR: no kernel but $RELEASE is installed in /lib/modules"
}

@test "a module that was built outside of the kernel, and not for the next one" {
	machine
	module ../updates/dkms/nv.ko license=GPL "vermagic=$RELEASE SMP mod_unload modversions "
	ko "$MODULES/extra/own.ko" license=GPL "vermagic=$RELEASE SMP mod_unload modversions "
	mod old.ko
	index
	loaded nv
	loaded own
	loaded old
	tool lkm check --reboot
	status_is 2
	out_is "kernel $NEXT: of 6 modules 3 will be there, 3 missing

missing:
nv (loaded now)
  - the running kernel has it as /lib/modules/$RELEASE/updates/dkms/nv.ko, which was built outside of the kernel
    do: build it for that kernel: dkms autoinstall -k $NEXT
old (loaded now)
  - the running kernel has it as /lib/modules/$RELEASE/kernel/old.ko; kernel $NEXT comes without it or has it under another name
    do: see whether a package with more modules of that kernel has it
own (loaded now)
  - the running kernel has it as /lib/modules/$RELEASE/extra/own.ko, which was built outside of the kernel
    do: build and install it for kernel $NEXT too"
}

@test "a module that the next kernel refuses, and one that needs it" {
	machine
	in_release "$NEXT" ko "$ROOT/lib/modules/$NEXT/kernel/giver.ko" -c module_layout:11111111 \
		-e given:44444444 license=GPL "vermagic=$RELEASE SMP "
	tool lkm check --reboot
	status_is 2
	out_has ', 2 refused'
	out_has 'giver (loaded now): Invalid module format (ENOEXEC)
  - vermagic: '
	out_has '    do: '
	out_has 'user (loaded now): Unknown symbol in module (ENOENT)
  - dependency: it uses module giver, which would be refused: built for another kernel'
}

@test "built in there; under another name there; not needed there" {
	machine
	mod helper.ko -e helped:5
	mod needer.ko -c helped:5 -u helped
	in_release "$NEXT" mod needer.ko
	in_release "$NEXT" builtin_module inside
	in_release "$NEXT" index
	index
	loaded inside
	loaded old_name
	loaded needer
	loaded helper 1 1 needer
	tool lkm check --reboot -v
	status_is 0
	out_has "kernel $NEXT: of 7 modules 6 will be there (1 built in), 1 not needed there"
	out_has 'part of that kernel:
inside (loaded now)'
	out_has 'old_name (there: other) (loaded now)'
	out_has 'not there, and not needed by what used it:
helper (loaded now)'
	file etc/modules helper
	tool lkm check --reboot
	status_is 2
	out_has 'helper (loaded now, /etc/modules:1)'
}

@test "lists: all places, names hidden, the kernel command line" {
	machine
	file etc/modules-load.d/a.conf '# comment
none-a'
	file usr/lib/modules-load.d/a.conf hidden
	file run/modules-load.d/b.conf 'other
; no
none_b'
	file usr/local/lib/modules-load.d/c.conf none_c
	file usr/lib/modules-load.d/d.conf none_d
	file usr/lib/modules-load.d/d.txt unread
	file etc/modules 'none_e index=1'
	file etc/initramfs-tools/modules none_f
	file proc/cmdline 'quiet modules-load=none_g,other rd.modules_load=none_h'
	tool lkm check --reboot
	status_is 2
	out_has ': of 11 modules 3 will be there, 8 missing'
	out_has 'none_a (/etc/modules-load.d/a.conf:2)
  - the running kernel does not have it either'
	out_has 'none_b (/run/modules-load.d/b.conf:3)'
	out_has 'none_c (/usr/local/lib/modules-load.d/c.conf:1)'
	out_has 'none_d (/usr/lib/modules-load.d/d.conf:1)'
	out_has 'none_e (/etc/modules:1)'
	out_has 'none_f (/etc/initramfs-tools/modules:1)'
	out_has 'none_g (/proc/cmdline)'
	out_has 'none_h (/proc/cmdline)'
	tool lkm check --reboot -v
	out_has 'other (loaded now, /run/modules-load.d/b.conf:1, /proc/cmdline)'
}

@test "lists: those for an initramfs, and its boot options" {
	machine
	file usr/share/initramfs-tools/modules.d/pack none_a
	file usr/share/initramfs-tools/modules.d/pack.conf none_b
	file etc/mkinitcpio.conf '# MODULES=(no)
MODULES=(gone)
MODULES=(none_c "none-d" # no
	other maybe?)
HOOKS=(base udev)'
	file etc/mkinitcpio.conf.d/x.conf 'MODULES+=(none_e)'
	file etc/dracut.conf 'add_drivers+=" gone "
omit_drivers+=" no "'
	file usr/lib/dracut/dracut.conf.d/x.conf 'add_drivers+=" gone "'
	file usr/lib/dracut/dracut.conf.d/z.conf 'add_drivers=" none_f =drivers/hid none_*"'
	file etc/dracut.conf.d/x.conf 'force_drivers+=" none_g "'
	file etc/dracut.conf.d/unread 'force_drivers+=" no "'
	file proc/cmdline 'rd.driver.pre=none_h,other rd.driver.post=none_i rd.driver.blacklist=user,no earlymodules=none_j'
	tool lkm check --reboot
	status_is 2
	[ "$(grep -o '^none.*' <<<"$output")" = 'none_a (/usr/share/initramfs-tools/modules.d/pack:1)
none_b (/usr/share/initramfs-tools/modules.d/pack.conf:1)
none_c (/etc/mkinitcpio.conf:3)
none_d (/etc/mkinitcpio.conf:3)
none_e (/etc/mkinitcpio.conf.d/x.conf:1)
none_f (/usr/lib/dracut/dracut.conf.d/z.conf:1)
none_g (/etc/dracut.conf.d/x.conf:1)
none_h (/proc/cmdline)
none_i (/proc/cmdline)
none_j (/proc/cmdline)' ]
	out_has ': of 13 modules 3 will be there, 10 missing'
	tool lkm check --reboot -v
	out_has 'other (loaded now, /etc/mkinitcpio.conf:4, /proc/cmdline)'
	out_has 'user (loaded now)
  - the boot option rd.driver.blacklist= of the running kernel keeps the initramfs from loading it'
}

@test "lists that want nothing: masked ones, options, and blacklist lines where they count" {
	machine
	mkdir -p "$ROOT/etc/modules-load.d"
	ln -s /dev/null "$ROOT/etc/modules-load.d/a.conf"
	file usr/lib/modules-load.d/a.conf masked
	: >"$ROOT/etc/modules-load.d/b.conf"
	file run/modules-load.d/b.conf masked
	file etc/modprobe.d/x.conf 'options unwanted n=1
softdep unwanted pre: nothing
install unwanted2 /bin/true'
	tool lkm check --reboot
	status_is 0
	out_is "kernel $NEXT: of 3 modules 3 will be there"
	file etc/modprobe.d/x.conf 'blacklist other'
	file etc/dracut.conf 'force_drivers=other'
	file proc/cmdline 'rd.driver.pre=other'
	tool lkm check --reboot
	status_is 0
	file etc/mkinitcpio.conf 'MODULES=(other)'
	tool lkm check --reboot
	status_is 2
	out_has 'other (loaded now, /etc/mkinitcpio.conf:1, /etc/dracut.conf:1, /proc/cmdline)
  - blacklisted by /etc/modprobe.d/x.conf:1'
}

@test "/etc/modules that is among the lists counts once; near names" {
	machine
	file etc/modules 'othre'
	mkdir -p "$ROOT/etc/modules-load.d"
	ln -s ../modules "$ROOT/etc/modules-load.d/modules.conf"
	tool lkm check --reboot
	status_is 2
	out_has 'othre (/etc/modules-load.d/modules.conf:1)
  - the running kernel does not have it either
  - names like it: other'
}

@test "the configuration: forbid, allow-only, install, blacklist, boot option" {
	machine
	file etc/modprobe.d/x.conf 'forbid giver too old'
	tool lkm check --reboot
	status_is 2
	out_has '2 blocked'
	out_has 'giver (loaded now)
  - /etc/modprobe.d/x.conf:1: module giver is forbidden: too old'
	out_has 'user (loaded now)
  - /etc/modprobe.d/x.conf:1: module giver, which user needs, is forbidden: too old'
	file etc/modprobe.d/x.conf 'install giver /bin/false'
	tool lkm check --reboot
	status_is 2
	out_has 'giver (loaded now)
  - blocked by /etc/modprobe.d/x.conf:1'
	out_has 'user (loaded now)
  - module giver, which it needs, is blocked by /etc/modprobe.d/x.conf:1'
	file etc/modprobe.d/x.conf 'install other echo hello'
	tool lkm check --reboot -v
	status_is 0
	out_has '  - /etc/modprobe.d/x.conf:1: instead of loading other this is run: echo hello'
	file etc/modprobe.d/x.conf 'blacklist other'
	tool lkm check --reboot
	status_is 0
	file etc/modules other
	tool lkm check --reboot
	status_is 0
	file etc/modules-load.d/x.conf other
	tool lkm check --reboot
	status_is 2
	out_has '  - blacklisted by /etc/modprobe.d/x.conf:1'
	rm "$ROOT/etc/modprobe.d/x.conf"
	file sys/module/kernel/parameters/module_blacklist giver
	tool lkm check --reboot
	status_is 2
	out_has '  - the boot option module_blacklist= of the running kernel names giver'
}

@test "parameters of the configuration are checked with it" {
	machine
	file etc/modprobe.d/x.conf 'options user count=many'
	tool lkm check --reboot
	status_is 2
	out_has 'user (loaded now): Invalid parameters (EINVAL)'
	file etc/modprobe.d/x.conf 'options user cuont=1'
	tool lkm check --reboot -v
	status_is 0
	out_has 'user (loaded now)
  - parameter: '
}

@test "the machine demands signatures: of the next kernel too" {
	machine
	file sys/kernel/security/lockdown 'none [integrity] confidentiality'
	tool lkm check --reboot
	status_is 2
	out_has 'other (loaded now): Operation not permitted (EPERM)
  - signature: '
}

@test "no initramfs; a file that depmod has not seen; one that is gone" {
	machine
	file "boot/initrd.img-$RELEASE" x
	rm "$ROOT/lib/modules/$NEXT/kernel/other.ko"
	in_release "$NEXT" ko "$ROOT/lib/modules/$NEXT/updates/new.ko" license=GPL
	loaded new
	tool lkm check --reboot
	status_is 2
	out_has "  - there is no initramfs for it; the running kernel has /boot/initrd.img-$RELEASE
    do: make one: update-initramfs -c -k $NEXT, or dracut --kver $NEXT"
	out_has "  - modules.dep names /lib/modules/$NEXT/kernel/other.ko, which is not there"
	out_has "  - /lib/modules/$NEXT/updates/new.ko is there, but modules.dep does not list it
    do: run depmod for that kernel"
	touch "$ROOT/boot/initrd.img-$NEXT"
	in_release "$NEXT" index
	tool lkm check --reboot
	[[ $output != *initramfs* ]]
}

@test "an initramfs that is older than modules" {
	machine
	file "boot/initrd.img-$NEXT" x
	touch -d 2020-01-02 "$ROOT/boot/initrd.img-$NEXT"
	touch -d 2020-01-01 "$ROOT/lib/modules/$NEXT"/kernel/*.ko
	tool lkm check --reboot
	status_is 0
	out_is "kernel $NEXT: of 3 modules 3 will be there"
	touch -d 2020-01-03 "$ROOT/lib/modules/$NEXT"/kernel/{other,user}.ko
	tool lkm check --reboot
	status_is 0
	out_is "kernel $NEXT: of 3 modules 3 will be there
  - /lib/modules/$NEXT/kernel/other.ko and 1 more changed after its initramfs /boot/initrd.img-$NEXT was made: if they belong there, it likely has older ones, or none
    do: make it again: update-initramfs -u -k $NEXT, or dracut -f --kver $NEXT"
	tool lkm check --reboot --json
	status_is 0
	output=$(tr -s ' \n' ' ' <<<"$output")
	out_has '"troubles": [], "notes": [ { "what": "/lib/modules/'
}

@test "a list that cannot be read is no answer" {
	machine
	mkdir -p "$ROOT/etc/modules"
	tool lkm check --reboot
	status_is 1
	err_is 'lkm check: ERROR: cannot read /etc/modules: Is a directory'
	out_has 'of 3 modules 3 will be there'
}

@test "another root" {
	machine
	mkdir "$WORK/alt"
	mv "$ROOT"/{boot,lib} "$WORK/alt"
	mkdir -p "$WORK/alt/etc"
	echo none >"$WORK/alt/etc/modules"
	tool lkm check --reboot -b "$WORK/alt"
	status_is 2
	out_has "kernel $NEXT: of 4 modules 3 will be there, 1 missing"
	out_has "none ($WORK/alt/etc/modules:1)"
}

@test "options that do not go together" {
	machine
	for options in '--all' '-k 6.1' '-i x' '6.1 6.2'; do
		# shellcheck disable=SC2086  # words
		tool lkm check --reboot $options
		status_is 1
		out_is ''
		complains_once 'lkm check'
	done
}

@test "JSON" {
	machine
	file etc/modules none
	tool lkm check --reboot --json
	status_is 2
	output=$(tr -s ' \n' ' ' <<<"$output")
	out_has "\"release\": \"$NEXT\", \"running\": \"$RELEASE\", \"chosen\": true, \"troubles\": [], \"notes\": [], \"modules\": [ "
	out_has "{ \"name\": \"giver\", \"filename\": \"/lib/modules/$NEXT/kernel/giver.ko\", \"module\": \"giver\", \"state\": \"present\", \"errno\": null, \"loaded\": true, \"wanted_by\": [ { \"file\": \"/proc/modules\", \"line\": 0 } ], \"reasons\": [] }"
	out_has '{ "name": "none", "filename": null, "module": null, "state": "missing", "errno": null, "loaded": false, "wanted_by": [ { "file": "/etc/modules", "line": 1 } ], "reasons": [ { "what": "the running kernel does not have it either", "do": null }'
	out_has '"summary": { "present": 3, "builtin": 0, "unneeded": 0, "missing": 1, "blocked": 0, "refused": 0, "unchecked": 0 }, "incomplete": false }'
}
