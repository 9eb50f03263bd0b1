# shellcheck shell=dash disable=SC2154
# Loading what is loaded, removing what is not.

prepare()
{
	need dummy
	plain dummy copy.ko
}

checks()
{
	silent "insmod" insmod "$(ko dummy)"
	refused "again" "insmod: ERROR: could not insert module $(ko dummy): File exists" insmod "$(ko dummy)"
	why "says that it is loaded" "module dummy is already loaded"
	refused "again, from another file" \
		"insmod: ERROR: could not insert module ./copy.ko: File exists" insmod ./copy.ko
	ok "it is still loaded" loaded dummy

	silent "rmmod" rmmod dummy
	refused "again" "rmmod: ERROR: Module dummy is not currently loaded" rmmod dummy
	refused "rmmod of a module that does not exist" \
		"rmmod: ERROR: Module no_such is not currently loaded" rmmod no-such
	refused "rmmod of one that is built in" "rmmod: ERROR: Module i8042 is builtin." rmmod i8042
	refused "rmmod of nothing" "rmmod: ERROR: missing module name." rmmod
}
