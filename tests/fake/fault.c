#include "fake.h"

#include <fcntl.h>
#include <signal.h>

/* Descriptors below this are looked at for the balance. */
#define FDS 64

enum how {
	FAIL,
	KILL,
	SHORT,
};

static struct {
	int log;	      /* where calls are listed, -1: nowhere */
	unsigned long target; /* the call that is struck, counted from 1; 0: none */
	enum how how;
	int error;
	uint64_t open_before; /* bit N: descriptor N was open at the start */
} faults = { .log = -1 };

/* What the last call was about that was not for memory: it tells such calls apart. */
static __thread char place[256];

static unsigned long calls;
static long balance;

static uint64_t open_descriptors(void)
{
	uint64_t found = 0;

	for (int fd = 0; fd < FDS; fd++)
		if (fake_sys(SYS_fcntl, fd, F_GETFD) >= 0)
			found |= (uint64_t)1 << fd;
	return found;
}

static void read_target(const char *text)
{
	char *end;

	faults.target = (unsigned long)strtoull(text, &end, 10);
	if (strcmp(end, ":kill") == 0)
		faults.how = KILL;
	else if (strcmp(end, ":short") == 0)
		faults.how = SHORT;
	else
		faults.error = (int)strtoull(end + 1, NULL, 10);
}

void fake_fault_begin(void)
{
	const char *target = getenv("LKM_FAULT");
	const char *list = getenv("LKM_FAULT_LOG");

	if (target)
		read_target(target);
	if (list) {
		faults.open_before = open_descriptors();
		faults.log = fake_open(list, O_WRONLY | O_CREAT | O_APPEND);
	}
	unsetenv("LKM_FAULT");
	unsetenv("LKM_FAULT_LOG");
	__atomic_store_n(&balance, 0, __ATOMIC_RELAXED);
}

/* One line of the list; `mark` may stand before it. */
static void list_line(const char *mark, const char *call, const char *what, bool memory)
{
	char line[PATH_MAX + 64];
	int len = snprintf(line, sizeof(line), "%s%s %s%s%s\n", mark, call, what ? what : "",
			   memory ? "@" : "", memory ? place : "");

	if (len > 0)
		fake_sys(SYS_write, faults.log, line,
			 len < (int)sizeof(line) ? len : (int)sizeof(line));
}

/* What this call is to suffer: -1 nothing, else FAIL or SHORT. */
static int strike(const char *call, const char *what, bool memory)
{
	unsigned long number;

	if (faults.log < 0 && faults.target == 0)
		return -1;
	number = __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
	if (faults.log >= 0)
		list_line("", call, what, memory);
	if (faults.log >= 0 && !memory)
		snprintf(place, sizeof(place), "%s", what ? what : "");
	if (number != faults.target)
		return -1;
	if (faults.log >= 0)
		list_line("struck ", call, what, memory);
	if (faults.how == KILL)
		fake_sys(SYS_kill, fake_sys(SYS_getpid), SIGKILL);
	if (faults.how == FAIL)
		errno = faults.error;
	return (int)faults.how;
}

bool fake_fails(const char *call, const char *what)
{
	int saved = errno;
	int struck = strike(call, what, false);

	if (struck != FAIL)
		errno = saved;
	return struck == FAIL;
}

bool fake_memory_fails(const char *call, const char *who)
{
	int saved = errno;
	int struck = strike(call, who, true);

	errno = struck == FAIL ? ENOMEM : saved;
	return struck == FAIL;
}

bool fake_fails_fd(const char *call, int fd, size_t *len)
{
	char room[PATH_MAX];
	int saved = errno;
	int struck;

	/* Finding the name costs a system call: only when it is wanted. */
	struck = strike(call, faults.log < 0 ? "" : fake_fd_path(fd, room), false);
	if (struck != FAIL)
		errno = saved;
	if (struck == SHORT && len && *len > 1)
		*len = 1;
	return struck == FAIL;
}

void fake_fault_balance(int change)
{
	__atomic_add_fetch(&balance, change, __ATOMIC_RELAXED);
}

void fake_fault_end(void)
{
	char line[64];
	int fds, len;

	if (faults.log < 0)
		return;
	/* The standard three may have been closed on purpose, to see the last error. */
	fds = __builtin_popcountll(open_descriptors() & ~faults.open_before & ~(uint64_t)7);
	len = snprintf(line, sizeof(line), "exit memory=%ld descriptors=%d\n",
		       __atomic_load_n(&balance, __ATOMIC_RELAXED), fds);
	fake_sys(SYS_write, faults.log, line, len);
	fake_sys(SYS_close, faults.log);
	faults.log = -1;
	faults.target = 0;
}
