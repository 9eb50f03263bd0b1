#include "host/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <time.h>

#include "host/command.h"
#include "host/save.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u /* since 6.3; without it sysctl vm.memfd_noexec=2 refuses */
#endif

static int result(long got)
{
	return got < 0 ? -errno : (int)got;
}

/* glibc has no wrapper for the first and hides the other two: all three by number. */
static int linux_finit_module(const struct lkm_host *host, int fd, const char *params,
			      unsigned int flags)
{
	(void)host;
	return result(syscall(SYS_finit_module, fd, params, flags));
}

static int linux_init_module(const struct lkm_host *host, struct lkm_bytes image,
			     const char *params)
{
	(void)host;
	return result(syscall(SYS_init_module, image.ptr, image.len, params));
}

/* O_NONBLOCK has no effect since 3.13; before, without it, the call could sleep for ever. */
static int linux_delete_module(const struct lkm_host *host, const char *name, unsigned int flags)
{
	(void)host;
	return result(syscall(SYS_delete_module, name, flags | O_NONBLOCK));
}

static int linux_read_file(const struct lkm_host *host, const char *path, size_t max,
			   struct lkm_blob *ret)
{
	(void)host;
	return lkm_file_read(AT_FDCWD, path, max, ret);
}

static int linux_read_at(const struct lkm_host *host, const char *path, uint64_t offset, void *ret,
			 size_t len)
{
	lkm_autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);

	(void)host;
	return fd < 0 ? -errno : result(pread(fd, ret, len < INT_MAX ? len : INT_MAX, (off_t)offset));
}

static int linux_save_file(const struct lkm_host *host, const char *path, struct lkm_bytes bytes,
			   mode_t mode)
{
	(void)host;
	return lkm_save_file(path, bytes, mode);
}

static int linux_create_file(const struct lkm_host *host, const char *path,
			     struct lkm_bytes bytes, mode_t mode)
{
	(void)host;
	return lkm_save_new_file(path, bytes, mode);
}

static int linux_remove_file(const struct lkm_host *host, const char *path)
{
	(void)host;
	return result(unlink(path));
}

static int linux_list(const struct lkm_host *host, const char *path, struct lkm_buf *ret)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err;

	(void)host;
	if (!dir)
		return -errno;
	while (errno = 0, (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			lkm_buf_add(ret, entry->d_name, strlen(entry->d_name) + 1);
	err = -errno;
	closedir(dir);
	return err ? err : lkm_buf_error(ret);
}

static int linux_read_link(const struct lkm_host *host, const char *path, struct lkm_buf *ret)
{
	char *room = lkm_buf_reserve(ret, PATH_MAX);
	ssize_t len;

	(void)host;
	if (!room)
		return lkm_buf_error(ret);
	len = readlink(path, room, PATH_MAX);
	if (len < 0)
		return -errno;
	ret->len += (size_t)len;
	return 0;
}

/* From what the kernel knows already: a file server that is gone must not hang us. */
static int linux_stat(const struct lkm_host *host, const char *path, struct stat *ret)
{
	struct statx found;

	(void)host;
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &found) < 0)
		return -errno;
	*ret = (struct stat){
		.st_dev = makedev(found.stx_dev_major, found.stx_dev_minor),
		.st_ino = found.stx_ino,
		.st_mode = found.stx_mode,
		.st_rdev = makedev(found.stx_rdev_major, found.stx_rdev_minor),
		.st_size = (off_t)found.stx_size,
	};
	return 0;
}

static int linux_uname(const struct lkm_host *host, struct lkm_buf *ret_release,
		       struct lkm_buf *ret_machine)
{
	struct utsname name;

	(void)host;
	if (uname(&name) < 0)
		return -errno;
	lkm_buf_puts(ret_release, name.release);
	lkm_buf_puts(ret_machine, name.machine);
	return lkm_buf_error(ret_release) ? lkm_buf_error(ret_release) : lkm_buf_error(ret_machine);
}

static int linux_kmsg_open(const struct lkm_host *host)
{
	lkm_autoclose int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	(void)host;
	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		return -errno;
	return lkm_take_fd(&fd);
}

static int linux_kmsg_read(const struct lkm_host *host, int fd, char *record, size_t size)
{
	ssize_t got;

	(void)host;
	do
		got = read(fd, record, size);
	while (got < 0 && errno == EINTR);
	return result(got);
}

static int linux_lock(const struct lkm_host *host, int fd)
{
	int got;

	(void)host;
	do
		got = flock(fd, LOCK_EX);
	while (got < 0 && errno == EINTR);
	return result(got);
}

/*
 * The one descriptor serves for writing and for loading: of a memfd the kernel
 * does not mind that it is open for writing (seen on 6.1 and 6.12).
 */
static int linux_memory_file(const struct lkm_host *host, struct lkm_bytes bytes)
{
	lkm_autoclose int fd = memfd_create("module", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	int err;

	(void)host;
	if (fd < 0 && errno == EINVAL) /* before 6.3 */
		fd = memfd_create("module", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = lkm_fd_write(fd, bytes);
	if (err < 0)
		return err;
	return lkm_take_fd(&fd);
}

static int linux_sleep_ms(const struct lkm_host *host, unsigned int ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	(void)host;
	return result(nanosleep(&time, NULL));
}

static uint64_t linux_time_s(const struct lkm_host *host)
{
	(void)host;
	return (uint64_t)time(NULL);
}

static uint64_t linux_now_ms(const struct lkm_host *host)
{
	struct timespec now = { 0 };

	(void)host;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int linux_run_command(const struct lkm_host *host, const char *command, const char *module,
			     const char *options, struct lkm_command_status *ret_status)
{
	(void)host;
	return lkm_command_run(command, module, options, ret_status);
}

const struct lkm_host *lkm_host_linux(void)
{
	static const struct lkm_host host = {
		.finit_module = linux_finit_module,
		.init_module = linux_init_module,
		.delete_module = linux_delete_module,
		.read_file = linux_read_file,
		.read_at = linux_read_at,
		.save_file = linux_save_file,
		.create_file = linux_create_file,
		.remove_file = linux_remove_file,
		.list = linux_list,
		.read_link = linux_read_link,
		.stat = linux_stat,
		.uname = linux_uname,
		.kmsg_open = linux_kmsg_open,
		.kmsg_read = linux_kmsg_read,
		.lock = linux_lock,
		.memory_file = linux_memory_file,
		.run_command = linux_run_command,
		.sleep_ms = linux_sleep_ms,
		.time_s = linux_time_s,
		.now_ms = linux_now_ms,
	};

	return &host;
}
