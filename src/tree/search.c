#include "tree/search.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "tree/lookup.h"
#include "tree/scan.h"

/* More than any modules.conf. */
#define CONFIG_MAX ((size_t)1 << 20)

static bool is_readable(void *ctx, const char *path)
{
	(void)ctx;
	return access(path, R_OK) == 0;
}

static int read_included(void *ctx, const char *path, struct lkm_blob *ret)
{
	(void)ctx;
	return lkm_file_read(AT_FDCWD, path, CONFIG_MAX, ret);
}

static int read_config(struct lkm_search *search, const char *path, struct lkm_diag *diag)
{
	const struct lkm_modulesconf_system system = {
		.release = search->release, .autoclean = search->autoclean,
		.readable = is_readable, .read = read_included,
	};
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = lkm_file_read(AT_FDCWD, path, CONFIG_MAX, &blob);

	if (err < 0)
		return err;
	err = lkm_modulesconf_read(&search->conf, lkm_bytes_str(lkm_blob_view(&blob)), path,
				   &system, search->report);
	return err ? lkm_diag_set(diag, err, "cannot read %s: %s", path, strerror(-err)) : 0;
}

int lkm_search_init(struct lkm_search *search, struct lkm_diag *diag)
{
	int err;

	if (search->config) {
		err = read_config(search, search->config, diag);
		return err ? lkm_diag_set(diag, err, "cannot read %s: %s", search->config,
					  strerror(-err))
			   : 0;
	}
	err = read_config(search, "/etc/modules.conf", diag);
	if (err != -ENOENT)
		return err ? lkm_diag_set(diag, err, "cannot read /etc/modules.conf: %s",
					  strerror(-err))
			   : 0;
	err = read_config(search, "/etc/conf.modules", diag);
	if (err == 0)
		lkm_report(search->report, LKM_REPORT_WARNING,
			   "/etc/conf.modules is deprecated: call it /etc/modules.conf");
	return 0;
}

void lkm_search_release(struct lkm_search *search)
{
	if (!search)
		return;
	lkm_modulesconf_release(&search->conf);
	lkm_buf_release(&search->path);
	lkm_buf_release(&search->base);
}

/* One search on its way. */
struct hunt {
	struct lkm_search *search;
	char name[LKM_MODNAME_MAX];
	struct lkm_buf tried; /* directories, for the diagnosis */
	int err;	      /* ends the search */
};

static bool take(struct hunt *h, const char *base, const char *path)
{
	lkm_buf_puts(&h->search->base, base);
	if (path[0] != '/')
		lkm_buf_printf(&h->search->path, "%s/", base);
	lkm_buf_puts(&h->search->path, path);
	if (!lkm_buf_cstr(&h->search->path) || !lkm_buf_cstr(&h->search->base))
		h->err = -ENOMEM;
	return true;
}

/* A directory, with all below it.  What cannot be read is as if it were not there. */
static bool look_below(struct hunt *h, const char *dir)
{
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	lkm_auto(lkm_scan) struct lkm_scan scan = LKM_SCAN_INIT;
	int err = lkm_depmodconf_init(&conf, h->search->release);

	lkm_buf_printf(&h->tried, "%s%s", h->tried.len ? ", " : "", dir);
	err = err ? err : lkm_scan_dir(&scan, dir, &conf, NULL, NULL);
	if (err == -ENOMEM)
		h->err = err;
	for (size_t i = 0; i < scan.files.len; i++)
		if (lkm_modname_eq(scan.files.ptr[i].name, lkm_str(h->name)))
			return take(h, dir, scan.files.ptr[i].path);
	return false;
}

/* The module directory of the running kernel: its index, if there is one, is faster. */
static bool look_in_tree(struct hunt *h)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_depline line;

	if (lkm_tree_open(&tree, NULL, h->search->release) < 0)
		return false;
	if (lkm_lookup_file(&tree, lkm_str(h->name), &line, NULL) == 0) {
		lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
		lkm_autofree char *absolute = NULL;

		lkm_buf_str(&path, line.path);
		if (lkm_buf_cstr(&path))
			absolute = lkm_path_join(tree.dir, lkm_buf_cstr(&path));
		if (absolute && access(absolute, F_OK) == 0)
			return take(h, tree.dir, absolute);
	}
	return look_below(h, tree.dir);
}

/* MODPATH, or without it the module directory. */
static bool look_in_defaults(struct hunt *h)
{
	struct lkm_str rest = lkm_str(h->search->modpath), part, before;

	if (!h->search->modpath)
		return look_in_tree(h);
	while (rest.len && !h->err) {
		lkm_auto(lkm_buf) struct lkm_buf dir = LKM_BUF_INIT;

		lkm_str_cut(rest, ':', &part, &rest);
		while (part.len) {
			const char *mark = memmem(part.ptr, part.len, "%s", 2);

			before = (struct lkm_str){ part.ptr, mark ? (size_t)(mark - part.ptr)
								  : part.len };
			lkm_buf_str(&dir, before);
			if (mark)
				lkm_buf_puts(&dir, h->search->release);
			part.ptr += before.len + (mark ? 2 : 0);
			part.len -= before.len + (mark ? 2 : 0);
		}
		if (dir.len && lkm_buf_cstr(&dir) && look_below(h, lkm_buf_cstr(&dir)))
			return true;
	}
	return false;
}

static bool look_in_path(struct hunt *h, const char *before, struct lkm_str pattern);

/* All names in a directory that match the first part of a pattern, in their order. */
static bool look_in_matches(struct hunt *h, const char *dir, struct lkm_str part,
			    struct lkm_str rest)
{
	lkm_autofree char *wanted = strndup(part.ptr, part.len);
	struct dirent **names;
	int count = scandir(dir[0] ? dir : "/", &names, NULL, alphasort);
	bool done = false;

	for (int i = 0; i < count; i++) {
		lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;

		lkm_buf_printf(&path, "%s/%s", dir, names[i]->d_name);
		if (!done && !h->err && wanted && lkm_buf_cstr(&path) &&
		    fnmatch(wanted, names[i]->d_name, FNM_PERIOD) == 0)
			done = look_in_path(h, lkm_buf_cstr(&path), rest);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return done;
}

/* A path line: `before` is there, the wildcards of the rest stand for all that match. */
static bool look_in_path(struct hunt *h, const char *before, struct lkm_str pattern)
{
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	struct lkm_str part;

	lkm_buf_puts(&path, before);
	while (pattern.len) {
		lkm_str_cut(pattern, '/', &part, &pattern);
		if (part.len == 0)
			continue;
		if (memchr(part.ptr, '*', part.len) || memchr(part.ptr, '?', part.len) ||
		    memchr(part.ptr, '[', part.len))
			return lkm_buf_cstr(&path) &&
			       look_in_matches(h, lkm_buf_cstr(&path), part, pattern);
		lkm_buf_putc(&path, '/');
		lkm_buf_str(&path, part);
	}
	return lkm_buf_cstr(&path) && look_below(h, lkm_buf_cstr(&path));
}

static bool look_everywhere(struct hunt *h)
{
	const struct lkm_modulesconf *conf = &h->search->conf;

	if ((conf->paths.len == 0 || conf->keep) && look_in_defaults(h))
		return true;
	for (size_t i = 0; i < conf->paths.len && !h->err; i++)
		if (look_in_path(h, "", lkm_str(conf->paths.ptr[i])))
			return true;
	return false;
}

int lkm_search_find(struct lkm_search *search, const char *name, struct lkm_diag *diag)
{
	struct hunt h = { .search = search };
	bool found;

	if (lkm_modname_copy(lkm_str(name), h.name) < 0)
		return lkm_diag_set(diag, -ENODATA, "'%s' is no name of a module", name);
	found = look_everywhere(&h);
	if (!found && !h.err)
		h.err = lkm_diag_set(diag, -ENODATA, "no module of that name in %.*s",
				     LKM_STR_ARG(lkm_buf_view(&h.tried)));
	lkm_buf_release(&h.tried);
	return h.err;
}

/* May only root change what is there?  In a directory with the sticky bit files are safe. */
static bool is_roots(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_uid == 0 &&
	       (!(st.st_mode & 022) || (S_ISDIR(st.st_mode) && st.st_mode & S_ISVTX));
}

int lkm_search_check_owner(const char *path, struct lkm_diag *diag)
{
	lkm_autofree char *part = strdup(path);

	if (!part)
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	for (;;) {
		char *slash = strrchr(part, '/');

		if (!is_roots(part[0] ? part : "/"))
			return lkm_diag_set(diag, -EPERM,
					    "%s is not owned by root, or others can write there (use -r to allow)",
					    part[0] ? part : "/");
		if (!slash)
			return 0;
		*slash = '\0';
	}
}
