# shellcheck shell=bash
# machine.sh - build the guest's root and boot it; for tests/vm/run and tests/vm/demo.
#
#   choose_kernel KERNEL     sets tree and release, and out: where results are left
#   make_root PROGRAM        a root with busybox and PROGRAM as our tools, in $work/root
#   prepare_scenario FILE DIR
#                            run prepare() of a scenario in DIR of the guest (host.sh)
#   add_modules              copy what the prepare()s needed
#   boot SECONDS ARGS...     run it with more QEMU arguments; the guest's words on standard output
#
# The guest runs /vm/start.  Its kernel has serial port 1, which goes to $out/console; what it says on
# port 2 comes out of boot, but for lines "#monitor COMMAND", which QEMU's monitor executes.

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
top=${here%/tests/vm}
tools='insmod rmmod lsmod modinfo modprobe depmod'

die()
{
	echo "vm: $*" >&2
	exit 1
}

# release_of DIR: the one below DIR/lib/modules
release_of()
{
	basename "$1"/lib/modules/*
}

choose_kernel()
{
	tree=$1
	[ -d "$tree" ] || tree=$("$top/tests/kernels/fetch" "$1") || die "no kernel $1"
	release=$(release_of "$tree")
	[ -f "$tree/boot/vmlinuz-$release" ] || die "no kernel image in $tree"
	out=${LKM_VM_OUT:-$top/build/vm}/$release
	mkdir -p "$out"
}

# ---- the root ------------------------------------------------------------------------------------

# A dynamic program (a stand-in, a sanitizer build) needs its libraries at the same paths.
copy_program()
{
	local library

	cp -L "$1" "$2"
	while read -r library; do
		mkdir -p "$root${library%/*}"
		cp -L "$library" "$root$library"
	done < <(ldd "$1" 2>/dev/null | grep -oE '/[^ ]+')
}

make_root()
{
	local tool

	[ -x "$1" ] || die "no program $1: build it first (make static)"
	work=$(mktemp -d)
	trap 'rm -rf "$work"; [ -z "${drain-}" ] || kill "$drain" 2>/dev/null || true' EXIT
	root=$work/root
	needed=$work/needed
	: >"$needed"
	mkdir -p "$root"/{bin,sbin,dev,proc,sys,tmp,mnt,etc,vm,lib/modules/"$release"}
	cp "$(command -v busybox)" "$root/bin/busybox" || die "busybox is not installed"
	ln -s busybox "$root/bin/sh"
	copy_program "$1" "$root/sbin/kmod"
	for tool in $tools; do
		ln -s kmod "$root/sbin/$tool"
	done
	printf 'root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n' >"$root/etc/passwd"
	cp -p "$tree/lib/modules/$release"/modules.* "$root/lib/modules/$release"
	cp "$here/init" "$root/init"
	cp "$here/guest.sh" "$root/vm"
}

prepare_scenario()
{
	local file=$1 dir=$2

	[ -f "$file" ] || die "no scenario $file"
	mkdir -p "$root$dir"
	(
		# shellcheck source=host.sh
		. "$here/host.sh"
		# shellcheck disable=SC1090
		. "$file"
		cd "$root$dir"
		prepare
	) || die "${file##*/}: cannot prepare"
}

add_modules()
{
	(cd "$tree/lib/modules/$release" && sort -u "$needed" | sed '/^$/d' |
		xargs -r cp -p --parents -t "$root/lib/modules/$release")
}

# ---- the boot ------------------------------------------------------------------------------------

# Lines from the guest: requests to the monitor go there, the rest comes out.
serve_monitor()
{
	local line

	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		'#monitor '*) echo "${line#* }" >"$work/monitor.in" ;;
		*) printf '%s\n' "$line" ;;
		esac
	done
}

# An emulated CPU that the host does not run for a while is no fault of the guest's (one that saw no
# timer tick in time panicked): a real hang ends with the time limit.
calm='rcupdate.rcu_cpu_stall_suppress=1 nosoftlockup no_timer_check'

boot()
{
	local limit=$1

	shift
	command -v qemu-system-x86_64 >/dev/null || die "qemu-system-x86_64 is not installed"
	(cd "$root" && find . | cpio --quiet -o -H newc) >"$work/initramfs"
	rm -f "$work/monitor.in" "$work/monitor.out"
	mkfifo "$work/monitor.in" "$work/monitor.out"
	# The monitor redraws the line for each character; keep the last state of each.
	sed -u 's/^(qemu) .*\x1b\[D\(.*\)\x1b\[K/(qemu) \1/' <"$work/monitor.out" >"$out/monitor" &
	drain=$!
	timeout -k 5 "$limit" qemu-system-x86_64 -accel tcg -smp 2 -m 768 -display none -no-reboot \
		-kernel "$tree/boot/vmlinuz-$release" -initrd "$work/initramfs" \
		-append "console=ttyS0 quiet loglevel=4 log_buf_len=4M panic=-1 oops=panic $calm" \
		-chardev pipe,id=monitor,path="$work/monitor" -mon chardev=monitor \
		-serial file:"$out/console" -serial stdio -nic none "$@" </dev/null | serve_monitor || true
}

# The kernel's messages for a guest that did not come to its own end: its own word on why, or the last ones
show_console()
{
	echo "vm: the guest died or was not ready in time; the kernel's last lines:"
	tr -d '\r' <"$out/console" | awk '
	/BUG: |Oops|Kernel panic/ { dying = 1 }
	dying { why[++count] = $0 }
	{ last[NR] = $0 }
	END {
		for (i = 1; i <= count && i <= 60; i++)
			print "    " why[i]
		for (i = NR > 40 ? NR - 39 : 1; !count && i <= NR; i++)
			print "    " last[i]
	}'
}
