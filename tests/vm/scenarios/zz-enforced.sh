# shellcheck shell=dash disable=SC2154
# What needs an edit is refused where signatures are demanded.  The last scenario: it cannot be undone.

prepare()
{
	need dummy
	plain dummy dummy.ko
	cp dummy.ko unsigned.ko
	unsign unsigned.ko
}

checks()
{
	local option

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
	run insmod ./dummy.ko
	if [ "$rc" = 0 ]; then
		silent "what is signed and unedited goes as always" rmmod dummy
	else
		skip "what is signed and unedited goes as always" "this kernel has no key for its modules"
	fi
}
