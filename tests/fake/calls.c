/*
 * The functions that work on a descriptor or a stream: counted and made to fail.
 */
#include "fake.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

/* A function on `fd` whose failure is -1 and errno. */
#define FD_CALL(name, params, args)                   \
	int name params                               \
	{                                             \
		if (fake_fails_fd(#name, fd, NULL))   \
			return -1;                    \
		return REAL(name) args;               \
	}

/* The same with a count of bytes, which can be cut short. */
#define TRANSFER_CALL(name, params, args)             \
	ssize_t name params                           \
	{                                             \
		if (fake_fails_fd(#name, fd, &len))   \
			return -1;                    \
		return REAL(name) args;               \
	}

FD_CALL(fstat, (int fd, struct stat *st), (fd, st))
FD_CALL(fsync, (int fd), (fd))
FD_CALL(fdatasync, (int fd), (fd))
FD_CALL(ftruncate, (int fd, off_t len), (fd, len))
FD_CALL(fchmod, (int fd, mode_t mode), (fd, mode))
FD_CALL(futimens, (int fd, const struct timespec times[2]), (fd, times))
FD_CALL(flock, (int fd, int how), (fd, how))
FD_CALL(fchdir, (int fd), (fd))
TRANSFER_CALL(pread, (int fd, void *buf, size_t len, off_t at), (fd, buf, len, at))
TRANSFER_CALL(pwrite, (int fd, const void *buf, size_t len, off_t at), (fd, buf, len, at))
TRANSFER_CALL(write, (int fd, const void *buf, size_t len), (fd, buf, len))

ssize_t read(int fd, void *buf, size_t len)
{
	size_t part = len;
	ssize_t got;

	if (fake_fails_fd("read", fd, &part))
		return -1;
	/* The kernel's log gives whole records or nothing. */
	if (fake_kmsg_read(fd, buf, len, &got))
		return got;
	return REAL(read)(fd, buf, part);
}

/* Failing or not, the descriptor is gone: so it is on Linux. */
int close(int fd)
{
	bool fails = fake_fails_fd("close", fd, NULL);
	int err = errno;

	if (!fails)
		return REAL(close)(fd);
	REAL(close)(fd);
	errno = err;
	return -1;
}

ssize_t writev(int fd, const struct iovec *iov, int count)
{
	if (fake_fails_fd("writev", fd, NULL))
		return -1;
	return REAL(writev)(fd, iov, count);
}

/* The same numbers every time: names made from them are the same, too. */
ssize_t getrandom(void *buf, size_t len, unsigned int flags)
{
	static unsigned char next;

	(void)flags;
	if (fake_fails("getrandom", ""))
		return -1;
	memset(buf, __atomic_add_fetch(&next, 1, __ATOMIC_RELAXED), len);
	return (ssize_t)len;
}

int memfd_create(const char *name, unsigned int flags)
{
	if (fake_fails("memfd_create", name))
		return -1;
	return REAL(memfd_create)(name, flags);
}

void *mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	if (fake_fails_fd("mmap", fd, NULL))
		return MAP_FAILED;
	return REAL(mmap)(at, len, prot, flags, fd, offset);
}

SAME_AS(fstat64, fstat);
SAME_AS(ftruncate64, ftruncate);
SAME_AS(pread64, pread);
SAME_AS(pwrite64, pwrite);
SAME_AS(mmap64, mmap);
SAME_AS(__read_chk, read);
SAME_AS(__pread_chk, pread);
SAME_AS(__pread64_chk, pread);

/* ---- streams ---- */

/* A stream's failure also shows in ferror(3). */
static bool stream_fails(const char *call, FILE *file)
{
	if (!fake_fails_fd(call, fileno(file), NULL))
		return false;
	file->_flags |= _IO_ERR_SEEN;
	return true;
}

FILE *fdopen(int fd, const char *mode)
{
	if (fake_fails_fd("fdopen", fd, NULL))
		return NULL;
	return REAL(fdopen)(fd, mode);
}

char *fgets(char *line, int size, FILE *file)
{
	return stream_fails("fgets", file) ? NULL : REAL(fgets)(line, size, file);
}

ssize_t getdelim(char **line, size_t *size, int delimiter, FILE *file)
{
	return stream_fails("getdelim", file) ? -1 : REAL(getdelim)(line, size, delimiter, file);
}

ssize_t getline(char **line, size_t *size, FILE *file)
{
	return getdelim(line, size, '\n', file);
}

size_t fread(void *to, size_t size, size_t count, FILE *file)
{
	return stream_fails("fread", file) ? 0 : REAL(fread)(to, size, count, file);
}

int fflush(FILE *file)
{
	if (file && stream_fails("fflush", file))
		return EOF;
	return REAL(fflush)(file);
}

int fclose(FILE *file)
{
	bool fails = fake_fails_fd("fclose", fileno(file), NULL);
	int err = errno;
	int result = REAL(fclose)(file);

	if (!fails)
		return result;
	errno = err;
	return EOF;
}

SAME_AS(__getdelim, getdelim);

/* ---- folders ---- */

DIR *fdopendir(int fd)
{
	if (fake_fails_fd("fdopendir", fd, NULL))
		return NULL;
	return REAL(fdopendir)(fd);
}

struct dirent *readdir(DIR *dir)
{
	if (fake_fails_fd("readdir", dirfd(dir), NULL))
		return NULL;
	return REAL(readdir)(dir);
}

SAME_AS(readdir64, readdir);

ssize_t getdents64(int fd, void *buf, size_t len)
{
	return fake_fails_fd("getdents64", fd, NULL) ? -1 : REAL(getdents64)(fd, buf, len);
}

/* ---- processes, threads, waiting ---- */

pid_t fork(void)
{
	return fake_fails("fork", "") ? -1 : REAL(fork)();
}

pid_t waitpid(pid_t pid, int *status, int flags)
{
	return fake_fails("waitpid", "") ? -1 : REAL(waitpid)(pid, status, flags);
}

int pipe2(int fds[2], int flags)
{
	return fake_fails("pipe2", "") ? -1 : REAL(pipe2)(fds, flags);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return fake_fails("poll", "") ? -1 : REAL(poll)(fds, count, timeout);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
	if (fake_fails("pthread_create", ""))
		return errno;
	return REAL(pthread_create)(thread, attr, start, arg);
}
