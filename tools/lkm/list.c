/*
 * lkm list - what is loaded, as a table, a tree or JSON.
 */
#include "host/modules.h"
#include "tools/lkm/json.h"
#include "tools/lkm/rows.h"
#include "tools/lkm/table.h"
#include "tools/lkm/tools.h"
#include "tools/log.h"
#include "tools/out.h"

struct options {
	bool json;
	bool tree;
	bool bytes;
	bool no_headings;
	const char *sort;
	const char *columns;
};

static const struct lkm_opt opts[] = {
	{ 'T', "tree", LKM_OPT_TRUE, offsetof(struct options, tree),
	  .help = "below each module show the modules that use it" },
	{ 'o', "columns", LKM_OPT_TEXT, offsetof(struct options, columns), .arg = "LIST",
	  .help = "show these columns, in this order:\n"
		  "name, size, used, state, taints, address, holders" },
	{ 's', "sort", LKM_OPT_TEXT, offsetof(struct options, sort), .arg = "COLUMN",
	  .help = "sort by a column, with - in front from large to small;\n"
		  "otherwise the module loaded last comes first" },
	{ 'b', "bytes", LKM_OPT_TRUE, offsetof(struct options, bytes),
	  .help = "print sizes in bytes" },
	{ 'n', "noheadings", LKM_OPT_TRUE, offsetof(struct options, no_headings),
	  .help = "print no heading" },
	{ 'J', "json", LKM_OPT_TRUE, offsetof(struct options, json), .help = "print JSON" },
	LKM_OPTS_HELP,
};

struct list {
	struct lkm_rows rows;
	enum lkm_row_column columns[LKM_ROW_COLUMNS];
	size_t column_count;
	const struct options *options;
};

static void list_release(struct list *list)
{
	lkm_rows_release(&list->rows);
}
LKM_DEFINE_AUTO(list)

/* The column of that name, or an error that has been reported. */
static int find_column(struct lkm_str name, enum lkm_row_column *ret)
{
	*ret = lkm_rows_column(name);
	if (*ret < LKM_ROW_COLUMNS)
		return 0;
	lkm_error("there is no column \"%.*s\"", LKM_STR_ARG(name));
	return -EINVAL;
}

static int choose_columns(struct list *list)
{
	const char *names = list->options->columns;
	struct lkm_str rest = lkm_str(names ? names : "name,size,used,taints,holders");
	struct lkm_str name;

	do {
		if (list->column_count == LKM_ROW_COLUMNS) {
			lkm_error("too many columns: %s", names);
			return -EINVAL;
		}
		lkm_str_cut(rest, ',', &name, &rest);
		if (find_column(name, &list->columns[list->column_count++]) < 0)
			return -EINVAL;
	} while (rest.len);
	return 0;
}

static int sort(struct list *list)
{
	struct lkm_str name = lkm_str(list->options->sort);
	bool backwards = lkm_str_starts(name, "-", &name);
	enum lkm_row_column column;

	if (!list->options->sort)
		return 0;
	if (find_column(name, &column) < 0)
		return -EINVAL;
	lkm_rows_sort(&list->rows, column, backwards);
	return 0;
}

/* ---- text ---- */

static int add_row(struct list *list, struct lkm_textable *table, const struct lkm_row *row,
		   struct libscols_line *parent, struct libscols_line **ret)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	int err = lkm_textable_row(table, parent, ret);

	for (size_t i = 0; i < list->column_count && !err; i++) {
		lkm_buf_clear(&text);
		lkm_rows_cell(row, list->columns[i], list->options->bytes, &text);
		err = lkm_buf_error(&text);
		err = err ? err : lkm_textable_cell(*ret, i, lkm_buf_view(&text));
	}
	return err;
}

/*
 * A module and, below it, what uses it.  What uses a module is shown once, where
 * the module is met first, so that the tree ends whatever the kernel says.
 */
static int add_tree(struct list *list, struct lkm_textable *table, struct lkm_row *row,
		    struct libscols_line *parent)
{
	struct lkm_str users = row->module.users, user;
	struct libscols_line *line;
	int err = add_row(list, table, row, parent, &line);

	if (err < 0 || row->shown)
		return err;
	row->shown = true;
	while (!err && lkm_procmodule_next_user(&users, &user)) {
		struct lkm_row *below = lkm_rows_find(&list->rows, user);

		if (below)
			err = add_tree(list, table, below, line);
	}
	return err;
}

/* Modules that use no other stand at the top level of the tree; so does what is left then. */
static int add_trees(struct list *list, struct lkm_textable *table)
{
	struct lkm_row *rows = list->rows.list.ptr;
	lkm_autofree bool *uses = calloc(list->rows.list.len + 1, sizeof(*uses));
	int err = uses ? 0 : -ENOMEM;

	for (size_t i = 0; i < list->rows.list.len && !err; i++) {
		struct lkm_str users = rows[i].module.users, user;

		while (lkm_procmodule_next_user(&users, &user)) {
			const struct lkm_row *below = lkm_rows_find(&list->rows, user);

			if (below)
				uses[below - rows] = true;
		}
	}
	for (size_t i = 0; i < list->rows.list.len && !err; i++)
		if (!uses[i])
			err = add_tree(list, table, &rows[i], NULL);
	for (size_t i = 0; i < list->rows.list.len && !err; i++)
		if (!rows[i].shown)
			err = add_tree(list, table, &rows[i], NULL);
	return err;
}

/* How a column is drawn. */
static struct lkm_column drawn(const struct list *list, enum lkm_row_column column)
{
	struct lkm_column ret = { .name = lkm_rows_column_name(column) };

	if (column == LKM_ROW_SIZE || column == LKM_ROW_USED || column == LKM_ROW_ADDRESS)
		ret.flags |= LKM_COLUMN_RIGHT;
	if (column == LKM_ROW_HOLDERS)
		ret.flags |= LKM_COLUMN_WRAP;
	if (column == LKM_ROW_NAME && list->options->tree)
		ret.flags |= LKM_COLUMN_TREE;
	return ret;
}

static int print_table(struct list *list, struct lkm_buf *out)
{
	lkm_auto(lkm_textable) struct lkm_textable table = { 0 };
	struct lkm_column columns[LKM_ROW_COLUMNS];
	struct libscols_line *line;
	int err;

	for (size_t i = 0; i < list->column_count; i++)
		columns[i] = drawn(list, list->columns[i]);
	err = lkm_textable_init(&table, columns, list->column_count, !list->options->no_headings);
	if (err == 0 && list->options->tree)
		err = add_trees(list, &table);
	for (size_t i = 0; i < list->rows.list.len && !list->options->tree && !err; i++)
		err = add_row(list, &table, &list->rows.list.ptr[i], NULL, &line);
	return err ? err : lkm_textable_print(&table, out);
}

/* ---- JSON ---- */

static void print_json_row(struct lkm_json *json, const struct lkm_procmodule *m)
{
	struct lkm_str users = m->users, user;

	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "name", m->name);
	lkm_json_unsigned(json, "size", m->size);
	if (m->counted)
		lkm_json_number(json, "refcnt", m->refcnt);
	else
		lkm_json_null(json, "refcnt");
	lkm_json_begin(json, "holders", '[');
	while (lkm_procmodule_next_user(&users, &user))
		lkm_json_text(json, NULL, user);
	lkm_json_end(json, ']');
	lkm_json_bool(json, "permanent", m->permanent);
	lkm_json_text(json, "state", lkm_str(lkm_procmodule_state_name(m->state)));
	lkm_json_text(json, "taints", m->taints);
	lkm_json_end(json, '}');
}

static void print_json(const struct list *list, struct lkm_buf *out)
{
	struct lkm_json json = lkm_json(out);

	lkm_json_begin(&json, NULL, '{');
	lkm_json_begin(&json, "modules", '[');
	for (size_t i = 0; i < list->rows.list.len; i++)
		print_json_row(&json, &list->rows.list.ptr[i].module);
	lkm_json_end(&json, ']');
	lkm_json_end(&json, '}');
}

/* ---- the command ---- */

/* Print what was asked for: 0, or an error that has been reported. */
static int answer(struct list *list)
{
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	int err = lkm_rows_index(&list->rows);

	if (err == 0 && list->options->json)
		print_json(list, &out);
	else if (err == 0)
		err = print_table(list, &out);
	if (err < 0) {
		lkm_error("cannot show the modules: %s", strerror(-err));
		return err;
	}
	err = lkm_out_flush(&out);
	return err ? err : lkm_out_close();
}

static int run(int argc, char **argv)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct options options = { 0 };
	lkm_auto(list) struct list list = { .options = &options };
	int first, err, bad;

	switch (lkm_cli_parse(&lkm_tool_list, argc, argv, &options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	if (first < argc) {
		lkm_error("too many arguments: %s", argv[first]);
		return 1;
	}
	if (choose_columns(&list) < 0)
		return 1;
	err = lkm_modules_snapshot(lkm_host_linux(), &blob);
	if (err < 0) {
		lkm_error("cannot read /proc/modules: %s", strerror(-err));
		return 1;
	}
	bad = lkm_rows_read(&list.rows, lkm_bytes_str(lkm_blob_view(&blob)));
	if (sort(&list) < 0)
		return 1;
	return answer(&list) < 0 || bad < 0;
}

const struct lkm_tool lkm_tool_list = {
	.name = "lkm list",
	.synopsis = "[options]",
	.about = "show what is loaded",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
