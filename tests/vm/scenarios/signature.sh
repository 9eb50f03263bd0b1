# shellcheck shell=dash disable=SC2154
# Signed modules of the distribution, and what becomes of them when a bit changes.

prepare()
{
	plain dummy signed.ko
	LC_ALL=C sed 's/depends=/dependS=/' signed.ko >body.ko
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
		why_like "says whose signature" '^the signature is by ".*", key [0-9A-F]+$'
		why_like "says what may be wrong" "^likely: .* so its signature does not fit\$"
	else
		skip "one bit of its body changed" "this kernel has no key for its modules"
	fi
	refused "a signature longer than the file" \
		"insmod: ERROR: could not insert module ./trailer.ko: Bad message" insmod ./trailer.ko
	why "says what is wrong with it" \
		"its signature is damaged: the signature is said to be longer than the file"
	no "nothing is loaded" loaded dummy
	silent "without a signature it loads" insmod ./unsigned.ko
	like "and the kernel is tainted" "$(cat /sys/module/dummy/taint)" E
	run rmmod dummy
}
