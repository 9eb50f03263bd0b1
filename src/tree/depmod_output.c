#include "base/commit.h"
#include "base/file.h"
#include "base/path.h"
#include "base/pool.h"
#include "tree/depmod_run.h"

#include <fcntl.h>

/* An old index of more than that is not read, only replaced. */
#define OLD_INDEX_MAX ((size_t)256 << 20)

/* An index without entries. */
#define EMPTY_INDEX_SIZE 12

/*
 * The order in which files are replaced.  A look-up goes from an alias or symbol
 * to a name and from there to a line of modules.dep, so the lines come first;
 * and they come a second time, last, if modules disappear: the first time the
 * lines of these are still there (lkm_indexset_transition()).  So each name that
 * is in the old and in the new set leads to a line at every moment.
 */
static const enum lkm_indexset_file write_order[] = {
	LKM_INDEXSET_DEP_BIN,	       LKM_INDEXSET_BUILTIN_BIN,
	LKM_INDEXSET_BUILTIN_ALIAS_BIN, LKM_INDEXSET_ALIAS_BIN,
	LKM_INDEXSET_SYMBOLS_BIN,      LKM_INDEXSET_DEP,
	LKM_INDEXSET_ALIAS,	       LKM_INDEXSET_SYMBOLS,
	LKM_INDEXSET_SOFTDEP,	       LKM_INDEXSET_WEAKDEP,
	LKM_INDEXSET_DEVNAME,
};

static const char *out_dir(const struct lkm_depmod_run *run)
{
	return run->req->out_dir ? run->req->out_dir : run->req->dir;
}

/* ---- where they go ---- */

int lkm_depmod_open_output(struct lkm_depmod_run *run)
{
	const struct lkm_depmod_request *req = run->req;
	const char *dir = out_dir(run);
	bool locked = true;
	int err = req->out_dir ? lkm_dirs_make(dir) : 0;

	if (!err) {
		run->out_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		err = run->out_fd < 0 ? -errno : 0;
	}
	if (err < 0)
		return lkm_diag_set(run->diag, err, "could not open directory %s: %s", dir,
				    strerror(-err));
	err = lkm_commit_lock(run->out_fd, req->waiting, req->ctx, &locked);
	if (err < 0)
		return lkm_diag_set(run->diag, err, "could not lock %s: %s", dir, strerror(-err));
	if (!locked)
		lkm_report(req->report, LKM_REPORT_INFO,
			   "%s cannot be locked: make sure that only one depmod runs", dir);
	return 0;
}

/* ---- -A ---- */

bool lkm_depmod_up_to_date(const struct lkm_depmod_run *run)
{
	for (unsigned int i = 0; i < LKM_INDEXSET_COUNT; i++) {
		const struct timespec *in = &run->newest, *out;
		struct stat st;

		if (fstatat(run->out_fd, lkm_indexset_name(i), &st, 0) < 0)
			return false;
		out = &st.st_mtim;
		/* Equal is not younger: clocks of file systems are coarse. */
		if (out->tv_sec < in->tv_sec ||
		    (out->tv_sec == in->tv_sec && out->tv_nsec <= in->tv_nsec))
			return false;
	}
	return !run->doubt;
}

void lkm_depmod_clean(const struct lkm_depmod_run *run)
{
	struct lkm_diag diag = LKM_DIAG_INIT;

	if (lkm_commit_clean(run->out_fd, &diag) < 0) {
		lkm_diag_file(&diag, out_dir(run));
		lkm_report_diag(run->req->report, LKM_REPORT_WARNING, &diag);
	}
}

/* ---- -n ---- */

int lkm_depmod_print(struct lkm_depmod_run *run)
{
	static const enum lkm_indexset_file texts[] = {
		LKM_INDEXSET_DEP,     LKM_INDEXSET_ALIAS,   LKM_INDEXSET_SOFTDEP,
		LKM_INDEXSET_WEAKDEP, LKM_INDEXSET_SYMBOLS, LKM_INDEXSET_DEVNAME,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		lkm_buf_str(run->req->print, lkm_buf_view(&run->set.files[texts[i]]));
	return lkm_buf_error(run->req->print);
}

/* ---- writing ---- */

/* Of an old index; one that cannot be looked at may be as good as any. */
static uint64_t old_size(const struct lkm_depmod_run *run, enum lkm_indexset_file file)
{
	struct stat st;

	if (fstatat(run->out_fd, lkm_indexset_name(file), &st, 0) < 0)
		return errno == ENOENT ? 0 : UINT64_MAX;
	return (uint64_t)st.st_size;
}

/* What it is made from is missing, but it was not when the index was made. */
static bool keep_old(const struct lkm_depmod_run *run, enum lkm_indexset_file file)
{
	enum lkm_depmod_input input;

	if (file == LKM_INDEXSET_BUILTIN_BIN)
		input = LKM_DEPMOD_BUILTIN;
	else if (file == LKM_INDEXSET_BUILTIN_ALIAS_BIN)
		input = LKM_DEPMOD_BUILTIN_MODINFO;
	else
		return false;
	return !run->have[input] && !run->req->allow_empty && old_size(run, file) > EMPTY_INDEX_SIZE;
}

/* An empty tree is most likely a mistake, and its index a machine that does not boot. */
static int check_empty(const struct lkm_depmod_run *run)
{
	if (run->set.files[LKM_INDEXSET_DEP].len || run->req->allow_empty)
		return 0;
	if (old_size(run, LKM_INDEXSET_DEP) == 0 &&
	    old_size(run, LKM_INDEXSET_DEP_BIN) <= EMPTY_INDEX_SIZE)
		return 0;
	return lkm_diag_set(run->diag, -ENOTEMPTY,
			    "no module in %s, but its indexes have some: they are left as they "
			    "are (--allow-empty replaces them)",
			    run->req->dir);
}

/* The lines of modules.dep for the time of change; empty if that takes none. */
static int make_transition(const struct lkm_depmod_run *run, struct lkm_buf *ret, bool *ret_needed)
{
	lkm_auto(lkm_blob) struct lkm_blob old = LKM_BLOB_INIT;
	int err = lkm_file_read(run->out_fd, lkm_indexset_name(LKM_INDEXSET_DEP_BIN),
				OLD_INDEX_MAX, &old);

	*ret_needed = false;
	if (err == -ENOMEM || err == -ENOENT)
		return err == -ENOENT ? 0 : err;
	if (err < 0) {
		/* It is replaced all the same: a new index mends what is broken. */
		lkm_report(run->req->report, LKM_REPORT_WARNING,
			   "could not read the old %s: %s",
			   lkm_indexset_name(LKM_INDEXSET_DEP_BIN), strerror(-err));
		return 0;
	}
	return lkm_indexset_transition(
		lkm_bytes_str(lkm_blob_view(&old)),
		lkm_buf_view(&run->set.files[LKM_INDEXSET_DEP_BIN]), ret, ret_needed);
}

static struct lkm_commit_file commit_file(const struct lkm_depmod_run *run,
					  enum lkm_indexset_file file)
{
	return (struct lkm_commit_file){ .name = lkm_indexset_name(file),
					 .content = lkm_buf_view(&run->set.files[file]) };
}

int lkm_depmod_write(struct lkm_depmod_run *run)
{
	lkm_auto(lkm_buf) struct lkm_buf transition = LKM_BUF_INIT;
	struct lkm_commit_file files[LKM_INDEXSET_COUNT + 1];
	size_t count = 0;
	bool needed;
	int err = check_empty(run);

	if (!err)
		err = make_transition(run, &transition, &needed);
	if (err < 0)
		return err;
	for (size_t i = 0; i < LKM_INDEXSET_COUNT; i++) {
		if (keep_old(run, write_order[i]))
			run->kept_old = true;
		else
			files[count++] = commit_file(run, write_order[i]);
	}
	if (needed) {
		files[0].content = lkm_buf_view(&transition);
		files[count++] = commit_file(run, LKM_INDEXSET_DEP_BIN);
	}
	/* Threads only wait for the disk here: more of them than processors do not hurt. */
	err = lkm_commit_files(run->out_fd, files, count,
			       run->req->threads == 1 ? 1 : (unsigned int)count, run->diag);
	if (err < 0)
		lkm_diag_file(run->diag, out_dir(run));
	return err;
}
