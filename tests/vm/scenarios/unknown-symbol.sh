# shellcheck shell=dash disable=SC2154
# A module before the ones it needs.

prepare()
{
	need bridge 8139cp
}

checks()
{
	refused "bridge without stp and llc" \
		"insmod: ERROR: could not insert module $(ko bridge): Unknown symbol in module" \
		insmod "$(ko bridge)"
	why "names a symbol of stp" "kernel: bridge: Unknown symbol stp_proto_register (err -2)"
	why "names a symbol of llc" "kernel: bridge: Unknown symbol llc_mac_hdr_init (err -2)"
	why_like "names both modules" "^it depends on modules that are not loaded: (stp, llc|llc, stp) "
	no "nothing is loaded" loaded bridge

	silent "llc first" insmod "$(ko llc)"
	refused "bridge without stp" \
		"insmod: ERROR: could not insert module $(ko bridge): Unknown symbol in module" \
		insmod "$(ko bridge)"
	why "names what is missing still" "kernel: bridge: Unknown symbol stp_proto_register (err -2)"
	why_like "names its module" "^it depends on modules that are not loaded: stp "
	unlike "and not what is there" "$err" llc_
	silent "then stp" insmod "$(ko stp)"
	silent "then bridge loads" insmod "$(ko bridge)"
	silent "all three go" rmmod bridge stp llc

	refused "8139cp without mii" \
		"insmod: ERROR: could not insert module $(ko 8139cp): Unknown symbol in module" \
		insmod "$(ko 8139cp)"
	why_like "many symbols share a line" "^kernel: unknown symbols: [a-z0-9_]+ [a-z0-9_]+"
	is "and each is named once" "$(reasons | grep -o mii_nway_restart | wc -l)" 1
}
