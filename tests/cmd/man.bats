#!/usr/bin/env bats
# The manual pages against the tools: what --help has is in the page, and the
# other way round.

load helpers

PAGES=$BATS_TEST_DIRNAME/../../man

# The options in the left column of a help text: -x and --long, without arguments.
help_options()
{
	sed -n 's/^\t\(-[^ ,]*\)\(, \(--[^ ]*\)\)\{0,1\}.*/\1 \3/p' | tr ' ' '\n' |
		sed 's/[=[].*//; /^$/d' | sort -u
}

# The options that a page explains: *-x*, *--long* at the start of a line of its section OPTIONS.
page_options()
{
	awk '/^# / { inside = /^# OPTIONS/ } inside && /^\*-/' "$1" | grep -oE '\*--?[a-z0-9A-Z][a-z-]*\*' |
		tr -d '*' | sort -u
}

same_options()
{
	[ -n "$1" ]
	[ "$1" = "$2" ] || show_difference 'options, in --help and in the page' "$1" "$2"
}

classic()
{
	tool "$1" --help
	status_is 0
	same_options "$(help_options <<<"$output")" "$(page_options "$PAGES/$1.8.scd")"
}

@test "insmod(8) has the options of insmod" {
	classic insmod
}

@test "rmmod(8) has the options of rmmod" {
	classic rmmod
}

@test "lsmod(8) has the options of lsmod" {
	classic lsmod
}

@test "depmod(8) has the options of depmod" {
	classic depmod
}

@test "modinfo(8) has the options of modinfo" {
	classic modinfo
}

@test "modprobe(8) has the options of modprobe" {
	classic modprobe
}

@test "kmod(8) has the options and the commands of kmod" {
	local command commands
	classic kmod
	commands=$(sed -n 's/^  \([a-z-]*\) .*/\1/p' <<<"$output")
	[ -n "$commands" ]
	for command in $commands; do
		grep -q "^\*.*$command\*" "$PAGES/kmod.8.scd" || show_difference 'commands' "$command" ''
	done
}

@test "lkm(1) has the options and the commands of lkm" {
	local command commands all
	tool lkm --help
	commands=$(sed -n '/^Commands/,/^$/s/^\t\([a-z-]*\) .*/\1/p' <<<"$output")
	[ -n "$commands" ]
	all=$output
	for command in $commands; do
		grep -q "^\*$command\*" "$PAGES/lkm.1.scd" || show_difference 'commands' "$command" ''
		grep -q "^\*lkm $command\*" "$PAGES/lkm.1.scd" || show_difference 'synopsis' "$command" ''
		tool lkm "$command" --help
		if [ -e "$PAGES/lkm-$command.1.scd" ]; then
			same_options "$(help_options <<<"$output")" "$(page_options "$PAGES/lkm-$command.1.scd")"
		else
			all+=$'\n'$output
		fi
	done
	same_options "$(help_options <<<"$all")" "$(page_options "$PAGES/lkm.1.scd")"
}
