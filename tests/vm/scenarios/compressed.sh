# shellcheck shell=dash disable=SC2154
# Every compression loads on every kernel: by the kernel's decoder where it has the right one, else by
# ours.  Either way the module's init runs once.

prepare()
{
	plain loop loop.ko
	xz -k --check=crc32 --lzma2=dict=1MiB loop.ko
	xz -k --check=crc64 --suffix=.crc64.xz loop.ko
	xz -k --check=sha256 --suffix=.sha256.xz loop.ko
	xz -k --check=none --suffix=.none.xz loop.ko
	xz -k --check=crc32 --lzma2=dict=64MiB --suffix=.dict.xz loop.ko
	xz -k --check=crc32 --x86 --lzma2=dict=1MiB --suffix=.x86.xz loop.ko
	xz -k --check=crc32 --delta=dist=4 --lzma2=dict=1MiB --suffix=.delta.xz loop.ko
	gzip -nk loop.ko
	zstd -q loop.ko
	zstd -q --ultra -22 --long=27 -o loop.ko.long.zst loop.ko
	cp loop.ko.xz misnamed.ko.gz
	cp loop.ko.gz misnamed.ko
}

checks()
{
	local file

	for file in loop.ko*; do
		mark
		silent "insmod $file" insmod "./$file"
		is "$file: init ran once" "$(klog | grep -c 'loop: module loaded')" 1
		unlike "$file: no decoder complained" "$(klog)" "decompress"
		silent "rmmod loop, of $file" rmmod loop
	done
	silent "the content counts, not the name: xz called gz" insmod ./misnamed.ko.gz
	run rmmod loop
	silent "the content counts, not the name: gz without a suffix" insmod ./misnamed.ko
	run rmmod loop
}
