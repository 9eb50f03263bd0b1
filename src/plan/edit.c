#include "plan/editing.h"

#include "fmt/elfsym.h"
#include "fmt/exports.h"
#include "fmt/modinfo.h"
#include "host/policy.h"

/* The tables of exports, their CRCs and flags. */
static const char *const export_tables[] = {
	"__ksymtab", "__ksymtab_gpl", "__kcrctab", "__kcrctab_gpl", "__kflagstab",
};

static void lkm_editing_release(struct lkm_editing *e)
{
	lkm_modfile_release(&e->file);
	lkm_blob_release(&e->image);
	lkm_buf_release(&e->release);
	lkm_buf_release(&e->vermagic);
}
LKM_DEFINE_AUTO(lkm_editing)

void lkm_edits_done_release(struct lkm_edits_done *done)
{
	if (done)
		lkm_buf_release(&done->what);
}

/* ---- what is there to do? ---- */

static bool has_exports(const struct lkm_elf *elf)
{
	bool gpl_only;

	for (size_t i = 1; i < elf->section_count; i++)
		if (lkm_exports_is_table(elf->sections[i].name, &gpl_only) &&
		    elf->sections[i].flags & LKM_SHF_ALLOC && elf->sections[i].size > 0)
			return true;
	return false;
}

static int choose_name(struct lkm_editing *e)
{
	struct lkm_thismodule this;
	struct lkm_str wanted;
	int err = lkm_thismodule_read(&e->file.elf, &this, e->diag);

	if (err < 0)
		return err;
	wanted = e->edits->name ? lkm_str(e->edits->name) : this.name;
	err = lkm_elfedit_check_name(wanted, e->file.elf.wide, e->diag);
	if (err < 0)
		return err;
	/* All other tools take '-' for '_': with the former it could not be removed again. */
	for (size_t i = 0; i < wanted.len; i++)
		e->name[i] = wanted.ptr[i] == '-' && e->edits->name ? '_' : wanted.ptr[i];
	e->rename = !lkm_str_is(this.name, e->name);
	return 0;
}

/* A new vermagic when the kernel would mind an EXTRAVERSION, and nothing else of the release. */
static int choose_vermagic(struct lkm_editing *e)
{
	struct lkm_str release = lkm_buf_view(&e->release), vermagic, word, rest;
	struct lkm_bytes modinfo;

	if (!e->edits->release || lkm_elf_contents_of(&e->file.elf, ".modinfo", &modinfo) < 0 ||
	    lkm_modinfo_get(modinfo, "vermagic", &vermagic) < 0)
		return 0;
	lkm_str_cut(vermagic, ' ', &word, &rest);
	if (lkm_str_eq(word, release) ||
	    !lkm_str_eq(lkm_editing_numbers(word), lkm_editing_numbers(release)) ||
	    memmem(rest.ptr, rest.len, "modversions ", strlen("modversions ")))
		return 0;
	lkm_buf_str(&e->vermagic, release);
	lkm_buf_putc(&e->vermagic, ' ');
	lkm_buf_str(&e->vermagic, rest);
	return lkm_buf_error(&e->vermagic);
}

/* Do symbols that it needs end in a version?  Since 2.6 none does. */
static bool has_versioned_names(const struct lkm_editing *e)
{
	lkm_auto(lkm_buf) struct lkm_buf mark = LKM_BUF_INIT;
	struct lkm_elfsyms symbols;
	struct lkm_elfsym symbol;

	lkm_buf_printf(&mark, "_R%s", e->edits->prefix);
	if (!lkm_buf_cstr(&mark) || lkm_elfsyms_init(&symbols, &e->file.elf, NULL) < 0)
		return false;
	while (lkm_elfsyms_next(&symbols, &symbol) > 0)
		if (symbol.section == LKM_SHN_UNDEF && strstr(symbol.name, lkm_buf_cstr(&mark)))
			return true;
	return false;
}

static int examine(struct lkm_editing *e, struct lkm_bytes bytes)
{
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	int err = lkm_modfile_memory(&e->file, bytes, e->diag);

	err = err ? err : choose_name(e);
	if (err < 0)
		return err;
	err = e->host->uname(e->host, &e->release, &machine);
	err = err ? err : choose_vermagic(e);
	if (err < 0)
		return lkm_diag_set(e->diag, err, "cannot tell the kernel's release");
	e->hide = e->edits->hide && has_exports(&e->file.elf);
	e->export = e->edits->export && !has_exports(&e->file.elf);
	e->prefix = e->edits->prefix && has_versioned_names(e);
	return 0;
}

/* ---- may we? ---- */

static int check_policy(const struct lkm_editing *e)
{
	if (lkm_kernel_enforces_signatures(e->host) == LKM_ANSWER_YES)
		return lkm_diag_set(e->diag, -EKEYREJECTED,
				    "this kernel loads only signed modules, and no signature fits an edited one: load it without -o, -x, -X, -Y, -N, -P");
	switch (lkm_kernel_lockdown(e->host)) {
	case LKM_LOCKDOWN_INTEGRITY:
	case LKM_LOCKDOWN_CONFIDENTIALITY:
		return lkm_diag_set(e->diag, -EPERM,
				    "the kernel is locked down and loads only signed modules, and no signature fits an edited one: load it without -o, -x, -X, -Y, -N, -P");
	case LKM_LOCKDOWN_NONE:
	case LKM_LOCKDOWN_UNKNOWN:
		break;
	}
	return 0;
}

/* ---- doing it ---- */

void lkm_editing_note(struct lkm_editing *e, const char *format, ...)
{
	va_list args;

	if (e->done->count++)
		lkm_buf_puts(&e->done->what, ", ");
	va_start(args, format);
	lkm_buf_vprintf(&e->done->what, format, args);
	va_end(args);
}

static int do_export(struct lkm_editing *e)
{
	size_t count;
	int err = lkm_elfedit_export(&e->image, NULL, NULL, &count, e->diag);

	if (err == 0 && count)
		lkm_editing_note(e, "%zu symbols exported", count);
	return err;
}

static int do_prefix(struct lkm_editing *e)
{
	size_t count;
	int err = lkm_elfedit_strip_versions(&e->image, lkm_str(e->edits->prefix), &count, e->diag);

	e->done->stripped = err == 0 && count;
	if (e->done->stripped)
		lkm_editing_note(e, "versions taken off the names of %zu symbols", count);
	return err;
}

static int do_hide(struct lkm_editing *e)
{
	int err = lkm_elfedit_hide(&e->image, export_tables,
				   sizeof(export_tables) / sizeof(export_tables[0]), NULL, e->diag);

	if (err == 0)
		lkm_editing_note(e, "exports hidden");
	return err;
}

static int do_rename(struct lkm_editing *e)
{
	int err = lkm_elfedit_rename(&e->image, lkm_str(e->name), e->diag);

	if (err == 0)
		lkm_editing_note(e, "renamed to %s", e->name);
	return err;
}

static int do_release(struct lkm_editing *e)
{
	int err = lkm_elfedit_set_info(&e->image, "vermagic", lkm_buf_view(&e->vermagic), e->diag);

	if (err == 0)
		lkm_editing_note(e, "built for release %.*s now", LKM_STR_ARG(lkm_buf_view(&e->release)));
	return err;
}

static int edit(struct lkm_editing *e, struct lkm_bytes bytes)
{
	int err;

	e->image = (struct lkm_blob){ malloc(bytes.len), bytes.len };
	if (!e->image.ptr)
		return lkm_diag_set(e->diag, -ENOMEM, "out of memory");
	memcpy(e->image.ptr, bytes.ptr, bytes.len);
	e->done->was_signed = lkm_elfedit_unsign(&e->image);
	err = e->rename ? do_rename(e) : 0;
	if (!err && e->hide)
		err = do_hide(e);
	if (!err && e->export)
		err = do_export(e);
	if (!err && e->prefix)
		err = do_prefix(e);
	if (!err && e->edits->marks)
		err = lkm_editing_add_marks(e);
	if (!err && e->vermagic.len)
		err = do_release(e);
	if (!err && lkm_buf_error(&e->done->what))
		err = lkm_diag_set(e->diag, -ENOMEM, "out of memory");
	return err;
}

int lkm_edits_apply(const struct lkm_host *host, struct lkm_image *image,
		    const struct lkm_edits *edits, struct lkm_edits_done *done,
		    struct lkm_diag *diag)
{
	lkm_auto(lkm_editing) struct lkm_editing e = {
		.host = host, .edits = edits, .done = done, .diag = diag, .file = LKM_MODFILE_INIT,
	};
	struct lkm_bytes bytes;
	int err;

	if (!edits->name && !edits->hide && !edits->export && !edits->marks && !edits->release &&
	    !edits->prefix)
		return 0;
	err = lkm_image_plain(image, &bytes, diag);
	err = err ? err : examine(&e, bytes);
	if (err < 0 || (!e.rename && !e.hide && !e.export && !e.prefix && !edits->marks &&
			!e.vermagic.len))
		return err;
	err = check_policy(&e);
	err = err ? err : edit(&e, bytes);
	if (err == 0 && done->count)
		lkm_image_replace(image, &e.image);
	return err;
}
