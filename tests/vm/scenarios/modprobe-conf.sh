# shellcheck shell=dash disable=SC2154,SC2016
# modprobe.d(5) on real loads: what the configuration says, happens.

prepare()
{
	need dummy loop brd nbd bridge 8139cp 8139too
	need_any libcrc32c crc32c_generic
}

# conf LINE...: the whole configuration
conf()
{
	mkdir -p /etc/modprobe.d
	printf '%s\n' "$@" >/etc/modprobe.d/lkm.conf
}

options()
{
	conf 'options loop max_loop=5' 'options loop max_part=3' 'options char-major-10-237 hw_queue_depth=64'
	silent "options of a module" modprobe loop
	is "both lines reach it" "$(cd /sys/module/loop/parameters && cat max_loop max_part)" "5${newline}3"
	silent "out" modprobe -r loop
	silent "options of an alias, with more from the command line" modprobe char-major-10-237 max_part=1
	is "all reach it, the last one wins" \
		"$(cd /sys/module/loop/parameters && cat max_loop max_part hw_queue_depth)" \
		"5${newline}1${newline}64"
	silent "out" modprobe -r loop
	conf ''
	sed 's/$/ loop.max_loop=6 modprobe.blacklist=8139too/' /proc/cmdline >cmdline
	mount --bind cmdline /proc/cmdline
	silent "options of the kernel's command line" modprobe loop
	is "reach it" "$(cat /sys/module/loop/parameters/max_loop)" 6
	silent "a module that it blacklists, with -b" modprobe -b 8139too
	no "is not loaded" loaded 8139too
	umount /proc/cmdline
	run modprobe -r loop
}

commands()
{
	: >ran
	conf "install brd echo \"+\$MODPROBE_MODULE\" >>$PWD/ran; /sbin/modprobe -i brd rd_nr=3 \$CMDLINE_OPTS" \
		"remove brd echo \"-\$MODPROBE_MODULE\" >>$PWD/ran; /sbin/modprobe -r --ignore-remove brd" \
		'install nbd exit 3' 'install loop kill -9 $$'
	silent "an install command" modprobe brd rd_size=512
	is "its module is loaded, as it said" "$(cd /sys/module/brd/parameters && cat rd_nr rd_size)" "3${newline}512"
	silent "a remove command" modprobe -r brd
	no "its module is gone" loaded brd
	is "each ran once" "$(cat ran)" "+brd${newline}-brd"
	refused "a command that fails" \
		"modprobe: ERROR: Error running install command 'exit 3' for module nbd: retcode 3" modprobe nbd
	refused "a command that is killed" \
		"modprobe: ERROR: Error running install command 'kill -9 \$\$' for module loop: killed by signal 9" \
		modprobe loop
	no "nothing is loaded" loaded loop
	silent "modprobe -i does without" modprobe -i nbd
	ok "and loads it" loaded nbd
	run modprobe -r nbd
}

# Of two drivers for one card one is blacklisted.
blacklist()
{
	local card=pci:v000010ECd00008139sv00001AF4sd00001100bc02sc00i00

	conf 'blacklist 8139too'
	silent "an alias" modprobe $card
	ok "loads the other module" loaded 8139cp
	no "and not the one on the blacklist" loaded 8139too
	silent "its name with -b" modprobe -b 8139too
	no "is passed over too" loaded 8139too
	silent "its name alone" modprobe 8139too
	ok "is loaded" loaded 8139too
	silent "out" modprobe -r -a 8139cp 8139too
}

policy()
{
	local file=/etc/modprobe.d/lkm.conf

	conf '# first' 'forbid llc nobody needs it here'
	run modprobe bridge
	is "a module that needs a forbidden one is refused" "$(test "$rc" -ne 0 && echo refused)" refused
	like "with file, line and reason" "$err" "$file.*2.*llc.*bridge.*nobody needs it here"
	no "before anything is loaded" loaded stp
	silent "--ignore-forbid" modprobe --ignore-forbid bridge
	ok "loads it" loaded bridge
	silent "out" modprobe -r bridge
	no "with all it needed" loaded llc

	conf 'allow-only yes' 'allow dummy' 'allow 8139*'
	silent "what is on the list" modprobe dummy
	run modprobe brd
	is "what is not, is refused" "$(test "$rc" -ne 0 && echo refused)" refused
	like "with file and line" "$err" "$file.*1.*brd"
	no "and not loaded" loaded brd
	run modprobe 8139cp
	is "nor what needs such a module" "$(test "$rc" -ne 0 && echo refused)" refused
	no "it is not loaded" loaded mii
	conf 'allow-only audit' 'allow dummy'
	run modprobe brd
	is "allow-only audit" "$rc" 0
	like "says what would be refused" "$err" "$file.*brd"
	ok "and lets it through" loaded brd
	silent "out" modprobe -r -a dummy brd
}

soft_dependencies()
{
	conf 'softdep dummy pre: brd' 'softdep dummy pre: loop no-such-module post: nbd'
	silent "soft dependencies" modprobe dummy
	is "are loaded in order" "$(cut -d ' ' -f 1 /proc/modules | head -n 4 | tac | xargs)" \
		"brd loop dummy nbd"
	silent "and go with it" modprobe -r dummy
	is "nothing is left" "$(grep -cE '^(brd|loop|dummy|nbd) ' /proc/modules)" 0
	conf 'softdep dummy pre: nbd' 'options nbd max_part=-1'
	silent "one that fails" modprobe dummy
	ok "is no reason" loaded dummy
	run modprobe -r dummy
	if dep_line libcrc32c >/dev/null; then
		# It uses the other one without a symbol of it: in use until the very moment.
		conf 'softdep libcrc32c pre: crc32c_generic'
		silent "one that is used as an algorithm" modprobe libcrc32c
		silent "goes as well" modprobe -r libcrc32c
		no "when the user has gone" loaded crc32c_generic
	else
		skip "one that is used as an algorithm" "this kernel has crc32c without modules"
	fi
}

failures()
{
	local no_such='Unknown symbol in module, or unknown parameter (see dmesg)'

	conf 'options nbd max_part=-1'
	mark
	refused "an init that fails" "modprobe: ERROR: could not insert 'nbd': Invalid argument" modprobe nbd
	why "shows the kernel's line" "kernel: nbd: max_part must be >= 0"
	is "init ran once" "$(klog | grep -c 'nbd: max_part must be')" 1
	silent "modprobe -q says nothing" sh -c '! /sbin/modprobe -q nbd'
	conf 'softdep dummy pre: brd'
	mv "$(ko dummy)" hidden
	refused "a file that is missing" "modprobe: ERROR: could not insert 'dummy': $no_such" modprobe dummy
	why "says that" "$(ko dummy): cannot open: No such file or directory"
	ok "what was loaded before stays" loaded brd
	mv hidden "$(ko dummy)"
	run modprobe -r brd
}

checks()
{
	options
	commands
	blacklist
	policy
	soft_dependencies
	failures
	rm /etc/modprobe.d/lkm.conf
}
