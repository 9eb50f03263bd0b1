# Print "file:line:code" for each line of C: comments are dropped and literals
# emptied, so that a rule sees only what the compiler would act on.
FNR == 1 {
	comment = 0
}

{
	rest = $0
	out = ""
	while (rest != "") {
		if (comment) {
			at = index(rest, "*/")
			rest = at ? substr(rest, at + 2) : ""
			comment = !at
			continue
		}
		if (!match(rest, /"|'|\/\*|\/\//)) {
			out = out rest
			break
		}
		out = out substr(rest, 1, RSTART - 1)
		mark = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		if (mark == "//")
			break
		if (mark == "/*") {
			comment = 1
			out = out " "
			continue
		}
		if (mark == "\"")
			closed = match(rest, /^([^"\\]|\\.)*"/)
		else
			closed = match(rest, /^([^'\\]|\\.)*'/)
		out = out mark mark
		rest = closed ? substr(rest, RLENGTH + 1) : ""
	}
	print FILENAME ":" FNR ":" out
}
