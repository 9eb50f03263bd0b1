#!/usr/bin/env bats
# lkm why, and the lines that modprobe prints under an error: reasons and origins.

load helpers

@test "modprobe: a name that stands for nothing is explained, but not with -q" {
	module nvme.ko
	index
	mkdir -p "$ROOT/lib/modules/6.9.9"
	echo 'k/nvem.ko:' >"$ROOT/lib/modules/6.9.9/modules.dep"
	tool modprobe nvem
	status_is 1
	err_is "modprobe: FATAL: Module nvem not found in directory /lib/modules/$RELEASE
  it exists for kernel 6.9.9; you run $RELEASE
  names like it: nvme"
	tool modprobe -q nvem
	status_is 1
	err_is ''
	tool modprobe -R nvm
	status_is 1
	err_is "modprobe: FATAL: Module nvm not found in directory /lib/modules/$RELEASE
  names like it: nvme"
}
