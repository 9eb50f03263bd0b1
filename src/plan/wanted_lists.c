#include <sys/stat.h>

#include "base/buf.h"
#include "fmt/cmdline.h"
#include "fmt/loadlist.h"
#include "fmt/shellwords.h"
#include "plan/wanting.h"
#include "tree/conffiles.h"

/* Directories or files that make up one configuration, the most important first. */
#define DIRS_MAX 4

static const char *const load_dirs[DIRS_MAX] = {
	"/etc/modules-load.d",
	"/run/modules-load.d",
	"/usr/local/lib/modules-load.d",
	"/usr/lib/modules-load.d",
};

static const char *const initramfs_tools_dirs[DIRS_MAX] = { "/usr/share/initramfs-tools/modules.d" };

/* What configuration files that a shell reads assign: the main file first, then the others. */
struct shell_list {
	const char *name, *main;
	const char *dirs[DIRS_MAX];
	enum lkm_wanted_by by;
};

static const struct shell_list shell_lists[] = {
	/* Its init runs modprobe -b. */
	{ "MODULES", "/etc/mkinitcpio.conf", { "/etc/mkinitcpio.conf.d" }, LKM_WANTED_UNLESS_BLACKLISTED },
	{ "add_drivers", "/etc/dracut.conf", { "/etc/dracut.conf.d", "/usr/lib/dracut/dracut.conf.d" },
	  LKM_WANTED_BY_NAME },
	{ "force_drivers", "/etc/dracut.conf", { "/etc/dracut.conf.d", "/usr/lib/dracut/dracut.conf.d" },
	  LKM_WANTED_BY_NAME },
};

/* ---- files ---- */

static int find_files(const char *base, const char *const dirs[DIRS_MAX], struct lkm_conffiles *ret,
		      struct lkm_report *report)
{
	struct lkm_buf bufs[DIRS_MAX] = { LKM_BUF_INIT };
	const char *paths[DIRS_MAX];
	size_t count = 0;
	int err = 0;

	for (; count < DIRS_MAX && dirs[count]; count++) {
		lkm_buf_printf(&bufs[count], "%s%s", base, dirs[count]);
		paths[count] = lkm_buf_cstr(&bufs[count]);
		err = paths[count] ? err : -ENOMEM;
	}
	err = err ? err : lkm_conffiles_find(ret, paths, count, false, report);
	for (size_t i = 0; i < count; i++)
		lkm_buf_release(&bufs[i]);
	if (!err && ret->incomplete)
		report->errors++;
	return err;
}

/* Its contents; 0 without any if there is none, or none that could be read, which is told. */
static int read_file(const char *path, struct lkm_blob *ret, struct lkm_report *report)
{
	int err = lkm_conffile_read(path, ret);

	if (err < 0 && err != -ENOMEM && err != -ENOENT)
		lkm_report(report, LKM_REPORT_ERROR, "cannot read %s: %s", path, strerror(-err));
	return err == -ENOMEM ? err : 0;
}

/* ---- one module to a line ---- */

static int add_list(struct lkm_wanted *wanted, struct lkm_str text, enum lkm_wanted_by by,
		    const char *path)
{
	struct lkm_wanted_source source = { .by = by };
	struct lkm_loadlist list = lkm_loadlist(text);
	struct lkm_loadlist_item item;
	int err = 0;

	source.file = lkm_arena_strdup(&wanted->arena, lkm_str(path));
	while (source.file && !err && lkm_loadlist_next(&list, &item)) {
		struct lkm_wanted_module *module;

		source.line = item.line;
		err = lkm_wanted_add(wanted, item.name, &source, &module);
		if (!err && module->params.len == 0)
			err = lkm_wanted_keep(wanted, item.params, &module->params);
	}
	return source.file ? err : -ENOMEM;
}

static int add_file(struct lkm_wanted *wanted, const char *path, enum lkm_wanted_by by,
		    struct lkm_report *report)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = read_file(path, &blob, report);

	return err ? err : add_list(wanted, lkm_bytes_str(lkm_blob_view(&blob)), by, path);
}

/* Is one of these files the one at `path`, by another name? */
static bool is_among(const struct lkm_conffiles *files, const char *path)
{
	struct stat st, other;

	if (stat(path, &st) < 0)
		return false;
	for (size_t i = 0; i < files->files.len; i++)
		if (stat(files->files.ptr[i].path, &other) == 0 && st.st_ino == other.st_ino &&
		    st.st_dev == other.st_dev)
			return true;
	return false;
}

static int add_load_lists(struct lkm_wanted *wanted, const char *base, struct lkm_report *report)
{
	lkm_auto(lkm_conffiles) struct lkm_conffiles files = LKM_CONFFILES_INIT;
	lkm_auto(lkm_buf) struct lkm_buf etc = LKM_BUF_INIT;
	int err = find_files(base, load_dirs, &files, report);

	lkm_buf_printf(&etc, "%s/etc/modules", base);
	if (!lkm_buf_cstr(&etc))
		return -ENOMEM;
	for (size_t i = 0; i < files.files.len && !err; i++)
		err = add_file(wanted, files.files.ptr[i].path, LKM_WANTED_UNLESS_BLACKLISTED, report);
	if (!err && !is_among(&files, etc.ptr))
		err = add_file(wanted, etc.ptr, LKM_WANTED_BY_NAME, report);
	return err;
}

/* Of its directory every file counts, whatever its name. */
static int add_initramfs_tools(struct lkm_wanted *wanted, const char *base, struct lkm_report *report)
{
	lkm_auto(lkm_conffiles) struct lkm_conffiles files = LKM_CONFFILES_INIT;
	lkm_auto(lkm_buf) struct lkm_buf own = LKM_BUF_INIT;
	int err = find_files(base, initramfs_tools_dirs, &files, report);

	lkm_buf_printf(&own, "%s/etc/initramfs-tools/modules", base);
	if (!lkm_buf_cstr(&own))
		return -ENOMEM;
	err = err ? err : add_file(wanted, own.ptr, LKM_WANTED_BY_NAME, report);
	for (size_t i = 0; i < files.files.len && !err; i++)
		err = add_file(wanted, files.files.ptr[i].path, LKM_WANTED_BY_NAME, report);
	for (size_t i = 0; i < files.unused.len && !err; i++)
		if (!files.unused.ptr[i].by)
			err = add_file(wanted, files.unused.ptr[i].path, LKM_WANTED_BY_NAME, report);
	return err;
}

/* ---- words that a shell assigns ---- */

struct wish {
	struct lkm_str name;
	struct lkm_wanted_source source;
};

struct wishes {
	LKM_VEC(struct wish) list;
};

/* Folders (=drivers/hid), patterns, substitutions and optional modules (crc32c?) are none. */
static bool is_module(struct lkm_str word)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:+";

	for (size_t i = 0; i < word.len; i++)
		if (!word.ptr[i] || !strchr(allowed, word.ptr[i]))
			return false;
	return word.len > 0 && word.len <= LKM_LOADLIST_NAME_MAX && word.ptr[0] != '-';
}

/* An assignment with = forgets what was before. */
static int collect(struct lkm_wanted *wanted, const struct shell_list *list, const char *path,
		   struct wishes *wishes, struct lkm_report *report)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	const char *file = lkm_arena_strdup(&wanted->arena, lkm_str(path));
	int err = file ? read_file(path, &blob, report) : -ENOMEM;
	struct lkm_shellwords words = lkm_shellwords(lkm_bytes_str(lkm_blob_view(&blob)));
	struct lkm_shellwords_item item;
	struct lkm_str word;

	while (!err && lkm_shellwords_next(&words, &item)) {
		if (!lkm_str_is(item.name, list->name))
			continue;
		if (!item.adds)
			wishes->list.len = 0;
		while (!err && lkm_shellwords_word(&item, &word)) {
			struct wish *wish = is_module(word) ? lkm_vec_push(&wishes->list) : NULL;

			if (!wish) {
				err = is_module(word) ? -ENOMEM : 0;
				continue;
			}
			wish->source = (struct lkm_wanted_source){ .by = list->by, .file = file, .line = item.line };
			err = lkm_wanted_keep(wanted, word, &wish->name);
		}
	}
	return err;
}

static int collect_all(struct lkm_wanted *wanted, const struct shell_list *list, const char *base,
		       struct wishes *wishes, struct lkm_report *report)
{
	lkm_auto(lkm_conffiles) struct lkm_conffiles files = LKM_CONFFILES_INIT;
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	int err = find_files(base, list->dirs, &files, report);

	lkm_buf_printf(&path, "%s%s", base, list->main);
	if (!lkm_buf_cstr(&path))
		return -ENOMEM;
	err = err ? err : collect(wanted, list, path.ptr, wishes, report);
	for (size_t i = 0; i < files.files.len && !err; i++)
		err = collect(wanted, list, files.files.ptr[i].path, wishes, report);
	return err;
}

static int add_shell_list(struct lkm_wanted *wanted, const struct shell_list *list,
			  const char *base, struct lkm_report *report)
{
	struct wishes wishes = { 0 };
	int err = collect_all(wanted, list, base, &wishes, report);

	for (size_t i = 0; i < wishes.list.len && !err; i++) {
		struct lkm_wanted_module *module;

		err = lkm_wanted_add(wanted, wishes.list.ptr[i].name, &wishes.list.ptr[i].source, &module);
	}
	lkm_vec_release(&wishes.list);
	return err;
}

int lkm_wanted_add_lists(struct lkm_wanted *wanted, const char *base, struct lkm_report *report)
{
	int err = add_load_lists(wanted, base, report);

	err = err ? err : add_initramfs_tools(wanted, base, report);
	for (size_t i = 0; i < sizeof(shell_lists) / sizeof(shell_lists[0]) && !err; i++)
		err = add_shell_list(wanted, &shell_lists[i], base, report);
	return err;
}

/* ---- the kernel command line ---- */

/* It takes nothing in the initramfs; whoever wants the module later gets it. */
static int avoid(struct lkm_wanted *wanted, struct lkm_str name)
{
	const union lkm_map_value *at;
	struct lkm_str key;
	int err = lkm_wanted_normalize(wanted, name, &key);

	at = err ? NULL : lkm_map_get(&wanted->index, key);
	if (at)
		wanted->modules.ptr[at->num].avoided = true;
	return err;
}

static int add_option(struct lkm_wanted *wanted, enum lkm_cmdline_list kind, struct lkm_str name)
{
	const struct lkm_wanted_source source = {
		.by = kind == LKM_CMDLINE_LOAD ? LKM_WANTED_UNLESS_BLACKLISTED : LKM_WANTED_BY_NAME,
		.file = "/proc/cmdline",
	};
	struct lkm_wanted_module *module;

	return lkm_wanted_add(wanted, name, &source, &module);
}

int lkm_wanted_add_options(struct lkm_wanted *wanted, struct lkm_str cmdline)
{
	int err = 0;

	/* What is to be avoided is looked for among all that are wanted. */
	for (int round = 0; round < 2 && !err; round++) {
		struct lkm_str rest = cmdline, names, name;
		enum lkm_cmdline_list kind;

		while (!err && lkm_cmdline_next_list(&rest, &kind, &names))
			while (!err && (kind == LKM_CMDLINE_AVOID) == (round == 1) && names.len) {
				lkm_str_cut(names, ',', &name, &names);
				if (name.len)
					err = round ? avoid(wanted, name) : add_option(wanted, kind, name);
			}
	}
	return err;
}
