# shellcheck shell=dash disable=SC2154
# The kernel asks for modules by itself, and gets the whole chain each time.

# ask socket FAMILY TYPE PROTOCOL; ask algorithm TYPE NAME: exit 0 if the kernel gives it
prepare()
{
	need loop ext4 can can-raw l2tp_ip af_alg algif_hash wp512 algif_skcipher \
		serpent_generic serpent-sse2-x86_64 serpent-avx-x86_64 dummy tun
	need_any crc32c_generic
	ext4_image disk
	cc -static -o ask -xc - <<-EOF
	#include <linux/if_alg.h>
	#include <stdlib.h>
	#include <string.h>
	#include <sys/socket.h>

	static int algorithm(const char *type, const char *name)
	{
		struct sockaddr_alg sa = { .salg_family = AF_ALG };
		int fd = socket(AF_ALG, SOCK_SEQPACKET, 0);

		strncpy((char *)sa.salg_type, type, sizeof(sa.salg_type) - 1);
		strncpy((char *)sa.salg_name, name, sizeof(sa.salg_name) - 1);
		return fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0;
	}

	int main(int argc, char **argv)
	{
		if (argc == 4 && strcmp(argv[1], "algorithm") == 0)
			return algorithm(argv[2], argv[3]);
		return argc != 5 || socket(atoi(argv[2]), atoi(argv[3]), atoi(argv[4])) < 0;
	}
	EOF
}

# chain MODULE...: all are loaded, those that are not built in
chain()
{
	local module

	for module; do
		builtin "$module" || ok "loaded: $module" loaded "$module"
	done
}

device_nodes()
{
	mknod loop-control c 10 237
	ok "open the control node of loop devices" sh -c ': <loop-control'
	chain loop
	mknod tun c 10 200
	ok "open the node of tun" sh -c ': <tun'
	chain tun
}

file_systems()
{
	ok "mount -t ext4" mount -t ext4 -o loop disk /mnt
	chain crc16 mbcache jbd2 ext4
	ok "umount" umount /mnt
	mark
	no "mount -t of one that there is not" mount -t nosuchfs none /mnt
	is "the kernel has nothing to say about it" "$(klog)" ""
}

sockets()
{
	ok "a socket of family 29, protocol 1: CAN, raw" ./ask socket 29 3 1
	chain can can_raw
	ok "a socket of family 2, protocol 115: L2TP" ./ask socket 2 2 115
	chain udp_tunnel ip6_udp_tunnel l2tp_core l2tp_ip
	no "a socket of a family that there is not" ./ask socket 44 1 0
}

algorithms()
{
	ok "the hash wp512" ./ask algorithm hash wp512
	chain af_alg algif_hash wp512
	# An alias of several modules, of which some find no such processor.
	ok "the cipher cbc(serpent)" ./ask algorithm skcipher "cbc(serpent)"
	chain algif_skcipher serpent_generic
}

# In the environment of the kernel's requests, and in one that is a little larger.
a_path()
{
	local kernels='env -i HOME=/ TERM=linux PATH=/sbin:/usr/sbin:/bin:/usr/bin'

	cp "$(ko dummy)" .
	# shellcheck disable=SC2086 # several words
	no "a request for a path" $kernels /sbin/modprobe -q -- "$PWD/$(basename "$(ko dummy)")"
	no "loads nothing" loaded dummy
	# shellcheck disable=SC2086
	ok "a person's path" $kernels ME=me /sbin/modprobe -q -- "$PWD/$(basename "$(ko dummy)")"
	ok "is loaded" loaded dummy
	run modprobe -r dummy
}

checks()
{
	a_path
	echo /sbin/modprobe >/proc/sys/kernel/modprobe
	device_nodes
	file_systems
	sockets
	algorithms
	ok "a link of type dummy" ip link add lkm0 type dummy
	chain dummy
	echo >/proc/sys/kernel/modprobe

	ip link del lkm0
	wait_for modprobe -r ext4
	silent "modprobe -r takes them all away again" modprobe -r -a loop tun can_raw l2tp_ip algif_hash wp512 \
		algif_skcipher serpent_sse2_x86_64 serpent_avx_x86_64 serpent_generic dummy
}
