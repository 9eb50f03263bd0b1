/*
 * modprobe: print what names stand for, the configuration, the symbols of a module.
 */
#include "base/path.h"
#include "fmt/exports.h"
#include "fmt/versions.h"
#include "tools/kmod/modprobe.h"
#include "tools/log.h"
#include "tools/out.h"
#include "tree/modfile.h"
#include "tree/tables.h"

static int resolve_name(struct modprobe *m, const char *name)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_resolve(&m->env, lkm_str(name), &targets, &diag);

	if (err < 0) {
		lkm_error_diag(&diag);
		return err;
	}
	if (targets.len == 0) {
		modprobe_not_found(m, name);
		return -ENOENT;
	}
	for (size_t i = 0; i < targets.len; i++)
		lkm_buf_printf(&m->out, "%.*s\n", LKM_STR_ARG(targets.ptr[i].module));
	return 0;
}

int modprobe_resolve(struct modprobe *m, char **names, int count)
{
	int last = m->options.all ? count : 1;
	bool failed = false;

	for (int i = 0; i < last; i++)
		failed = resolve_name(m, names[i]) < 0 || failed;
	return failed;
}

/* "pre: A B" and "post: C D" put together again, as kmod prints them: nothing in between. */
static void print_softdep(const struct lkm_modprobeconf_line *line, struct lkm_buf *out)
{
	static const struct {
		enum lkm_softdep_when when;
		const char *head;
	} parts[] = { { LKM_SOFTDEP_PRE, "pre:" }, { LKM_SOFTDEP_POST, "post:" } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct lkm_softdep_iter iter = lkm_softdep_iter(line->value);
		enum lkm_softdep_when when;
		struct lkm_str name;
		bool any = false;

		while (lkm_softdep_next(&iter, &name, &when)) {
			if (when != parts[i].when)
				continue;
			lkm_buf_puts(out, any ? " " : parts[i].head);
			lkm_buf_puts(out, any ? "" : " ");
			lkm_buf_str(out, name);
			any = true;
		}
	}
}

static void print_entry(const struct lkm_modprobeconf_line *line, struct lkm_buf *out)
{
	lkm_buf_puts(out, lkm_modprobeconf_name(line->word));
	if (line->name.len || line->word != LKM_CONF_ALLOW_ONLY) {
		lkm_buf_putc(out, ' ');
		lkm_buf_str(out, line->name);
	}
	if (line->word == LKM_CONF_SOFTDEP) {
		lkm_buf_putc(out, ' ');
		print_softdep(line, out);
	} else if (line->value.len) {
		lkm_buf_putc(out, ' ');
		lkm_buf_str(out, line->value);
	}
	lkm_buf_putc(out, '\n');
}

/* Every entry of an index; nothing of it is written before its end has been seen. */
static int print_index(struct modprobe *m, enum lkm_table table)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_table_lines(&m->tree, table, lkm_str("alias "), &m->out, &diag);

	if (err == 0)
		return lkm_out_flush(&m->out);
	lkm_error_diag(&diag);
	return err;
}

int modprobe_show_config(struct modprobe *m)
{
	static const enum lkm_modprobeconf_word order[] = {
		LKM_CONF_BLACKLIST, LKM_CONF_INSTALL, LKM_CONF_REMOVE,	   LKM_CONF_ALIAS,
		LKM_CONF_OPTIONS,   LKM_CONF_SOFTDEP, LKM_CONF_WEAKDEP,	   LKM_CONF_FORBID,
		LKM_CONF_ALLOW,	    LKM_CONF_ALLOW_ONLY,
	};
	const struct lkm_config_entry *e;
	int err;

	if (!modprobe_complete_config(m))
		return 1;
	for (size_t w = 0; w < sizeof(order) / sizeof(order[0]); w++)
		for (e = NULL; (e = lkm_config_next(&m->config, order[w], e)) != NULL;)
			print_entry(&e->line, &m->out);
	lkm_buf_puts(&m->out, "\n# End of configuration files. Dumping indexes now:\n\n");
	err = print_index(m, LKM_TABLE_ALIAS);
	err = err < 0 ? err : print_index(m, LKM_TABLE_SYMBOLS);
	return err < 0;
}

/* The path of a module: as given if it is one, otherwise that of the first module found. */
static const char *find_file(struct modprobe *m, const char *name)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	struct lkm_depline line;

	if (strchr(name, '/') || lkm_path_is_module(lkm_str(name)))
		return name;
	if (lkm_resolve(&m->env, lkm_str(name), &targets, NULL) < 0 || targets.len == 0 ||
	    lkm_lookup_file(&m->tree, targets.ptr[0].module, &line, NULL) < 0)
		return NULL;
	return lkm_tree_path(&m->tree, line.path);
}

static void print_symbol(struct modprobe *m, uint64_t crc, struct lkm_str name)
{
	lkm_buf_printf(&m->out, "0x%08llx\t%.*s\n", (unsigned long long)crc, LKM_STR_ARG(name));
}

static int print_versions(struct modprobe *m, struct lkm_modfile *file, struct lkm_diag *diag)
{
	struct lkm_versions versions;
	struct lkm_version version;
	int err = lkm_versions_init(&versions, &file->elf, diag);

	while (err == 0 && lkm_versions_next(&versions, &version))
		print_symbol(m, version.crc, version.name);
	return err;
}

static int print_exports(struct modprobe *m, struct lkm_modfile *file, struct lkm_diag *diag)
{
	lkm_auto(lkm_exports) struct lkm_exports exports = LKM_EXPORTS_INIT;
	int err = lkm_exports_read(&exports, &file->elf,
				   LKM_EXPORTS_NAMES | LKM_EXPORTS_DETAILS, diag);

	for (size_t i = 0; i < exports.given.len && err == 0; i++)
		print_symbol(m, exports.given.ptr[i].crc, exports.given.ptr[i].name);
	return err == 0 && exports.given.len == 0 ? -ENODATA : err;
}

int modprobe_show_symbols(struct modprobe *m, const char *name)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	const char *path = find_file(m, name);
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	if (!path) {
		lkm_fatal("Module %s not found.", name);
		return 1;
	}
	err = lkm_modfile_open(&file, path, &diag);
	if (err == 0 && m->options.job == MODPROBE_SHOW_EXPORTS)
		err = print_exports(m, &file, &diag);
	else if (err == 0)
		err = print_versions(m, &file, &diag);
	if (err == -ENODATA)
		lkm_fatal("could not get symbols of '%s': %s", name, strerror(-err));
	else if (err < 0)
		lkm_error_diag(&diag);
	return err < 0;
}
