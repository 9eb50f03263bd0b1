# shellcheck shell=dash disable=SC2154
# What needs an edit is refused where signatures are demanded.  The last scenario: it cannot be undone.

prepare()
{
	need dummy ifb
	plain dummy dummy.ko
	cp dummy.ko unsigned.ko
	unsign unsigned.ko
}

checks()
{
	local option

	silent "a module with a parameter that only memory has" insmod -e /tmp/keep/ifb "$(ko ifb)" numifbs=3
	echo 1 >/sys/module/module/parameters/sig_enforce
	is "signatures are demanded" "$(cat /sys/module/module/parameters/sig_enforce)" Y
	refused "an unsigned module" \
		"insmod: ERROR: could not insert module ./unsigned.ko: Key was rejected by service" \
		insmod ./unsigned.ko
	for option in -odummy2 -X -Y; do
		mark
		refused "insmod $option" \
			"insmod: ERROR: could not insert module ./dummy.ko: Key was rejected by service" \
			insmod $option ./dummy.ko
		why_like "gives the reason" "^this kernel loads only signed modules, and no signature fits an edited one"
		is "the kernel was not asked" "$(klog)" ""
	done
	refused "insmod -f: a signature does not count then" \
		"insmod: ERROR: could not insert module ./dummy.ko: Key was rejected by service" \
		insmod -f ./dummy.ko
	run insmod ./dummy.ko
	if [ "$rc" = 0 ]; then
		silent "what is signed and unedited goes as always" rmmod dummy
	else
		skip "what is signed and unedited goes as always" "this kernel has no key for its modules"
	fi
	mount -t securityfs none /sys/kernel/security
	if echo confidentiality >/sys/kernel/security/lockdown; then
		run rmmod ifb
		is "a locked down kernel lets a module go" "$rc" 0
		is "why its parameter is not saved" "$err" \
			"rmmod: WARNING: parameters of ifb that are not saved: numifbs (no permission bits; the kernel is locked down)"
	else
		skip "a locked down kernel" "this kernel cannot be locked down"
		run rmmod ifb
	fi
	rm -r /tmp/keep
}
