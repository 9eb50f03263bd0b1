#!/usr/bin/env bats
# The command line: what getopt_long(3) users rely on, tool by tool.

load helpers

ALL='insmod rmmod lsmod modinfo'

# each CHECK ARGS...: run every tool with these arguments, then the check with the tool's name.
each()
{
	local check=$1 name
	shift
	for name in $ALL; do
		tool "$name" "$@"
		"$check" "$name" || { echo "# with: $name $*"; return 1; }
	done
}

version_shown()
{
	status_is 0 && err_is '' && [[ ${lines[0]} =~ ^'kmod version '[0-9]+$ ]]
}

help_shown()
{
	status_is 0 && err_is '' && [[ ${lines[0]} == Usage: && ${lines[1]} == *"$1 "* ]] &&
		out_has '-V, --version' && out_has '-h, --help'
}

# getopt's own line, $message, and nothing else.
refused()
{
	status_is 1 && out_is '' && err_is "$TOOLS/$1: ${message:?}"
}

@test "-V, --version and its abbreviation" {
	each version_shown -V
	each version_shown --version
	each version_shown --vers
}

@test "-h, --help and its abbreviation" {
	each help_shown -h
	each help_shown --help
	each help_shown --he
}

@test "-V and -h need nothing else, and nothing else is done" {
	each version_shown -V nosuch
	each version_shown nosuch -V
	each help_shown nosuch --help
	calls_are ''
}

@test "an unknown long option" {
	message="unrecognized option '--bogus'" each refused --bogus
	message="unrecognized option '--bogus'" each refused nosuch --bogus
}

@test "an unknown short option" {
	message="invalid option -- 'Z'" each refused -Z
}

@test "an argument where none is allowed" {
	message="option '--version' doesn't allow an argument" each refused --version=1
}

@test "an ambiguous abbreviation" {
	ko m.ko
	tool modinfo --fi m.ko
	status_is 1
	err_has "option '--fi' is ambiguous"
}

@test "a missing argument" {
	tool modinfo -F
	status_is 1
	err_has "option requires an argument -- 'F'"
	tool modinfo --field
	status_is 1
	err_has "option '--field' requires an argument"
}

@test "an argument attached, apart, and after an equals sign" {
	ko m.ko license=GPL
	for words in -Flicense '-F license' --field=license '--field license' --fie=license; do
		# shellcheck disable=SC2086  # several words
		tool modinfo $words m.ko
		status_is 0
		out_is GPL
	done
}

@test "letters in a cluster" {
	ko m.ko license=GPL
	output=$(in_root "$TOOLS/modinfo" -0l m.ko | tr '\0' '|')
	out_is 'GPL|'
	output=$(in_root "$TOOLS/modinfo" -0Flicense m.ko | tr '\0' '|')
	out_is 'GPL|'
}

@test "options after operands" {
	ko m.ko license=GPL
	tool modinfo m.ko -F license
	out_is GPL
	loaded m
	kernel 'delete m 0'
	tool rmmod m -f
	calls_are 'delete m flags=2560 -> 0'
}

@test "options after insmod's parameters" {
	ko m.ko
	tool insmod m.ko a=1 -f b=2
	calls_are 'finit m flags=3 [a=1 b=2] -> 0'
}

@test "-- ends the options" {
	tool rmmod -- -f
	status_is 1
	err_has 'Module _f is not currently loaded'
	tool modinfo -- -n
	status_is 1
	err_begins 'modinfo: ERROR: Module -n not found.'
	tool insmod -- -f
	status_is 1
	err_has 'could not load module -f'
}

@test "the same option twice is the option" {
	loaded m
	kernel 'delete m 0'
	tool rmmod -f -f m
	calls_are 'delete m flags=2560 -> 0'
}

@test "help names every option the tool takes" {
	while read -r name letters; do
		tool "$name" --help
		for letter in $letters; do
			out_has "	-$letter"
		done
	done <<-END
		insmod f s v q L V h
		rmmod f s v w V h
		lsmod V h
		modinfo a d l p n 0 F k b m V h
	END
}

@test "20,000 operands" {
	mapfile -t names < <(seq -f n%.0f 20000)
	tool rmmod "${names[@]}"
	status_is 1
	[ "$(grep -c 'is not currently loaded' <<<"${stderr-}")" = 20000 ]
}
