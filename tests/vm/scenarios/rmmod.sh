# shellcheck shell=dash disable=SC2154
# rmmod's names, options, and several of them.

prepare()
{
	need dummy i2c-stub loop ext4 crc32c_generic crc16 tcp_cdg
	ext4_image disk
}

checks()
{
	insert dummy crc16
	insmod "$(ko i2c-stub)" chip_addr=0x50
	silent "a name with a dash" rmmod i2c-stub
	insmod "$(ko i2c-stub)" chip_addr=0x50
	silent "a name with an underscore" rmmod i2c_stub
	insmod "$(ko i2c-stub)" chip_addr=0x50
	silent "a path" rmmod "$(ko i2c-stub)"
	silent "two names" rmmod dummy crc16
	no "the first is gone" loaded dummy
	no "the second is gone" loaded crc16

	insert dummy crc16
	refused "three names, the second is not loaded" \
		"rmmod: ERROR: Module no_such is not currently loaded" rmmod dummy no_such crc16
	no "the first is gone" loaded dummy
	no "the third is gone" loaded crc16

	insert dummy
	works "rmmod -v says what it does" rmmod -v dummy
	like "with the name" "$out" dummy

	insert ext4 loop crc32c_generic
	mount -t ext4 -o loop disk /mnt
	(sleep 3; umount /mnt) &
	silent "rmmod -w waits until the file system is unmounted" rmmod -w ext4
	no "and then removes it" loaded ext4
	retire loop jbd2 mbcache crc32c_generic crc16

	insert tcp_cdg
	silent "rmmod -f" rmmod -f tcp_cdg
	no "tcp_cdg is gone" loaded tcp_cdg
}
