#!/usr/bin/env bats
# kmod static-nodes: the device nodes that load a module.

load helpers

nodes()
{
	file "lib/modules/$RELEASE/modules.devname" "# Device nodes to trigger on-demand module loading.
tun net/tun c10:200
loop loop0 b7:0
snd_seq snd/deep/seq c116:1
snd_timer snd/deep/timer c116:33"
}

@test "for people, for systemd-tmpfiles, and as it is" {
	nodes
	tool kmod static-nodes
	status_is 0
	out_has 'Module: tun
	Device node: /dev/net/tun
		Type: character device
		Major: 10
		Minor: 200
Module: loop
	Device node: /dev/loop0
		Type: block device'
	tool kmod static-nodes --format=tmpfiles
	out_is 'd /dev/net 0755 - - -
c! /dev/net/tun 0600 - - - 10:200
b! /dev/loop0 0600 - - - 7:0
d /dev/snd/deep 0755 - - -
c! /dev/snd/deep/seq 0600 - - - 116:1
d /dev/snd/deep 0755 - - -
c! /dev/snd/deep/timer 0600 - - - 116:33'
	tool kmod static-nodes -f devname
	out_is "$(sed 1d "$MODULES/modules.devname")"
	err_is ''
}

@test "each format is that of the installed kmod, as are lines that are none" {
	[ -x /bin/kmod ] || skip "no installed kmod to compare with"
	nodes
	printf '\nbad1\nbad2 x\nbad3 y z1:2\nbad4 y c12\nx y b8:1 more\n  sp y2 c1:5\nlast n c1:6' \
		>>"$MODULES/modules.devname"
	for format in human tmpfiles devname; do
		tool kmod static-nodes -f $format -o ours
		theirs=$(in_root /bin/kmod static-nodes -f $format -o theirs 2>&1) || :
		status_is 1
		err_is "$theirs"
		cmp ours theirs
	done
}

@test "the output file gets its directories; a pipe is written to" {
	nodes
	tool kmod static-nodes -f devname -o run/tmpfiles.d/static-nodes.conf
	status_is 0
	[ "$(<run/tmpfiles.d/static-nodes.conf)" = "$(sed 1d "$MODULES/modules.devname")" ]
	piped=$(in_root "$TOOLS/kmod" static-nodes -f devname -o /proc/self/fd/1 | cat)
	[ "$piped" = "$(sed 1d "$MODULES/modules.devname")" ]
}

@test "an output that cannot be written" {
	nodes
	tool kmod static-nodes -o /dev/full
	status_is 1
	err_has 'could not write /dev/full: No space left on device'
	: >occupied
	tool kmod static-nodes -o occupied/x
	status_is 1
	err_has 'could not write occupied/x: Not a directory'
}

@test "without modules.devname there is nothing to do" {
	tool kmod static-nodes -o never
	status_is 0
	err_is "Warning: /lib/modules/$RELEASE/modules.devname not found - ignoring"
	[ ! -e never ]
}

@test "an unknown format" {
	tool kmod static-nodes -f xml
	status_is 1
	err_begins "Unknown format: 'xml'."
}
