/*
 * The functions that take a path: counted, then led into the fake root.
 */
#include "fake.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

/* A function whose failure is -1 and errno, and one of whose arguments is `path`. */
#define PATH_CALL(type, name, params, args)          \
	type name params                             \
	{                                            \
		char room[PATH_MAX];                 \
						     \
		if (fake_fails(#name, path))         \
			return -1;                   \
		path = fake_path(path, room);        \
		return REAL(name) args;              \
	}

/* The same with two paths, `path` and `to`. */
#define TWO_PATH_CALL(name, params, args)            \
	int name params                              \
	{                                            \
		char room[PATH_MAX], to_room[PATH_MAX]; \
						     \
		if (fake_fails(#name, path))         \
			return -1;                   \
		path = fake_path(path, room);        \
		to = fake_path(to, to_room);         \
		return REAL(name) args;              \
	}

PATH_CALL(int, access, (const char *path, int mode), (path, mode))
PATH_CALL(int, faccessat, (int dir, const char *path, int mode, int flags), (dir, path, mode, flags))
PATH_CALL(int, chdir, (const char *path), (path))
PATH_CALL(int, chmod, (const char *path, mode_t mode), (path, mode))
PATH_CALL(int, fchmodat, (int dir, const char *path, mode_t mode, int flags),
	  (dir, path, mode, flags))
PATH_CALL(int, mkdir, (const char *path, mode_t mode), (path, mode))
PATH_CALL(int, mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode))
PATH_CALL(int, rmdir, (const char *path), (path))
PATH_CALL(int, unlink, (const char *path), (path))
PATH_CALL(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
PATH_CALL(int, truncate, (const char *path, off_t len), (path, len))
PATH_CALL(int, utimensat, (int dir, const char *path, const struct timespec times[2], int flags),
	  (dir, path, times, flags))
PATH_CALL(int, stat, (const char *path, struct stat *st), (path, st))
PATH_CALL(int, lstat, (const char *path, struct stat *st), (path, st))
PATH_CALL(int, fstatat, (int dir, const char *path, struct stat *st, int flags),
	  (dir, path, st, flags))
PATH_CALL(int, statx,
	  (int dir, const char *path, int flags, unsigned int mask, struct statx *st),
	  (dir, path, flags, mask, st))
PATH_CALL(ssize_t, readlink, (const char *path, char *buf, size_t len), (path, buf, len))
PATH_CALL(ssize_t, readlinkat, (int dir, const char *path, char *buf, size_t len),
	  (dir, path, buf, len))

TWO_PATH_CALL(rename, (const char *path, const char *to), (path, to))
TWO_PATH_CALL(renameat, (int dir, const char *path, int to_dir, const char *to),
	      (dir, path, to_dir, to))
TWO_PATH_CALL(renameat2,
	      (int dir, const char *path, int to_dir, const char *to, unsigned int flags),
	      (dir, path, to_dir, to, flags))
TWO_PATH_CALL(link, (const char *path, const char *to), (path, to))
TWO_PATH_CALL(linkat, (int dir, const char *path, int to_dir, const char *to, int flags),
	      (dir, path, to_dir, to, flags))

SAME_AS(stat64, stat);
SAME_AS(lstat64, lstat);
SAME_AS(fstatat64, fstatat);
SAME_AS(truncate64, truncate);
SAME_AS(__readlink_chk, readlink);
SAME_AS(__readlinkat_chk, readlinkat);

/* What a link says is kept as it is; only its place is redirected. */
int symlink(const char *target, const char *path)
{
	char room[PATH_MAX];

	if (fake_fails("symlink", path))
		return -1;
	return REAL(symlink)(target, fake_path(path, room));
}

int symlinkat(const char *target, int dir, const char *path)
{
	char room[PATH_MAX];

	if (fake_fails("symlinkat", path))
		return -1;
	return REAL(symlinkat)(target, dir, fake_path(path, room));
}

static int open_at(const char *call, int dir, const char *path, int flags, mode_t mode)
{
	char room[PATH_MAX];

	if (fake_fails(call, path))
		return -1;
	return (int)fake_sys(SYS_openat, dir, fake_path(path, room), flags, mode);
}

/* The mode is there only when a file may be made; reading it otherwise does no harm. */
#define OPEN_MODE(flags)                                 \
	({                                               \
		va_list args_;                           \
		mode_t mode_;                            \
							 \
		va_start(args_, flags);                  \
		mode_ = (mode_t)va_arg(args_, int);      \
		va_end(args_);                           \
		mode_;                                   \
	})

int open(const char *path, int flags, ...)
{
	return open_at("open", AT_FDCWD, path, flags, OPEN_MODE(flags));
}

int openat(int dir, const char *path, int flags, ...)
{
	return open_at("openat", dir, path, flags, OPEN_MODE(flags));
}

int creat(const char *path, mode_t mode)
{
	return open_at("creat", AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

SAME_AS(open64, open);
SAME_AS(__open_2, open);
SAME_AS(__open64_2, open);
SAME_AS(openat64, openat);
SAME_AS(__openat_2, openat);
SAME_AS(__openat64_2, openat);
SAME_AS(creat64, creat);

FILE *fopen(const char *path, const char *mode)
{
	char room[PATH_MAX];

	if (fake_fails("fopen", path))
		return NULL;
	return REAL(fopen)(fake_path(path, room), mode);
}

DIR *opendir(const char *path)
{
	char room[PATH_MAX];

	if (fake_fails("opendir", path))
		return NULL;
	return REAL(opendir)(fake_path(path, room));
}

int scandir(const char *path, struct dirent ***list, int (*want)(const struct dirent *),
	    int (*order)(const struct dirent **, const struct dirent **))
{
	char room[PATH_MAX];

	if (fake_fails("scandir", path))
		return -1;
	return REAL(scandir)(fake_path(path, room), list, want, order);
}

SAME_AS(fopen64, fopen);
SAME_AS(scandir64, scandir);

/* The answer is without the fake root, as if it were the machine's own. */
char *realpath(const char *path, char *resolved)
{
	const char *root = fake_setting(FAKE_ROOT);
	char room[PATH_MAX], found[PATH_MAX];
	size_t len = root ? strlen(root) : 0;
	const char *shown = found;

	if (fake_fails("realpath", path))
		return NULL;
	if (!REAL(realpath)(fake_path(path, room), found))
		return NULL;
	if (root && strncmp(found, root, len) == 0 && found[len] == '/')
		shown += len;
	if (!resolved)
		return strdup(shown);
	memcpy(resolved, shown, strlen(shown) + 1);
	return resolved;
}

SAME_AS(__realpath_chk, realpath);

/* A template is changed in place: give the six letters back. */
int mkostemp(char *template, int flags)
{
	char room[PATH_MAX];
	const char *path = fake_path(template, room);
	int fd;

	if (fake_fails("mkostemp", template))
		return -1;
	if (path == template)
		return REAL(mkostemp)(template, flags);
	fd = REAL(mkostemp)(room, flags);
	if (fd >= 0)
		memcpy(template + strlen(template) - 6, room + strlen(room) - 6, 6);
	return fd;
}

int mkstemp(char *template)
{
	return mkostemp(template, 0);
}

SAME_AS(mkostemp64, mkostemp);
SAME_AS(mkstemp64, mkstemp);
