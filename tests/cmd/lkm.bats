#!/usr/bin/env bats
# The lkm program and its commands on one machine.

load helpers

three_modules()
{
	loaded crc16 12288 1 ext4
	loaded jbd2 167936 1 ext4
	loaded ext4 900000 2
	file proc/modules 'ext4 900000 2 - Live 0x0000000000000000 (OE)
jbd2 167936 1 ext4, Live 0x0000000000000000
crc16 12288 1 ext4, Live 0x0000000000000000'
}

@test "lkm alone says what is missing" {
	tool lkm
	status_is 1
	out_is ''
	err_is 'lkm: ERROR: missing command; see lkm --help'
}

@test "an unknown command" {
	tool lkm frobnicate
	status_is 1
	err_is 'lkm: ERROR: there is no command frobnicate; see lkm --help'
}

@test "help and version" {
	tool lkm --help
	status_is 0
	out_has 'show what is loaded'
	tool lkm help list
	status_is 0
	out_has '--sort=COLUMN'
	tool lkm -V
	status_is 0
	out_has 'lkm version '
}

@test "an unknown option is named by the command" {
	tool lkm list --bogus
	status_is 1
	err_is "lkm list: unrecognized option '--bogus'"
}

@test "list: a table in the kernel's order" {
	three_modules
	tool lkm list
	status_is 0
	out_is 'NAME  SIZE USED TAINTS HOLDERS
ext4  878K    2 OE
jbd2  164K    1        ext4
crc16  12K    1        ext4'
}

@test "list: columns, order and sizes as asked for" {
	three_modules
	tool lkm list -o name,size,state -s size --bytes
	out_is 'NAME    SIZE STATE
crc16  12288 Live
jbd2  167936 Live
ext4  900000 Live'
	tool lkm list --columns NAME --sort=-name --noheadings
	out_is 'jbd2
ext4
crc16'
}

@test "list: equal ones stay in the kernel's order, both ways" {
	three_modules
	tool lkm list -n -o name -s state
	out_is 'ext4
jbd2
crc16'
	tool lkm list -n -o name -s -state
	out_is 'ext4
jbd2
crc16'
}

@test "list: a tree of what uses what" {
	file proc/modules 'kvm_intel 3 0 - Live 0x0
kvm 2 1 kvm_intel, Live 0x0
irqbypass 1 1 kvm, Live 0x0'
	LC_ALL=C tool lkm list --tree -n -o name
	out_is 'irqbypass
`-kvm
  `-kvm_intel'
}

@test "list: a tree ends and leaves nobody out even when modules use each other" {
	file proc/modules 'a 1 1 b, Live 0x0
b 1 1 a, Live 0x0
c 1 0 gone, Live 0x0'
	LC_ALL=C tool lkm list -T -n -o name
	status_is 0
	out_is 'c
a
`-b
  `-a'
}

@test "list: JSON" {
	file proc/modules 'ext4 900000 2 - Live 0x0000000000000000 (OE)
jbd2 167936 - a,[permanent], Loading 0x0000000000000000'
	tool lkm list --json
	status_is 0
	out_is '{
  "modules": [
    {
      "name": "ext4",
      "size": 900000,
      "refcnt": 2,
      "holders": [],
      "permanent": false,
      "state": "Live",
      "taints": "OE"
    },
    {
      "name": "jbd2",
      "size": 167936,
      "refcnt": null,
      "holders": [
        "a"
      ],
      "permanent": true,
      "state": "Loading",
      "taints": ""
    }
  ]
}'
}

@test "list: nothing loaded" {
	tool lkm list -n
	status_is 0
	out_is ''
	tool lkm list -J
	out_is '{
  "modules": []
}'
}

@test "list: a bad line is reported, the rest is shown" {
	file proc/modules 'a 1 0 - Live 0x0
rubbish
b 1 0 - Live 0x0'
	tool lkm list -n -o name
	status_is 1
	out_is 'a
b'
	err_is 'lkm list: ERROR: /proc/modules:2: "rubbish" does not describe a module'
}

@test "list: what does not exist" {
	tool lkm list -o name,colour
	status_is 1
	err_is 'lkm list: ERROR: there is no column "colour"'
	tool lkm list -s colour
	err_is 'lkm list: ERROR: there is no column "colour"'
	tool lkm list ext4
	err_is 'lkm list: ERROR: too many arguments: ext4'
	rm "$ROOT/proc/modules"
	tool lkm list
	status_is 1
	err_is 'lkm list: ERROR: cannot read /proc/modules: No such file or directory'
}

@test "a full disk is an error" {
	three_modules
	ko a.ko
	for command in '-h' 'list' 'list -J' 'list -h' 'exports ./a.ko' 'signature -J ./a.ko'; do
		# shellcheck disable=SC2086
		run in_root bash -c "'$TOOLS/lkm' $command >/dev/full"
		[ "$status" = 1 ] || show_difference "exit code of $command" 1 "$status"
		out_has 'cannot write to standard output: No space left on device'
	done
}

@test "info: known facts first, then the others, then parameters" {
	module net/a.ko alias=of-a intree=Y license=GPL 'description=An a' parm=n:count \
		parmtype=n:int parmtype=m:charp depends= author=A author=B vermagic=1.2 signer=nobody
	index
	tool lkm info of-a
	status_is 0
	out_is "module      a
file        /lib/modules/$RELEASE/kernel/net/a.ko
description An a
license     GPL
author      A
            B
vermagic    1.2
alias       of-a
intree      Y
signer      nobody

PARAMETER TYPE  DESCRIPTION
n         int   count
m         charp"
}

@test "info: many values are counted, --all shows them" {
	ko a.ko alias=1 alias=2 alias=3 alias=4 alias=5 alias=6 alias=7
	tool lkm info ./a.ko
	out_is 'module a
file   ./a.ko
alias  1
       2
       3
       4
       5
       (2 more: --all shows them)'
	tool lkm info --all ./a.ko
	out_is 'module a
file   ./a.ko
alias  1
       2
       3
       4
       5
       6
       7'
}

@test "info: built in, several, and what a module says does not reach the terminal" {
	builtin_module unix license=GPL 'description=Unix'
	ko a.ko description=$'red \e[31m'
	index
	tool lkm info unix ./a.ko
	status_is 0
	out_is 'module      unix
file        (built into the kernel)
description Unix
license     GPL

module      a
file        ./a.ko
description red \x1b[31m'
}

@test "info: JSON" {
	ko a.ko license=GPL alias=x alias=y parm=n:count parmtype=n:int signer=nobody
	tool lkm info -J ./a.ko
	status_is 0
	out_is '{
  "modules": [
    {
      "name": "a",
      "filename": "./a.ko",
      "info": {
        "license": [
          "GPL"
        ],
        "alias": [
          "x",
          "y"
        ],
        "signer": [
          "nobody"
        ],
        "name": [
          "a"
        ]
      },
      "parameters": [
        {
          "name": "n",
          "type": "int",
          "description": "count"
        }
      ],
      "build_id": null,
      "signature": null
    }
  ],
  "errors": []
}'
}

@test "exports: symbols with CRC, license and namespace" {
	ko a.ko -e beta:2 -e alpha:1234abcd
	tool lkm exports ./a.ko
	status_is 0
	out_is 'SYMBOL CRC        LICENSE NAMESPACE
alpha  0x1234abcd any
beta   0x00000002 any'
	ko b.ko
	tool lkm exports b.ko a.ko
	out_is 'b.ko:
b exports nothing
a.ko:
SYMBOL CRC        LICENSE NAMESPACE
alpha  0x1234abcd any
beta   0x00000002 any'
}

@test "exports: JSON, with what could not be read" {
	ko a.ko -e alpha:1234abcd
	tool lkm exports -J a.ko ./none.ko
	status_is 1
	out_is '{
  "modules": [
    {
      "name": "a",
      "filename": "a.ko",
      "exports": [
        {
          "symbol": "alpha",
          "crc": "0x1234abcd",
          "gpl_only": false,
          "namespace": null
        }
      ]
    }
  ],
  "errors": [
    {
      "argument": "./none.ko",
      "errno": "ENOENT",
      "message": "./none.ko: cannot open: No such file or directory"
    }
  ]
}'
	err_is 'lkm exports: ERROR: ./none.ko: cannot open: No such file or directory'
}

@test "needs: where symbols come from, and what is imported" {
	module lib/giver.ko -e given:11
	module lib/taker.ko -u given -u printk -c given:11 -c printk:22 import_ns=CRYPTO
	index
	tool lkm needs taker
	status_is 0
	out_is 'SYMBOL CRC        WEAK FROM
given  0x00000011      giver
printk 0x00000022
imports namespace CRYPTO'
	tool lkm needs -J taker
	out_is "{
  \"modules\": [
    {
      \"name\": \"taker\",
      \"filename\": \"/lib/modules/$RELEASE/kernel/lib/taker.ko\",
      \"needs\": [
        {
          \"symbol\": \"given\",
          \"crc\": \"0x00000011\",
          \"weak\": false,
          \"module\": \"giver\"
        },
        {
          \"symbol\": \"printk\",
          \"crc\": \"0x00000022\",
          \"weak\": false,
          \"module\": null
        }
      ],
      \"import_ns\": [
        \"CRYPTO\"
      ]
    }
  ],
  \"errors\": []
}"
}

@test "needs: no CRCs, nothing needed" {
	ko a.ko -u printk
	tool lkm needs ./a.ko
	out_is 'SYMBOL CRC WEAK FROM
printk'
	ko b.ko
	tool lkm needs ./b.ko
	out_is 'b needs nothing'
}

@test "signature: none" {
	ko a.ko
	tool lkm signature ./a.ko
	status_is 0
	out_is 'a is not signed'
	tool lkm signature -J ./a.ko
	out_is '{
  "modules": [
    {
      "name": "a",
      "filename": "./a.ko",
      "signature": null
    }
  ],
  "errors": []
}'
}

@test "signature: a damaged one is an error that names the file" {
	printf 'not a signature' >"$WORK/sig"
	ko a.ko -s "$WORK/sig"
	tool lkm signature ./a.ko
	status_is 1
	out_is ''
	complains_once 'lkm signature'
	err_has './a.ko: '
	ko b.ko
	tool lkm signature -J ./a.ko ./b.ko
	status_is 1
	[[ $output == '{
  "modules": [
    {
      "name": "b",
      "filename": "./b.ko",
      "signature": null
    }
  ],
  "errors": [
    {
      "argument": "./a.ko",
      "errno": "EBADMSG",
      "message": "./a.ko: '* ]] || show_difference JSON 'b, and an error for a' "$output"
}

@test "a name may be an alias, and several modules" {
	module a.ko alias=two
	module b.ko alias=two
	index
	tool lkm signature two
	status_is 0
	out_is 'a is not signed
b is not signed'
}

@test "names that mean nothing, or nothing with a file" {
	module a.ko
	builtin_module unix
	index
	tool lkm exports nosuch a unix
	status_is 1
	out_is '/lib/modules/6.1.0-test/kernel/a.ko:
a exports nothing'
	err_is "lkm exports: ERROR: module nosuch not found in /lib/modules/$RELEASE
lkm exports: ERROR: unix is built into the kernel: it has no file"
}

@test "no module directory, no argument" {
	tool lkm needs -k 9.9.9 ext4
	status_is 1
	err_is 'lkm needs: ERROR: module ext4 not found: there is no directory /lib/modules/9.9.9'
	tool lkm needs
	status_is 1
	err_is 'lkm needs: ERROR: which module? see lkm needs --help'
}

@test "a damaged index: the text file answers, and a warning says so once" {
	module a.ko alias=of-a
	index
	echo rubbish >"$MODULES/modules.alias.bin"
	tool lkm signature of-a of-a
	status_is 0
	complains_once 'lkm signature'
	err_has "/lib/modules/$RELEASE/modules.alias.bin: not an index"
	err_has 'using modules.alias'
}

@test "files that are no modules" {
	mkdir folder.ko
	: >empty.ko
	echo text >text.ko
	mkfifo fifo.ko
	tool lkm exports ./folder.ko ./empty.ko ./text.ko ./fifo.ko
	status_is 1
	err_is 'lkm exports: ERROR: ./folder.ko: cannot open: Is a directory
lkm exports: ERROR: ./empty.ko: not an ELF file
lkm exports: ERROR: ./text.ko: not an ELF file
lkm exports: ERROR: ./fifo.ko: cannot open: Invalid argument'
}
