# shellcheck shell=dash disable=SC2154
# insmod's options that tell without loading, and where a module is: -n, -p, -m, -O.

prepare()
{
	need dummy nbd crc-itu-t drop_monitor
	plain tcrypt tcrypt.ko
	plain nbd nbd.ko
	plain dummy dummy.ko
	LC_ALL=C sed 's/register_netdevice/register_netdevicX/g' dummy.ko >missing.ko
	unsign missing.ko
}

# What a probe must leave as it was
state()
{
	cut -d ' ' -f 1 /proc/modules
	cat /proc/sys/kernel/tainted
}

probes()
{
	local before

	# The kernel's own word first: the refused module taints it, as it has no signature.
	run insmod ./missing.ko
	like "the kernel refuses a module" "$err" "could not insert module ./missing.ko: Unknown symbol in module"
	before=$(state)
	silent "insmod -p of a sound module" insmod -p ./nbd.ko
	silent "insmod -n of a sound module" insmod -n ./nbd.ko nbds_max=1
	silent "insmod -p of standard input" sh -c '/sbin/insmod -p - <nbd.ko'
	refused "insmod -p of one that misses a symbol" \
		"insmod: ERROR: could not insert module ./missing.ko: Unknown symbol in module" \
		insmod -p ./missing.ko
	like "names it" "$err" register_netdevicX
	run insmod -p -o other ./nbd.ko
	is "with another name" "$rc" 0
	is "nothing was loaded, no taint" "$(state)" "$before"
	insert nbd
	refused "insmod -p of a loaded one" \
		"insmod: ERROR: could not insert module ./nbd.ko: File exists" insmod -p ./nbd.ko
	silent "insmod -n of a loaded one" insmod -n ./nbd.ko
	run rmmod nbd
	silent "as an ordinary user" su -s /bin/sh user -c '/sbin/insmod -p ./nbd.ko'
}

# The lines of a map: NAME ADDRESS of sections, then ADDRESS NAME of symbols
sections_of()
{
	echo "$1" | sed -n '2,/^$/s/^\([^ ]*\) *[0-9a-f]*  \([0-9a-f]*\)  .*/\1 0x\2/p' | sort
}

# symbols_agree MODULE MAP: kallsyms has the module's symbols where the map has them
symbols_agree()
{
	grep -F "[$1]" /proc/kallsyms | awk '{ print $1, $3 }' | grep -v ' __ksymtab\|\.cold$' | sort >/tmp/known
	echo "$2" | sed '1,/^Symbols:/d' | awk '{ print $1, $3 }' | sort >/tmp/symbols
	like "symbols of $1 are known" "$(wc -l </tmp/known)" '^[1-9][0-9]'
	is "symbols are where kallsyms says" "$(grep -Fxvf /tmp/symbols /tmp/known | grep -v '\.[0-9]* *$' | head -5)" ""
}

maps()
{
	local map

	run insmod -nm ./nbd.ko
	is "insmod -n -m" "$rc $err" "0 "
	unlike "each line of a section has its form" "$(echo "$out" | sed '1d;/^$/,$d' | grep -vE '^[^ ]+ +[0-9a-f]{8}  [0-9a-f]{16}  2\*\*[0-9]+$')" .
	unlike "each line of a symbol has its form" "$(echo "$out" | sed '1,/^Symbols:/d' | grep -vE '^[0-9a-f]{16} [AUTDRBautdrb?] ')" .
	like "it begins at 12340000" "$out" '^[^ ]+ +[0-9a-f]{8}  0000000012340000 '

	run insmod -m ./nbd.ko nbds_max=1
	is "insmod -m loads" "$rc" 0
	map=$out
	sections_of "$map" >/tmp/map
	while read -r section _; do
		[ ! -e "/sys/module/nbd/sections/$section" ] ||
			echo "$section $(cat "/sys/module/nbd/sections/$section")"
	done </tmp/map | sort >/tmp/sys
	like "sections are shown" "$(wc -l </tmp/sys)" '^[1-9][0-9]'
	is "sections are where /sys says" "$(grep -Fxvf /tmp/map /tmp/sys)" ""
	symbols_agree nbd "$map"
	run rmmod nbd

	run insmod -m "$(ko drop_monitor)"
	like "per-CPU data have a place too" "$(echo "$out" | grep '^\.data\.\.percpu')" '  [0-9a-f]{16}  '
	symbols_agree drop_monitor "$out"
	run rmmod drop_monitor

	echo 2 >/proc/sys/kernel/kptr_restrict
	run insmod -m "$(ko crc-itu-t)"
	echo 0 >/proc/sys/kernel/kptr_restrict
	is "hidden addresses: it loads" "$rc" 0
	like "a warning" "$err" "the kernel does not show where crc_itu_t is"
	like "and the map of -n" "$out" '  0000000012340000 '
	run rmmod crc-itu-t
}

# A module whose init fails.  tcrypt's asks for an algorithm, and the kernel keeps it waiting for
# its helper, which waits for the map.
maps_of_failures()
{
	cat >/tmp/helper <<-'EOF'
	#!/bin/sh
	cd /sys/module/tcrypt/sections || exit
	for section in .[a-z]* _*; do
		echo "$section $(cat "$section")"
	done >/tmp/sys
	tries=0
	until grep -q '^Symbols:' /tmp/map || [ $tries -eq 200 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	EOF
	chmod 755 /tmp/helper
	echo /tmp/helper >/proc/sys/kernel/modprobe
	run sh -c '/sbin/insmod -m ./tcrypt.ko alg=no_such_algorithm >/tmp/map'
	echo >/proc/sys/kernel/modprobe
	is "init fails" "$rc" 1
	unlike "the map is no made-up one" "$err" "made-up"
	sections_of "$(cat /tmp/map)" >/tmp/sections
	like "there is a map" "$(wc -l </tmp/sections)" '^[1-9][0-9]'
	is "sections are where they were while init ran" "$(grep -Fxvf /tmp/sys /tmp/sections)" ""
	run ls /sys/module/tcrypt
	is "it is not loaded" "$rc" 1

	insert dummy
	run insmod -m -o dummy_two "$(ko dummy)"
	is "init fails at once" "$rc" 1
	like "there is a map all the same" "$out" '^\.text +[0-9a-f]{8}  [0-9a-f]{16}  2'
	if echo "$out" | grep -q '  0000000012340000 '; then
		like "a made-up one, and that is said" "$err" "the map is of a made-up place"
	else
		unlike "a real one, and no doubt about it" "$err" "made-up"
	fi
	run rmmod dummy
}

blobs()
{
	run insmod -n -O /tmp/blob ./nbd.ko
	is "insmod -n -O" "$rc $out" "0 "
	like "the blob has pages" "$(stat -c %s /tmp/blob)" '^[0-9]{4,}$'
	run insmod -O /tmp/live ./nbd.ko nbds_max=1
	is "insmod -O loads" "$rc $out" "0 "
	ok "it is loaded" loaded nbd
	like "a file for each region" "$(echo /tmp/live.*)" '/tmp/live\.[a-z.]+ /tmp/live\.'
	run rmmod nbd
	rm -f /tmp/blob /tmp/live.*
}

checks()
{
	probes
	maps
	maps_of_failures
	blobs
}
