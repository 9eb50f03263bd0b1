#!/usr/bin/env bats
# shellcheck disable=SC2153,SC2154  # helpers and bats set RELEASE, stderr, output
# lkm check: what the kernel would say, on made-up machines with made-up kernels.

load helpers

VERMAGIC="$RELEASE SMP mod_unload modversions "

# kernel_image [FILE [RELEASE]] SYMBOL:CRC[:gpl]...: an image of the running release unless named.
kernel_image()
{
	local file=$ROOT/boot/vmlinuz-$RELEASE release=$RELEASE
	if [[ ${1-} != *:* ]]; then
		file=$1 release=$2
		shift 2
	fi
	mkdir -p "$(dirname "$file")"
	"$LKM_BUILD/tests/fake/mkkernel" "$file" "$release" "$@"
}

# A kernel that exports three symbols, and module `user` that needs two of them and one of `giver`.
machine()
{
	kernel_image module_layout:11111111 printk:22222222 gpl_only:33333333:gpl
	module giver.ko -c module_layout:11111111 -e given:44444444 license=GPL intree=Y "vermagic=$VERMAGIC"
	module user.ko -c module_layout:11111111 -c printk:22222222 -c given:44444444 \
		-u printk -u given license=GPL intree=Y parmtype=count:int "vermagic=$VERMAGIC"
	index
}

@test "a module that fits would load, after those it uses" {
	machine
	tool lkm check user giver
	status_is 0
	err_is ''
	out_is "kernel $RELEASE, by: kernel image /boot/vmlinuz-$RELEASE
user: would load
    loads first: giver
giver: would load"
}

@test "what was taken from the image is kept, and used only for that image" {
	machine
	tool lkm check user
	out_has "vmlinuz-$RELEASE
"
	[ "$(find "$ROOT/var/cache/lkm/kernel" -type f | wc -l)" = 1 ]
	tool lkm check user
	out_has "vmlinuz-$RELEASE (cached)"
	kernel_image module_layout:11111111 printk:99999999
	tool lkm check user
	status_is 2
	out_has 'the kernel has 99999999 (by the kernel image)'
	out_has "vmlinuz-$RELEASE
"
}

@test "a damaged or foreign cache is made again" {
	machine
	tool lkm check user
	kept=$(find "$ROOT/var/cache/lkm/kernel" -type f)
	size=$(stat -c %s "$kept")
	printf x | dd of="$kept" bs=1 seek=100 conv=notrunc status=none
	tool lkm check user
	status_is 0
	out_has "vmlinuz-$RELEASE
"
	[ "$(stat -c %s "$kept")" = "$size" ]
	chmod o+w "$kept"
	tool lkm check user
	out_has "vmlinuz-$RELEASE
"
}

@test "what was kept of images that are gone goes, when another is kept; other files stay" {
	local cache=$ROOT/var/cache/lkm/kernel kept
	machine
	kernel_image "$ROOT/boot/vmlinuz-old" 6.0-old module_layout:1
	tool lkm check -i /boot/vmlinuz-old user
	kept=$(ls "$cache")
	cp "$cache/$kept" "$cache/vmlinuz-old-0123456789abcdef"
	echo 'not ours' >"$cache/notes"
	mkdir "$cache/directory"
	rm "$ROOT/boot/vmlinuz-old"
	tool lkm check user
	out_has "vmlinuz-$RELEASE
"
	[ ! -e "$cache/$kept" ]
	[ "$(find "$cache" -name "vmlinuz-$RELEASE-*" | wc -l)" = 1 ]
	[ -e "$cache/vmlinuz-old-0123456789abcdef" ]
	[ -e "$cache/notes" ] && [ -d "$cache/directory" ]
}

@test "a cache that cannot be written is not talked about" {
	machine
	file var/cache/lkm 'in the way'
	tool lkm check user
	status_is 0
	err_is ''
}

@test "symbols: unknown with a near name, another version, GPL only" {
	machine
	ko bad.ko -c module_layout:11111111 -c given:1 -u prinkt -u given -u gpl_only license=MIT \
		"vermagic=$VERMAGIC"
	tool lkm check ./bad.ko
	status_is 2
	out_has 'bad: would be refused: Unknown symbol in module (ENOENT)'
	out_has '- unresolved: it needs prinkt, which is not in this kernel nor in its modules; near it: printk'
	out_has 'kernel: bad: Unknown symbol prinkt (err -2)'
	out_has '- crc: it was built for given with CRC 00000001; module giver has 44444444 (by the module file)'
	out_has '- gpl-only: it uses gpl_only, which is for GPL modules, and its license is "MIT"'
	out_has 'why: '
	out_has 'do:  '
}

@test "vermagic: the word that differs, and what the kernel would log" {
	machine
	ko other.ko license=GPL intree=Y "vermagic=$RELEASE SMP preempt mod_unload modversions "
	tool lkm check ./other.ko
	status_is 2
	out_has 'other: would be refused: Invalid module format (ENOEXEC)'
	out_has '- vermagic: built for another kernel: only the module has "preempt"'
	out_has "kernel: other: version magic '$RELEASE SMP preempt mod_unload modversions ' should be '$VERMAGIC'"
}

@test "what is no module, and another machine" {
	machine
	echo text >text.ko
	ko arm.ko -m 183 license=GPL "vermagic=$VERMAGIC"
	tool lkm check ./text.ko ./arm.ko
	status_is 2
	out_has '- format: 5 bytes: not a module'
	out_has '- machine: built for arm64, and the kernel is for x86-64'
}

@test "a file that cannot be read, a name that is not there" {
	machine
	tool lkm check ./none.ko nothing user
	status_is 1
	out_has 'user: would load'
	err_is "lkm check: ERROR: ./none.ko: cannot open: No such file or directory
lkm check: ERROR: module nothing not found in /lib/modules/$RELEASE"
}

@test "taints" {
	machine
	ko out.ko -c module_layout:11111111 license=Proprietary "vermagic=$VERMAGIC"
	tool lkm check ./out.ko
	status_is 0
	out_has 'out: would load, with taints PO'
	out_has '+ taint: it was built outside of the kernel'
}

@test "parameters behind a module are checked" {
	machine
	tool lkm check user count=many giver
	status_is 2
	out_has "user: would be refused: Invalid parameters (EINVAL)"
	out_has "kernel: user: \`many' invalid for parameter \`count'"
	out_has 'giver: would load'
	tool lkm check user cuont=1
	status_is 0
	out_has 'did you mean count'
}

@test "a module that is not for GPL passes its taint on, or keeps its user out" {
	machine
	module giver.ko -c module_layout:11111111 -e given:44444444 license=Proprietary intree=Y "vermagic=$VERMAGIC"
	tool lkm check user
	status_is 0
	out_has 'user: would load, with taints P'
	out_has 'it uses symbols of module giver, which is no GPL module (taint P)'
	module user.ko -c module_layout:11111111 -c gpl_only:33333333 -c given:44444444 \
		-u gpl_only -u given license=GPL intree=Y "vermagic=$VERMAGIC"
	tool lkm check user
	status_is 2
	out_has 'user: would be refused: Unknown symbol in module (ENOENT)'
	out_has 'kernel: user: module using GPL-only symbols uses symbols given from proprietary module giver.'
	tool lkm check --all
	status_is 2
	out_has '1 would be refused'
	# Of a loaded module the kernel knows best.
	loaded giver
	file sys/module/giver/taint ''
	tool lkm check user
	status_is 0
	module giver.ko -c module_layout:11111111 -e given:44444444 license=GPL intree=Y "vermagic=$VERMAGIC"
	file sys/module/giver/taint PO
	tool lkm check user
	status_is 2
	out_has 'proprietary module giver.'
}

@test "options lines of a name are checked, with file and line; of a file they are not" {
	machine
	file etc/modprobe.d/user.conf $'# two\noptions user count=many\noptions giver cuont=1'
	tool lkm check user
	status_is 2
	out_has '/etc/modprobe.d/user.conf:2: parameter count takes a number of 32 bits, not "many"'
	tool lkm check giver
	status_is 0
	out_has '/etc/modprobe.d/user.conf:3: it has no parameter cuont'
	tool lkm check "$ROOT/lib/modules/$RELEASE/kernel/user.ko"
	status_is 0
	rm "$ROOT/etc/modprobe.d/user.conf"
	file proc/cmdline 'quiet user.count=some'
	tool lkm check user
	status_is 2
	out_has '/proc/cmdline: parameter count takes a number of 32 bits, not "some"'
}

@test "options lines of an alias are checked for a module that is asked for by it" {
	machine
	file etc/modprobe.d/user.conf $'alias eth-fast user\noptions eth-fast count=many'
	tool lkm check user
	status_is 0
	tool lkm check eth-fast
	status_is 2
	out_has '/etc/modprobe.d/user.conf:2: parameter count takes a number of 32 bits, not "many"'
	file etc/modprobe.d/user.conf $'alias eth-fast user\noptions giver nosuch=1\nalias eth-fast giver\noptions eth-fast count=2'
	tool lkm check -v eth-fast
	status_is 0
	out_has 'user.conf:4: it has no parameter count'
}

@test "options lines of a module that is used are checked too" {
	machine
	file etc/modprobe.d/giver.conf 'options giver nosuch=1'
	file etc/modprobe.d/user.conf 'options user count=1'
	tool lkm check user
	status_is 0
	module giver.ko -c module_layout:11111111 -e given:44444444 license=GPL intree=Y "vermagic=$VERMAGIC" parmtype=size:int
	file etc/modprobe.d/giver.conf 'options giver size=big'
	tool lkm check user
	status_is 2
	out_has '/etc/modprobe.d/giver.conf:1: parameter size takes a number of 32 bits'
}

@test "loaded already, built in, forbidden at boot" {
	machine
	loaded giver
	builtin_module inside
	index
	file sys/module/kernel/parameters/module_blacklist user
	tool lkm check giver inside user
	status_is 2
	out_has 'giver: is loaded already'
	out_has 'inside: part of this kernel already'
	out_has 'kernel: Module user is blacklisted'
}

@test "signatures: demanded, locked down" {
	machine
	file sys/module/module/parameters/sig_enforce Y
	tool lkm check giver
	status_is 2
	out_has 'giver: would be refused: Key was rejected by service (EKEYREJECTED)'
	out_has 'kernel: Loading of unsigned module is rejected'
	file sys/module/module/parameters/sig_enforce N
	tool lkm check giver
	status_is 0
	out_has 'with taints E'
	file sys/kernel/security/lockdown 'none [integrity] confidentiality'
	tool lkm check giver
	status_is 2
	out_has 'giver: would be refused: Operation not permitted (EPERM)'
}

@test "a module whose provider is refused is refused too" {
	machine
	file sys/module/kernel/parameters/module_blacklist giver
	tool lkm check user
	status_is 2
	out_has 'user: would be refused: Unknown symbol in module (ENOENT)'
	out_has '- dependency: it uses module giver, which would be refused: the boot option'
}

@test "against another image, which is no matter of what runs here" {
	machine
	loaded user
	kernel_image "$WORK/vmlinuz-new" 6.2.0-new module_layout:99999999 printk:22222222
	tool lkm check -k "$RELEASE" -i vmlinuz-new user
	status_is 2
	out_has 'kernel 6.2.0-new, by: kernel image vmlinuz-new'
	out_has '- layout: built against another structure of modules: CRC 11111111, the kernel'
	out_has 'vermagic: built for kernel 6.1.0-test'
}

@test "an image that is none, cut off, encrypted: one line" {
	machine
	echo text >no-kernel
	kernel_image "$WORK/whole" 6.2.0-new printk:1
	head -c 1100 whole >cut-off
	{ head -c 1024 whole; head -c 5000 /dev/zero; } >odd
	for image in no-kernel cut-off odd; do
		tool lkm check -i "$image" user
		status_is 1
		out_is ''
		[ "$(wc -l <<<"$stderr")" = 1 ]
		err_has "lkm check: ERROR: $image: "
	done
	err_has 'encrypted or compressed in an unknown way'
}

@test "Module.symvers and kallsyms where there is no image" {
	machine
	rm "$ROOT/boot/vmlinuz-$RELEASE"
	file proc/kallsyms "0000000000000000 r __ksymtab_printk"
	tool lkm check user
	status_is 0
	out_has "kernel $RELEASE, by: kallsyms /proc/kallsyms"
	printf '0x22222222\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n' >"$WORK/symvers"
	mkdir -p "$ROOT/boot"
	gzip -c symvers >"$ROOT/boot/symvers-$RELEASE.gz"
	tool lkm check user
	status_is 0
	out_has "by: Module.symvers /boot/symvers-$RELEASE.gz"
	printf '0x22222229\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n' >"$WORK/symvers"
	gzip -c symvers >"$ROOT/boot/symvers-$RELEASE.gz"
	tool lkm check user
	status_is 2
	out_has 'the kernel has 22222229 (by the Module.symvers)'
}

@test "where nothing tells what the kernel exports, the modules do" {
	machine
	rm "$ROOT/boot/vmlinuz-$RELEASE"
	ko odd.ko -c module_layout:1 -c printk:2 -u printk -u nowhere license=GPL "vermagic=$VERMAGIC"
	tool lkm check ./odd.ko
	status_is 2
	err_is "lkm check: WARNING: nothing here tells what kernel $RELEASE exports: a symbol that is missing cannot be told"
	out_has 'the kernel has 22222222 (by the agreement of the modules)'
}

@test "a whole tree: clean, then explained" {
	machine
	tool lkm check --all
	status_is 0
	out_is "kernel $RELEASE, by: kernel image /boot/vmlinuz-$RELEASE
2 modules: 2 would load, 0 would be refused"
	kernel_image module_layout:11111111 printk:99999999
	echo text >"$MODULES/kernel/text.ko"
	tool lkm check --all
	status_is 2
	out_has '3 modules: 1 would load, 2 would be refused'
	out_has 'CAUSE             MODULES  DECIDES  FINDINGS  EXAMPLE'
	out_has 'format                  1        1         1  text: 5 bytes: not a module'
	out_has 'crc                     1        1         1  user: it was built for printk'
	tool lkm check --all -v
	out_has 'user: would be refused'
}

@test "the arguments" {
	machine
	tool lkm check
	status_is 1
	err_is 'lkm check: ERROR: which module?; see lkm check --help'
	tool lkm check --all user
	status_is 1
	tool lkm check --all -k 9.9
	status_is 1
	err_has 'could not open directory'
}

@test "JSON" {
	machine
	ko bad.ko -c module_layout:11111111 -c printk:1 -u printk license=GPL "vermagic=$VERMAGIC"
	tool lkm check --json user ./bad.ko ./none.ko
	status_is 1
	output=$(tr -s ' \n' ' ' <<<"$output")
	out_has '"kernel": { "release": "6.1.0-test", "vermagic": "6.1.0-test SMP mod_unload modversions ", "exports": 3, '
	out_has '"sources": [ { "kind": "kernel image", "path": "/boot/vmlinuz-6.1.0-test", "cached": false, "trouble": null } ]'
	out_has '"name": "user", '
	out_has '"verdict": "loads", "errno": null, "message": null, "taints": "", "findings": [], "needs": [ { "name": "giver", '
	out_has '"verdict": "refused", "errno": "EINVAL", "message": "bad: disagrees about version of symbol printk"'
	out_has '"findings": [ { "check": "crc", "weight": "refuses", "what": "it was built for printk with CRC 00000001'
	out_has '"about": "printk", "module": null }'
	out_has '"errors": [ { "argument": "./none.ko", "errno": "ENOENT"'
}
