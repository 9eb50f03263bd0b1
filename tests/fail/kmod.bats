#!/usr/bin/env bats
# kmod's own answers, with every call failing in turn.

load helpers

@test "help" {
	every_call_fails kmod help
}

@test "version" {
	every_call_fails kmod --version
}
