# shellcheck shell=dash disable=SC2154
# An init that fails is not tried again, whatever the file was compressed with.

prepare()
{
	plain nbd nbd.ko
	xz -k --check=crc32 --lzma2=dict=1MiB nbd.ko
	xz -k --check=crc64 --suffix=.crc64.xz nbd.ko
	zstd -q nbd.ko
}

checks()
{
	local file

	for file in nbd.ko*; do
		mark
		refused "$file: init says EINVAL" \
			"insmod: ERROR: could not insert module ./$file: Invalid parameters" \
			insmod "./$file" max_part=-1
		is "$file: init ran once" "$(klog | grep -c 'nbd: max_part must be')" 1
		why "$file: its message is shown" "kernel: nbd: max_part must be >= 0"
	done
}
