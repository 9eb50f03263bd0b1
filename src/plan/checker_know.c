#include "fmt/exports.h"
#include "fmt/modinfo.h"
#include "host/modules.h"
#include "plan/checking.h"
#include "tree/lookup.h"
#include "tree/tables.h"

enum lkm_presence lkm_checker_state(const struct lkm_checker *checker, const char *name)
{
	static const enum lkm_presence presences[] = {
		[LKM_MODSTATE_ABSENT] = LKM_PRESENCE_NONE,
		[LKM_MODSTATE_BUILTIN] = LKM_PRESENCE_BUILTIN_SHOWN,
		[LKM_MODSTATE_COMING] = LKM_PRESENCE_COMING,
		[LKM_MODSTATE_LIVE] = LKM_PRESENCE_LIVE,
		[LKM_MODSTATE_GOING] = LKM_PRESENCE_GOING,
	};
	enum lkm_modstate state;

	if (!checker->host || !name[0] || lkm_module_state(checker->host, name, &state) < 0)
		return LKM_PRESENCE_NONE;
	return presences[state];
}

void lkm_checker_name(struct lkm_str name, char ret[static LKM_MODNAME_MAX])
{
	size_t len = name.len < LKM_MODNAME_MAX ? name.len : LKM_MODNAME_MAX - 1;

	memcpy(ret, name.ptr, len);
	ret[len] = '\0';
}

/* What is known of a module already. */
enum { KNOWN_FILE = 1, KNOWN_TAINT = 2 };

/* Is it the first time that this is asked about a module?  1 or 0; -ENOMEM. */
static int is_new(struct lkm_checker *checker, struct lkm_str name, unsigned int what)
{
	union lkm_map_value *at = lkm_map_get(&checker->known, name);
	const char *copy = at ? NULL : lkm_arena_strdup(&checker->arena, name);
	int new;

	if (copy)
		at = lkm_map_put(&checker->known, (struct lkm_str){ copy, name.len }, NULL);
	if (!at)
		return -ENOMEM;
	new = !(at->num & what);
	at->num |= what;
	return new;
}

/* Whether a loaded module is proprietary the kernel knows. */
static int know_taint(struct lkm_checker *checker, struct lkm_str name)
{
	int new = checker->host ? is_new(checker, name, KNOWN_TAINT) : 0;
	char text[LKM_MODNAME_MAX];

	if (new <= 0)
		return new;
	lkm_checker_name(name, text);
	return lkm_module_is_tainted(checker->host, text, 'P') ?
		       lkm_view_set_proprietary(&checker->kernel->view, name) : 0;
}

/* Will a module that is not loaded be proprietary, by its license? */
static int know_license(struct lkm_checker *checker, struct lkm_str name, const struct lkm_elf *elf)
{
	struct lkm_str license = lkm_str("");
	struct lkm_bytes modinfo;
	int err = lkm_elf_contents_of(elf, ".modinfo", &modinfo);

	if (err < 0 && err != -ENODATA)
		return err;
	if (err == 0)
		(void)lkm_modinfo_get(modinfo, "license", &license);
	return lkm_modinfo_license_is_gpl(license) ?
		       0 : lkm_view_set_proprietary(&checker->kernel->view, name);
}

/* Take the exports of a module of the tree into the view, once. */
static int know_module(struct lkm_checker *checker, struct lkm_str name, struct lkm_diag *diag)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	lkm_auto(lkm_exports) struct lkm_exports exports = LKM_EXPORTS_INIT;
	struct lkm_depline line;
	char text[LKM_MODNAME_MAX];
	const char *path;
	int err = is_new(checker, name, KNOWN_FILE);
	bool live;

	if (err <= 0)
		return err;
	if (lkm_lookup_file(checker->tree, name, &line, NULL) < 0)
		return 0;
	path = lkm_tree_path(checker->tree, line.path);
	if (!path)
		return -ENOMEM;
	err = lkm_modfile_open(&file, path, diag);
	err = err ? err : lkm_exports_read(&exports, &file.elf, LKM_EXPORTS_NAMES | LKM_EXPORTS_DETAILS | LKM_EXPORTS_STRINGS,
					   diag);
	/* One that is damaged is judged when it is its turn. */
	if (err == -ENOEXEC || err == -EBADMSG || err == -ENODATA) {
		if (diag)
			lkm_diag_clear(diag);
		return 0;
	}
	if (err < 0)
		return err;
	lkm_checker_name(name, text);
	live = lkm_checker_state(checker, text) == LKM_PRESENCE_LIVE;
	err = live ? know_taint(checker, name) : know_license(checker, name, &file.elf);
	return err ? err : lkm_view_add_module(&checker->kernel->view, name, &exports, live);
}

/* Know the module of the tree that exports a symbol, if any. */
static int know_symbol(struct lkm_checker *checker, struct lkm_str symbol, struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf key = LKM_BUF_INIT;
	struct lkm_index_hit hit;
	int err;

	lkm_buf_puts(&key, "symbol:");
	lkm_buf_str(&key, symbol);
	err = lkm_buf_error(&key);
	err = err ? err : lkm_table_find(checker->tree, LKM_TABLE_SYMBOLS, lkm_buf_view(&key), &hit,
					 NULL);
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	return know_module(checker, hit.value, diag);
}

int lkm_checker_know(struct lkm_checker *checker, const struct lkm_subject *subject,
			struct lkm_diag *diag)
{
	struct lkm_symbol symbol;
	int err = 0;

	if (checker->tree_read)
		return 0;
	for (size_t i = 0; i < subject->needs.len && !err; i++) {
		struct lkm_str name = subject->needs.ptr[i].name;

		if (lkm_symbols_find(&checker->kernel->symbols, name, &symbol) < 0)
			err = know_symbol(checker, name, diag);
		else if (symbol.owner.len) {
			err = symbol.loaded ? know_taint(checker, symbol.owner) : 0;
			err = err ? err : know_symbol(checker, name, diag);
		}
	}
	for (size_t i = 0; i < subject->gives.len && !err; i++)
		err = know_symbol(checker, subject->gives.ptr[i].name, diag);
	return err;
}
