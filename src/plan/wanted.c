#include "plan/wanted.h"

#include <sys/stat.h>

#include "base/buf.h"
#include "fmt/alias.h"
#include "fmt/cmdline.h"
#include "fmt/loadlist.h"
#include "fmt/procmodules.h"
#include "host/modules.h"
#include "tree/conffiles.h"

static const char *const load_dirs[] = {
	"/etc/modules-load.d",
	"/run/modules-load.d",
	"/usr/local/lib/modules-load.d",
	"/usr/lib/modules-load.d",
};

#define LOAD_DIRS (sizeof(load_dirs) / sizeof(load_dirs[0]))

/* A view of a copy. */
static int keep(struct lkm_wanted *wanted, struct lkm_str text, struct lkm_str *ret)
{
	const char *copy = lkm_arena_strdup(&wanted->arena, text);

	if (!copy)
		return -ENOMEM;
	*ret = (struct lkm_str){ copy, text.len };
	return 0;
}

/* The name as modprobe compares it; odd brackets stay what they are. */
static int normalize(struct lkm_wanted *wanted, struct lkm_str name, struct lkm_str *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	if (lkm_alias_normalize(name, &buf) == 0)
		name = lkm_buf_view(&buf);
	return lkm_buf_error(&buf) ? -ENOMEM : keep(wanted, name, ret);
}

static int add(struct lkm_wanted *wanted, struct lkm_str name, const struct lkm_wanted_source *source,
	       struct lkm_wanted_module **ret)
{
	struct lkm_wanted_source *to;
	union lkm_map_value *at;
	struct lkm_str key;
	bool new;
	int err = normalize(wanted, name, &key);

	at = err ? NULL : lkm_map_put(&wanted->index, key, &new);
	if (!at)
		return -ENOMEM;
	if (new) {
		struct lkm_wanted_module *module = lkm_vec_push(&wanted->modules);

		if (!module)
			return -ENOMEM;
		at->num = wanted->modules.len - 1;
		*module = (struct lkm_wanted_module){ .name = key, .params = LKM_STR(""),
						      .users = LKM_STR("") };
	}
	to = lkm_vec_push(&wanted->sources);
	if (!to)
		return -ENOMEM;
	*to = *source;
	to->module = at->num;
	*ret = &wanted->modules.ptr[at->num];
	(*ret)->listed |= source->by != LKM_WANTED_LOADED;
	(*ret)->by_systemd |= source->by == LKM_WANTED_SYSTEMD;
	return 0;
}

static int add_loaded(struct lkm_wanted *wanted, const struct lkm_host *host)
{
	static const struct lkm_wanted_source source = { .by = LKM_WANTED_LOADED,
							 .file = "/proc/modules" };
	lkm_auto(lkm_blob) struct lkm_blob text = LKM_BLOB_INIT;
	struct lkm_procmodules iter;
	struct lkm_procmodule got;
	int err = lkm_modules_snapshot(host, &text), more;

	iter = lkm_procmodules(lkm_bytes_str(lkm_blob_view(&text)));
	while (!err && (more = lkm_procmodules_next(&iter, &got, NULL)) != 0) {
		struct lkm_wanted_module *module;

		if (more < 0 || got.state == LKM_PROCMODULE_UNLOADING)
			continue;
		err = add(wanted, got.name, &source, &module);
		if (err < 0)
			return err;
		module->loaded = true;
		module->out_of_tree = memchr(got.taints.ptr, 'O', got.taints.len);
		err = keep(wanted, got.users, &module->users);
	}
	return err;
}

/* The lines of one list. */
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
		err = add(wanted, item.name, &source, &module);
		if (!err && module->params.len == 0)
			err = keep(wanted, item.params, &module->params);
	}
	return source.file ? err : -ENOMEM;
}

static int add_file(struct lkm_wanted *wanted, const char *path, enum lkm_wanted_by by,
		    struct lkm_report *report)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = lkm_conffile_read(path, &blob);

	if (err == 0)
		return add_list(wanted, lkm_bytes_str(lkm_blob_view(&blob)), by, path);
	if (err != -ENOMEM && err != -ENOENT)
		lkm_report(report, LKM_REPORT_ERROR, "cannot read %s: %s", path, strerror(-err));
	return err == -ENOMEM ? err : 0;
}

static int find_load_files(const char *base, struct lkm_conffiles *ret, struct lkm_report *report)
{
	struct lkm_buf bufs[LOAD_DIRS] = { LKM_BUF_INIT };
	const char *dirs[LOAD_DIRS];
	int err = 0;

	for (size_t i = 0; i < LOAD_DIRS; i++) {
		lkm_buf_printf(&bufs[i], "%s%s", base, load_dirs[i]);
		dirs[i] = lkm_buf_cstr(&bufs[i]);
		err = dirs[i] ? err : -ENOMEM;
	}
	err = err ? err : lkm_conffiles_find(ret, dirs, LOAD_DIRS, false, report);
	for (size_t i = 0; i < LOAD_DIRS; i++)
		lkm_buf_release(&bufs[i]);
	return err;
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

static int add_lists(struct lkm_wanted *wanted, const char *base, struct lkm_report *report)
{
	lkm_auto(lkm_conffiles) struct lkm_conffiles files = LKM_CONFFILES_INIT;
	lkm_auto(lkm_buf) struct lkm_buf etc = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf initramfs = LKM_BUF_INIT;
	int err = find_load_files(base, &files, report);

	lkm_buf_printf(&etc, "%s/etc/modules", base);
	lkm_buf_printf(&initramfs, "%s/etc/initramfs-tools/modules", base);
	if (!lkm_buf_cstr(&etc) || !lkm_buf_cstr(&initramfs))
		return -ENOMEM;
	if (files.incomplete)
		report->errors++;
	for (size_t i = 0; i < files.files.len && !err; i++)
		err = add_file(wanted, files.files.ptr[i].path, LKM_WANTED_SYSTEMD, report);
	if (!err && !is_among(&files, etc.ptr))
		err = add_file(wanted, etc.ptr, LKM_WANTED_MODPROBE, report);
	return err ? err : add_file(wanted, initramfs.ptr, LKM_WANTED_MODPROBE, report);
}

static int add_boot_options(struct lkm_wanted *wanted, struct lkm_str cmdline)
{
	static const struct lkm_wanted_source source = { .by = LKM_WANTED_SYSTEMD,
							 .file = "/proc/cmdline" };
	struct lkm_str names, name;
	int err = 0;

	while (!err && lkm_cmdline_next_load(&cmdline, &names))
		while (!err && names.len) {
			struct lkm_wanted_module *module;

			lkm_str_cut(names, ',', &name, &names);
			if (name.len)
				err = add(wanted, name, &source, &module);
		}
	return err;
}

static int by_name(const void *a, const void *b)
{
	return lkm_str_cmp(((const struct lkm_wanted_module *)a)->name,
			   ((const struct lkm_wanted_module *)b)->name);
}

/* Order by name; sources go along. */
static int sort(struct lkm_wanted *wanted)
{
	size_t count = wanted->modules.len;
	size_t *places = lkm_arena_alloc(&wanted->arena, (count + 1) * sizeof(*places));

	if (!places)
		return -ENOMEM;
	if (count > 1)
		qsort(wanted->modules.ptr, count, sizeof(*wanted->modules.ptr), by_name);
	for (size_t i = 0; i < count; i++)
		places[lkm_map_get(&wanted->index, wanted->modules.ptr[i].name)->num] = i;
	for (size_t i = 0; i < wanted->sources.len; i++)
		wanted->sources.ptr[i].module = places[wanted->sources.ptr[i].module];
	return 0;
}

int lkm_wanted_find(struct lkm_wanted *ret, const struct lkm_host *host, const char *base,
		    struct lkm_str cmdline, struct lkm_report *report)
{
	lkm_auto(lkm_wanted) struct lkm_wanted wanted = LKM_WANTED_INIT;
	int err = add_loaded(&wanted, host);

	/* A kernel without modules has none loaded. */
	if (err == -ENOENT)
		err = 0;
	err = err ? err : add_lists(&wanted, base, report);
	err = err ? err : add_boot_options(&wanted, cmdline);
	err = err ? err : sort(&wanted);
	if (err < 0)
		return err;
	*ret = wanted;
	wanted = (struct lkm_wanted)LKM_WANTED_INIT;
	return 0;
}

void lkm_wanted_release(struct lkm_wanted *wanted)
{
	if (!wanted)
		return;
	lkm_vec_release(&wanted->modules);
	lkm_vec_release(&wanted->sources);
	lkm_map_release(&wanted->index);
	lkm_arena_release(&wanted->arena);
}
