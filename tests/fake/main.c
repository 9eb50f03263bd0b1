#include "fake.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/utsname.h>
#include <time.h>

/* Above what a program under test opens, below the usual limit of 1024. */
#define HIGH_FD 900

static const char *settings[FAKE_SETTINGS];

const char *fake_setting(enum fake_setting which)
{
	return settings[which];
}

void *fake_symbol(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		abort();
	return found;
}

int fake_open(const char *path, int flags)
{
	int fd = (int)fake_sys(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0666);
	int high;

	if (fd < 0)
		return -1;
	high = (int)fake_sys(SYS_fcntl, fd, F_DUPFD_CLOEXEC, HIGH_FD);
	fake_sys(SYS_close, fd);
	return high;
}

void fake_append(enum fake_setting which, const char *format, ...)
{
	char text[2 * PATH_MAX];
	va_list args;
	int fd, len;

	if (!settings[which])
		return;
	fd = fake_open(settings[which], O_WRONLY | O_CREAT | O_APPEND);
	if (fd < 0)
		abort();
	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0)
		fake_sys(SYS_write, fd, text, len < (int)sizeof(text) ? len : (int)sizeof(text));
	fake_sys(SYS_close, fd);
}

void fake_save(enum fake_setting which, const void *bytes, size_t len)
{
	int fd;

	if (!settings[which])
		return;
	fd = fake_open(settings[which], O_WRONLY | O_CREAT | O_TRUNC);
	/* Who may not write it has no test that reads it. */
	if (fd < 0)
		return;
	if (fake_sys(SYS_write, fd, bytes, len) != (long)len)
		abort();
	fake_sys(SYS_close, fd);
}

__attribute__((constructor)) static void begin(void)
{
	static const char *const names[FAKE_SETTINGS] = {
		[FAKE_ROOT] = "LKM_FAKE_ROOT",	   [FAKE_RELEASE] = "LKM_FAKE_RELEASE",
		[FAKE_KERNEL] = "LKM_FAKE_KERNEL", [FAKE_LOG] = "LKM_FAKE_LOG",
		[FAKE_SYSLOG] = "LKM_FAKE_SYSLOG", [FAKE_IMAGE] = "LKM_FAKE_IMAGE",
		[FAKE_CLOCK] = "LKM_FAKE_CLOCK",
	};

	for (size_t i = 0; i < FAKE_SETTINGS; i++) {
		const char *value = getenv(names[i]);

		settings[i] = value && *value ? value : NULL;
	}
	fake_fault_begin();
}

__attribute__((destructor)) static void end(void)
{
	fake_fault_end();
}

int uname(struct utsname *name)
{
	if (fake_fails("uname", "") || REAL(uname)(name) < 0)
		return -1;
	if (settings[FAKE_RELEASE])
		snprintf(name->release, sizeof(name->release), "%s", settings[FAKE_RELEASE]);
	return 0;
}

/* Time passes as it is told to, however busy the machine is. */
int clock_gettime(clockid_t clock, struct timespec *ret)
{
	static uint64_t looks;
	uint64_t ms;

	if (clock != CLOCK_MONOTONIC || !settings[FAKE_CLOCK])
		return REAL(clock_gettime)(clock, ret);
	ms = __atomic_add_fetch(&looks, 1, __ATOMIC_RELAXED) *
	     strtoull(settings[FAKE_CLOCK], NULL, 10);
	*ret = (struct timespec){ .tv_sec = (time_t)(ms / 1000),
				  .tv_nsec = (long)(ms % 1000) * 1000000 };
	return 0;
}
