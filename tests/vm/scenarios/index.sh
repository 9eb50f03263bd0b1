# shellcheck shell=dash disable=SC2154
# Our depmod makes the indexes in the guest, and a driver is loaded for its device by alias: through
# the indexes, through the texts when these are gone, and through them when these are damaged.

prepare()
{
	need e1000e ext4
}

driver=/sys/bus/pci/drivers/e1000e

# The guest's modules with nothing that another depmod made.
make_tree()
{
	mkdir -p "$dir"
	ln -s "$modules/kernel" "$dir/kernel"
	cp "$modules/modules.order" "$modules/modules.builtin" "$modules/modules.builtin.modinfo" "$dir"
}

card()
{
	local device

	for device in /sys/bus/pci/devices/*; do
		[ "$(cat "$device/device")" != 0x10d3 ] || cat "$device/modalias"
	done
}

has_card()
{
	[ -n "$(card)" ]
}

has_no_card()
{
	! has_card
}

has_interface()
{
	[ -n "$(find $driver/0000:*/net/ -name 'eth*')" ]
}

# The alias of the device leads to the driver, which takes it.
drives_the_card()
{
	run modprobe -d own "$alias"
	is "$1: modprobe of the device's alias" "$rc" 0
	ok "$1: the driver makes an interface" wait_for has_interface
	run modprobe -d own -r e1000e
	is "$1: and is removed" "$rc" 0
}

checks()
{
	local alias file dir

	dir=own/lib/modules/$(uname -r)
	make_tree
	silent "depmod in the guest" depmod -b own
	monitor "device_add e1000e,id=indexed"
	ok "a card is plugged in" wait_for has_card
	alias=$(card)

	run modprobe -d own -R "$alias"
	is "its alias stands for the driver" "$out" e1000e
	is "without a word" "$err" ""
	drives_the_card "by the indexes"

	mkdir kept
	mv "$dir"/modules.*.bin kept
	run modprobe -d own -R "$alias"
	is "it does without indexes" "$out" e1000e
	like "and says so" "$err" "modules.alias.bin: No such file or directory; using modules.alias"
	drives_the_card "by the texts"

	for file in dep alias; do
		head -c 1000 "kept/modules.$file.bin" >"$dir/modules.$file.bin"
	done
	run modprobe -d own -R "$alias"
	is "it does with indexes that are cut off" "$out" e1000e
	like "and says where" "$err" "modules.alias.bin: .*; using modules.alias \(at offset [0-9]+\)"
	drives_the_card "by the texts, beside damaged indexes"

	run depmod -b own
	is "depmod replaces them" "$rc" 0
	silent "and all is well" modprobe -d own ext4
	silent "ext4 goes, with what it needed" modprobe -d own -r ext4
	monitor "device_del indexed"
	ok "the card is pulled out" wait_for has_no_card
}
