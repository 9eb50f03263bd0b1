/*
 * base/commit.h - replace a set of files in one directory, or none of them.
 *
 * Everything is first written to new files beside the old ones, and each
 * write, flush and close checked.  Only then are they renamed over the old ones,
 * one after the other in the order given, and the directory is flushed, too.
 * So a full disk or an I/O error leaves the old set as it was, and a crash leaves
 * it with the first files of the list new and the others old: the order of the
 * list must be one that readers can live with.
 *
 * Files that a crashed run left behind are removed by the next one that holds
 * the lock.
 *
 * Ownership  Names and contents are borrowed.
 * Errors     -errno of the call that failed, with a diagnosis that names the
 *            file; -EISDIR, -EINVAL when something else than a file has its name.
 *            If renaming fails half way, the diagnosis says so.
 * Threads    Flushing runs on several threads: each waits for the disk only.
 */
#ifndef LKM_BASE_COMMIT_H
#define LKM_BASE_COMMIT_H

#include "base/bytes.h"
#include "base/diag.h"

/* What the names of new files begin with: 16 hexadecimal digits and "-NAME" follow. */
#define LKM_COMMIT_PREFIX ".lkm-new-"

/* Most files of one set. */
#define LKM_COMMIT_MAX 64u

struct lkm_commit_file {
	const char *name; /* in the directory; one name may come twice: the last counts */
	struct lkm_str content;
	bool no_flush; /* a crash may damage it: whoever reads it will see that */
};

/*
 * Wait until no other process holds the lock of the directory, and take it; it
 * lasts until the descriptor is closed.  Where a file system knows no locks, we
 * go on without: *ret_locked (may be NULL) says so.  `wait` (may be NULL) is
 * called before waiting.  Errors of flock(2).
 */
int lkm_commit_lock(int dirfd, void (*wait)(void *ctx), void *ctx, bool *ret_locked);

/*
 * Remove what crashed runs left behind.  Only under the lock.  What cannot be
 * removed does no harm but takes space: the first -errno, with a diagnosis.
 */
int lkm_commit_clean(int dirfd, struct lkm_diag *diag);

/* Write and rename the set, at most LKM_COMMIT_MAX files.  See Errors. */
int lkm_commit_files(int dirfd, const struct lkm_commit_file *files, size_t count,
		     unsigned int threads, struct lkm_diag *diag);

#endif
