# shellcheck shell=dash disable=SC2154
# rmmod's names, options, and several of them.

prepare()
{
	need dummy i2c-stub brd nbd tcp_cdg
}

checks()
{
	insert dummy brd
	insmod "$(ko i2c-stub)" chip_addr=0x50
	silent "a name with a dash" rmmod i2c-stub
	insmod "$(ko i2c-stub)" chip_addr=0x50
	silent "a name with an underscore" rmmod i2c_stub
	insmod "$(ko i2c-stub)" chip_addr=0x50
	silent "a path" rmmod "$(ko i2c-stub)"
	silent "two names" rmmod dummy brd
	no "the first is gone" loaded dummy
	no "the second is gone" loaded brd

	insert dummy brd
	refused "three names, the second is not loaded" \
		"rmmod: ERROR: Module no_such is not currently loaded" rmmod dummy no_such brd
	no "the first is gone" loaded dummy
	no "the third is gone" loaded brd

	insert dummy
	run rmmod -v dummy
	like "rmmod -v says what it did" "$err" "removed module dummy"

	insert nbd
	hold /dev/nbd0
	refused "a module whose device is open" "rmmod: ERROR: Module nbd is in use" rmmod nbd
	why_like "says who has it open" "/dev/nbd0 is open in process [0-9]+ \(sleep\)\$"
	{ usleep 500000; kill "$holder"; } &
	silent "rmmod -w waits until it is closed" rmmod -w nbd
	no "and then removes it" loaded nbd
	wait

	insert tcp_cdg
	silent "rmmod -f" rmmod -f tcp_cdg
	no "tcp_cdg is gone" loaded tcp_cdg
}
