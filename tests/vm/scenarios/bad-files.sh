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
	gzip -nk whole.ko
	head -c $(($(stat -c %s whole.ko.gz) / 2)) whole.ko.gz >half.ko.gz
	zstd -q whole.ko
	head -c $(($(stat -c %s whole.ko.zst) / 2)) whole.ko.zst >half.ko.zst
}

# bad FILE REASON: not loaded, with the reason of the system call and a line saying more
bad()
{
	refused "insmod $1" "insmod: ERROR: could not insert module $1: $2" insmod "$1"
}

checks()
{
	local file

	bad ./half.ko "Invalid module format"
	bad ./header.ko "Invalid module format"
	bad ./garbage.ko "Invalid module format"
	bad ./text.ko "Invalid module format"
	bad ./program.ko "Invalid module format"
	bad ./empty.ko "Invalid parameters"
	for file in half.ko.xz half.ko.gz half.ko.zst; do
		run insmod ./$file
		is "insmod $file fails" "$rc" 1
		like "insmod $file says so" "$err" "^insmod: ERROR: could not (insert|load) module ./$file: "
	done

	mknod zero c 1 5
	mkfifo pipe
	truncate -s 3G /tmp/huge.ko
	for file in ./directory.ko ./zero ./pipe /tmp/huge.ko; do
		run insmod $file
		is "insmod $file fails" "$rc" 1
		like "insmod $file says so" "$err" "^insmod: ERROR: could not (insert|load) module $file: "
	done
	rm /tmp/huge.ko zero pipe

	refused "insmod of a missing file" \
		"insmod: ERROR: could not load module ./none.ko: No such file or directory" insmod ./none.ko
	refused "insmod below a file" \
		"insmod: ERROR: could not load module ./half.ko/x.ko: Not a directory" insmod ./half.ko/x.ko
	refused "insmod of nothing" "insmod: ERROR: missing filename." insmod
	no "nothing is loaded" loaded dummy
	silent "the whole one loads" insmod ./whole.ko
	run rmmod dummy
}
