#include "plan/explaining.h"

#include <errno.h>

#include "fmt/modinfo.h"
#include "fmt/thismodule.h"
#include "plan/users.h"

/* A driver may log very much; the rest is in the kernel's log. */
#define KERNEL_LINES_MAX 12

/* So many unknown symbols are left in the kernel's own lines, so many are named at all. */
#define SYMBOLS_IN_FULL 3
#define SYMBOLS_MAX	200

/* Bytes of symbol names on one line. */
#define SYMBOL_LINE 72

const char *lkm_load_strerror(int err, enum lkm_load_way way)
{
	if (err == -EINVAL || (err == -EBADMSG && way == LKM_WAY_NONE))
		return "Invalid parameters";
	if (err == -ENOEXEC)
		return "Invalid module format";
	if (err == -ENOENT && way != LKM_WAY_NONE)
		return "Unknown symbol in module";
	if (err == -ESRCH)
		return "Module has wrong symbol version";
	return strerror(-err);
}

/* "NAME: Unknown symbol S (err -2)": the symbol. */
static bool is_unknown_symbol(const struct lkm_kmsg_record *record, struct lkm_str *ret)
{
	const char *at = strstr(record->text, ": Unknown symbol ");

	if (!at || !strstr(at, " (err -2)"))
		return false;
	lkm_str_cut(lkm_str(at + strlen(": Unknown symbol ")), ' ', ret, NULL);
	return true;
}

static size_t count_unknown_symbols(const struct lkm_kmsg_records *log)
{
	struct lkm_str symbol;
	size_t count = 0;

	for (size_t i = 0; i < log->list.len; i++)
		count += is_unknown_symbol(&log->list.ptr[i], &symbol);
	return count;
}

static int add_symbol_line(struct lkm_explaining *e, struct lkm_buf *names)
{
	int err = lkm_reasons_add(e->reasons, LKM_SURE_KERNEL, "unknown symbols: %.*s",
				  LKM_STR_ARG(lkm_buf_view(names)));

	lkm_buf_clear(names);
	return err;
}

/* Many unknown symbols: their names alone, several on a line. */
static int add_unknown_symbols(struct lkm_explaining *e)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	const struct lkm_kmsg_records *log = &e->refusal->result->log;
	struct lkm_str symbol;
	size_t left = SYMBOLS_MAX;
	int err = 0;

	for (size_t i = 0; i < log->list.len && left && !err; i++) {
		if (!is_unknown_symbol(&log->list.ptr[i], &symbol))
			continue;
		if (names.len && names.len + symbol.len > SYMBOL_LINE)
			err = add_symbol_line(e, &names);
		lkm_buf_printf(&names, "%s%.*s", names.len ? " " : "", LKM_STR_ARG(symbol));
		left--;
	}
	if (!err && names.len)
		err = add_symbol_line(e, &names);
	return err;
}

/* The kernel's own messages about this load. */
static int add_kernel_lines(struct lkm_explaining *e)
{
	const struct lkm_kmsg_records *log = &e->refusal->result->log;
	bool fold = count_unknown_symbols(log) > SYMBOLS_IN_FULL;
	struct lkm_str symbol;
	size_t lines = 0;
	int err = 0;

	for (size_t i = 0; i < log->list.len && !err; i++) {
		const struct lkm_kmsg_record *record = &log->list.ptr[i];
		enum lkm_kmsg_about about = lkm_kmsg_about(record, e->module);

		if (about == LKM_KMSG_OTHER || (fold && is_unknown_symbol(record, &symbol)) ||
		    ++lines > KERNEL_LINES_MAX)
			continue;
		if (about == LKM_KMSG_MODULE)
			err = lkm_reasons_add(e->reasons, LKM_SURE_KERNEL, "%s", record->text);
		else
			err = lkm_reasons_add(e->reasons, LKM_LIKELY, "kernel: %s", record->text);
	}
	if (!err && fold)
		err = add_unknown_symbols(e);
	if (!err && log->gap)
		err = lkm_reasons_add(e->reasons, LKM_SURE,
				      "the kernel logged more than it keeps: some lines are lost");
	if (!err && lines > KERNEL_LINES_MAX)
		err = lkm_reasons_add(e->reasons, LKM_SURE_KERNEL, "... and %zu more lines; see dmesg",
				      lines - KERNEL_LINES_MAX);
	return err;
}

/* Open what is to be explained, as far as it goes. */
static void open_file(struct lkm_explaining *e, char name[static LKM_MODNAME_MAX])
{
	struct lkm_thismodule this;

	e->module = name;
	if (lkm_image_plain(e->refusal->image, &e->plain, &e->file_diag) < 0) {
		e->file_err = e->file_diag.err;
		(void)lkm_modname_from_path(lkm_str(e->refusal->image->name), name);
		return;
	}
	e->file_err = lkm_modfile_memory(&e->file, e->plain, &e->file_diag);
	if (e->file_err == 0)
		(void)lkm_elf_contents_of(&e->file.elf, ".modinfo", &e->modinfo);
	if (e->file_err || lkm_thismodule_read(&e->file.elf, &this, NULL) < 0 ||
	    lkm_modname_copy(this.name, name) < 0)
		(void)lkm_modname_from_path(lkm_str(e->refusal->image->name), name);
}

int lkm_explain_load(const struct lkm_host *host, const struct lkm_refusal *refusal,
		     struct lkm_reasons *reasons)
{
	/* In the order in which the kernel checks. */
	static int (*const checks[])(struct lkm_explaining *e) = {
		add_kernel_lines,	 lkm_explain_rights,	lkm_explain_signature,
		lkm_explain_format,	 lkm_explain_machine,	lkm_explain_contents,
		lkm_explain_blacklist,	 lkm_explain_vermagic,	lkm_explain_struct_size,
		lkm_explain_state,	 lkm_explain_depends,	lkm_explain_check,
		lkm_explain_copy,	 lkm_explain_errno,
	};
	char name[LKM_MODNAME_MAX] = "";
	struct lkm_explaining e = {
		.host = host, .refusal = refusal, .reasons = reasons, .err = refusal->err,
		.file = LKM_MODFILE_INIT, .file_diag = LKM_DIAG_INIT,
	};
	int err = 0;

	open_file(&e, name);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && !err; i++)
		err = checks[i](&e);
	lkm_modfile_release(&e.file);
	return err;
}

static int explain_users(const struct lkm_host *host, const struct lkm_unload_refused *refused,
			 struct lkm_reasons *reasons)
{
	lkm_auto(lkm_users) struct lkm_users users = LKM_USERS_INIT;
	int err = lkm_users_find(host, refused->tree, refused->name, &users);

	for (size_t i = 0; i < users.list.len && !err; i++)
		err = lkm_reasons_add(reasons, users.list.ptr[i].likely ? LKM_LIKELY : LKM_SURE,
				      "%s", users.list.ptr[i].text);
	if (!err && users.more)
		err = lkm_reasons_add(reasons, LKM_LIKELY, "... and more users");
	if (!err && users.list.len == 0)
		err = lkm_reasons_add(reasons, LKM_SURE,
				      "its reference count is %lld, and whose references they are "
				      "cannot be seen from here",
				      (long long)refused->result->refcnt);
	if (!err && users.hidden)
		err = lkm_reasons_add(reasons, LKM_SURE,
				      "some processes cannot be looked into; root sees all of them");
	return err;
}

int lkm_explain_unload(const struct lkm_host *host, const struct lkm_unload_refused *refused,
		       struct lkm_reasons *reasons)
{
	struct lkm_explaining e = {
		.host = host, .reasons = reasons, .err = refused->err, .module = refused->name,
	};

	switch (refused->result->refusal) {
	case LKM_UNLOAD_IN_USE:
		return explain_users(host, refused, reasons);
	case LKM_UNLOAD_PERMANENT:
		return lkm_reasons_add(reasons, LKM_SURE,
				       "module %s is permanent: it has no exit function",
				       refused->name);
	case LKM_UNLOAD_BUSY:
		return lkm_explain_state(&e);
	case LKM_UNLOAD_REFUSED:
		return lkm_explain_rights(&e);
	default:
		return 0;
	}
}
