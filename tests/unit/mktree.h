/*
 * tests/unit/mktree.h - a module directory in a temporary place.
 *
 *	struct mktree t;
 *	mktree_init(&t);                         t.base/lib/modules/6.0.0
 *	mktree_file(&t, "modules.dep", lkm_str("k/a.ko:\n"));
 *	mktree_index(&t, "modules.dep.bin", entries, COUNT(entries));
 *	mktree_release(&t);                      removes everything
 */
#ifndef LKM_TESTS_MKTREE_H
#define LKM_TESTS_MKTREE_H

#include "mkindex.h"

#define MKTREE_RELEASE "6.0.0"

struct mktree {
	char base[64];
	char dir[128];
};

/* Make the empty directory. */
void mktree_init(struct mktree *t);

/* Write a file of the module directory; folders in its name are made. */
void mktree_file(const struct mktree *t, const char *name, struct lkm_str text);

/* Write a binary index. */
void mktree_index(const struct mktree *t, const char *name, const struct mkindex_entry *entries,
		  size_t count);

/* Remove a file. */
void mktree_remove(const struct mktree *t, const char *name);

/* Remove everything. */
void mktree_release(struct mktree *t);

#endif
