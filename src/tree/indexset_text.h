/*
 * tree/indexset_text.h - texts of the modules: private to tree/indexset*.c.
 *
 * Ownership  Entries point into the records, the texts and the arena.
 */
#ifndef LKM_TREE_INDEXSET_TEXT_H
#define LKM_TREE_INDEXSET_TEXT_H

#include "fmt/index_write.h"
#include "tree/indexset.h"

/* Indexes that are made of entries. */
enum lkm_indexset_index {
	LKM_INDEX_ALIAS,
	LKM_INDEX_SYMBOLS,
	LKM_INDEX_DEP,
	LKM_INDEX_BUILTIN,
	LKM_INDEX_BUILTIN_ALIAS,
	LKM_INDEX_COUNT,
};

/* What becomes one index. */
typedef LKM_VEC(struct lkm_index_entry) lkm_indexset_entries;

struct lkm_indexset_maker {
	const struct lkm_indexset_input *in;
	struct lkm_indexset *set;
	struct lkm_arena arena; /* keys that are not as in their file */
	struct lkm_buf scratch;
	lkm_indexset_entries entries[LKM_INDEX_COUNT];
	int errors[LKM_INDEX_COUNT]; /* of the threads */
};

/* Write modules.dep and the entries of its index.  -ENOMEM. */
int lkm_indexset_dep(struct lkm_indexset_maker *m);

/* Write aliases, soft and weak dependencies, device names; entries of aliases.  -ENOMEM. */
int lkm_indexset_infos(struct lkm_indexset_maker *m);

/* The entries of symbols, of built-in modules and of their aliases.  -ENOMEM. */
int lkm_indexset_symbols(struct lkm_indexset_maker *m);
int lkm_indexset_builtin(struct lkm_indexset_maker *m);
int lkm_indexset_builtin_alias(struct lkm_indexset_maker *m);

/*
 * Add an entry whose key is the alias brought into the form of look-ups: 1, or
 * 0 and a warning if it cannot be a key.  -ENOMEM.
 */
int lkm_indexset_add_alias(struct lkm_indexset_maker *m, enum lkm_indexset_index index,
			   const struct lkm_index_entry *entry);

/* Add an entry as it is.  -ENOMEM. */
int lkm_indexset_add(struct lkm_indexset_maker *m, enum lkm_indexset_index index,
		     const struct lkm_index_entry *entry);

#endif
