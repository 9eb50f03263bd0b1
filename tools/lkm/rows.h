/*
 * lkm/rows.h - the loaded modules as rows of a table.
 *
 * Ownership  Rows are views into the text of /proc/modules.
 */
#ifndef LKM_TOOLS_LKM_ROWS_H
#define LKM_TOOLS_LKM_ROWS_H

#include "base/map.h"
#include "base/vec.h"
#include "fmt/procmodules.h"

/* What is known of a loaded module. */
enum lkm_row_column {
	LKM_ROW_NAME,
	LKM_ROW_SIZE,
	LKM_ROW_USED,
	LKM_ROW_STATE,
	LKM_ROW_TAINTS,
	LKM_ROW_ADDRESS,
	LKM_ROW_HOLDERS,
	LKM_ROW_COLUMNS,
};

struct lkm_row {
	struct lkm_procmodule module;
	size_t order; /* its place in the kernel's order */
	bool shown;   /* in a tree: with all that uses it */
};

struct lkm_rows {
	LKM_VEC(struct lkm_row) list;
	struct lkm_map by_name; /* number of the row, after lkm_rows_index() */
};

/*
 * Read all lines of /proc/modules.  A bad line is reported and left out, and the
 * result is then -EBADMSG.  -ENOMEM.
 */
int lkm_rows_read(struct lkm_rows *rows, struct lkm_str text);

/* The column of that name in any case, LKM_ROW_COLUMNS if there is none. */
enum lkm_row_column lkm_rows_column(struct lkm_str name);

/* The name of a column, in capitals. */
const char *lkm_rows_column_name(enum lkm_row_column column);

/* Sort by a column; equal rows stay in the kernel's order, also backwards. */
void lkm_rows_sort(struct lkm_rows *rows, enum lkm_row_column by, bool backwards);

/* Number the rows by name, in their present order.  -ENOMEM. */
int lkm_rows_index(struct lkm_rows *rows);

/* The row of a module, NULL if it is not loaded. */
struct lkm_row *lkm_rows_find(const struct lkm_rows *rows, struct lkm_str name);

/* Append the text of a cell; `bytes`: the size as a plain number. */
void lkm_rows_cell(const struct lkm_row *row, enum lkm_row_column column, bool bytes,
		   struct lkm_buf *ret);

/* Give the memory back. */
void lkm_rows_release(struct lkm_rows *rows);
LKM_DEFINE_AUTO(lkm_rows)

#endif
