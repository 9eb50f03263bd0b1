/*
 * lkm needs - the symbols that modules take from the kernel and from others.
 */
#include "base/map.h"
#include "fmt/exports.h"
#include "fmt/modinfo.h"
#include "fmt/versions.h"
#include "tools/lkm/show.h"
#include "tools/lkm/table.h"
#include "tools/lkm/tools.h"
#include "tree/tables.h"

static const struct lkm_opt opts[] = { LKM_OPTS_SHOW };

static const struct lkm_column columns[] = {
	{ "SYMBOL", 0 },
	{ "CRC", 0 },
	{ "WEAK", 0 },
	{ "FROM", 0 },
};

/* What one module needs, and what is known of it. */
struct needs {
	struct lkm_exports exports;
	struct lkm_map crcs; /* by symbol */
	struct lkm_bytes modinfo;
	struct lkm_tree *tree;
};

static void needs_release(struct needs *needs)
{
	lkm_exports_release(&needs->exports);
	lkm_map_release(&needs->crcs);
}
LKM_DEFINE_AUTO(needs)

/* The CRCs the module was built against; a module may have none. */
static int read_crcs(struct needs *needs, const struct lkm_elf *elf, struct lkm_diag *diag)
{
	struct lkm_versions it;
	struct lkm_version version;
	int err = lkm_versions_init(&it, elf, diag);

	if (err == -ENODATA) {
		lkm_diag_clear(diag);
		return 0;
	}
	while (!err && lkm_versions_next(&it, &version)) {
		union lkm_map_value *at = lkm_map_put(&needs->crcs, version.name, NULL);

		if (!at)
			return lkm_diag_set(diag, -ENOMEM, "out of memory");
		at->num = version.crc;
	}
	return err;
}

static int by_name(const void *a, const void *b)
{
	const struct lkm_need *x = a, *y = b;

	return lkm_str_cmp(x->name, y->name);
}

static int read_needs(struct needs *needs, const struct lkm_elf *elf, struct lkm_diag *diag)
{
	int err = lkm_exports_read(&needs->exports, elf, LKM_EXPORTS_NEEDED, diag);

	err = err ? err : read_crcs(needs, elf, diag);
	if (err < 0)
		return err;
	if (needs->exports.needed.len)
		qsort(needs->exports.needed.ptr, needs->exports.needed.len,
		      sizeof(*needs->exports.needed.ptr), by_name);
	err = lkm_elf_contents_of(elf, ".modinfo", &needs->modinfo);
	return err == -ENODATA ? 0 : err;
}

/*
 * The module that has the symbol, by the module directory; "" for none, which
 * is mostly the kernel itself.
 */
static int provider(struct needs *needs, struct lkm_str symbol, struct lkm_str *ret,
		    struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf key = LKM_BUF_INIT;
	struct lkm_index_hit hit = { .value = lkm_str("") };
	int err;

	lkm_buf_puts(&key, "symbol:");
	lkm_buf_str(&key, symbol);
	err = lkm_buf_error(&key);
	err = err ? err : lkm_table_find(needs->tree, LKM_TABLE_SYMBOLS, lkm_buf_view(&key), &hit, diag);
	if (err < 0 && err != -ENODATA)
		return err;
	*ret = hit.value;
	return 0;
}

static int print_row(struct needs *needs, const struct lkm_need *need, struct lkm_textable *table,
		     struct lkm_diag *diag)
{
	const union lkm_map_value *crc = lkm_map_get(&needs->crcs, need->name);
	struct libscols_line *row;
	struct lkm_str from;
	char text[24] = "";
	int err = provider(needs, need->name, &from, diag);

	if (crc)
		snprintf(text, sizeof(text), "0x%08llx", (unsigned long long)crc->num);
	err = err ? err : lkm_textable_row(table, NULL, &row);
	err = err ? err : lkm_textable_cell(row, 0, need->name);
	err = err ? err : lkm_textable_cell(row, 1, lkm_str(text));
	err = err ? err : lkm_textable_cell(row, 2, lkm_str(need->weak ? "weak" : ""));
	return err ? err : lkm_textable_cell(row, 3, from);
}

static int print_table(struct needs *needs, struct lkm_buf *out, struct lkm_diag *diag)
{
	lkm_auto(lkm_textable) struct lkm_textable table = { 0 };
	struct lkm_modinfo it = lkm_modinfo(needs->modinfo);
	struct lkm_modinfo_item item;
	int err = lkm_textable_init(&table, columns, sizeof(columns) / sizeof(columns[0]), true);

	for (size_t i = 0; i < needs->exports.needed.len && !err; i++)
		err = print_row(needs, &needs->exports.needed.ptr[i], &table, diag);
	err = err ? err : lkm_textable_print(&table, out);
	while (!err && lkm_modinfo_next(&it, &item))
		if (lkm_str_is(item.key, "import_ns"))
			lkm_buf_printf(out, "imports namespace %.*s\n", LKM_STR_ARG(item.value));
	return err;
}

static int print_json(struct needs *needs, struct lkm_json *json, struct lkm_diag *diag)
{
	struct lkm_modinfo it = lkm_modinfo(needs->modinfo);
	struct lkm_modinfo_item item;

	lkm_json_begin(json, "needs", '[');
	for (size_t i = 0; i < needs->exports.needed.len; i++) {
		const struct lkm_need *need = &needs->exports.needed.ptr[i];
		const union lkm_map_value *crc = lkm_map_get(&needs->crcs, need->name);
		struct lkm_str from;
		int err = provider(needs, need->name, &from, diag);

		if (err < 0)
			return err;
		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "symbol", need->name);
		lkm_json_crc(json, "crc", crc != NULL, crc ? crc->num : 0);
		lkm_json_bool(json, "weak", need->weak);
		lkm_json_text_or_null(json, "module", from);
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
	lkm_json_begin(json, "import_ns", '[');
	while (lkm_modinfo_next(&it, &item))
		if (lkm_str_is(item.key, "import_ns"))
			lkm_json_text(json, NULL, item.value);
	lkm_json_end(json, ']');
	return 0;
}

static int show(const struct lkm_target *target, const void *options, struct lkm_diag *diag)
{
	lkm_auto(needs) struct needs needs = { .tree = target->tree };
	int err;

	(void)options;
	if (!target->file)
		return lkm_diag_set(diag, -ENODATA, "%.*s is built into the kernel: it has no file",
				    LKM_STR_ARG(target->name));
	err = read_needs(&needs, &target->file->elf, diag);
	if (err < 0)
		return err;
	if (target->json)
		return print_json(&needs, target->json, diag);
	if (target->several)
		lkm_buf_printf(target->out, "%s:\n", target->path);
	if (needs.exports.needed.len == 0) {
		lkm_buf_printf(target->out, "%.*s needs nothing\n", LKM_STR_ARG(target->name));
		return 0;
	}
	return print_table(&needs, target->out, diag);
}

static int run(int argc, char **argv)
{
	struct lkm_show_options options = { 0 };

	return lkm_show_run(&lkm_tool_needs, argc, argv, &options, show);
}

const struct lkm_tool lkm_tool_needs = {
	.name = "lkm needs",
	.synopsis = "[options] FILE|NAME...",
	.about = "show the symbols that modules take from others",
	.notes = "FROM is the module that exports the symbol, by modules.symbols of the module\n"
		 "directory; nothing stands there for symbols of the kernel itself.\n",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
