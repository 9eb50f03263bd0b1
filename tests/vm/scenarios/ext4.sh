# shellcheck shell=dash disable=SC2154
# ext4 and its chain by hand, in order; used, refused while mounted, removed.

prepare()
{
	need crc16 mbcache jbd2 ext4 loop
	need_any crc32c_generic
	ext4_image disk
}

checks()
{
	local module crc32c=

	if builtin ext4; then
		skip "ext4 by hand" "this kernel has it built in"
		return
	fi
	! dep_line crc32c_generic >/dev/null || crc32c=crc32c_generic
	for module in crc16 $crc32c mbcache jbd2 ext4 loop; do
		silent "insmod $module" insmod "$(ko "$module")"
		ok "$module is loaded" loaded "$module"
	done
	is "jbd2 is held by ext4" "$(ls /sys/module/jbd2/holders)" ext4

	ok "an ext4 image mounts" mount -t ext4 -o loop disk /mnt
	ok "and takes a file" cp /proc/version /mnt/version
	refused "rmmod of a module that another needs" \
		"rmmod: ERROR: Module jbd2 is in use by: ext4" rmmod jbd2
	refused "rmmod of a mounted file system" "rmmod: ERROR: Module ext4 is in use" rmmod ext4
	why "says where it is mounted" "/dev/loop0 is mounted on /mnt (ext4)"
	refused "rmmod of the driver of its disk" "rmmod: ERROR: Module loop is in use" rmmod loop
	why_like "says what is mounted from it" "/dev/loop0 is mounted on /mnt \(ext4\)"
	ok "ext4 is still loaded" loaded ext4
	ok "the file is whole" cmp /proc/version /mnt/version
	ok "it unmounts" umount /mnt

	for module in loop ext4 jbd2 mbcache $crc32c crc16; do
		silent "rmmod $module" rmmod "$module"
		no "$module is gone" loaded "$module"
	done
}
