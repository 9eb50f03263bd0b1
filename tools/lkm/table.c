#include "tools/lkm/table.h"

#include <libsmartcols/libsmartcols.h>
#include <locale.h>

/* The library wants a width: a share of the terminal, or 0 for "as needed". */
static int add_column(struct libscols_table *table, const struct lkm_column *column)
{
	int flags = 0;

	if (column->flags & LKM_COLUMN_RIGHT)
		flags |= SCOLS_FL_RIGHT;
	if (column->flags & LKM_COLUMN_SHRINK)
		flags |= SCOLS_FL_TRUNC;
	if (column->flags & LKM_COLUMN_WRAP)
		flags |= SCOLS_FL_WRAP;
	if (column->flags & LKM_COLUMN_TREE)
		flags |= SCOLS_FL_TREE;
	return scols_table_new_column(table, column->name, 0, flags) ? 0 : -ENOMEM;
}

int lkm_textable_init(struct lkm_textable *t, const struct lkm_column *columns, size_t count,
		      bool headings)
{
	lkm_auto(lkm_textable) struct lkm_textable new = { .columns = count };
	int err = 0;

	/* Which characters can be shown, and how wide they are, is the locale's to say. */
	setlocale(LC_CTYPE, "");
	scols_init_debug(0);
	new.table = scols_new_table();
	if (!new.table)
		return -ENOMEM;
	for (size_t i = 0; i < count && !err; i++)
		err = add_column(new.table, &columns[i]);
	err = err ? err : scols_table_enable_noheadings(new.table, !headings);
	if (err < 0)
		return err;
	*t = new;
	new.table = NULL;
	return 0;
}

int lkm_textable_row(struct lkm_textable *t, struct libscols_line *parent,
		     struct libscols_line **ret)
{
	struct libscols_line *row = scols_table_new_line(t->table, parent);

	if (!row)
		return -ENOMEM;
	*ret = row;
	return 0;
}

int lkm_textable_cell(struct libscols_line *row, size_t column, struct lkm_str text)
{
	char *copy = strndup(text.len ? text.ptr : "", text.len);

	return copy ? scols_line_refer_data(row, column, copy) : -ENOMEM;
}

/* The library pads the last column too. */
static void put_without_padding(struct lkm_buf *out, struct lkm_str text)
{
	struct lkm_str line;

	while (lkm_str_next_line(&text, &line)) {
		while (line.len && line.ptr[line.len - 1] == ' ')
			line.len--;
		lkm_buf_str(out, line);
		lkm_buf_putc(out, '\n');
	}
}

/*
 * The stream is ours, because the library does not look whether what it wrote
 * arrived.  It is closed in any case.
 */
static int print_to(struct libscols_table *table, FILE *stream)
{
	int err = scols_table_set_stream(table, stream);

	err = err ? err : scols_print_table(table);
	if (err == 0 && ferror(stream))
		err = -ENOMEM;
	if (fclose(stream) != 0 && err == 0)
		err = -ENOMEM;
	return err;
}

int lkm_textable_print(struct lkm_textable *t, struct lkm_buf *out)
{
	lkm_autofree char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);
	int err = stream ? print_to(t->table, stream) : -ENOMEM;

	if (err < 0)
		return err;
	/* glibc says so in this way when the last growth fails. */
	if (!text)
		return -ENOMEM;
	put_without_padding(out, (struct lkm_str){ text, len });
	return lkm_buf_error(out);
}

void lkm_textable_release(struct lkm_textable *t)
{
	if (t)
		scols_unref_table(t->table);
}

const char *lkm_size_text(uint64_t bytes, char buf[static 16])
{
	static const char units[] = "KMGTPE";
	unsigned int tenths;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(buf, 16, "%u", (unsigned int)bytes);
		return buf;
	}
	for (; bytes >= (uint64_t)1024 * 1024; bytes /= 1024)
		unit++;
	tenths = (unsigned int)(bytes * 10 / 1024);
	if (tenths % 10 == 0 || tenths >= 100)
		snprintf(buf, 16, "%u%c", tenths / 10, units[unit]);
	else
		snprintf(buf, 16, "%u.%u%c", tenths / 10, tenths % 10, units[unit]);
	return buf;
}
