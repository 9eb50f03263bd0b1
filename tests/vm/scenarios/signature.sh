# shellcheck shell=dash disable=SC2154
# Signed modules of the distribution, and what becomes of them when a bit changes.

prepare()
{
	plain dummy signed.ko
	LC_ALL=C sed 's/license=/licensE=/' signed.ko >body.ko
	cp signed.ko trailer.ko
	# the length of the signature, beyond the file
	printf '\177' | dd of=trailer.ko bs=1 seek=$(($(stat -c %s trailer.ko) - 32)) conv=notrunc status=none
	cp signed.ko unsigned.ko
	unsign unsigned.ko
}

checks()
{
	local trusted

	mark
	silent "the signed module loads" insmod ./signed.ko
	trusted=$(klog | grep -c "verification failed")
	run rmmod dummy
	if [ "$trusted" = 0 ]; then
		refused "one bit of its body changed" \
			"insmod: ERROR: could not insert module ./body.ko: Key was rejected by service" \
			insmod ./body.ko
		why "speaks of the signature" "[Ss]ignature"
	else
		skip "one bit of its body changed" "this kernel has no key for its modules"
	fi
	refused "a signature longer than the file" \
		"insmod: ERROR: could not insert module ./trailer.ko: Bad message" insmod ./trailer.ko
	why "speaks of the signature" "[Ss]ignature"
	no "nothing is loaded" loaded dummy
	silent "without a signature it loads" insmod ./unsigned.ko
	like "and the kernel is tainted" "$(cat /sys/module/dummy/taint)" E
	run rmmod dummy
}
