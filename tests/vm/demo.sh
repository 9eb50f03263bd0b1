# shellcheck shell=dash disable=SC2154
# demo.sh - what the demo shows.  prepare() runs on the host, demo() in the guest.

prepare()
{
	need 8139cp 8139too loop ext4
	# Soft dependencies of ext4, where the kernel has them
	need_any crc32c_generic crc32c_intel
	ext4_image disk.img
}

say()
{
	printf '\n-- %s\n\n' "$*"
}

# show COMMAND: print it as typed, run it; it must succeed
show()
{
	echo "# $1"
	eval "$1" || wrong="$wrong [$1]"
}

# show_refused COMMAND: the same, but it must fail
show_refused()
{
	echo "# $1"
	eval "$1" && wrong="$wrong [$1]"
}

# The path of a module below the directory we are in
file()
{
	ko "$1" | sed "s|^$modules/kernel/||"
}

network()
{
	say "A network card, and nothing that drives it"
	show "ls /sys/class/net"
	show "cat /sys/bus/pci/devices/0000:00:03.0/modalias"
	say "Two drivers claim it; one says in its description that this is its card"
	show "modprobe -R \$(cat /sys/bus/pci/devices/0000:00:03.0/modalias)"
	show "modinfo -F description \$(cat /sys/bus/pci/devices/0000:00:03.0/modalias)"
	show "modinfo $(file 8139cp) | head -n 13"
	say "Its driver needs another module first"
	show_refused "insmod $(file 8139cp)"
	show "modprobe -D 8139cp"
	show "lkm why 8139cp"
	say "modprobe loads both"
	show "modprobe -v 8139cp multicast_filter_limit=16"
	show "lsmod"
	show "ls /sys/class/net"
	say "Use it"
	show "ip addr add 10.0.2.15/24 dev eth0 && ip link set eth0 up && ip -4 addr show dev eth0"
	show "ping -c 2 10.0.2.2"
	say "Remove it, and with it the one that only it needed"
	show_refused "rmmod mii"
	show "modprobe -r -v 8139cp"
	show "lsmod"
}

file_system()
{
	say "ext4 with everything it stands on"
	show "lkm why ext4"
	if builtin ext4; then
		say "(this kernel has ext4 built in)"
		return
	fi
	say "The kernel itself asks modprobe, when somebody mounts"
	show "modprobe loop"
	show "echo /sbin/modprobe >/proc/sys/kernel/modprobe"
	show "mount -t ext4 -o loop /vm/demo/disk.img /mnt && df -T /mnt && ls /mnt"
	show "lsmod"
	say "A mounted file system stays where it is"
	show_refused "modprobe -r ext4"
	show "umount /mnt"
	show "modprobe -r -v -a ext4 loop"
	show "lsmod"
}

demo()
{
	wrong=''
	say "Linux $release, in QEMU. Nothing is loaded."
	show "cd /lib/modules/\$(uname -r)/kernel"
	show "lsmod"
	network
	file_system
	if [ -z "$wrong" ]; then
		echo "# done"
	else
		printf '\nwent wrong:%s\n' "$wrong"
	fi
}
