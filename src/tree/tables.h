/*
 * tree/tables.h - look into the tables of a module directory.
 *
 * A table is read from its binary index.  Where that is missing or damaged and
 * a text file of the same content exists, that one is used, whole, and a notice
 * says so once.  A table of which neither exists has no entries.
 *
 *	table           index                      text file
 *	dep             modules.dep.bin            modules.dep
 *	alias           modules.alias.bin          modules.alias
 *	symbols         modules.symbols.bin        modules.symbols
 *	builtin         modules.builtin.bin        modules.builtin
 *	builtin alias   modules.builtin.alias.bin  modules.builtin.modinfo
 *
 * That the last two indexes are missing or empty is not worth a notice: kmod
 * leaves them so where there is nothing to make them from.
 *
 * An entry of dep that cannot be right (tree/depentry.h) is damage too.  One
 * that names files that are not there is held against the text file, and is
 * damage if that one knows better.
 *
 * Ownership  Keys and values live as long as the tree.
 * Errors     -ENOMEM with a diagnosis: everything else is a notice.
 */
#ifndef LKM_TREE_TABLES_H
#define LKM_TREE_TABLES_H

#include "tree/tree.h"

/* The value of exactly this key.  -ENODATA: there is none. */
int lkm_table_find(struct lkm_tree *tree, enum lkm_table table, struct lkm_str key,
		   struct lkm_index_hit *ret, struct lkm_diag *diag);

/*
 * Every value whose key matches the text as a pattern, in the order of the
 * modules (see lkm_index_match()); none is no error.  The caller releases them.
 */
int lkm_table_match(struct lkm_tree *tree, enum lkm_table table, struct lkm_str text,
		    struct lkm_index_hits *ret, struct lkm_diag *diag);

/* The file that a table was read from, without its directory; NULL: none, or not asked yet. */
const char *lkm_table_file(const struct lkm_tree *tree, enum lkm_table table);

/*
 * All entries of a table, in the order of the file that is used; a table that does
 * not exist has none.  They belong to the tree.  NULL: -ENOMEM, with a diagnosis.
 */
const struct lkm_index_hits *lkm_table_entries(struct lkm_tree *tree, enum lkm_table table,
					       struct lkm_diag *diag);

/* Append the same as lines, HEAD KEY " " VALUE "\n".  -ENOMEM. */
int lkm_table_lines(struct lkm_tree *tree, enum lkm_table table, struct lkm_str head,
		    struct lkm_buf *buf, struct lkm_diag *diag);

#endif
