/*
 * tree/tree.h - one module directory, BASE/lib/modules/RELEASE.
 *
 * Opening it touches nothing on disk: each file is opened when it is first
 * asked for, once.  What does not stop the work but should be known (a binary
 * index that is damaged, its text twin used instead) is kept as a notice, once
 * per file, until the caller takes it.
 *
 * Ownership  The tree owns files, arena and notices: release it.  Text that
 *            comes from it lives until then.
 * Errors     -ENOMEM, and those named at each function.
 * Trust      Files of the directory may be damaged, and replaced at any time
 *            (by renaming, as depmod does): what was opened stays what it was.
 * Threads    One thread at a time.
 * Source     modprobe(8) -d, modinfo(8) -b; behaviour of kmod.
 */
#ifndef LKM_TREE_TREE_H
#define LKM_TREE_TREE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/map.h"
#include "fmt/index.h"

/* The tables depmod writes and a look-up reads. */
enum lkm_table {
	LKM_TABLE_DEP,		 /* module name -> line of modules.dep */
	LKM_TABLE_ALIAS,	 /* pattern -> module name */
	LKM_TABLE_SYMBOLS,	 /* symbol:NAME -> module name */
	LKM_TABLE_BUILTIN,	 /* built-in module name -> "" */
	LKM_TABLE_BUILTIN_ALIAS, /* pattern -> built-in module name */
	LKM_TABLE_COUNT,
};

/* One table: its binary index if that is sound, otherwise what its text file says. */
struct lkm_table_slot {
	enum { LKM_SLOT_UNOPENED, LKM_SLOT_INDEX, LKM_SLOT_TEXT, LKM_SLOT_ABSENT } state;
	int fd;
	struct lkm_source src;
	struct lkm_index index;
	struct lkm_index_hits listed; /* what is in the index, once that was asked for */
	struct lkm_buf keys;	      /* of those */
	struct lkm_blob text;	      /* the text file */
	struct lkm_index_hits entries; /* what is in it, in its order */
	enum { LKM_TEXT_UNREAD, LKM_TEXT_READ, LKM_TEXT_NONE } text_state;
};

struct lkm_tree {
	struct lkm_arena arena;
	const char *dir; /* absolute */
	const char *release;
	struct lkm_table_slot slots[LKM_TABLE_COUNT];
	struct lkm_blob builtin_modinfo; /* tree/builtin.h */
	bool builtin_modinfo_read;
	struct lkm_map present; /* files that were seen to be there: tree/depentry.h */
	LKM_VEC(struct lkm_diag) notices;
	size_t notices_taken;
};

/*
 * Prepare the directory of `release` below `base` (NULL or "": the system's
 * own).  A relative base is taken from the working directory.  -ENOMEM.
 */
int lkm_tree_open(struct lkm_tree *tree, const char *base, const char *release);

/* Close everything.  NULL and one that was never opened are fine. */
void lkm_tree_release(struct lkm_tree *tree);
LKM_DEFINE_AUTO(lkm_tree)

/* "DIR/name", or the name itself when it is absolute; in the tree's arena.  NULL: -ENOMEM. */
const char *lkm_tree_path(struct lkm_tree *tree, struct lkm_str name);

/*
 * Why nothing can be found here: there is no such directory, or depmod has not
 * been run in it.  0 when neither is so.  -ENOENT with the sentence, or the
 * errno of opening the directory.
 */
int lkm_tree_check(struct lkm_tree *tree, struct lkm_diag *diag);

/* Keep a copy of a notice. */
void lkm_tree_add_notice(struct lkm_tree *tree, const struct lkm_diag *notice);

/* Take the next notice, false when there is none (any more). */
bool lkm_tree_next_notice(struct lkm_tree *tree, struct lkm_diag *ret);

#endif
