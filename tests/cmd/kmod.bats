#!/usr/bin/env bats
# kmod: one program, many names.

load helpers

@test "a link with a command's name is that command" {
	for name in insmod rmmod lsmod modinfo; do
		ln -s "$TOOLS/kmod" "$name"
		run --separate-stderr in_root "./$name" --help
		status_is 0
		[[ ${lines[1]} == *"$name "* ]]
	done
}

@test "kmod COMMAND is that command" {
	for name in insmod rmmod lsmod modinfo; do
		tool kmod $name --help
		status_is 0
		[[ ${lines[1]} == *"$name "* ]]
	done
}

@test "an unknown link is kmod itself" {
	ln -s "$TOOLS/kmod" other
	run --separate-stderr in_root ./other lsmod
	status_is 0
	[[ $output == Module* ]]
}

@test "without a command: help, and an error" {
	tool kmod
	status_is 1
	out_has 'Commands:'
	err_is 'missing command'
}

@test "an unknown command" {
	tool kmod bogus
	status_is 1
	err_is "invalid command 'bogus'"
}

@test "kmod help, -h and --help list the commands" {
	for word in help -h --help; do
		tool kmod $word
		status_is 0
		err_is ''
		for name in help list insmod rmmod lsmod modinfo; do
			out_has "  $name"
		done
	done
}

@test "kmod -V: the version scripts look for" {
	for word in -V --version; do
		tool kmod $word
		status_is 0
		[[ ${lines[0]} =~ ^'kmod version '[0-9]+$ ]]
	done
}

@test "kmod with an unknown option" {
	tool kmod --bogus
	status_is 1
	out_is ''
	err_has "unrecognized option '--bogus'"
}

@test "no argv at all" {
	run --separate-stderr in_root bash -c 'exec -a "" "$1"' bash "$TOOLS/kmod"
	status_is 1
	err_is 'missing command'
}
