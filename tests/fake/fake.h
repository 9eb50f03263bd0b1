/*
 * fake/fake.h - the made-up machine that a program under test sees.
 *
 * libfake.so is preloaded (LD_PRELOAD) into an unmodified dynamic program and
 * stands between it and libc.  What it does is said in the environment:
 *
 *	LKM_FAKE_ROOT     folder that stands for /proc, /sys, /lib/modules, /etc ...
 *	LKM_FAKE_RELEASE  what uname(2) says
 *	LKM_FAKE_KERNEL   answers of the module system calls, see script.h
 *	LKM_FAKE_LOG      file that receives one line per module system call
 *	LKM_FAKE_SYSLOG   file that receives what went to syslog(3)
 *	LKM_FAKE_CLOCK    milliseconds by which the monotonic clock goes on with each look at it
 *	LKM_FAKE_IMAGE    file that receives the image the kernel was last given
 *	LKM_FAULT         "N:ERRNO", "N:kill" or "N:short": what happens to call N
 *	LKM_FAULT_LOG     file that receives one line per call: "open /proc/modules",
 *	                  and after the one that suffers "struck open /proc/modules"
 *
 * The last two are taken out of the environment, so that children run free.
 *
 * Inside: everything here allocates nothing and calls the real functions only
 * (REAL, fake_sys), or the library would count and redirect itself.  It runs
 * before main and in threads, so state is set once by the constructor and only
 * read afterwards; the counter is atomic.
 */
#ifndef LKM_TESTS_FAKE_H
#define LKM_TESTS_FAKE_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* The next definition of a function after ours, in the order of the loader. */
void *fake_symbol(const char *name);

#define REAL(name)                                                     \
	({                                                             \
		static __typeof__(&name) real_;                        \
		if (!real_)                                            \
			real_ = (__typeof__(&name))fake_symbol(#name); \
		real_;                                                 \
	})

/* A system call past every wrapper; -1 and errno. */
#define fake_sys(...) REAL(syscall)(__VA_ARGS__)

/* Give a function a second name: the 64-bit-offset twin, the checking twin. */
#define SAME_AS(twin, name) __asm__(".globl " #twin "\n\t.set " #twin ", " #name)

/* ---- main.c ---- */

/* A setting from the environment as it was at the start; NULL when absent or empty. */
enum fake_setting {
	FAKE_ROOT,
	FAKE_RELEASE,
	FAKE_KERNEL,
	FAKE_LOG,
	FAKE_SYSLOG,
	FAKE_CLOCK,
	FAKE_IMAGE,
	FAKE_SETTINGS,
};
const char *fake_setting(enum fake_setting which);

/* Open a file (not through the fake root) on a high descriptor; -1 and errno. */
int fake_open(const char *path, int flags);

/* Append formatted text to the file of a setting; nothing happens without that setting. */
void fake_append(enum fake_setting which, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Replace the file of a setting. */
void fake_save(enum fake_setting which, const void *bytes, size_t len);

/* ---- root.c ---- */

/* Where a path leads: into the fake root, written to room, or the path itself. */
const char *fake_path(const char *path, char room[static PATH_MAX]);

/* A path in the fake root made from printf arguments; false without a root. */
bool fake_root_path(char room[static PATH_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What a descriptor is open on, as the program sees it (without the root). */
const char *fake_fd_path(int fd, char room[static PATH_MAX]);

/* ---- fault.c ---- */

/* Read the settings of faults and begin to count. */
void fake_fault_begin(void);

/* Write the balance of memory and descriptors to the list of calls. */
void fake_fault_end(void);

/* Count a call on something with a name; true: it must fail, errno is set. */
bool fake_fails(const char *call, const char *what);

/*
 * The same on a descriptor.  `len` may be NULL; when this call is to be short
 * *len becomes 1.
 */
bool fake_fails_fd(const char *call, int fd, size_t *len);

/*
 * The same for memory that the "program" or a "library" asks for.  In the list
 * it is followed by what the call before was about: "malloc program@/proc/modules".
 * The errno is ENOMEM, whatever was asked for.
 */
bool fake_memory_fails(const char *call, const char *who);

/* Memory was handed out (+1) or given back (-1). */
void fake_fault_balance(int change);

/* ---- kernel.c, kmsg.c ---- */

/* finit_module(2), init_module(2) and delete_module(2) of the fake kernel. */
int fake_finit_module(int fd, const char *params, unsigned int flags);
int fake_init_module(const void *image, size_t len, const char *params);
int fake_delete_module(const char *name, unsigned int flags);

/* Add a record to the fake root's /dev/kmsg. */
void fake_kmsg_add(const char *text);

/*
 * Is the descriptor the fake /dev/kmsg?  Then one record was read, as the
 * kernel would: *ret is the result of read(2).
 */
bool fake_kmsg_read(int fd, void *buf, size_t len, ssize_t *ret);

#endif
