# shellcheck shell=sh
# tests/lint/lib.sh - what the rules share.
#
# A rule is a script that judges the tree in the current directory: it prints
# "file:line: reason" for each finding and exits 1 if there was one.

lint_dir=$(cd "$(dirname "$0")" && pwd)

# The project's files whose path matches an extended regular expression: what
# git tracks or would add, or every file where there is no repository.
files()
{
	if [ -e .git ]; then
		git ls-files -co --exclude-standard
	else
		find . -type f | sed 's,^\./,,'
	fi | grep -E "$1" | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done | sort -u
}

# Read file names, print "file:line:code" with comments and literals emptied.
code()
{
	xargs -r awk -f "$lint_dir/code.awk"
}

# Pass findings through; fail if there were any.
verdict()
{
	awk '{ print; found = 1 } END { exit found }'
}

# Without its tools a rule would find nothing and pass.
need()
{
	for tool in "$@"; do
		command -v "$tool" >/dev/null || {
			echo "$0:1: needs $tool (scripts/deps check installs it)"
			exit 1
		}
	done
}
