# shellcheck shell=dash disable=SC2154
# 200 different modules come and go while lsmod runs: every line that it prints is whole.

# Modules that load without any hardware, alone or on top of rc-core.
prepare()
{
	local names

	sed -nE 's#^kernel/(fs/nls|net/sched|drivers/media/rc/keymaps)/([^/]*)\.ko[.a-z]*:( [^ ]*/rc-core\.[^ ]*)?$#\2#p' \
		"$tree/lib/modules/$release/modules.dep" | head -n 200 >names
	names=$(cat names)
	# shellcheck disable=SC2086 # one word per module
	need $names
}

# Run lsmod until the file stop appears; print what is wrong with its lines, count its runs in "runs".
watch()
{
	local n=0

	while [ ! -e stop ]; do
		/sbin/lsmod 2>&1 | awk '
			NR == 1 && $0 != "Module                  Size  Used by" { print "header: " $0 }
			NR > 1 && !/^[a-z0-9_]+ +[1-9][0-9]*  [0-9]+( [a-z0-9_,]+)?$/ { print "line: " $0 }'
		n=$((n + 1))
		echo $n >runs
	done
}

ran_often()
{
	[ "$(cat runs)" -ge 20 ]
}

# each COMMAND...: run it for every name on standard input; prints the number of successes
each()
{
	local name good=0

	while read -r name; do
		"$@" "$name" 2>>errors && good=$((good + 1))
	done
	echo $good
}

# No look-up in modules.dep: the speed of loading is the point.
load()
{
	/sbin/insmod "$(grep -F "/$1.ko" paths)"
}

checks()
{
	local wanted

	wanted=$(wc -l <names)
	find "$modules" -name '*.ko*' >paths
	ok "there are 200 of them" test "$wanted" -eq 200
	insert rc-core
	watch >wrong &
	is "all are loaded" "$(each load <names)" "$wanted"
	is "lsmod lists all, and rc_core" "$(lsmod | wc -l)" $((wanted + 2))
	# Backwards: some of the tables hold one that came before them.
	is "all are removed" "$(tac names | each /sbin/rmmod)" "$wanted"
	ok "lsmod ran many times" wait_for ran_often
	touch stop
	wait
	is "no load or removal said anything" "$(cat errors)" ""
	is "no line of lsmod was torn, no count was negative" "$(head wrong)" ""
	run rmmod rc-core
}
