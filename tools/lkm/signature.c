/*
 * lkm signature - everything the trailer of signed modules says.
 */
#include "fmt/signature.h"
#include "tools/lkm/signature.h"
#include "tools/lkm/show.h"
#include "tools/lkm/table.h"
#include "tools/lkm/tools.h"

static const struct lkm_opt opts[] = { LKM_OPTS_SHOW };

static const struct lkm_column columns[] = {
	{ "", 0 },
	{ "", LKM_COLUMN_WRAP },
};

static int add_line(struct lkm_textable *table, const char *what, struct lkm_str text)
{
	struct libscols_line *row;
	int err = text.len ? lkm_textable_row(table, NULL, &row) : 0;

	if (err < 0 || text.len == 0)
		return err;
	err = lkm_textable_cell(row, 0, lkm_str(what));
	return err ? err : lkm_textable_cell(row, 1, text);
}

static int add_hex(struct lkm_textable *table, const char *what, struct lkm_bytes bytes)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	for (size_t i = 0; i < bytes.len; i++)
		lkm_buf_printf(&text, "%s%02X", i ? ":" : "", bytes.ptr[i]);
	return lkm_buf_error(&text) ? -ENOMEM : add_line(table, what, lkm_buf_view(&text));
}

static int add_number(struct lkm_textable *table, const char *what, uint64_t number,
		      const char *unit)
{
	char text[48];

	snprintf(text, sizeof(text), "%llu%s", (unsigned long long)number, unit);
	return add_line(table, what, lkm_str(text));
}

static int print_table(const struct lkm_signature *sig, struct lkm_buf *out)
{
	lkm_auto(lkm_textable) struct lkm_textable table = { 0 };
	int err = lkm_textable_init(&table, columns, 2, false);

	err = err ? err : add_line(&table, "kind", sig->id);
	err = err ? err : add_line(&table, "signer", sig->signer);
	err = err ? err : add_hex(&table, sig->key_is_id ? "key id" : "serial number", sig->key);
	err = err ? err : add_line(&table, "hash", sig->hash);
	err = err ? err : add_line(&table, "algorithm", sig->pubkey);
	err = err ? err : add_line(&table, "content", sig->content);
	if (!err && sig->signers != 1)
		err = add_number(&table, "signers", sig->signers, "");
	err = err ? err : add_number(&table, "module", sig->module_len, " bytes");
	err = err ? err : add_number(&table, "signature", sig->value.len, " bytes");
	if (!err && sig->signed_attributes)
		err = add_line(&table, "note", lkm_str("has signed attributes: kernels refuse it"));
	if (!err && sig->odd_trailer)
		err = add_line(&table, "note",
			       lkm_str("a byte of the trailer is not 0: kernels refuse it"));
	return err ? err : lkm_textable_print(&table, out);
}

void lkm_signature_json(const struct lkm_signature *sig, struct lkm_json *json)
{
	lkm_json_begin(json, "signature", '{');
	lkm_json_text(json, "kind", sig->id);
	lkm_json_text_or_null(json, "signer", sig->signer);
	if (sig->key_is_id)
		lkm_json_null(json, "serial");
	lkm_json_hex(json, sig->key_is_id ? "key_id" : "serial", sig->key);
	if (!sig->key_is_id)
		lkm_json_null(json, "key_id");
	lkm_json_text_or_null(json, "hash", sig->hash);
	lkm_json_text_or_null(json, "algorithm", sig->pubkey);
	lkm_json_text_or_null(json, "content", sig->content);
	lkm_json_unsigned(json, "signers", sig->signers);
	lkm_json_bool(json, "signed_attributes", sig->signed_attributes);
	lkm_json_bool(json, "odd_trailer", sig->odd_trailer);
	lkm_json_unsigned(json, "module_size", sig->module_len);
	lkm_json_hex(json, "value", sig->value);
	lkm_json_end(json, '}');
}

static int show(const struct lkm_target *target, const void *options, struct lkm_diag *diag)
{
	struct lkm_signature sig;
	int err;

	(void)options;
	if (!target->file)
		return lkm_diag_set(diag, -ENODATA, "%.*s is built into the kernel: it has no file",
				    LKM_STR_ARG(target->name));
	err = lkm_signature_read(&target->file->source, &target->file->arena, &sig, diag);
	if (err < 0 && err != -ENODATA)
		return err;
	lkm_diag_clear(diag);
	if (target->json && err == 0)
		lkm_signature_json(&sig, target->json);
	else if (target->json)
		lkm_json_null(target->json, "signature");
	if (target->json)
		return 0;
	if (target->several)
		lkm_buf_printf(target->out, "%s:\n", target->path);
	if (err == 0)
		return print_table(&sig, target->out);
	lkm_buf_printf(target->out, "%.*s is not signed\n", LKM_STR_ARG(target->name));
	return 0;
}

static int run(int argc, char **argv)
{
	struct lkm_show_options options = { 0 };

	return lkm_show_run(&lkm_tool_signature, argc, argv, &options, show);
}

const struct lkm_tool lkm_tool_signature = {
	.name = "lkm signature",
	.synopsis = "[options] FILE|NAME...",
	.about = "show who signed modules, and how",
	.notes = "Nothing is verified: only the kernel knows the keys it trusts.\n",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
