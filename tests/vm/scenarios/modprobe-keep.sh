# shellcheck shell=dash disable=SC2154
# What modprobe remembers of modules, and forgets: -k with its passes -r -k, -o, and what -r saves for insmod -e.

prepare()
{
	need dummy nbd bridge i2c-stub
}

records()
{
	ls /run/insmod/modules
}

# pass NAME MODULE...: one pass, silent; then these and no others of those that -k loaded are there
pass()
{
	local name=$1

	shift
	silent "modprobe -r -k: $name" modprobe -r -k
	is "left are: $*" "$(grep -oE '^(nbd|bridge|stp|llc) ' /proc/modules | sort | xargs)" "$*"
}

# Marked modules go when they were used, and free over two passes.
used_once()
{
	silent "what is loaded without -k" modprobe dummy
	silent "modprobe -k" modprobe -k nbd nbds_max=1
	is "makes a record" "$(records)" nbd
	pass "never used" nbd
	hold /dev/nbd0
	pass "in use" nbd
	kill "$holder"
	wait
	pass "free since then" nbd
	pass "free once more"
	is "the record goes with it" "$(records)" ""
	ok "what has no mark stays" loaded dummy
	run modprobe -r dummy
	silent "-k is quiet about what there is not" sh -c '! /sbin/modprobe -k no-such-module'
}

# From above to below, as each one becomes free.
a_stack()
{
	silent "modprobe -k of a stack" modprobe -k bridge
	is "marks all of it" "$(records | xargs)" "bridge llc stp"
	pass "nobody uses the top, the others are held" bridge llc stp
	sed -i 's/^used=0/used=1/; s/^idle=0/idle=1/' /run/insmod/modules/bridge
	pass "the top was used and is free" llc stp
	pass "the next one was free before" llc
	pass "the last one was held until then" llc
	pass "and is free now"
}

others()
{
	run modprobe -o dummy_two dummy
	is "modprobe -o" "$rc" 0
	ok "is there under that name" loaded dummy_two
	has "the record has its file" "$(cat /run/insmod/modules/dummy_two)" "object=\"$(ko dummy)\""
	silent "rmmod" rmmod dummy_two
	is "forgets it" "$(records)" ""
	run insmod -e /tmp/keep/stub "$(ko i2c-stub)" chip_addr=0x50,0x51
	is "insmod -e" "$rc" 0
	silent "modprobe -r" modprobe -r i2c-stub
	like "saves a value" "$(cat /tmp/keep/stub)" '^chip_addr=80,81(,0)*$'
	is "and forgets the module" "$(records)" ""
	rm -r /tmp/keep
}

checks()
{
	used_once
	a_stack
	others
}
