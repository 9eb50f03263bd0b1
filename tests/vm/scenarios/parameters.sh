# shellcheck shell=dash disable=SC2154
# What the shell gave reaches the module, seen in sysfs.

prepare()
{
	need aoe dummy tcp_cdg i2c-stub snd-dummy
}

# parameter_is NAME WANT ARGUMENT...: load aoe with ARGUMENTs, look at aoe_iflist, remove it
list_is()
{
	local name=$1 want=$2

	shift 2
	silent "insmod with $name" insmod "$(ko aoe)" "$@"
	is "$name arrives" "$(cat /sys/module/aoe/parameters/aoe_iflist)" "$want"
	run rmmod aoe
}

checks()
{
	list_is "a word" eth0 aoe_iflist=eth0
	list_is "an empty value" "" aoe_iflist=
	list_is "a value with blanks" "eth0 eth1  eth2" "aoe_iflist=eth0 eth1  eth2"
	list_is "a value in double quotes of its own" "eth0 eth1" 'aoe_iflist="eth0 eth1"'
	list_is "a value with single quotes" "it's 'eth0'" "aoe_iflist=it's 'eth0'"
	list_is "a value with a double quote" 'a"b' 'aoe_iflist=a"b'
	list_is "a value with an equals sign and a comma" "a=b,c" aoe_iflist=a=b,c
	list_is "a value with blanks before another parameter" "a b" "aoe_iflist=a b" aoe_deadsecs=77
	list_is "a value of several UTF-8 characters" "éß漢" "aoe_iflist=éß漢"

	silent "insmod with two parameters" insmod "$(ko aoe)" aoe_deadsecs=77 aoe_maxout=5
	is "the first arrives" "$(cat /sys/module/aoe/parameters/aoe_deadsecs)" 77
	is "the second arrives" "$(cat /sys/module/aoe/parameters/aoe_maxout)" 5
	run rmmod aoe

	silent "insmod with an array" insmod "$(ko i2c-stub)" chip_addr=0x50,0x51
	like "the array arrives" "$(cat /sys/module/i2c_stub/parameters/chip_addr)" "^80,81(,0)*\$"
	run rmmod i2c-stub

	silent "insmod with a flag" insmod "$(ko tcp_cdg)" use_tolerance
	is "the flag arrives" "$(cat /sys/module/tcp_cdg/parameters/use_tolerance)" Y
	run rmmod tcp_cdg

	refused "an unknown parameter" \
		"insmod: ERROR: $(ko tcp_cdg) has no parameter 'windwo': did you mean 'window'? (--allow-unknown leaves it to the kernel)" \
		insmod "$(ko tcp_cdg)" windwo=1
	silent "left to the kernel" insmod --allow-unknown "$(ko tcp_cdg)" windwo=1
	run rmmod tcp_cdg

	insert snd-pcm
	silent "skipped elements" insmod "$(ko snd-dummy)" pcm_devs=,2 index=,,7
	like "keep what the module is built with" "$(cat /sys/module/snd_dummy/parameters/pcm_devs)" "^1,2(,1)*\$"
	like "also where that is negative" "$(cat /sys/module/snd_dummy/parameters/index)" "^-1,-1,7(,-1)*\$"
	run rmmod snd-dummy
	retire snd-pcm snd-timer snd soundcore

	silent "an escape of C" insmod "$(ko aoe)" 'aoe_iflist="eth0\040eth1\"x"'
	is "arrives decoded" "$(cat /sys/module/aoe/parameters/aoe_iflist)" 'eth0 eth1"x'
	run rmmod aoe

	silent "an octal number" insmod "$(ko dummy)" numdummies=011
	is "is one" "$(echo /sys/class/net/dummy* | wc -w)" 9
	run rmmod dummy
	silent "a hexadecimal number" insmod "$(ko dummy)" numdummies=0x2
	is "is one" "$(echo /sys/class/net/dummy* | wc -w)" 2
	run rmmod dummy
	refused "a number without digits" \
		"insmod: ERROR: could not insert module $(ko dummy): Invalid parameters" \
		insmod "$(ko dummy)" numdummies=
	mark
	silent "an unknown parameter, left to the kernel" insmod --allow-unknown "$(ko dummy)" nosuch=1
	like "is in its log" "$(klog)" "dummy: unknown parameter 'nosuch' ignored"
	run rmmod dummy

	refused "a number that is none" \
		"insmod: ERROR: could not insert module $(ko tcp_cdg): Invalid parameters" \
		insmod "$(ko tcp_cdg)" window=lots
	why "names the value and the parameter" \
		"kernel: tcp_cdg: \`lots' invalid for parameter \`window'"
	refused "a number out of range" \
		"insmod: ERROR: could not insert module $(ko tcp_cdg): Numerical result out of range" \
		insmod "$(ko tcp_cdg)" window=99999999999999
	why "names them too" "kernel: tcp_cdg: \`99999999999999' invalid for parameter \`window'"
}
