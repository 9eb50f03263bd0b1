/*
 * lkm index - what stands in the indexes that modules are found by.
 */
#include "tools/lkm/json.h"
#include "tools/lkm/tools.h"
#include "tools/log.h"
#include "tools/out.h"
#include "tree/indexfile.h"

struct options {
	bool json;
};

static const struct lkm_opt opts[] = {
	{ 'J', "json", LKM_OPT_TRUE, offsetof(struct options, json), .help = "print JSON" },
	LKM_OPTS_HELP,
};

/* A field of a line: what would end it, or do something to a terminal, is escaped. */
static void put_field(struct lkm_buf *out, struct lkm_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '\\')
			lkm_buf_puts(out, "\\\\");
		else if (c < ' ' || c >= 0x7f)
			lkm_buf_printf(out, "\\x%02x", c);
		else
			lkm_buf_putc(out, (char)c);
	}
}

/* KEY tab PRIORITY tab VALUE; a line of a text has no priority. */
static int print_text(const struct lkm_indexfile *file, struct lkm_buf *out)
{
	int err = 0;

	for (size_t i = 0; i < file->entries.len && !err; i++) {
		const struct lkm_index_hit *entry = &file->entries.ptr[i];

		put_field(out, entry->key);
		if (file->is_text)
			lkm_buf_puts(out, "\t-\t");
		else
			lkm_buf_printf(out, "\t%u\t", entry->priority);
		put_field(out, entry->value);
		lkm_buf_putc(out, '\n');
		if (out->len >= LKM_OUT_CHUNK)
			err = lkm_out_flush(out);
	}
	return err;
}

static void print_entries(const struct lkm_indexfile *file, struct lkm_json *json)
{
	lkm_json_begin(json, "entries", '[');
	for (size_t i = 0; i < file->entries.len; i++) {
		const struct lkm_index_hit *entry = &file->entries.ptr[i];

		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "key", entry->key);
		if (file->is_text)
			lkm_json_null(json, "priority");
		else
			lkm_json_unsigned(json, "priority", entry->priority);
		lkm_json_text(json, "value", entry->value);
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
}

static void print_error(const char *path, const struct lkm_diag *diag, struct lkm_json *json)
{
	lkm_auto(lkm_buf) struct lkm_buf message = LKM_BUF_INIT;

	lkm_diag_print(diag, &message);
	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "argument", lkm_str(path));
	lkm_json_text_or_null(json, "errno", lkm_str(strerrorname_np(-diag->err)));
	lkm_json_text(json, "message", lkm_buf_view(&message));
	lkm_json_end(json, '}');
}

static void print_json(const char *path, const struct lkm_indexfile *file,
		       const struct lkm_diag *diag, struct lkm_buf *out)
{
	struct lkm_json json = lkm_json(out);
	bool read = diag->err == 0 || diag->err == -EBADMSG;
	const char *kind = file->is_text ? "text" : "index";

	lkm_json_begin(&json, NULL, '{');
	lkm_json_text(&json, "filename", lkm_str(path));
	lkm_json_text_or_null(&json, "kind", lkm_str(read ? kind : NULL));
	print_entries(file, &json);
	lkm_json_begin(&json, "errors", '[');
	if (diag->err)
		print_error(path, diag, &json);
	lkm_json_end(&json, ']');
	lkm_json_end(&json, '}');
}

/* Whatever could be read is shown, also of a damaged file. */
static int dump(const char *path, bool json)
{
	lkm_auto(lkm_indexfile) struct lkm_indexfile file = LKM_INDEXFILE_INIT;
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_indexfile_read(&file, path, LKM_TABLE_COUNT, &diag);
	int out_err = 0;

	if (json)
		print_json(path, &file, &diag, &out);
	else
		out_err = print_text(&file, &out);
	if (!out_err)
		out_err = lkm_out_flush(&out);
	if (err < 0)
		lkm_error_diag(&diag);
	return out_err < 0 || lkm_out_close() < 0 || err < 0;
}

static int run(int argc, char **argv)
{
	struct options options = { 0 };
	int first;

	switch (lkm_cli_parse(&lkm_tool_index, argc, argv, &options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	if (argc - first != 2 || strcmp(argv[first], "dump") != 0) {
		lkm_error("usage: lkm index %s", lkm_tool_index.synopsis);
		return 1;
	}
	return dump(argv[first + 1], options.json);
}

const struct lkm_tool lkm_tool_index = {
	.name = "lkm index",
	.synopsis = "dump [options] FILE",
	.about = "show what an index (modules.*.bin, or its text) holds",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
