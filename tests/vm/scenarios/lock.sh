# shellcheck shell=dash disable=SC2154
# insmod -L: two at once end as one load and no error.

prepare()
{
	need dummy
	plain dummy a.ko
	cc -static -o hold -xc - <<-EOF
	#include <fcntl.h>
	#include <sys/file.h>
	#include <unistd.h>

	int main(void)
	{
		return flock(open("a.ko", O_RDONLY), LOCK_EX) || sleep(1);
	}
	EOF
}

# Two that both wait for the lock, $1 times; prints what they print and their exit codes other than 0
races()
{
	local i

	for i in $(seq "$1"); do
		./hold &
		sleep 0.2
		{ /sbin/insmod -L a.ko || echo "exit $?"; } 2>&1 &
		{ /sbin/insmod -L a.ko || echo "exit $?"; } 2>&1 &
		sleep 0.4
		! loaded dummy || echo "round $i: loaded without the lock"
		wait
		loaded dummy || echo "round $i: not loaded"
		/sbin/rmmod dummy 2>&1
	done
}

checks()
{
	is "5 times two insmod -L of one module" "$(races 5)" ""
	silent "insmod -L" insmod -L a.ko
	refused "what was loaded before is an error" \
		"insmod: ERROR: could not insert module a.ko: File exists" insmod --lock a.ko
	refused "without -L too" "insmod: ERROR: could not insert module a.ko: File exists" insmod a.ko
	run rmmod dummy
	: >not-a-module.ko
	no "another error stays one" /sbin/insmod -L not-a-module.ko
}
