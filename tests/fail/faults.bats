#!/usr/bin/env bats
# The failure test itself: it finds each kind of carelessness, and no other.

load helpers

# A sanitizer's build has careless beside its tools.
with_careless()
{
	local TOOLS=$TOOLS
	[ -x "$TOOLS/careless" ] || TOOLS=$LKM_BUILD/tests/fail
	"$@"
}

# careless DEFECT: the findings, without the summary.
careless()
{
	file proc/modules 'a 1 0 - Live 0x0'
	with_careless run every_call_fails careless "$@"
}

# finds DEFECT FINDING
finds()
{
	careless "$1"
	[ "$status" = 1 ]
	[[ $output == *"$2"* ]] || show_difference finding "$2" "$output"
}

@test "nothing is wrong with a careful program" {
	careless none
	[ "$status" = 0 ] || show_difference findings '' "$output"
	[[ ${lines[-1]} =~ ^'# '[0-9]+' calls, '[0-9]+' runs, 1 unnoticed by leave, 0 wrong'$ ]]
}

@test "an error that nobody looks at" {
	finds ignores 'not all was done, and the exit code is 0'
}

@test "a failure without a word" {
	finds silent 'failed without a word'
}

@test "a message in another form" {
	finds rude "not in the tool's form"
}

@test "a crash" {
	finds crashes 'it crashed'
}

@test "memory that is not given back" {
	careless leaks
	[ "$status" = 1 ]
	[[ $output =~ 'memory was not given back'|'LeakSanitizer' ]]
}

@test "a descriptor left open" {
	finds keeps-open 'a descriptor was left open'
}

@test "an interrupted call that is not made again" {
	finds not-again 'an interrupted or short call made a difference'
}

@test "half an answer" {
	finds half 'an interrupted or short call made a difference'
}

@test "a call that may fail needs a rule" {
	export HERE=$WORK
	: >optional
	careless none
	[ "$status" = 1 ]
	[[ $output == *'close /proc/modules, 5: nobody noticed'* ]]
	# A rule can forbid what a later one allows.
	{
		echo '!careless close /proc/modules'
		cat "$BATS_TEST_DIRNAME/optional"
	} >optional
	careless none
	[ "$status" = 1 ]
	[[ $output == *'close /proc/modules, 5: nobody noticed'* ]]
}

@test "a change in the root that the kernel did not make" {
	finds litters 'a file of the root was changed'
}

@test "killed at each call: nothing is left behind" {
	file proc/modules 'a 1 0 - Live 0x0'
	with_careless every_call_fails -k careless none
}

@test "the check after each run is heard" {
	file proc/modules 'a 1 0 - Live 0x0'
	with_careless run every_call_fails -k -c false careless none
	[ "$status" = 1 ]
	[[ $output == *'the check afterwards failed'* ]]
}
