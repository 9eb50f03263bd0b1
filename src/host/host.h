/*
 * host/host.h - the running kernel and OS behind one table of functions.
 *
 * Whatever a tool asks of or does to the running system goes through a struct
 * lkm_host: the module system calls, files of /proc, /sys and /dev, locks and
 * time.  lkm_host_linux() is the real one; tests bring a scripted one in which
 * each call can be made to fail.  No other room makes such a call.  (Module
 * files and module directories are plain files: base/file.h.)
 *
 * Ownership  A descriptor that comes back is the caller's, to be closed with
 *            close(2).  Bytes and text go into the caller's blob or buffer.
 * Errors     0 or a positive result, otherwise the negative errno of the call
 *            that failed, untranslated: what an errno of a module call means
 *            is for plan/ to say.
 * Trust      Calls of the module loader run code in the kernel.
 * Threads    The table is read-only; calls may be made from any thread.
 */
#ifndef LKM_HOST_HOST_H
#define LKM_HOST_HOST_H

#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"

/* Flags of finit_module(2), by their meaning: linux/module.h. */
enum {
	LKM_FINIT_IGNORE_MODVERSIONS = 1,
	LKM_FINIT_IGNORE_VERMAGIC = 2,
	LKM_FINIT_COMPRESSED = 4, /* the kernel decompresses; since 5.17 */
};

/* delete_module(2): remove a module although it is in use. */
#define LKM_DELETE_FORCE 01000u

/* Longest file of /proc or /sys we read: /proc/kallsyms has some 15 MB. */
#define LKM_HOST_FILE_MAX ((size_t)64 << 20)

/* Longest record of /dev/kmsg (CONSOLE_EXT_LOG_MAX). */
#define LKM_HOST_RECORD_MAX 8192

struct lkm_command_status; /* host/command.h */

struct lkm_host {
	/* Load the module file that fd stands for.  finit_module(2). */
	int (*finit_module)(const struct lkm_host *host, int fd, const char *params,
			    unsigned int flags);

	/* Load a module from memory.  init_module(2). */
	int (*init_module)(const struct lkm_host *host, struct lkm_bytes image, const char *params);

	/* Unload; never waits.  flags: 0 or LKM_DELETE_FORCE.  delete_module(2). */
	int (*delete_module)(const struct lkm_host *host, const char *name, unsigned int flags);

	/* The whole of a file, at most `max` bytes. */
	int (*read_file)(const struct lkm_host *host, const char *path, size_t max,
			 struct lkm_blob *ret);

	/* At most `len` bytes of a file from an offset on: how many there were.  pread(2). */
	int (*read_at)(const struct lkm_host *host, const char *path, uint64_t offset, void *ret,
		       size_t len);

	/*
	 * Replace a file, or make it: in one step, with directories that are missing
	 * (host/save.h).
	 */
	int (*save_file)(const struct lkm_host *host, const char *path, struct lkm_bytes bytes,
			 mode_t mode);

	/* Make a file where none is yet: -EEXIST. */
	int (*create_file)(const struct lkm_host *host, const char *path, struct lkm_bytes bytes,
			   mode_t mode);

	/* Remove a file. */
	int (*remove_file)(const struct lkm_host *host, const char *path);

	/* Names in a directory except . and .., each ended by NUL, in the order of readdir(3). */
	int (*list)(const struct lkm_host *host, const char *path, struct lkm_buf *ret);

	/* Where a symbolic link points to. */
	int (*read_link)(const struct lkm_host *host, const char *path, struct lkm_buf *ret);

	/* What a path stands for, links followed: device, inode, mode, rdev and size only. */
	int (*stat)(const struct lkm_host *host, const char *path, struct stat *ret);

	/* The release of the running kernel, as in `uname -r`, and its machine. */
	int (*uname)(const struct lkm_host *host, struct lkm_buf *ret_release,
		     struct lkm_buf *ret_machine);

	/* A descriptor on the kernel log that gives the records logged from now on. */
	int (*kmsg_open)(const struct lkm_host *host);

	/*
	 * The next record into record[0 .. size): its length.  -EAGAIN when there is
	 * none yet, -EPIPE when some were lost (reading goes on behind the gap).
	 */
	int (*kmsg_read)(const struct lkm_host *host, int fd, char *record, size_t size);

	/* Wait for and take the exclusive lock of an open file.  flock(2). */
	int (*lock)(const struct lkm_host *host, int fd);

	/* A descriptor on a nameless file that holds the bytes, fit for finit_module. */
	int (*memory_file)(const struct lkm_host *host, struct lkm_bytes bytes);

	/* Run a command of the configuration and wait for it: host/command.h. */
	int (*run_command)(const struct lkm_host *host, const char *command, const char *module,
			   const char *options, struct lkm_command_status *ret_status);

	/* Let time pass. */
	int (*sleep_ms)(const struct lkm_host *host, unsigned int ms);

	/* The time of day, in seconds since 1970. */
	uint64_t (*time_s)(const struct lkm_host *host);

	/* A clock that only goes forward, in milliseconds. */
	uint64_t (*now_ms)(const struct lkm_host *host);
};

/* The system we run on. */
const struct lkm_host *lkm_host_linux(void);

/* The first line of a small file, without its newline.  -EMSGSIZE: longer than `size`. */
int lkm_host_read_line(const struct lkm_host *host, const char *path, size_t size, char *ret);

/* A small file that holds one decimal number, perhaps negative.  -EBADMSG when it does not. */
int lkm_host_read_number(const struct lkm_host *host, const char *path, int64_t *ret);

/* Is there anything at this path? */
bool lkm_host_exists(const struct lkm_host *host, const char *path);

/* Take the next name off a list() answer; false when none is left. */
bool lkm_host_next_name(struct lkm_str *rest, struct lkm_str *ret_name);

#endif
