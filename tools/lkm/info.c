/*
 * lkm info - what modules say about themselves, for people.
 */
#include "tools/lkm/facts.h"
#include "tools/lkm/signature.h"
#include "tools/lkm/table.h"
#include "tools/lkm/tools.h"

/* Values of one key that are shown without --all; some drivers have a thousand aliases. */
#define VALUES_SHOWN 5u

struct options {
	struct lkm_show_options show; /* first: see lkm_show_run() */
	bool all;
};

static const struct lkm_opt opts[] = {
	{ 'a', "all", LKM_OPT_TRUE, offsetof(struct options, all),
	  .help = "show every value, however many there are" },
	LKM_OPTS_SHOW,
};

static const struct lkm_column fact_columns[] = {
	{ "", 0 },
	{ "", LKM_COLUMN_WRAP },
};

static const struct lkm_column parm_columns[] = {
	{ "PARAMETER", 0 },
	{ "TYPE", 0 },
	{ "DESCRIPTION", LKM_COLUMN_WRAP },
};

/* ---- text ---- */

static int add_line(struct lkm_textable *table, struct lkm_str what, struct lkm_str text)
{
	struct libscols_line *row;
	int err = lkm_textable_row(table, NULL, &row);

	err = err ? err : lkm_textable_cell(row, 0, what);
	return err ? err : lkm_textable_cell(row, 1, text);
}

/* One line for each value of a key that is not empty, but not too many. */
static int add_key(struct lkm_textable *table, const struct lkm_facts *facts, struct lkm_str key,
		   bool all)
{
	struct lkm_str value, left = key;
	size_t pos = 0, more = 0;
	char text[64];
	int err = 0;

	for (size_t shown = 0; !err && lkm_facts_next(facts, key, &pos, &value);) {
		if (value.len == 0)
			continue;
		if (!all && shown >= VALUES_SHOWN) {
			more++;
			continue;
		}
		err = add_line(table, left, value);
		left = lkm_str("");
		shown++;
	}
	if (err < 0 || more == 0)
		return err;
	snprintf(text, sizeof(text), "(%zu more: --all shows them)", more);
	return add_line(table, left, lkm_str(text));
}

static int add_signature(struct lkm_textable *table, const struct lkm_facts *facts)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	const struct lkm_signature *s = &facts->signature;

	if (!facts->is_signed)
		return 0;
	lkm_buf_printf(&text, "%.*s (%.*s%s%.*s)",
		       LKM_STR_ARG(s->signer.len ? s->signer : lkm_str("a key without a name")),
		       LKM_STR_ARG(s->hash), s->hash.len && s->pubkey.len ? ", " : "",
		       LKM_STR_ARG(s->pubkey));
	return lkm_buf_error(&text) ? -ENOMEM :
				      add_line(table, lkm_str("signed by"), lkm_buf_view(&text));
}

static int print_facts(const struct lkm_target *target, const struct lkm_facts *facts, bool all)
{
	lkm_auto(lkm_textable) struct lkm_textable table = { 0 };
	struct lkm_str path = lkm_str(target->path ? target->path : "(built into the kernel)");
	int err = lkm_textable_init(&table, fact_columns, 2, false);

	err = err ? err : add_line(&table, lkm_str("module"), target->name);
	err = err ? err : add_line(&table, lkm_str("file"), path);
	for (size_t i = 0; i < facts->keys.len && !err; i++)
		if (!lkm_str_is(facts->keys.ptr[i], "name"))
			err = add_key(&table, facts, facts->keys.ptr[i], all);
	err = err ? err : add_signature(&table, facts);
	return err ? err : lkm_textable_print(&table, target->out);
}

static int print_parms(const struct lkm_parminfo *parms, struct lkm_buf *out)
{
	lkm_auto(lkm_textable) struct lkm_textable table = { 0 };
	struct libscols_line *row;
	int err = lkm_textable_init(&table, parm_columns, 3, true);

	for (size_t i = 0; i < parms->list.len && !err; i++) {
		const struct lkm_parm *p = &parms->list.ptr[i];

		err = lkm_textable_row(&table, NULL, &row);
		err = err ? err : lkm_textable_cell(row, 0, p->name);
		err = err ? err : lkm_textable_cell(row, 1, p->type);
		err = err ? err : lkm_textable_cell(row, 2, p->text);
	}
	lkm_buf_putc(out, '\n');
	return err ? err : lkm_textable_print(&table, out);
}

/* ---- JSON ---- */

static void print_json(const struct lkm_facts *facts, struct lkm_json *json)
{
	lkm_json_begin(json, "info", '{');
	for (size_t i = 0; i < facts->keys.len; i++) {
		struct lkm_str value;
		size_t pos = 0;

		lkm_json_begin_key(json, facts->keys.ptr[i], '[');
		while (lkm_facts_next(facts, facts->keys.ptr[i], &pos, &value))
			lkm_json_text(json, NULL, value);
		lkm_json_end(json, ']');
	}
	lkm_json_end(json, '}');
	lkm_json_begin(json, "parameters", '[');
	for (size_t i = 0; i < facts->parms.list.len; i++) {
		const struct lkm_parm *p = &facts->parms.list.ptr[i];

		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "name", p->name);
		lkm_json_text_or_null(json, "type", p->type);
		lkm_json_text_or_null(json, "description", p->text);
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
	if (facts->build_id.len)
		lkm_json_hex(json, "build_id", facts->build_id);
	else
		lkm_json_null(json, "build_id");
	if (facts->is_signed)
		lkm_signature_json(&facts->signature, json);
	else
		lkm_json_null(json, "signature");
}

/* ---- the command ---- */

static int show(const struct lkm_target *target, const void *options, struct lkm_diag *diag)
{
	lkm_auto(lkm_facts) struct lkm_facts facts = { 0 };
	const struct options *o = options;
	int err = lkm_facts_read(&facts, target, diag);

	if (err < 0)
		return err;
	if (target->json) {
		print_json(&facts, target->json);
		return 0;
	}
	if (target->later)
		lkm_buf_putc(target->out, '\n');
	err = print_facts(target, &facts, o->all);
	if (err == 0 && facts.parms.list.len)
		err = print_parms(&facts.parms, target->out);
	return err;
}

static int run(int argc, char **argv)
{
	struct options options = { 0 };

	return lkm_show_run(&lkm_tool_info, argc, argv, &options, show);
}

const struct lkm_tool lkm_tool_info = {
	.name = "lkm info",
	.synopsis = "[options] FILE|NAME...",
	.about = "show what modules say about themselves",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
