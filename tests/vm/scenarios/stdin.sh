# shellcheck shell=dash disable=SC2154
# insmod - reads the module from standard input.

prepare()
{
	plain dummy dummy.ko
	xz -k --check=crc64 dummy.ko
}

from()
{
	/sbin/insmod "$@" 2>&1
}

checks()
{
	is "from a file" "$(from - <dummy.ko)" ""
	ok "it is loaded" loaded dummy
	run rmmod dummy
	# shellcheck disable=SC2002 # a pipe is what this is about
	is "from a pipe" "$(cat dummy.ko | from -)" ""
	ok "it is loaded" loaded dummy
	run rmmod dummy
	is "compressed" "$(from - <dummy.ko.xz)" ""
	ok "it is loaded" loaded dummy
	run rmmod dummy
	is "with a parameter" "$(from - numdummies=3 <dummy.ko)" ""
	ok "the parameter arrives" test -d /sys/class/net/dummy2
	has "a second time" "$(from - <dummy.ko)" "insmod: ERROR: could not insert module -: File exists"
	run rmmod dummy
	has "from nothing" "$(from - </dev/null)" "  a file of 0 bytes is no module"
	has "from a closed descriptor" "$(from - <&-)" "insmod: ERROR: could not insert module -: Invalid parameters"
	has "from a directory" "$(from - </tmp)" "insmod: ERROR: could not insert module -: Is a directory"
	no "nothing is loaded" loaded dummy
}
