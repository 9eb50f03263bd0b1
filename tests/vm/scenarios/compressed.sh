# shellcheck shell=dash disable=SC2154
# Every compression loads on every kernel: by the kernel's decoder where it has the right one, else by
# ours.  Either way the module's init runs once.

prepare()
{
	plain brd brd.ko
	xz -k --check=crc32 --lzma2=dict=1MiB brd.ko
	xz -k --check=crc64 --suffix=.crc64.xz brd.ko
	xz -k --check=sha256 --suffix=.sha256.xz brd.ko
	xz -k --check=none --suffix=.none.xz brd.ko
	xz -k --check=crc32 --lzma2=dict=64MiB --suffix=.dict.xz brd.ko
	xz -k --check=crc32 --x86 --lzma2=dict=1MiB --suffix=.x86.xz brd.ko
	xz -k --check=crc32 --delta=dist=4 --lzma2=dict=1MiB --suffix=.delta.xz brd.ko
	gzip -nk brd.ko
	zstd -q brd.ko
	zstd -q --ultra -22 --long=27 -o brd.ko.long.zst brd.ko
	cp brd.ko.xz misnamed.ko.gz
	cp brd.ko.gz misnamed.ko
}

checks()
{
	local file

	for file in brd.ko*; do
		mark
		silent "insmod $file" insmod "./$file"
		is "$file: init ran once" "$(klog | grep -c 'brd: module loaded')" 1
		unlike "$file: no decoder complained" "$(klog)" "decompress"
		silent "rmmod brd, of $file" rmmod brd
	done
	silent "the content counts, not the name: xz called gz" insmod ./misnamed.ko.gz
	run rmmod brd
	silent "the content counts, not the name: gz without a suffix" insmod ./misnamed.ko
	run rmmod brd
}
