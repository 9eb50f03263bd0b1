#!/usr/bin/env bats
# modinfo: every kind of field, in each of its forms.

load helpers

# One module with every kind of field.
sample()
{
	ko "${1-sample.ko}" license=GPL 'description=A sample' author=A 'author=B <b@x>' depends= \
		alias=pci:v*d* alias=of-a 'parm=p:a number' parmtype=p:int parmtype=q:bool \
		'parm=r:no type' intree=Y 'vermagic=6.1.0 SMP '
}

# tool_nul ARGS...: with -0, each NUL shown as a bar.
tool_nul()
{
	output=$(in_root "$TOOLS/modinfo" "$@" | tr '\0' '|')
}

# Keeps blanks at the ends of lines below.
E=

@test "everything: values in column 17, parameters last and in reverse" {
	sample
	tool modinfo sample.ko
	status_is 0
	out_is "filename:       $WORK/sample.ko
license:        GPL
description:    A sample
author:         A
author:         B <b@x>
depends:        $E
alias:          pci:v*d*
alias:          of-a
intree:         Y
vermagic:       6.1.0 SMP $E
name:           sample
parm:           r:no type
parm:           q:bool
parm:           p:a number (int)"
	err_is ''
	same_as_peer modinfo sample.ko
}

@test "a field without an equals sign, one without a name" {
	ko m.ko noequals =value ==
	same_as_peer modinfo m.ko
}

@test "a value with every printable character, and with a tab" {
	ko m.ko $'description=\t !"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~'
	same_as_peer modinfo m.ko
}

@test "a value that is not UTF-8 passes as it is" {
	ko m.ko $'author=Andr\xe9 \xff'
	same_as_peer modinfo m.ko
	same_as_peer modinfo -a m.ko
}

@test "a value of 100,000 characters" {
	ko m.ko "description=$(printf 'x%.0s' {1..100000})"
	same_as_peer modinfo -d m.ko
}

@test "-0: each record ends in NUL, and keeps the module's own form" {
	sample
	tool_nul -0 sample.ko
	out_is "filename:       $WORK/sample.ko|license=GPL|description=A sample|author=A|author=B <b@x>|depends=|alias=pci:v*d*|alias=of-a|intree=Y|vermagic=6.1.0 SMP |name=sample|parm:           r:no type|parm:           q:bool|parm:           p:a number (int)|"
}

@test "-0 with one field: its values, each with a NUL" {
	sample
	tool_nul -0 -F author sample.ko
	out_is 'A|B <b@x>|'
	tool_nul --null --parameters sample.ko
	out_is 'r:no type|q: (bool)|p:a number (int)|'
}

@test "-F: any field, all of its values" {
	sample
	tool modinfo -F alias sample.ko
	out_is 'pci:v*d*
of-a'
	same_as_peer modinfo -F depends sample.ko
	same_as_peer modinfo --field=vermagic sample.ko
	same_as_peer modinfo --field intree sample.ko
}

@test "-F parm merges, -F parmtype does not" {
	sample
	same_as_peer modinfo -F parm sample.ko
	tool modinfo -F parmtype sample.ko
	out_is 'p:int
q:bool'
}

@test "-F with a field that is not there: nothing, exit 0" {
	sample
	tool modinfo -F nosuch sample.ko
	status_is 0
	out_is ''
	err_is ''
}

@test "-F is exact: case and length count" {
	sample
	tool modinfo -F Author sample.ko
	out_is ''
	tool modinfo -F auth sample.ko
	out_is ''
}

@test "the last of several field options wins" {
	sample
	same_as_peer modinfo -d -l sample.ko
	same_as_peer modinfo -F author -n sample.ko
	same_as_peer modinfo -n -F author sample.ko
}

@test "a parameter with an empty name, a type twice, a description twice" {
	ko m.ko parm=:x parmtype=:int parm=a:one parm=a:two parmtype=b:int parmtype=b:bool
	same_as_peer modinfo m.ko
	same_as_peer modinfo -p m.ko
}

@test "a description with line breaks stays as it is" {
	ko m.ko $'parm=a:line one\n\tline two' parmtype=a:int $'description=one\ntwo'
	same_as_peer modinfo m.ko
	same_as_peer modinfo -p m.ko
}

@test "no .modinfo fields at all" {
	ko m.ko name=
	same_as_peer modinfo m.ko
}

@test "content decides, not the suffix" {
	sample a.ko
	sample b.ko.xz
	cp a.ko c.ko.xz
	mv b.ko.xz d.ko
	tool modinfo -d c.ko.xz
	out_is 'A sample'
	tool modinfo -d d.ko
	out_is 'A sample'
}

@test "other classes and byte orders" {
	for options in -3 -b '-3 -b' '-m 183' '-b -m 22'; do
		# shellcheck disable=SC2086  # options
		ko m.ko $options license=GPL parm=a:b
		same_as_peer modinfo m.ko
	done
}
