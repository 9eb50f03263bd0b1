#include "plan/kernelcache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/commit.h"
#include "base/path.h"
#include "base/prune.h"
#include "link/viewfile.h"

/* So much of an image's beginning and end goes into its identity. */
#define SAMPLE 16384u

/* Room for more than 10,000 symbols with long names; real ones have under 1 MB. */
#define CACHE_MAX ((size_t)64 << 20)

static int sample(int fd, uint64_t offset, uint64_t size, uint64_t *ret)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source source = lkm_source_file(fd, size, &arena);
	struct lkm_bytes bytes;
	int err = lkm_source_get(&source, offset, size < SAMPLE ? size : SAMPLE, &bytes);

	if (err == 0)
		*ret = lkm_viewfile_checksum(bytes);
	return err;
}

/* All that tells this image from another one, as text. */
static int identify(int fd, const char *path, struct lkm_buf *ret)
{
	lkm_autofree char *absolute = lkm_path_absolute(path);
	uint64_t head, tail, size;
	struct stat st;
	int err;

	if (!absolute)
		return -ENOMEM;
	if (fstat(fd, &st) < 0)
		return -errno;
	size = (uint64_t)st.st_size;
	err = sample(fd, 0, size, &head);
	err = err ? err : sample(fd, size > SAMPLE ? size - SAMPLE : 0, size, &tail);
	if (err < 0)
		return err;
	lkm_buf_printf(ret, "%s %llu %lld.%09ld %lld.%09ld %llu:%llu %016llx%016llx", absolute,
		       (unsigned long long)size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
		       (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec,
		       (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
		       (unsigned long long)head, (unsigned long long)tail);
	return lkm_buf_cstr(ret) ? 0 : lkm_buf_error(ret);
}

/* One file for each path, so that an image that is replaced replaces what was kept of it. */
static int name_of(const char *path, struct lkm_buf *ret)
{
	lkm_autofree char *absolute = lkm_path_absolute(path);

	if (!absolute)
		return -ENOMEM;
	lkm_buf_printf(ret, "%.*s-%016llx", LKM_STR_ARG(lkm_path_base(lkm_str(absolute))),
		       (unsigned long long)lkm_viewfile_checksum(lkm_str_bytes(lkm_str(absolute))));
	return lkm_buf_cstr(ret) ? 0 : lkm_buf_error(ret);
}

/* Could somebody else have written it? */
static bool is_trusted(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid()) &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static int read_kept(struct lkm_view *view, const char *cache, const char *name,
		     const char *identity)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	lkm_autofree char *path = lkm_path_join(cache, name);
	lkm_autoclose int fd = -1;
	int err = path ? lkm_file_open(AT_FDCWD, path, &fd, NULL) : -ENOMEM;

	if (!err && !is_trusted(fd))
		err = -EACCES;
	err = err ? err : lkm_fd_read(fd, CACHE_MAX, &blob);
	err = err ? err : lkm_viewfile_read(view, lkm_blob_view(&blob), identity);
	if (err < 0)
		lkm_view_release(view);
	return err;
}

/* What identify() wrote begins with the path; five words stand behind it. */
static struct lkm_str path_in(struct lkm_str identity)
{
	const char *blank = NULL;

	for (int words = 0; words < 5; words++) {
		blank = memrchr(identity.ptr, ' ', identity.len);
		if (!blank)
			return lkm_str("");
		identity.len = (size_t)(blank - identity.ptr);
	}
	return identity;
}

/* A file of ours, by its contents and its name, whose image is not there any more? */
static bool is_stale(const void *ctx, const char *name, struct lkm_bytes head)
{
	lkm_auto(lkm_buf) struct lkm_buf own = LKM_BUF_INIT;
	lkm_autofree char *path = NULL;
	struct lkm_str identity;
	struct stat st;

	(void)ctx;
	if (lkm_viewfile_identity(head, &identity) < 0)
		return false;
	identity = path_in(identity);
	path = strndup(identity.ptr, identity.len);
	return path && path[0] == '/' && name_of(path, &own) == 0 &&
	       strcmp(name, lkm_buf_cstr(&own)) == 0 && stat(path, &st) < 0 && errno == ENOENT;
}

static void keep(const struct lkm_view *view, const char *cache, const char *name,
		 const char *identity)
{
	lkm_auto(lkm_buf) struct lkm_buf bytes = LKM_BUF_INIT;
	lkm_autoclose int dir = -1;

	if (lkm_dirs_make(cache) < 0)
		return;
	dir = open(cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lkm_viewfile_write(view, identity, &bytes);
	if (dir < 0 || !is_trusted(dir) || lkm_buf_error(&bytes))
		return;
	if (lkm_commit_files(dir, &(struct lkm_commit_file){ .name = name,
							       .content = lkm_buf_view(&bytes) },
			     1, 1, NULL) == 0)
		lkm_prune(dir, is_stale, NULL);
}

static int read_image(struct lkm_view *view, int fd, uint64_t size, struct lkm_diag *diag)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_kimage) struct lkm_kimage image = LKM_KIMAGE_INIT;
	struct lkm_source source = lkm_source_file(fd, size, &arena);
	int err = lkm_kimage_open(&image, &source, diag);

	return err ? err : lkm_view_add_image(view, &image, diag);
}

int lkm_kernelcache_read(struct lkm_view *view, const char *path, const char *cache,
			 bool *ret_cached, struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf identity = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf name = LKM_BUF_INIT;
	lkm_autoclose int fd = -1;
	uint64_t size;
	int err = lkm_file_open(AT_FDCWD, path, &fd, &size), kept = -ENOENT;

	*ret_cached = false;
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot open: %s", strerror(-err));
	err = identify(fd, path, &identity);
	err = err ? err : name_of(path, &name);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read: %s", strerror(-err));
	if (cache)
		kept = read_kept(view, cache, lkm_buf_cstr(&name), lkm_buf_cstr(&identity));
	if (kept == -ENOMEM)
		return lkm_diag_set(diag, kept, "out of memory");
	if (kept == 0) {
		*ret_cached = true;
		return view->kernel_symbols ? 0 : lkm_diag_set(diag, -ENODATA, "it has no export tables");
	}
	err = read_image(view, fd, size, diag);
	if (cache && (err == 0 || err == -ENODATA))
		keep(view, cache, lkm_buf_cstr(&name), lkm_buf_cstr(&identity));
	return err;
}
