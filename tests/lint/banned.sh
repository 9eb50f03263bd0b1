#!/bin/sh
# Words that code must not contain: where, the word, and why.
set -eu
. "$(dirname "$0")/lib.sh"

words='
.*       goto       cleanup attributes release what is owned
^src/    printf     library code never prints
^src/    vprintf    library code never prints
^src/    puts       library code never prints
^src/    putchar    library code never prints
^src/    perror     library code never prints
^src/    err        library code never prints or exits
^src/    errx       library code never prints or exits
^src/    warn       library code never prints
^src/    warnx      library code never prints
^src/    stdout     library code never prints
^src/    stderr     library code never prints
^src/    exit       library code never exits
^src/    abort      library code never exits
'

banned=src/base/banned.h
{
	echo "$words" | sed '/./s/^/word /'
	# The functions that base/banned.h poisons, also where a macro would hide them.
	[ ! -f $banned ] || sed -n 's/^#pragma GCC poison //p' $banned | tr ' ' '\n' |
		sed '/./s/.*/word .* & banned by base\/banned.h/'
	files '^(src|tools|compat|tests)/.*\.[ch]$' | grep -v "^$banned\$" | code
} | awk '
	$1 == "word" {
		reason[++n] = $0
		where[n] = $2
		word[$3] = word[$3] " " n
		sub(/^word [^ ]+ +[^ ]+ +/, "", reason[n])
		next
	}

	function place(line, parts) {
		split(line, parts, ":")
		return parts[1] ":" parts[2]
	}

	# A call, or a keyword or variable: goto, stdout.  A member of that name is not meant.
	function check(name, rest, before, k, i, ids) {
		if (before ~ /(\.|->)$/)
			return
		if (name !~ /^(goto|stdout|stderr)$/ && rest !~ /^[ \t]*\(/)
			return
		k = split(word[name], ids, " ")
		for (i = 1; i <= k; i++)
			if ($0 ~ where[ids[i]])
				print place($0) ": " name ": " reason[ids[i]]
	}

	{
		rest = $0
		sub(/^[^:]*:[^:]*:/, "", rest)
		if (rest ~ /\([ \t]*(const )?(struct )?Elf(32|64)_[A-Za-z]+[ \t]*\*/)
			print place($0) ": bytes of a file are read through base/reader.h, never through a cast"
		before = ""
		while (match(rest, /[A-Za-z_][A-Za-z_0-9]*/)) {
			name = substr(rest, RSTART, RLENGTH)
			before = substr(rest, 1, RSTART - 1)
			rest = substr(rest, RSTART + RLENGTH)
			if (name in word)
				check(name, rest, before)
		}
	}
' | verdict
