/*
 * lkm/table.h - a table or a tree as text, by libsmartcols.
 *
 * Columns are data.  The table is as wide as it needs to be; only on a terminal
 * the columns that may shrink do so.  Control characters in cells are escaped:
 * what a module says about itself must not steer the terminal.
 *
 * Ownership  Cells are copied.  Rows belong to the table.
 * Errors     -ENOMEM, or what the library says
 */
#ifndef LKM_TOOLS_LKM_TABLE_H
#define LKM_TOOLS_LKM_TABLE_H

#include "base/buf.h"

enum {
	LKM_COLUMN_RIGHT = 1,  /* numbers */
	LKM_COLUMN_SHRINK = 2, /* may be cut short on a narrow terminal */
	LKM_COLUMN_WRAP = 4,   /* goes on in the next line on a narrow terminal */
	LKM_COLUMN_TREE = 8,   /* rows have parents, drawn in this column */
};

struct lkm_column {
	const char *name; /* the heading */
	unsigned int flags;
};

struct libscols_table;
struct libscols_line;

struct lkm_textable {
	struct libscols_table *table;
	size_t columns;
};

/* An empty table. */
int lkm_textable_init(struct lkm_textable *t, const struct lkm_column *columns, size_t count,
		      bool headings);

/* Add a row below `parent` (NULL: at the top level); its cells are empty. */
int lkm_textable_row(struct lkm_textable *t, struct libscols_line *parent,
		     struct libscols_line **ret);

/* Set a cell of a row. */
int lkm_textable_cell(struct libscols_line *row, size_t column, struct lkm_str text);

/* Append the whole table to a buffer. */
int lkm_textable_print(struct lkm_textable *t, struct lkm_buf *out);

/* Free it. */
void lkm_textable_release(struct lkm_textable *t);
LKM_DEFINE_AUTO(lkm_textable)

/* "512", "12K", "3.4M": a number of bytes for people, in powers of 1024. */
const char *lkm_size_text(uint64_t bytes, char buf[static 16]);

#endif
