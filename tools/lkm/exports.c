/*
 * lkm exports - the symbols that modules give to others.
 */
#include "fmt/exports.h"
#include "tools/lkm/show.h"
#include "tools/lkm/table.h"
#include "tools/lkm/tools.h"

static const struct lkm_opt opts[] = { LKM_OPTS_SHOW };

static const struct lkm_column columns[] = {
	{ "SYMBOL", 0 },
	{ "CRC", 0 },
	{ "LICENSE", 0 },
	{ "NAMESPACE", 0 },
};

static int by_name(const void *a, const void *b)
{
	const struct lkm_export *x = a, *y = b;

	return lkm_str_cmp(x->name, y->name);
}

static int print_table(const struct lkm_exports *exports, struct lkm_buf *out)
{
	lkm_auto(lkm_textable) struct lkm_textable table = { 0 };
	struct libscols_line *row;
	int err = lkm_textable_init(&table, columns, sizeof(columns) / sizeof(columns[0]), true);

	for (size_t i = 0; i < exports->given.len && !err; i++) {
		const struct lkm_export *e = &exports->given.ptr[i];
		char crc[24] = "";

		if (e->has_crc)
			snprintf(crc, sizeof(crc), "0x%08llx", (unsigned long long)e->crc);
		err = lkm_textable_row(&table, NULL, &row);
		err = err ? err : lkm_textable_cell(row, 0, e->name);
		err = err ? err : lkm_textable_cell(row, 1, lkm_str(crc));
		err = err ? err : lkm_textable_cell(row, 2, lkm_str(e->gpl_only ? "GPL" : "any"));
		err = err ? err : lkm_textable_cell(row, 3, e->name_space);
	}
	return err ? err : lkm_textable_print(&table, out);
}

static void print_json(const struct lkm_exports *exports, struct lkm_json *json)
{
	lkm_json_begin(json, "exports", '[');
	for (size_t i = 0; i < exports->given.len; i++) {
		const struct lkm_export *e = &exports->given.ptr[i];

		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "symbol", e->name);
		lkm_json_crc(json, "crc", e->has_crc, e->crc);
		lkm_json_bool(json, "gpl_only", e->gpl_only);
		lkm_json_text_or_null(json, "namespace", e->name_space);
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
}

static int show(const struct lkm_target *target, const void *options, struct lkm_diag *diag)
{
	lkm_auto(lkm_exports) struct lkm_exports exports = LKM_EXPORTS_INIT;
	int err;

	(void)options;
	if (!target->file)
		return lkm_diag_set(diag, -ENODATA, "%.*s is built into the kernel: it has no file",
				    LKM_STR_ARG(target->name));
	err = lkm_exports_read(&exports, &target->file->elf,
			       LKM_EXPORTS_NAMES | LKM_EXPORTS_DETAILS, diag);
	if (err < 0)
		return err;
	if (exports.given.len)
		qsort(exports.given.ptr, exports.given.len, sizeof(*exports.given.ptr), by_name);
	if (target->json) {
		print_json(&exports, target->json);
		return 0;
	}
	if (target->several)
		lkm_buf_printf(target->out, "%s:\n", target->path);
	if (exports.given.len == 0) {
		lkm_buf_printf(target->out, "%.*s exports nothing\n", LKM_STR_ARG(target->name));
		return 0;
	}
	return print_table(&exports, target->out);
}

static int run(int argc, char **argv)
{
	struct lkm_show_options options = { 0 };

	return lkm_show_run(&lkm_tool_exports, argc, argv, &options, show);
}

const struct lkm_tool lkm_tool_exports = {
	.name = "lkm exports",
	.synopsis = "[options] FILE|NAME...",
	.about = "show the symbols that modules give to others",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
