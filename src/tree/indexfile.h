/*
 * tree/indexfile.h - all entries of one index, or of its text, in memory.
 *
 * For those who look at a file as a whole; a look-up reads as little as it can
 * (tree/tables.h).  What a file is shows in its first bytes, not in its name.
 * The texts are those of tree/texttable.h; modules.softdep and the like are
 * none.
 *
 * Ownership  The file owns its entries and their texts: release it.
 * Errors     -ENOEXEC  neither an index nor the text of one, or empty
 *            -EBADMSG  damaged, with offset or line in the diagnosis.  What could
 *                      be read is there all the same: of an index the entries
 *                      before the damage, of a text all lines that are sound
 *            -ENOMEM, and those of lkm_file_read()
 * Trust      Any bytes.
 */
#ifndef LKM_TREE_INDEXFILE_H
#define LKM_TREE_INDEXFILE_H

#include "tree/tree.h"

struct lkm_indexfile {
	struct lkm_arena arena;
	struct lkm_blob blob; /* what was read */
	struct lkm_buf keys;  /* of an index */
	bool is_text;		 /* no index: the priority of an entry is its number, from 1 */
	enum lkm_table table;	 /* of a text: which one */
	struct lkm_index_hits entries; /* in the order of the file */
};

#define LKM_INDEXFILE_INIT { 0 }

/*
 * Read a file.  `table` says which one a text is; LKM_TABLE_COUNT: its first
 * line does.  -ENOEXEC, -EBADMSG, -ENOMEM, -errno, with a diagnosis that names
 * the file.
 */
int lkm_indexfile_read(struct lkm_indexfile *ret, const char *path, enum lkm_table table,
		       struct lkm_diag *diag);

/*
 * The same from bytes, which must outlive `ret`; the diagnosis names no file.
 * -ENOEXEC, -EBADMSG, -ENOMEM.
 */
int lkm_indexfile_parse(struct lkm_indexfile *ret, struct lkm_bytes bytes, enum lkm_table table,
			struct lkm_diag *diag);

/* Give everything back. */
void lkm_indexfile_release(struct lkm_indexfile *file);
LKM_DEFINE_AUTO(lkm_indexfile)

#endif
