# shellcheck shell=dash disable=SC2154
# Devices that are plugged in, and nobody but modprobe to find their drivers by their modaliases.

prepare()
{
	need xhci-pci usbhid hid-generic usb-storage sd_mod 8139cp 8139too
}

devices()
{
	find /sys/devices -name modalias | sort
}

# What is in "now" and not in "known"
new()
{
	grep -vxFf known now
}

# What an agent does: modprobe for each device that has appeared
probe_new()
{
	local file

	devices >now
	new | while read -r file; do
		/sbin/modprobe -q -b -- "$(cat "$file")" 2>&1
	done
	mv now known
}

# A device whose modalias begins with $1 is there, and was not known
appeared()
{
	devices >now
	new | xargs -r cat | grep -q "^$1"
}

# A device is at the driver: its name has a colon
drives()
{
	find "/sys/bus/$1" -name '*:*' | grep -q .
}

gone()
{
	! devices | grep -q "$1"
}

# plugged NAME ALIAS DRIVER: it appears, modprobe finds its driver, and that takes it
plugged()
{
	ok "$1 appears" wait_for appeared "$2"
	is "$1: modprobe has nothing to say" "$(probe_new)" ""
	ok "$1: the driver takes it" wait_for drives "$3"
}

checks()
{
	devices >known
	monitor "device_add qemu-xhci,id=usb"
	plugged "a USB controller" "pci:v00001B36d0000000D" pci/drivers/xhci_hcd
	monitor "device_add usb-tablet,id=tablet,bus=usb.0"
	# by its maker: the controller's own hubs are "usb:" too, and one of them may come late
	plugged "a tablet at it" "usb:v0627p0001" usb/drivers/usbhid
	plugged "the input device in that" "hid:" hid/drivers/hid-generic
	monitor "device_add rtl8139,id=card"
	plugged "a card that two drivers claim" "pci:v000010EC" pci/drivers/8139cp
	ok "both are loaded" loaded 8139too
	monitor "device_del tablet"
	monitor "device_del card"
	ok "pulled out" wait_for gone "/1-1:"
	monitor "device_del usb"
	ok "pulled out, too" wait_for gone "/usb1/"
	silent "modprobe -r takes them all away" modprobe -r -a hid_generic usbhid xhci_pci 8139cp 8139too
}
