# shellcheck shell=dash disable=SC1091,SC3043
# guest.sh - what a scenario's checks() may call.  Runs in the guest, in busybox's shell.
#
# Every check prints one TAP line; a failed one also prints what the last `run` showed.
#
#   run CMD...               run it with a time limit; sets $out, $err, $rc (124: time was up)
#   ok NAME CMD...           CMD succeeds
#   no NAME CMD...           CMD fails
#   is NAME GOT WANT         equal strings
#   like NAME TEXT ERE       some line of TEXT matches
#   unlike NAME TEXT ERE     no line matches
#   has NAME TEXT LINE       some line of TEXT is LINE
#   works NAME CMD...        run: exit 0, nothing on stderr
#   silent NAME CMD...       run: exit 0, nothing printed at all
#   refused NAME LINE CMD... run: exit 1, nothing on stdout, LINE is the first of stderr
#   why NAME LINE            one of the lines below that first one is LINE
#   why_like NAME ERE        one of them matches
#   skip NAME REASON         a check that this kernel or machine cannot have
#   mark; klog               klog prints the kernel's messages since mark
#   ko MODULE                the path of its file
#   insert MODULE...         insmod each with what it needs, if not there yet
#   retire MODULE...         rmmod each, in this order
#   loaded MODULE            is it in /proc/modules?
#   builtin MODULE           does this kernel have it built in?
#   dep_line MODULE          its line of modules.dep; fails if there is none
#   monitor COMMAND          QEMU's monitor executes COMMAND (device_add ...)
#   wait_for CMD...          repeat CMD until it succeeds; fails after 20 seconds
#   hold DEVICE              a process "sleep" has DEVICE open from now on, until it is killed; sets $holder
#
# The names of our tools mean ours, /sbin/NAME, not busybox's; behind other programs (timeout, su)
# write the path.

release=$(uname -r)
modules=/lib/modules/$release
checks=0
newline='
'

insmod() { /sbin/insmod "$@"; }
rmmod() { /sbin/rmmod "$@"; }
lsmod() { /sbin/lsmod "$@"; }
modinfo() { /sbin/modinfo "$@"; }
modprobe() { /sbin/modprobe "$@"; }
depmod() { /sbin/depmod "$@"; }
kmod() { /sbin/kmod "$@"; }

# ---- checks --------------------------------------------------------------------------------------

diag()
{
	echo "$1" | head -n 60 | sed 's/^/#   /'
}

# pass_or_fail STATUS NAME [MORE]
pass_or_fail()
{
	checks=$((checks + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $checks - $2"
		return 0
	fi
	echo "not ok $checks - $2"
	[ -z "${3-}" ] || diag "$3"
	[ -z "${command-}" ] || diag "last run: $command${newline}exit $rc${newline}stdout: $out${newline}stderr: $err"
	return 0
}

run()
{
	local program=$1

	case $1 in
	insmod|rmmod|lsmod|modinfo|modprobe|depmod|kmod) program=/sbin/$1 ;;
	esac
	shift
	set -- "$program" "$@"
	command=$*
	timeout 120 "$@" >/tmp/.out 2>/tmp/.err
	rc=$?
	[ $rc -ne 143 ] || rc=124
	out=$(cat /tmp/.out)
	err=$(cat /tmp/.err)
}

ok()
{
	local name=$1 status=0

	shift
	"$@" >/tmp/.ok 2>&1 || status=$?
	pass_or_fail $status "$name" "$*: exit $status $(cat /tmp/.ok)"
}

no()
{
	local name=$1 status=0

	shift
	"$@" >/tmp/.ok 2>&1 && status=1
	pass_or_fail $status "$name" "$*: should have failed $(cat /tmp/.ok)"
}

is()
{
	local status=0

	[ "$2" = "$3" ] || status=1
	pass_or_fail $status "$1" "got:  $2${newline}want: $3"
}

like()
{
	local status=0

	echo "$2" | grep -qE -- "$3" || status=1
	pass_or_fail $status "$1" "got:  $2${newline}want: /$3/"
}

unlike()
{
	local status=0

	! echo "$2" | grep -qE -- "$3" || status=1
	pass_or_fail $status "$1" "got:  $2${newline}not: /$3/"
}

has()
{
	local status=0

	echo "$2" | grep -qxF -- "$3" || status=1
	pass_or_fail $status "$1" "got:  $2${newline}want: $3"
}

works()
{
	local name=$1 status=0

	shift
	run "$@"
	[ "$rc" = 0 ] && [ -z "$err" ] || status=1
	pass_or_fail $status "$name"
}

silent()
{
	local name=$1 status=0

	shift
	run "$@"
	[ "$rc" = 0 ] && [ -z "$out$err" ] || status=1
	pass_or_fail $status "$name"
}

refused()
{
	local name=$1 line=$2 status=0

	shift 2
	run "$@"
	[ "$rc" = 1 ] && [ -z "$out" ] && [ "$(echo "$err" | head -n 1)" = "$line" ] || status=1
	pass_or_fail $status "$name" "want: $line"
}

# The lines below the first are indented by two.
reasons()
{
	echo "$err" | sed '1d; s/^  //'
}

why()
{
	has "$1" "$(reasons)" "$2"
}

why_like()
{
	like "$1" "$(reasons)" "$2"
}

skip()
{
	checks=$((checks + 1))
	echo "ok $checks - $1 # SKIP $2"
}

# ---- the kernel ----------------------------------------------------------------------------------

mark()
{
	marks=$((${marks-0} + 1))
	echo "mark $$.$marks" >/dev/kmsg
}

klog()
{
	dmesg | sed "1,/ mark $$\.$marks\$/d"
}

# A line of modules.dep: "kernel/x/y.ko.xz: ..." of one module
dep_line()
{
	grep -E "(^|/)$(echo "$1" | sed 's/[-_]/[-_]/g')\.ko[.a-z]*:" "$modules/modules.dep"
}

builtin()
{
	grep -qE "/$(echo "$1" | sed 's/[-_]/[-_]/g')\.ko\$" "$modules/modules.builtin"
}

ko()
{
	local line

	line=$(dep_line "$1") || echo "no module $1 in this guest" >&2
	echo "$modules/${line%%:*}"
}

loaded()
{
	grep -q "^$(echo "$1" | tr - _) " /proc/modules
}

# modules.dep names what a module needs after it, the deepest last.
insert()
{
	local module path name

	for module; do
		builtin "$module" && continue
		for path in $(dep_line "$module" | tr -d : | tr ' ' '\n' | tac); do
			name=${path##*/}
			loaded "${name%%.ko*}" || /sbin/insmod "$modules/$path" || return 1
		done
	done
}

retire()
{
	local module

	for module; do
		/sbin/rmmod "$module" || return 1
	done
}

monitor()
{
	echo "#monitor $*"
}

wait_for()
{
	local i

	for i in $(seq 100); do
		"$@" 2>/tmp/.wait && return
		usleep 200000
	done
	echo "not after $i tries: $*: $(cat /tmp/.wait)"
	return 1
}

hold()
{
	sleep 600 9<"$1" &
	holder=$!
	# It opens first, and then gets its name
	wait_for grep -qx sleep "/proc/$holder/comm"
}

# ---- one scenario --------------------------------------------------------------------------------

# clean LIST: remove what is not in LIST, so that the next scenario finds the guest as this one did
clean()
{
	local name

	umount /mnt 2>/dev/null
	while read -r name _; do
		echo "$1" | grep -qx "$name" || /bin/busybox rmmod "$name" 2>/dev/null
	done </proc/modules
}

scenario()
{
	local before harm

	# What must be the same before and after
	before=$(cut -d ' ' -f 1 /proc/modules | sort)

	echo "# scenario $1"
	cd "/vm/$1" || exit 1
	. ./scenario.sh
	mark
	echo "scenario $1" >/dev/kmsg
	set -u
	checks
	command=''
	is "leaves the list of modules as it was" "$(cut -d ' ' -f 1 /proc/modules | sort)" "$before"
	clean "$before"
	harm=$(dmesg | sed "1,/ scenario $1\$/d" | grep -E '(BUG|WARNING|Oops|INFO): |general protection')
	is "leaves the kernel unharmed" "$harm" ""
	echo "1..$checks"
}
