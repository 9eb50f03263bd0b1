# shellcheck shell=dash disable=SC2154
# An ordinary user can look, not touch.

prepare()
{
	need dummy brd
}

as_user()
{
	run su -s /bin/sh user -c "$1"
}

checks()
{
	insert dummy
	as_user "/sbin/insmod $(ko brd)"
	is "insmod fails" "$rc" 1
	has "insmod says so" "$err" "insmod: ERROR: could not insert module $(ko brd): Operation not permitted"
	why "and why" "this process lacks CAP_SYS_MODULE; root has it"
	no "nothing is loaded" loaded brd
	as_user "/sbin/rmmod dummy"
	is "rmmod fails" "$rc" 1
	has "rmmod says so" "$err" "rmmod: ERROR: could not remove module dummy: Operation not permitted"
	why "and why" "this process lacks CAP_SYS_MODULE; root has it"
	ok "nothing is removed" loaded dummy
	as_user /sbin/lsmod
	is "lsmod works" "$rc $err" "0 "
	like "lsmod shows it" "$out" "^dummy +[0-9]+  0\$"
	as_user "/sbin/modinfo -n dummy"
	is "modinfo works" "$rc $out" "0 $(ko dummy)"
	retire dummy
}
