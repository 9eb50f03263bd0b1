# shellcheck shell=dash disable=SC2046,SC2086,SC2154
# Modules linked on paper are, byte by byte, what the kernel has in memory; the map is the kernel's.

# Of all kinds: file systems, networks, devices, virtual machines, codecs; with per-CPU data, trace
# events, static calls, SIMD code.
kinds='dummy loop ext4 xfs kvm-intel nf_tables e1000e mac80211 sunrpc tun bridge vfat zram sd_mod
	nvme virtio_net snd-pcm hid-generic sha512-ssse3 dm-mod crc-itu-t'

# Of these the init functions run, too, without a device.
running='crc32c-generic dummy loop ext4 nf_tables sunrpc tun bridge vfat zram dm-mod'

# files DIR MODULE...: the files of modules and of what they need, each after what it needs, as the
# modules.dep of DIR has them
files()
{
	local dir=$1 module

	shift
	for module; do
		grep -E "(^|/)$(echo "$module" | sed 's/[-_]/[-_]/g')\.ko[.a-z]*:" "$dir/modules.dep" |
			tr -d : | tr ' ' '\n' | tac
	done | awk '!seen[$0]++'
}

prepare()
{
	local dir=$tree/lib/modules/$release file

	need_any $running
	for file in $(files "$dir" $kinds); do
		unpack "$dir/$file" >"$(basename "${file%.ko*}").ko"
		echo "$(basename "${file%.ko*}").ko" >>order
	done
	cp "$top/build-static/tests/vm/linkproof" .
}

# Each line of its answer is a check.
judge()
{
	local verdict text

	while read -r verdict text; do
		case $verdict in
		ok) pass_or_fail 0 "$text" ;;
		no) pass_or_fail 1 "$text" ;;
		*) echo "$verdict $text" ;;
		esac
	done <"$1"
}

checks()
{
	local names

	ok "without their init functions" sh -c './linkproof --bare $(cat order) >bare'
	judge bare
	ok "load some as they are" insert $running
	names=$(files "$modules" $running | sed 's|.*/||; s|\.ko.*||')
	ok "while they run" sh -c './linkproof $(grep -xF "$1" order) >live' - \
		"$(printf '%s.ko\n' $names)"
	judge live
	ok "remove them" retire $(echo "$names" | tac)
}
