# shellcheck shell=dash disable=SC2154
# Files that are no modules, or no files: one clear line, exit 1, no hang.

prepare()
{
	plain dummy whole.ko
	unsign whole.ko
	head -c $(($(stat -c %s whole.ko) / 2)) whole.ko >half.ko
	head -c 40 whole.ko >header.ko
	head -c 65536 /dev/urandom >garbage.ko
	yes 'not a module' | head -n 20 >text.ko
	: >empty.ko
	mkdir directory.ko
	cp "$(command -v busybox)" program.ko
	xz --check=crc32 -k whole.ko
	head -c $(($(stat -c %s whole.ko.xz) / 2)) whole.ko.xz >half.ko.xz
	xz --check=crc64 -k --suffix=.64.xz whole.ko
	head -c $(($(stat -c %s whole.ko.64.xz) / 2)) whole.ko.64.xz >half64.ko.xz
	gzip -nk whole.ko
	head -c $(($(stat -c %s whole.ko.gz) / 2)) whole.ko.gz >half.ko.gz
	zstd -q whole.ko
	head -c $(($(stat -c %s whole.ko.zst) / 2)) whole.ko.zst >half.ko.zst
}

# bad FILE REASON MORE: refused with the reason of the system call, and a line saying more
bad()
{
	refused "insmod $1" "insmod: ERROR: could not insert module $1: $2" insmod "$1"
	why_like "$1: says more" "$3"
}

checks()
{
	bad ./half.ko "Invalid module format" "^the section table reaches beyond the end of the file "
	bad ./header.ko "Invalid module format" "^the file ends inside its ELF header "
	bad ./garbage.ko "Invalid module format" "^not an ELF file\$"
	bad ./text.ko "Invalid module format" "^not an ELF file\$"
	bad ./program.ko "Invalid module format" "^ELF type [23] is not a relocatable file "
	bad ./empty.ko "Invalid parameters" "^a file of 0 bytes is no module\$"
	bad ./half.ko.xz "Invalid parameters" "^the xz data is cut off "
	bad ./half64.ko.xz "Invalid parameters" "^the xz data is cut off "
	bad ./half.ko.gz "Invalid parameters" "^the gzip data .* is damaged or cut off "
	bad ./half.ko.zst "Invalid parameters" "^the zstd data is cut off "

	mknod device c 1 5
	mkfifo pipe
	truncate -s 3G /tmp/huge.ko
	bad ./device "Invalid parameters" "^not a regular file\$"
	bad ./pipe "Invalid parameters" "^not a regular file\$"
	bad /tmp/huge.ko "File too large" "^3221225472 bytes are too large for a module\$"
	rm /tmp/huge.ko device pipe
	refused "insmod of a directory" \
		"insmod: ERROR: could not insert module ./directory.ko: Is a directory" insmod ./directory.ko

	refused "insmod of a missing file" \
		"insmod: ERROR: could not load module ./none.ko: No such file or directory" insmod ./none.ko
	refused "insmod below a file" \
		"insmod: ERROR: could not load module ./half.ko/x.ko: Not a directory" insmod ./half.ko/x.ko
	refused "insmod of nothing" "insmod: ERROR: missing filename." insmod
	no "nothing is loaded" loaded dummy
	silent "the whole one loads" insmod ./whole.ko
	run rmmod dummy
}
