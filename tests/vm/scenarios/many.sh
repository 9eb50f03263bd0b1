# shellcheck shell=dash disable=SC2154
# 60 modules with what they need in one call, one after the other and at once, and all away again.

# Drivers of sensors: they load without any, and each needs others.
prepare()
{
	sed -nE 's#^kernel/drivers/iio/(accel|gyro|imu|light|magnetometer|pressure)/([^/]*)\.ko[.a-z]*: .*#\2#p' \
		"$tree/lib/modules/$release/modules.dep" | tr - _ | head -n 60 >names
	# shellcheck disable=SC2046 # one word per module
	need $(cat names)
}

# Milliseconds since the boot
now()
{
	sed 's/^\(.*\)\.\(..\) .*/\1\20/' /proc/uptime
}

# Names, sorted
list()
{
	cut -d ' ' -f 1 /proc/modules | sort
}

# words FILE COMMAND...: what COMMAND says, and its exit code, with the words of FILE as arguments
words()
{
	local file=$1

	shift
	xargs "$@" <"$file" 2>&1
	echo "exit $?"
}

# all HOW OPTION...: load all, look, remove all; sets $set
all()
{
	local how=$1 before start loaded

	shift
	before=$(list)
	start=$(now)
	is "modprobe -a, $how" "$(words names /sbin/modprobe -a "$@")" "exit 0"
	loaded=$(now)
	set=$(list)
	is "$how: none is missing" "$(list | grep -cxFf names)" 60
	is "$how: modprobe -r -a" "$(words backwards /sbin/modprobe -r -a)" "exit 0"
	echo "# $how: $(echo "$set" | wc -l) modules in $((loaded - start)) ms, removed in $(($(now) - loaded)) ms"
	is "$how: what they needed is gone too" "$(list)" "$before"
}

checks()
{
	local sequential set

	# Users before what they use
	tac names >backwards
	all "one after the other" --jobs 1
	sequential=$set
	all "at once" --jobs 4
	is "the same set" "$set" "$sequential"
}
