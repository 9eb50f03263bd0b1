# shellcheck shell=dash disable=SC2154
# A device that is plugged in after its driver was loaded, and out again.

prepare()
{
	need e1000e
}

driver=/sys/bus/pci/drivers/e1000e

cards()
{
	find $driver -name '0000:*' | wc -l
}

has_cards()
{
	[ "$(cards)" = "$1" ]
}

has_interface()
{
	[ -n "$(find $driver/0000:*/net/ -name 'eth*')" ]
}

checks()
{
	silent "insmod without a device" insmod "$(ko e1000e)"
	is "it has none" "$(cards)" 0
	monitor "device_add e1000e,id=card"
	ok "plugged in, the driver takes it" wait_for has_cards 1
	ok "and makes an interface" wait_for has_interface
	silent "rmmod while the card is there" rmmod e1000e
	silent "insmod while the card is there" insmod "$(ko e1000e)"
	is "takes it again" "$(cards)" 1
	monitor "device_del card"
	ok "pulled out, it is gone" wait_for has_cards 0
	silent "rmmod" rmmod e1000e
}
