/*
 * tree/depmod.h - make the indexes of a module directory.
 *
 * The life of one run: configuration, lock, scan, module order, records (read, or
 * known from a cache), graph, contents of the files, and then all of them written
 * or none.  The lock is
 * taken before the scan, so that of two runs the later one sees at least what
 * the earlier one saw, and its files stay.
 *
 * Ownership  Everything in the request is borrowed for the call.
 * Errors     0, or a negative errno with a diagnosis; then no file was changed
 *            unless the diagnosis says so.  Files that were left out and the
 *            like are errors told to the report: the caller's exit code has to
 *            look at both.
 *              -ENOTEMPTY  no module is left, but the old index has some
 * Threads    One call for one tree at a time.
 */
#ifndef LKM_TREE_DEPMOD_H
#define LKM_TREE_DEPMOD_H

#include "base/report.h"
#include "tree/unresolved.h"

struct lkm_depmod_request {
	const char *release;
	const char *dir;     /* the module directory */
	const char *out_dir; /* where the indexes go; NULL: dir */

	/* depmod.d: these files and directories; count 0: the standard ones. */
	const char *const *config;
	size_t config_count;

	/* Only these module files, absolute paths; count 0: all there are. */
	const char *const *files;
	size_t file_count;

	/* What the kernel exports (-e); NULL: do not look for unresolved symbols. */
	struct lkm_unresolved *unresolved;

	const char *cache; /* this file knows modules that were read before; NULL: none does */
	bool cache_asked;  /* it was asked for: say what is wrong with it */

	bool quick;	   /* -A: nothing to do if the indexes are younger than the modules */
	bool needs;	   /* -v: a line for each symbol that a module gets from another */
	bool warn_doubles; /* -w */
	bool allow_empty;  /* an index without modules may replace one that has some */
	struct lkm_buf *print; /* the texts go here, and no file is touched; may be NULL */
	unsigned int threads;  /* at most; 0: as it pays */

	struct lkm_report *report;
	void (*progress)(void *ctx, size_t done, size_t all); /* may be NULL */
	void (*waiting)(void *ctx); /* before waiting for another depmod; may be NULL */
	void *ctx;
};

/* Do it.  See Errors. */
int lkm_depmod_run(const struct lkm_depmod_request *request, struct lkm_diag *diag);

#endif
