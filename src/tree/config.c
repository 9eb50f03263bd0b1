#include "tree/config.h"

#include <unistd.h>

#include "base/path.h"
#include "fmt/alias.h"
#include "fmt/cmdline.h"

/* The system's own directories, the most important first: modprobe.d(5). */
static const char *const system_dirs[] = {
	"/etc/modprobe.d",     "/run/modprobe.d", "/usr/local/lib/modprobe.d",
	"/usr/lib/modprobe.d", "/lib/modprobe.d",
};

#define SYSTEM_DIRS (sizeof(system_dirs) / sizeof(system_dirs[0]))

static int add_entry(struct lkm_config *config, const struct lkm_config_entry *entry)
{
	struct lkm_config_entry *new = lkm_arena_alloc(&config->arena, sizeof(*new));

	if (!new)
		return -ENOMEM;
	*new = *entry;
	new->next = *config->at;
	*config->at = new;
	config->at = &new->next;
	return 0;
}

/* `allow A B C` counts as three lines. */
static int add_allowed(struct lkm_config *config, const struct lkm_config_entry *entry)
{
	struct lkm_config_entry one = *entry;
	struct lkm_str rest = entry->line.value;
	char name[LKM_MODNAME_MAX];
	int err;

	one.line.value = lkm_str("");
	err = add_entry(config, &one);
	while (!err && lkm_str_next_word(&rest, &one.line.name)) {
		char *copy = lkm_modname_copy(one.line.name, name) < 0 ?
				     NULL :
				     lkm_arena_strdup(&config->arena, lkm_str(name));

		if (!copy)
			return -ENOMEM;
		one.line.name = lkm_str(copy);
		err = add_entry(config, &one);
	}
	return err;
}

static void complain(struct lkm_report *report, struct lkm_diag *diag, const char *path)
{
	lkm_diag_file(diag, path);
	lkm_report_diag(report, LKM_REPORT_WARNING, diag);
	*diag = (struct lkm_diag)LKM_DIAG_INIT;
}

/* All lines of one file; what is wrong with them goes to the report. */
static int add_text(struct lkm_config *config, const char *path, struct lkm_str text,
		    struct lkm_report *report)
{
	lkm_auto(lkm_conflines) struct lkm_conflines lines = lkm_conflines(text);
	const char *file = lkm_arena_strdup(&config->arena, lkm_str(path));
	struct lkm_diag diag = LKM_DIAG_INIT; /* large: not to be cleared for each line */
	struct lkm_confline line;
	int more;

	while (file && (more = lkm_conflines_next(&lines, &line)) > 0) {
		struct lkm_config_entry entry = { .file = file };
		int err = lkm_modprobeconf_parse(&line, &config->arena, &entry.line, &diag);

		if (err == -ENOMEM)
			return err;
		if (err < 0)
			complain(report, &diag, path);
		else if (entry.line.word == LKM_CONF_ALLOW)
			err = add_allowed(config, &entry);
		else
			err = add_entry(config, &entry);
		if (err == -ENOMEM)
			return err;
	}
	if (file && more == -EINVAL)
		lkm_report(report, LKM_REPORT_WARNING, "%s: not a text file", path);
	return file && more != -ENOMEM ? 0 : -ENOMEM;
}

/* One that is not there (any more) is none: a partial tree has no modules.softdep. */
static int add_file(struct lkm_config *config, const char *path, struct lkm_report *report)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = lkm_conffile_read(path, &blob);

	if (err == -ENOMEM)
		return err;
	if (err == -ENOENT)
		return 0;
	if (err < 0) {
		lkm_report(report, LKM_REPORT_WARNING, "%s: cannot read: %s", path,
			   strerror(-err));
		config->incomplete = true;
		return 0;
	}
	return add_text(config, path, lkm_bytes_str(lkm_blob_view(&blob)), report);
}

/* Read the files of a list; remember where the module directory's own would stand. */
static int add_files(struct lkm_config *config, const struct lkm_conffiles *files,
		     struct lkm_report *report)
{
	int err = 0;

	for (size_t i = 0; i < files->files.len && !err; i++) {
		const struct lkm_conffile *file = &files->files.ptr[i];

		err = add_file(config, file->path, report);
		if (strcmp(file->name, "modules.softdep") < 0)
			config->softdep_at = config->at;
		if (strcmp(file->name, "modules.weakdep") < 0)
			config->weakdep_at = config->at;
	}
	return err;
}

/* With /usr merged the last two directories are one: it is read once. */
static int is_merged(const char *base, bool *ret)
{
	lkm_autofree char *path = lkm_path_join(base[0] ? base : "/", "lib");
	char to[10] = ""; /* "/usr/lib" and one byte more */
	ssize_t len;

	if (!path)
		return -ENOMEM;
	len = readlink(path, to, sizeof(to) - 1);
	*ret = len > 0 && (strcmp(to, "usr/lib") == 0 || strcmp(to, "/usr/lib") == 0);
	return 0;
}

static int list_system_files(const char *base, struct lkm_conffiles *ret, struct lkm_report *report)
{
	char *paths[SYSTEM_DIRS] = { 0 };
	bool merged = false;
	int err = is_merged(base, &merged);

	for (size_t i = 0; i < SYSTEM_DIRS && !err; i++) {
		/* An absolute name would win over the base. */
		paths[i] = lkm_path_join(base[0] ? base : "/", system_dirs[i] + 1);
		err = paths[i] ? 0 : -ENOMEM;
	}
	if (!err)
		err = lkm_conffiles_find(ret, (const char *const *)paths, SYSTEM_DIRS - merged,
					 false, report);
	for (size_t i = 0; i < SYSTEM_DIRS; i++)
		free(paths[i]);
	return err;
}

int lkm_config_find_files(const struct lkm_config_sources *sources, struct lkm_conffiles *ret,
			  struct lkm_report *report)
{
	if (sources->count)
		return lkm_conffiles_find(ret, sources->paths, sources->count, true, report);
	return list_system_files(sources->base, ret, report);
}

/* One line that the boot loader wrote: name and value are copied, the name with '_'. */
static int add_boot_line(struct lkm_config *config, enum lkm_modprobeconf_word word,
			 struct lkm_str name, struct lkm_str value)
{
	struct lkm_config_entry entry = { .line.word = word, .file = "/proc/cmdline" };
	char folded[LKM_MODNAME_MAX];
	char *copy, *text;

	if (lkm_modname_copy(name, folded) < 0)
		return 0;
	copy = lkm_arena_strdup(&config->arena, lkm_str(folded));
	text = lkm_arena_strdup(&config->arena, value);
	if (!copy || !text)
		return -ENOMEM;
	entry.line.name = lkm_str(copy);
	entry.line.value = lkm_str(text);
	return add_entry(config, &entry);
}

/* modprobe.blacklist=A,B */
static int add_boot_blacklist(struct lkm_config *config, struct lkm_str names)
{
	struct lkm_str name;
	int err = 0;

	while (names.len && !err) {
		lkm_str_cut(names, ',', &name, &names);
		err = add_boot_line(config, LKM_CONF_BLACKLIST, name, lkm_str(""));
	}
	return err;
}

static int add_boot_option(struct lkm_config *config, const struct lkm_cmdline_param *param)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_str name, value;

	if (lkm_str_cut(param->param, '=', &name, &value) && param->quoted)
		lkm_buf_printf(&text, "%.*s=\"%.*s\"", LKM_STR_ARG(name), LKM_STR_ARG(value));
	else
		lkm_buf_str(&text, param->param);
	if (lkm_buf_error(&text))
		return -ENOMEM;
	return add_boot_line(config, LKM_CONF_OPTIONS, param->module, lkm_buf_view(&text));
}

int lkm_config_add_cmdline(struct lkm_config *config, struct lkm_str cmdline)
{
	struct lkm_cmdline_param param;
	struct lkm_str names;
	int err = 0;

	while (*config->at)
		config->at = &(*config->at)->next;
	while (!err && lkm_cmdline_next(&cmdline, &param)) {
		if (lkm_str_is(param.module, "modprobe") &&
		    lkm_str_starts(param.param, "blacklist=", &names))
			err = add_boot_blacklist(config, names);
		else
			err = add_boot_option(config, &param);
	}
	return err;
}

void lkm_config_init(struct lkm_config *config)
{
	*config = (struct lkm_config)LKM_CONFIG_INIT;
	config->at = config->softdep_at = config->weakdep_at = &config->first;
}

int lkm_config_load(struct lkm_config *config, const struct lkm_config_sources *sources,
		    struct lkm_report *report)
{
	lkm_auto(lkm_conffiles) struct lkm_conffiles files = LKM_CONFFILES_INIT;
	int err;

	lkm_config_init(config);
	err = lkm_config_find_files(sources, &files, report);
	config->incomplete = files.incomplete;
	err = err ? err : add_files(config, &files, report);
	err = err ? err : lkm_config_add_cmdline(config, sources->cmdline);
	if (err < 0)
		lkm_config_release(config);
	return err;
}

/* The lines of one file of the module directory, at their place. */
static int add_at(struct lkm_config *config, struct lkm_config_entry **at, const char *dir,
		  const char *name, struct lkm_report *report)
{
	lkm_autofree char *path = lkm_path_join(dir, name);

	if (!path)
		return -ENOMEM;
	config->at = at;
	return add_file(config, path, report);
}

int lkm_config_add_modules(struct lkm_config *config, const char *dir, struct lkm_report *report)
{
	int err;

	if (config->has_modules)
		return 0;
	config->has_modules = true;
	/* What stands behind comes first: the two may belong to the same place. */
	err = add_at(config, config->weakdep_at, dir, "modules.weakdep", report);
	return err ? err : add_at(config, config->softdep_at, dir, "modules.softdep", report);
}

const struct lkm_config_entry *lkm_config_next(const struct lkm_config *config,
					       enum lkm_modprobeconf_word word,
					       const struct lkm_config_entry *after)
{
	const struct lkm_config_entry *e = after ? after->next : config->first;

	while (e && e->line.word != word)
		e = e->next;
	return e;
}

const struct lkm_config_entry *lkm_config_match(const struct lkm_config *config,
						enum lkm_modprobeconf_word word,
						struct lkm_str module)
{
	const struct lkm_config_entry *e = NULL;

	while ((e = lkm_config_next(config, word, e)) != NULL)
		if (lkm_alias_match(e->line.name, module))
			return e;
	return NULL;
}

/* Go on to the next line for the module. */
static bool next_softdep_line(struct lkm_softdeps *iter)
{
	do
		iter->line = lkm_config_next(iter->config, LKM_CONF_SOFTDEP, iter->line);
	while (iter->line && !lkm_alias_match(iter->line->line.name, iter->module));
	if (iter->line)
		iter->words = lkm_softdep_iter(iter->line->line.value);
	return iter->line != NULL;
}

bool lkm_softdeps_next(struct lkm_softdeps *iter, struct lkm_str *ret)
{
	enum lkm_softdep_when when;

	do
		while (iter->line && lkm_softdep_next(&iter->words, ret, &when))
			if (when == iter->when)
				return true;
	while (next_softdep_line(iter));
	return false;
}

void lkm_config_release(struct lkm_config *config)
{
	if (!config)
		return;
	lkm_arena_release(&config->arena);
	*config = (struct lkm_config)LKM_CONFIG_INIT;
}
