/*
 * tree/indexset.h - the contents of all files that depmod writes.
 *
 * Texts (modules.dep and the like) list modules in module order, and of a
 * module what is in its file in the order of the file; modules.symbols is
 * sorted.  A binary index holds the same as its text.  What the files look like
 * is told in docs/formats/.
 *
 * Ownership  A set owns its buffers; the input is borrowed for the call.
 * Errors     -EFBIG  an index would be larger than its format can be
 *            -ENOMEM
 *            What a text cannot hold is left out and told to the report.
 * Threads    Indexes are built on several threads; the report is called on the
 *            calling one.
 */
#ifndef LKM_TREE_INDEXSET_H
#define LKM_TREE_INDEXSET_H

#include "tree/graph.h"
#include "tree/scan.h"

enum lkm_indexset_file {
	LKM_INDEXSET_DEP,
	LKM_INDEXSET_DEP_BIN,
	LKM_INDEXSET_ALIAS,
	LKM_INDEXSET_ALIAS_BIN,
	LKM_INDEXSET_SOFTDEP,
	LKM_INDEXSET_WEAKDEP,
	LKM_INDEXSET_SYMBOLS,
	LKM_INDEXSET_SYMBOLS_BIN,
	LKM_INDEXSET_BUILTIN_BIN,
	LKM_INDEXSET_BUILTIN_ALIAS_BIN,
	LKM_INDEXSET_DEVNAME,
	LKM_INDEXSET_COUNT,
};

struct lkm_indexset {
	struct lkm_buf files[LKM_INDEXSET_COUNT];
};

#define LKM_INDEXSET_INIT { 0 }

struct lkm_indexset_input {
	const struct lkm_scan *scan;
	const struct lkm_record *const *records; /* of the scan's files */
	const struct lkm_graph *graph;
	struct lkm_str builtin;		  /* text of modules.builtin */
	struct lkm_bytes builtin_modinfo; /* bytes of modules.builtin.modinfo */
	unsigned int threads;
	bool warn_doubles; /* tell of aliases that a module has twice */
	struct lkm_report *report;
};

/* "modules.dep" and so on. */
const char *lkm_indexset_name(enum lkm_indexset_file file);

/* Make all files.  -EFBIG, -ENOMEM. */
int lkm_indexset_make(struct lkm_indexset *ret, const struct lkm_indexset_input *in);

/*
 * The index of modules.dep.bin for the time of change: the new one, and behind
 * it the lines of modules that only the old one knows.  *ret_needed is false,
 * and ret empty, if there are none.  An old one that is damaged counts as empty.
 */
int lkm_indexset_transition(struct lkm_str old_dep, struct lkm_str new_dep, struct lkm_buf *ret,
			    bool *ret_needed);

/* Give the buffers back. */
void lkm_indexset_release(struct lkm_indexset *set);
LKM_DEFINE_AUTO(lkm_indexset)

#endif
