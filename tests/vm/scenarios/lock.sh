# shellcheck shell=dash disable=SC2154
# insmod -L: two at once end as one load and no error.

# hold: takes the lock, makes the file "held", and keeps the lock until there is a file "go"
prepare()
{
	plain dummy a.ko
	cc -static -o hold -xc - <<-EOF
	#include <fcntl.h>
	#include <sys/file.h>
	#include <unistd.h>

	int main(void)
	{
		if (flock(open("a.ko", O_RDONLY), LOCK_EX) || creat("held", 0600) < 0)
			return 1;
		while (access("go", F_OK))
			usleep(10000);
		return 0;
	}
	EOF
}

two_wait()
{
	[ "$(grep -c -e '-> FLOCK' /proc/locks)" = 2 ]
}

# Two that both wait for the lock, $1 times; prints what they print and their exit codes other than 0
races()
{
	local i

	for i in $(seq "$1"); do
		rm -f held go
		./hold &
		wait_for test -e held
		{ /sbin/insmod -L a.ko || echo "exit $?"; } 2>&1 &
		{ /sbin/insmod -L a.ko || echo "exit $?"; } 2>&1 &
		wait_for two_wait
		! loaded dummy || echo "round $i: loaded without the lock"
		touch go
		wait
		loaded dummy || echo "round $i: not loaded"
		/sbin/rmmod dummy 2>&1
	done
}

checks()
{
	is "20 times two insmod -L of one module" "$(races 20)" ""
	silent "insmod -L" insmod -L a.ko
	refused "what was loaded before is an error" \
		"insmod: ERROR: could not insert module a.ko: File exists" insmod --lock a.ko
	why "says so" "module dummy is already loaded"
	refused "without -L too" "insmod: ERROR: could not insert module a.ko: File exists" insmod a.ko
	run rmmod dummy
	: >not-a-module.ko
	refused "another error stays one" \
		"insmod: ERROR: could not insert module not-a-module.ko: Invalid parameters" \
		insmod -L not-a-module.ko
}
