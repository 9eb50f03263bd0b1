#!/usr/bin/env bats
# lsmod and kmod list: byte for byte what kmod prints.

load helpers

@test "nothing loaded" {
	same_as_peer lsmod
	out_is 'Module                  Size  Used by'
}

@test "sizes, counts and holders of every width" {
	loaded crc16 16384 2 ext4 jbd2
	loaded a_name_that_is_longer_than_its_column 4096
	loaded exactly_nineteen_ch 1 1 x
	loaded twenty_characters_xx 123456789 12345
	loaded ext4 12345678
	same_as_peer lsmod
	same_as_peer kmod list
}

@test "many holders, in the order of the holders folder" {
	loaded crc32c 16384 40 zfs ext4 btrfs xfs f2fs jbd2 raid1 raid10 raid456 nvme md_mod dm_mod
	same_as_peer lsmod
}

@test "a thousand modules with a hundred holders" {
	local holders
	mapfile -t holders < <(printf 'holder_%d\n' {1..100})
	for i in {1..1000}; do
		printf 'module_%d %d 0 - Live 0x0000000000000000\n' "$i" $((i * 4096))
		mkdir -p "$ROOT/sys/module/module_$i/holders"
		echo $((i * 4096)) >"$ROOT/sys/module/module_$i/coresize"
		echo 0 >"$ROOT/sys/module/module_$i/refcnt"
	done >"$ROOT/proc/modules"
	loaded last 4096 100 "${holders[@]}"
	same_as_peer lsmod
}

@test "taints, permanent modules and states are not shown" {
	cat >"$ROOT/proc/modules" <<-EOF
	forced 16384 0 - Live 0xffffffffc0304000 (FE)
	permanent 4096 1 [permanent], Live 0x0
	coming 8192 1 - Loading 0x0 (+)
	EOF
	tool lsmod
	status_is 0
	out_is 'Module                  Size  Used by
forced                 16384  0
permanent               4096  1
coming                  8192  1'
}

@test "what vanished from /sys is shown as it was" {
	loaded crc16 16384 2 ext4 jbd2
	rm -r "$ROOT/sys/module/crc16"
	tool lsmod
	status_is 0
	err_is ''
	out_is 'Module                  Size  Used by
crc16                  16384  2 ext4,jbd2'
}

@test "a module on its way out is used by nobody" {
	file proc/modules 'crc16 16384 -1 - Unloading 0x0 (-)'
	tool lsmod
	out_is 'Module                  Size  Used by
crc16                  16384  0'
}

@test "a kernel that does not count users" {
	file proc/modules 'crc16 16384 - - Live 0x0'
	tool lsmod
	status_is 0
	out_is 'Module                  Size  Used by
crc16                  16384  -'
}

@test "a line that is none: the others are printed, exit 1" {
	printf '%s\n' 'crc16 16384 0 - Live 0x0' 'garbage' 'ext4 16384 0 - Live 0x0' >"$ROOT/proc/modules"
	tool lsmod
	status_is 1
	out_is 'Module                  Size  Used by
crc16                  16384  0
ext4                   16384  0'
	err_is 'lsmod: ERROR: /proc/modules:2: "garbage" does not describe a module'
}

@test "no /proc/modules" {
	rm "$ROOT/proc/modules"
	tool lsmod
	status_is 1
	out_is ''
	err_is 'lsmod: ERROR: could not open /proc/modules: No such file or directory'
	tool kmod list
	status_is 1
	err_is 'kmod: ERROR: could not open /proc/modules: No such file or directory'
}

@test "an argument" {
	tool lsmod extra
	status_is 1
	out_is ''
	err_is 'lsmod: ERROR: too many arguments provided.'
}

@test "a full disk is an error" {
	loaded crc16
	run --separate-stderr in_root bash -c '"$0" >/dev/full' "$TOOLS/lsmod"
	status_is 1
	err_has 'No space left on device'
}
