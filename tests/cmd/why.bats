#!/usr/bin/env bats
# lkm why, and the lines that modprobe prints under an error: reasons and origins.

load helpers

@test "modprobe: a name that stands for nothing is explained, but not with -q" {
	module nvme.ko
	index
	mkdir -p "$ROOT/lib/modules/6.9.9"
	echo 'k/nvem.ko:' >"$ROOT/lib/modules/6.9.9/modules.dep"
	tool modprobe nvem
	status_is 1
	err_is "modprobe: FATAL: Module nvem not found in directory /lib/modules/$RELEASE
  it exists for kernel 6.9.9; you run $RELEASE
  names like it: nvme"
	tool modprobe -q nvem
	status_is 1
	err_is ''
	tool modprobe -R nvm
	status_is 1
	err_is "modprobe: FATAL: Module nvm not found in directory /lib/modules/$RELEASE
  names like it: nvme"
}

# why ARGS...: the tool with lines that do not depend on the locale.
why()
{
	LC_ALL=C tool lkm why "$@"
}

# conf TEXT: /etc/modprobe.d/a.conf
conf()
{
	file etc/modprobe.d/a.conf "$1"
}

# fs needs journal and crc; journal needs crc; net has an alias.
four_modules()
{
	module crc.ko -e crc_sum:1 -e crc_table:2
	module journal.ko -u crc_sum -e journal_start:3 -e journal_stop:4
	module fs.ko -u journal_start -u journal_stop -u crc_sum -u crc_table alias=fs-test
	module net.ko 'alias=pci:v8086d*' parm=debug:level parmtype=debug:int
	builtin_module unix
	index
}

@test "why: what is needed, and the symbols for which" {
	four_modules
	why fs-test
	status_is 0
	out_is "fs-test, for kernel $RELEASE
\`-fs: would be loaded
  |-by alias fs_test in modules.alias.bin
  |-crc: load kernel/crc.ko
  | |-journal needs it for crc_sum
  | \`-fs needs it for crc_sum, crc_table
  |-journal: load kernel/journal.ko
  | \`-fs needs it for journal_start, journal_stop
  \`-fs: load kernel/fs.ko"
	err_is ''
}

@test "why: many symbols are counted" {
	module giver.ko -e a:1 -e b:1 -e c:1 -e d:1 -e e:1 -e f:1
	module taker.ko -u a -u b -u c -u d -u e -u f
	index
	why taker
	out_has 'taker needs it for a, b, c, d and 2 more symbols'
}

@test "why: what is loaded or built in already" {
	four_modules
	loaded crc
	why fs unix
	status_is 0
	out_is "fs, for kernel $RELEASE
\`-fs: would be loaded
  |-by its name in modules.dep.bin
  |-crc: is loaded already
  | |-journal needs it for crc_sum
  | \`-fs needs it for crc_sum, crc_table
  |-journal: load kernel/journal.ko
  | \`-fs needs it for journal_start, journal_stop
  \`-fs: load kernel/fs.ko

unix, for kernel $RELEASE
\`-unix: is built into the kernel
  |-by its name in modules.builtin.bin
  \`-unix: is built into the kernel"
	loaded net
	why net
	status_is 0
	out_has '`-net: is loaded'
}

@test "why: another release or root is another machine" {
	four_modules
	loaded crc
	cp -a "$MODULES" "$ROOT/lib/modules/other"
	why -k other crc
	status_is 0
	out_has '`-crc: would be loaded'
	file proc/cmdline 'net.debug=1'
	why net
	out_has '/proc/cmdline: options net debug=1 - parameters'
	conf 'options net mode=1'
	why -b "$ROOT" net
	status_is 0
	out_has "$ROOT/etc/modprobe.d/a.conf:1: options net mode=1"
	[[ $output != *cmdline* ]]
}

@test "why: an alias line, what it hides, options by name and alias" {
	four_modules
	conf 'alias crc net
options crc debug=1
options net debug=2 mode=3
options net debug=4'
	file proc/cmdline 'quiet net.mode=5 other.x'
	why crc
	status_is 0
	out_is "crc, for kernel $RELEASE
|-alias lines hide crc, which it stands for otherwise
\`-net: would be loaded
  |-by alias line /etc/modprobe.d/a.conf:1: alias crc net
  \`-net: load kernel/net.ko
    |-/etc/modprobe.d/a.conf:2: options crc debug=1 - overridden by /etc/modprobe.d/a.conf:4
    |-/etc/modprobe.d/a.conf:3: options net debug=2 mode=3 - overridden by /proc/cmdline
    |-/etc/modprobe.d/a.conf:4: options net debug=4 - parameters
    |-/proc/cmdline: options net mode=5 - parameters
    \`-parameters: debug=1 debug=2 mode=3 debug=4 mode=5"
	file proc/cmdline quiet
	conf 'options net debug=2 mode=3
options net debug=4'
	why net
	out_has 'a.conf:1: options net debug=2 mode=3 - parameters; some are set again by /etc/modprobe.d/a.conf:2'
}

@test "why: a blacklist counts for aliases only" {
	four_modules
	conf 'blacklist net'
	why pci:v8086d1
	status_is 3
	out_is "pci:v8086d1, for kernel $RELEASE
\`-net: would not be loaded
  |-by alias pci:v8086d* in modules.alias.bin
  |-blacklisted, so nothing is done: /etc/modprobe.d/a.conf:1
  \`-net: would load kernel/net.ko
    \`-/etc/modprobe.d/a.conf:1: blacklist net - blocks: its aliases do not count"
	why net
	status_is 0
	out_has 'a.conf:1: blacklist net - no effect: it is not found by an alias'
}

@test "why: one of several drivers is enough" {
	module a.ko alias=two
	module b.ko alias=two
	index
	conf 'blacklist a'
	why two
	status_is 0
	conf 'blacklist a
blacklist b'
	why two
	status_is 3
}

@test "why: forbidden, directly, as a dependency, as a soft dependency" {
	four_modules
	conf 'forbid crc it is slow
forbid cr*
softdep net pre: journal'
	why crc
	status_is 3
	out_is "crc, for kernel $RELEASE
\`-crc: would not be loaded
  |-by its name in modules.dep.bin
  |-refused: /etc/modprobe.d/a.conf:1: module crc is forbidden: it is slow
  \`-crc: may not be loaded
    |-/etc/modprobe.d/a.conf:1: forbid crc it is slow - blocks: it is never loaded
    \`-/etc/modprobe.d/a.conf:2: forbid cr* - overridden by /etc/modprobe.d/a.conf:1"
	why fs
	status_is 3
	out_has 'refused: /etc/modprobe.d/a.conf:1: module crc, which fs needs, is forbidden: it is slow'
	out_has 'journal: would load kernel/journal.ko'
	why net
	status_is 0
	out_is "net, for kernel $RELEASE
\`-net: would be loaded
  |-by its name in modules.dep.bin
  |-crc: left out: it may not be loaded
  | |-journal needs it for crc_sum
  | |-/etc/modprobe.d/a.conf:1: forbid crc it is slow - blocks: it is never loaded
  | \`-/etc/modprobe.d/a.conf:2: forbid cr* - overridden by /etc/modprobe.d/a.conf:1
  |-journal: left out with what wants it
  | \`-soft dependency (pre:) of net, to be loaded before it: /etc/modprobe.d/a.conf:3
  \`-net: load kernel/net.ko
    \`-/etc/modprobe.d/a.conf:3: softdep net pre: journal - brings these in"
}

@test "why: nothing but what is allowed" {
	four_modules
	conf 'allow-only yes
allow journal'
	why journal
	status_is 3
	out_has 'crc: may not be loaded'
	out_has 'a.conf:1: allow-only yes - blocks: no allow line names it'
	out_has 'a.conf:2: allow journal - lets it through'
	conf 'allow-only audit'
	why crc
	status_is 0
	out_has 'a.conf:1: allow-only audit - would not let it through'
}

@test "why: install commands" {
	four_modules
	conf 'install net /sbin/modprobe -i net && true
install n* false'
	why net
	status_is 0
	out_is "net, for kernel $RELEASE
\`-net: its install command would run
  |-by its name in modules.dep.bin
  \`-net: run /sbin/modprobe -i net && true
    |-/etc/modprobe.d/a.conf:1: install net /sbin/modprobe -i net && true - runs instead of loading
    \`-/etc/modprobe.d/a.conf:2: install n* false - overridden by /etc/modprobe.d/a.conf:1"
	conf 'install made-up true'
	why made-up
	status_is 0
	out_has 'by /etc/modprobe.d/a.conf:1: install made_up true'
}

@test "why: a soft dependency that a module states itself, and options of a built-in module" {
	module net.ko 'softdep=post: crc'
	module crc.ko
	builtin_module unix
	index
	conf 'options unix a=1
weakdep net crc'
	why net
	out_has 'crc: load kernel/crc.ko
    `-soft dependency (post:) of net, to be loaded after it: modules.softdep:'
	out_has 'weakdep net crc - no effect on loading'
	why unix
	out_has 'a.conf:1: options unix a=1 - no effect: it is built into the kernel'
}

@test "why: an alias of a module that is not there" {
	four_modules
	conf 'alias a b'
	why a
	status_is 2
	out_has '`-b: there is no such module'
}

@test "why: nothing of that name" {
	four_modules
	why journl
	status_is 2
	out_is "journl, for kernel $RELEASE
|-nothing of that name in /lib/modules/$RELEASE
\`-names like it: journal"
	why -k 1.1.1 crc
	status_is 2
	out_is "crc, for kernel 1.1.1
|-nothing of that name in /lib/modules/1.1.1
|-there is no directory /lib/modules/1.1.1
\`-it exists for kernel $RELEASE; this is 1.1.1"
}

@test "why: files and their index" {
	four_modules
	touch -d '+1 hour' "$MODULES/kernel/crc.ko"
	why crc
	status_is 0
	out_has "the file is younger than modules.dep: run depmod $RELEASE"
	touch -d '-1 hour' "$MODULES/kernel/crc.ko"
	why crc
	[[ $output != *younger* ]]
	rm "$MODULES/kernel/crc.ko"
	why fs
	status_is 1
	out_has "the file does not exist: run depmod $RELEASE"
	out_has 'crc: load kernel/crc.ko
  | |-fs needs it
'
	echo rubbish >"$MODULES/kernel/net.ko"
	why net
	status_is 1
	out_has 'its symbols are not known: not an ELF file'
	loaded net
	why net
	status_is 0
}

@test "why: a device, its modalias and its driver" {
	four_modules
	file sys/devices/pci0/0000:00:19.0/modalias 'pci:v8086d10EA'
	mkdir -p "$ROOT/sys/bus/pci/drivers/e1000e" "$ROOT/sys/class/net"
	why /sys/devices/pci0/0000:00:19.0
	status_is 0
	out_is "/sys/devices/pci0/0000:00:19.0, for kernel $RELEASE
|-modalias pci:v8086d10EA
|-no driver is bound to it
\`-net: would be loaded
  |-by alias pci:v8086d* in modules.alias.bin
  \`-net: load kernel/net.ko"
	ln -s ../../../bus/pci/drivers/e1000e "$ROOT/sys/devices/pci0/0000:00:19.0/driver"
	why /sys/devices/pci0/0000:00:19.0
	out_has '|-driver e1000e is bound to it'
	ln -s ../../../../module/net "$ROOT/sys/bus/pci/drivers/e1000e/module"
	mkdir -p "$ROOT/sys/class/net/eth0"
	ln -s ../../../devices/pci0/0000:00:19.0 "$ROOT/sys/class/net/eth0/device"
	why /sys/class/net/eth0
	status_is 0
	out_has '|-driver e1000e of module net is bound to it'
	mkdir -p "$ROOT/sys/devices/virtual"
	why /sys/devices/virtual /sys/nosuch
	status_is 1
	err_is 'lkm why: ERROR: /sys/devices/virtual has no modalias: no module can be found for it
lkm why: ERROR: /sys/nosuch has no modalias: no module can be found for it'
}

@test "why: JSON" {
	module crc.ko -e crc_sum:1
	module fs.ko -u crc_sum
	index
	conf 'options fs a=1'
	why -J fs cr 'x[' -C /etc/modprobe.d/a.conf
	status_is 2
	err_is 'lkm why: ERROR: "x[" has a [ without ], or the other way round'
	out_is '{
  "names": [
    {
      "name": "fs",
      "release": "6.1.0-test",
      "modalias": null,
      "driver": null,
      "driver_module": null,
      "hidden": [],
      "targets": [
        {
          "module": "fs",
          "verdict": "load",
          "refusal": null,
          "index": "modules.dep.bin",
          "pattern": null,
          "line": null,
          "blacklist": null,
          "modules": [
            {
              "name": "crc",
              "action": "load",
              "filename": "/lib/modules/6.1.0-test/kernel/crc.ko",
              "parameters": null,
              "required": true,
              "file_missing": false,
              "younger_than_index": false,
              "unreadable": null,
              "causes": [
                {
                  "because": "needed",
                  "of": "fs",
                  "line": null,
                  "symbols": [
                    "crc_sum"
                  ]
                }
              ],
              "configuration": []
            },
            {
              "name": "fs",
              "action": "load",
              "filename": "/lib/modules/6.1.0-test/kernel/fs.ko",
              "parameters": "a=1",
              "required": true,
              "file_missing": false,
              "younger_than_index": false,
              "unreadable": null,
              "causes": [
                {
                  "because": "asked",
                  "of": null,
                  "line": null,
                  "symbols": []
                }
              ],
              "configuration": [
                {
                  "effect": "options",
                  "line": {
                    "file": "/etc/modprobe.d/a.conf",
                    "line": 1,
                    "word": "options",
                    "name": "fs",
                    "value": "a=1"
                  },
                  "by": null
                }
              ]
            }
          ]
        }
      ],
      "missing": null
    },
    {
      "name": "cr",
      "release": "6.1.0-test",
      "modalias": null,
      "driver": null,
      "driver_module": null,
      "hidden": [],
      "targets": [],
      "missing": {
        "directory": null,
        "unlisted": null,
        "near": [
          "crc"
        ],
        "releases": []
      }
    }
  ],
  "errors": [
    {
      "argument": "x[",
      "errno": "EINVAL",
      "message": "\"x[\" has a [ without ], or the other way round"
    }
  ]
}'
}

@test "why: no argument, a bad line in the configuration" {
	four_modules
	why
	status_is 1
	err_is 'lkm why: ERROR: which name, alias or device? see lkm why --help'
	conf 'frobnicate crc'
	why crc
	status_is 0
	err_is "lkm why: WARNING: /etc/modprobe.d/a.conf:1: ignoring bad line starting with 'frobnicate'"
	mkdir "$ROOT/etc/modprobe.d/b.conf"
	why crc
	status_is 1
	err_has 'lkm why: WARNING: /etc/modprobe.d/b.conf: cannot read: Is a directory'
}
