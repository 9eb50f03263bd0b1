#include "base/commit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/pool.h"

/* Another one of that name can only be chance. */
#define TRIES 4

struct pending {
	char name[NAME_MAX + 1]; /* "" once there is nothing to remove */
	int fd;			 /* -1: closed */
	int err;
};

struct commit {
	int dirfd;
	const struct lkm_commit_file *files;
	struct pending pending[LKM_COMMIT_MAX];
	size_t count;
	struct lkm_diag *diag;
};

int lkm_commit_lock(int dirfd, void (*wait)(void *ctx), void *ctx, bool *ret_locked)
{
	int got = flock(dirfd, LOCK_EX | LOCK_NB);

	if (got < 0 && errno == EWOULDBLOCK) {
		if (wait)
			wait(ctx);
		do
			got = flock(dirfd, LOCK_EX);
		while (got < 0 && errno == EINTR);
	}
	/* Network file systems lock only what is open for writing; some lock nothing. */
	if (got < 0 && errno != EBADF && errno != ENOLCK && errno != EOPNOTSUPP && errno != ENOSYS)
		return -errno;
	if (ret_locked)
		*ret_locked = got == 0;
	return 0;
}

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

int lkm_commit_clean(int dirfd, struct lkm_diag *diag)
{
	lkm_autoclose int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	__attribute__((cleanup(cleanup_dir))) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return lkm_diag_set(diag, -errno, "could not open the directory: %s",
				    strerror(errno));
	lkm_take_fd(&fd);
	while ((errno = 0, entry = readdir(dir))) {
		if (lkm_str_starts(lkm_str(entry->d_name), LKM_COMMIT_PREFIX, NULL) &&
		    unlinkat(dirfd, entry->d_name, 0) < 0 && !err)
			err = lkm_diag_set(diag, -errno, "could not remove %s: %s", entry->d_name,
					   strerror(errno));
	}
	if (errno && !err)
		err = lkm_diag_set(diag, -errno, "could not read the directory: %s",
				   strerror(errno));
	return err;
}

static int fail(const struct commit *c, size_t i, const char *what, int err)
{
	return lkm_diag_set(c->diag, err, "could not %s %s: %s", what, c->files[i].name,
			    strerror(-err));
}

/* What is to be replaced must be a file: rename(2) would fail, but only half way. */
static int check_target(const struct commit *c, size_t i)
{
	struct stat st;

	if (fstatat(c->dirfd, c->files[i].name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : fail(c, i, "look at", -errno);
	if (S_ISDIR(st.st_mode))
		return fail(c, i, "replace", -EISDIR);
	return S_ISREG(st.st_mode) || S_ISLNK(st.st_mode) ? 0 : fail(c, i, "replace", -EINVAL);
}

static int create(struct commit *c, size_t i)
{
	struct pending *p = &c->pending[i];
	uint64_t number;

	for (int try = 0; try < TRIES; try++) {
		if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number))
			number = (uint64_t)getpid() << 32 | (uint64_t)(try << 8) | i;
		snprintf(p->name, sizeof(p->name), LKM_COMMIT_PREFIX "%016llx-%s", (unsigned long long)number,
			 c->files[i].name);
		p->fd = openat(c->dirfd, p->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (p->fd >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	p->name[0] = '\0';
	return fail(c, i, "create", -errno);
}

static int write_new(struct commit *c)
{
	for (size_t i = 0; i < c->count; i++) {
		int err = check_target(c, i);

		if (!err)
			err = create(c, i);
		if (err < 0)
			return err;
		err = lkm_fd_write(c->pending[i].fd, lkm_str_bytes(c->files[i].content));
		if (err < 0)
			return fail(c, i, "write", err);
	}
	return 0;
}

/* Flush and close one new file; its own errno stays with it. */
static void flush(void *ctx, size_t i, unsigned int worker)
{
	struct commit *c = ctx;
	struct pending *p = &c->pending[i];

	(void)worker;
	if (!c->files[i].no_flush && fsync(p->fd) < 0)
		p->err = -errno;
	if (close(p->fd) < 0 && !p->err)
		p->err = -errno;
	p->fd = -1;
}

static int flush_new(struct commit *c, unsigned int threads)
{
	const struct lkm_pool_job job = {
		.count = c->count,
		.threads = threads,
		.work = flush,
		.ctx = c,
	};
	int err = lkm_pool_run(&job);

	for (size_t i = 0; i < c->count && !err; i++)
		if (c->pending[i].err)
			err = fail(c, i, "write", c->pending[i].err);
	return err;
}

static int rename_new(struct commit *c)
{
	bool flushed = false;

	for (size_t i = 0; i < c->count; i++) {
		const char *name = c->files[i].name;

		if (renameat(c->dirfd, c->pending[i].name, c->dirfd, name) < 0)
			return lkm_diag_set(c->diag, -errno,
					    "could not replace %s (%zu of %zu files are new): %s",
					    name, i, c->count, strerror(errno));
		c->pending[i].name[0] = '\0';
		flushed |= !c->files[i].no_flush;
	}
	if (flushed && fsync(c->dirfd) < 0 && errno != EINVAL)
		return lkm_diag_set(c->diag, -errno, "could not flush the directory: %s",
				    strerror(errno));
	return 0;
}

/* Close and remove what is left of the new files. */
static void drop_new(struct commit *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->pending[i].fd >= 0)
			close(c->pending[i].fd);
		if (c->pending[i].name[0])
			unlinkat(c->dirfd, c->pending[i].name, 0);
	}
}

int lkm_commit_files(int dirfd, const struct lkm_commit_file *files, size_t count,
		     unsigned int threads, struct lkm_diag *diag)
{
	struct commit c = { .dirfd = dirfd, .files = files, .count = count, .diag = diag };
	int err;

	if (count > LKM_COMMIT_MAX)
		return lkm_diag_set(diag, -EFBIG, "more than %u files", LKM_COMMIT_MAX);
	for (size_t i = 0; i < count; i++)
		c.pending[i].fd = -1;
	err = write_new(&c);
	if (!err)
		err = flush_new(&c, threads);
	if (!err)
		err = rename_new(&c);
	if (err)
		drop_new(&c);
	return err;
}
