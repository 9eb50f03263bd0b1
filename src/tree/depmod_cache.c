#include "base/commit.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/prune.h"
#include "tree/depmod_run.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

/* That of 4,000 modules has 6 MB. */
#define CACHE_MAX ((size_t)512 << 20)

/* Indexes are summed by pieces of this size: memory that is used again is quicker. */
#define PIECE ((size_t)128 << 10)

/* Somebody asked for this cache: what is wrong with it is no news else. */
static enum lkm_report_level level(const struct lkm_depmod_run *run)
{
	return run->req->cache_asked ? LKM_REPORT_WARNING : LKM_REPORT_INFO;
}

/* ---- reading ---- */

/* Nobody but root and we ourselves can have written it. */
static bool is_trusted(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid()) &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static int open_cache(struct lkm_depmod_run *run, struct lkm_diag *diag)
{
	uint64_t size = 0;
	int err = lkm_file_open(AT_FDCWD, run->req->cache, &run->cache_fd, &size);

	run->cache_is_open = err == 0;
	if (!err && !is_trusted(run->cache_fd))
		return lkm_diag_set(diag, -EPERM, "others may have written it");
	if (!err && size > CACHE_MAX)
		err = -EFBIG;
	if (err)
		return lkm_diag_set(diag, err, "%s", strerror(-err));
	run->cache_source = lkm_source_file(run->cache_fd, size, &run->cache_arena);
	return lkm_depcache_open(&run->cache, &run->cache_source, diag);
}

static void tell_unused(const struct lkm_depmod_run *run, const struct lkm_diag *diag)
{
	lkm_report(run->req->report, diag->err == -ENOTSUP ? LKM_REPORT_INFO : level(run),
		   "%s: not used: %s", run->req->cache, diag->what);
}

void lkm_depmod_cache_load(struct lkm_depmod_run *run)
{
	const struct lkm_depmod_request *req = run->req;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	/* Versions of symbols are not in the cache; files that are named are not the tree. */
	run->caching = req->cache && !req->file_count &&
		       !(req->unresolved && req->unresolved->has_versions);
	clock_gettime(CLOCK_REALTIME, &run->started);
	if (!run->caching)
		return;
	err = open_cache(run, &diag);
	run->has_cache = err == 0;
	if (err < 0 && err != -ENOENT)
		tell_unused(run, &diag);
}

void lkm_depmod_cache_texts(struct lkm_depmod_run *run)
{
	struct lkm_diag diag = LKM_DIAG_INIT;

	if (!run->has_cache || lkm_depcache_read_texts(&run->cache, &diag) == 0)
		return;
	run->has_cache = false;
	tell_unused(run, &diag);
}

/* ---- nothing has changed ---- */

/* Of everything that decides what the indexes are, besides the records; never 0. */
static uint64_t sum_inputs(const struct lkm_depmod_run *run)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < run->scan.files.len; i++)
		sum = lkm_hash64(sum, lkm_str_bytes(lkm_str(run->scan.files.ptr[i].path)));
	for (size_t i = LKM_DEPMOD_BUILTIN; i < LKM_DEPMOD_INPUT_COUNT; i++) {
		const uint8_t have = run->have[i];

		sum = lkm_hash64(sum, (struct lkm_bytes){ &have, 1 });
		sum = lkm_hash64(sum, lkm_blob_view(&run->inputs[i]));
	}
	return sum | 1;
}

/* Read until the room is full or the file ends; how much there is, or -errno. */
static ssize_t fill(int fd, uint8_t *room)
{
	size_t len = 0;
	ssize_t got = 1;

	while (got != 0 && len < PIECE) {
		got = read(fd, room + len, PIECE - len);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			len += (size_t)got;
	}
	return (ssize_t)len;
}

/* Go on with the sum of a file, piece by piece; the last one is not full. */
static int sum_file(const struct lkm_depmod_run *run, const char *name, uint8_t *room,
		    uint64_t *sum)
{
	lkm_autoclose int fd = -1;
	int err = lkm_file_open(run->out_fd, name, &fd, NULL);
	ssize_t len;

	if (err < 0)
		return err;
	do {
		len = fill(fd, room);
		if (len < 0)
			return (int)len;
		*sum = lkm_hash64(*sum, (struct lkm_bytes){ room, (size_t)len });
	} while (len == PIECE);
	return 0;
}

/* The indexes as they are on the disk. */
static int sum_old(const struct lkm_depmod_run *run, uint64_t *ret)
{
	lkm_autofree uint8_t *room = malloc(PIECE);
	int err = room ? 0 : -ENOMEM;

	*ret = 0;
	for (unsigned int i = 0; i < LKM_INDEXSET_COUNT && !err; i++)
		err = sum_file(run, lkm_indexset_name(i), room, ret);
	return err;
}

/* The same of the indexes that were made. */
static uint64_t sum_new(const struct lkm_depmod_run *run)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < LKM_INDEXSET_COUNT; i++) {
		struct lkm_bytes rest = lkm_str_bytes(lkm_buf_view(&run->set.files[i]));

		for (; rest.len >= PIECE; rest.ptr += PIECE, rest.len -= PIECE)
			sum = lkm_hash64(sum, (struct lkm_bytes){ rest.ptr, PIECE });
		sum = lkm_hash64(sum, rest);
	}
	return sum;
}

/* They have been looked at now: that is what their times are for. */
static bool touch_indexes(const struct lkm_depmod_run *run)
{
	for (unsigned int i = 0; i < LKM_INDEXSET_COUNT; i++)
		if (utimensat(run->out_fd, lkm_indexset_name(i), NULL, 0) < 0)
			return false;
	return true;
}

static bool knows_all(const struct lkm_depmod_run *run)
{
	for (size_t i = 0; i < run->scan.files.len; i++) {
		const struct lkm_scan_file *file = &run->scan.files.ptr[i];

		if (!lkm_depcache_knows(&run->cache, lkm_str(file->path), &file->stamp))
			return false;
	}
	return run->scan.files.len > 0;
}

int lkm_depmod_unchanged(const struct lkm_depmod_run *run, bool *ret)
{
	const struct lkm_depmod_request *req = run->req;
	uint64_t indexes = 0;
	int err;

	*ret = false;
	if (!run->has_cache || !run->cache.inputs || req->print || req->needs ||
	    req->warn_doubles || req->unresolved)
		return 0;
	if (!knows_all(run) || run->cache.inputs != sum_inputs(run))
		return 0;
	/* Indexes that cannot be read have to be made again. */
	err = sum_old(run, &indexes);
	*ret = !err && indexes == run->cache.indexes && touch_indexes(run);
	return err == -ENOMEM ? err : 0;
}

/* ---- writing ---- */

/* The directory of the cache, and the name in it.  Of /var/cache/lkm/depmod two are ours to make. */
static int open_dir(const struct lkm_depmod_run *run, int *ret_fd, const char **ret_name)
{
	lkm_autofree char *dir = strdup(run->req->cache);
	char *slash, *upper;

	if (!dir)
		return -ENOMEM;
	slash = strrchr(dir, '/');
	*ret_name = lkm_path_base(lkm_str(run->req->cache)).ptr;
	if (slash)
		*slash = '\0';
	upper = slash ? strrchr(dir, '/') : NULL;
	if (upper && upper != dir && !run->req->cache_asked) {
		*upper = '\0';
		mkdir(dir, 0755);
		*upper = '/';
		mkdir(dir, 0755);
	}
	*ret_fd = open(!slash ? "." : dir[0] ? dir : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd < 0 ? -errno : 0;
}

/* A cache of ours, of a release whose module directory is gone?  `ctx`: this run's directory. */
static bool is_stale(const void *ctx, const char *name, struct lkm_bytes head)
{
	const char *dir = ctx;
	int above = (int)(lkm_path_base(lkm_str(dir)).ptr - dir);
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;

	lkm_buf_printf(&path, "%.*s%s", above, dir, name);
	return lkm_depcache_is_one(head) && !lkm_str_starts(lkm_str(name), LKM_COMMIT_PREFIX, NULL) &&
	       lkm_buf_cstr(&path) && access(lkm_buf_cstr(&path), F_OK) < 0 && errno == ENOENT;
}

static int write_cache(const struct lkm_depmod_run *run, const struct lkm_buf *content,
		       struct lkm_diag *diag)
{
	struct lkm_commit_file file = { .content = lkm_buf_view(content), .no_flush = true };
	lkm_autoclose int fd = -1;
	int err = open_dir(run, &fd, &file.name);

	if (err < 0)
		return lkm_diag_set(diag, err, "could not open its directory: %s", strerror(-err));
	/* It may be the directory of the indexes, which is locked and clean. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		err = lkm_commit_clean(fd, diag);
	err = err ? err : lkm_commit_files(fd, &file, 1, 1, diag);
	if (!err && !run->req->cache_asked)
		lkm_prune(fd, is_stale, run->req->dir);
	return err;
}

static int make_content(const struct lkm_depmod_run *run, uint64_t inputs, uint64_t indexes,
			struct lkm_depcache_writer *writer)
{
	for (uint32_t i = 0; i < run->harvest.count; i++) {
		const struct lkm_stamp *stamp = &run->harvest.stamps[i];

		if (run->harvest.records[i] && lkm_depcache_settled(stamp, &run->started))
			lkm_depcache_add(writer, lkm_str(run->scan.files.ptr[i].path), stamp,
					 run->harvest.records[i]);
	}
	return lkm_depcache_finish(writer, inputs, indexes);
}

void lkm_depmod_cache_store(const struct lkm_depmod_run *run)
{
	const struct lkm_depmod_request *req = run->req;
	lkm_auto(lkm_depcache_writer) struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	uint64_t inputs, indexes;
	int err;

	if (!run->caching || req->print)
		return;
	/* With something to tell, or an old index kept, the next run is a whole one again. */
	inputs = run->silent && !run->kept_old ? sum_inputs(run) : 0;
	indexes = inputs ? sum_new(run) : 0;
	if (run->has_cache && run->harvest.cached == run->scan.files.len &&
	    run->cache.entries.len == run->scan.files.len && run->cache.inputs == inputs &&
	    run->cache.indexes == indexes)
		return;
	err = make_content(run, inputs, indexes, &writer);
	if (!err)
		err = write_cache(run, &writer.all, &diag);
	/* A system without /var/cache, an initramfs, wants none. */
	if (err == -ENOENT && !req->cache_asked)
		return;
	if (err < 0)
		lkm_report(req->report, level(run), "%s: not written: %s", req->cache,
			   diag.what[0] ? diag.what : strerror(-err));
}
