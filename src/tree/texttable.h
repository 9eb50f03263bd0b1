/*
 * tree/texttable.h - the entries of a table from its text file: for
 * tree/tables.c and tree/indexfile.c.
 *
 * Errors     -EBADMSG  a line that is none, with its number; it is passed over
 *            -ENOMEM
 */
#ifndef LKM_TREE_TEXTTABLE_H
#define LKM_TREE_TEXTTABLE_H

#include "tree/tree.h"

/*
 * Append an entry for each line of `text`; key and value are in the arena or
 * views into the text.  -EBADMSG says that some lines were passed over, with
 * the first of them in diag; the entries are there all the same.  The text of
 * the aliases of built-in modules is modules.builtin.modinfo, which has no lines.
 */
int lkm_texttable_parse(enum lkm_table table, struct lkm_str text, struct lkm_arena *arena,
			struct lkm_index_hits *ret, struct lkm_diag *diag);

#endif
