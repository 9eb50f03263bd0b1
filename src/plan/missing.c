#include "plan/missing.h"

#include <dirent.h>

#include "base/path.h"
#include "fmt/alias.h"
#include "tree/lookup.h"
#include "tree/scan.h"
#include "tree/tables.h"

static bool has_glob(struct lkm_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (lkm_alias_is_glob(text.ptr[i]))
			return true;
	return false;
}

/* ---- names like it ---- */

static int offer_table(struct lkm_tree *tree, enum lkm_table table, struct lkm_near *near)
{
	const struct lkm_index_hits *entries = lkm_table_entries(tree, table, NULL);

	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < entries->len; i++)
		if (!has_glob(entries->ptr[i].key))
			lkm_near_offer(near, entries->ptr[i].key);
	return 0;
}

int lkm_missing_offer_names(const struct lkm_plan_env *env, struct lkm_near *near)
{
	static const enum lkm_table tables[] = { LKM_TABLE_DEP, LKM_TABLE_BUILTIN, LKM_TABLE_ALIAS };
	int err = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !err; i++)
		err = offer_table(env->tree, tables[i], near);
	for (const struct lkm_config_entry *e = env->config->first; e; e = e->next)
		if ((e->line.word == LKM_CONF_ALIAS || e->line.word == LKM_CONF_INSTALL) &&
		    !has_glob(e->line.name))
			lkm_near_offer(near, e->line.name);
	return err;
}

/* ---- a file that depmod has not seen ---- */

static int find_unlisted(struct lkm_tree *tree, struct lkm_missing *ret)
{
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	lkm_auto(lkm_scan) struct lkm_scan scan = LKM_SCAN_INIT;
	struct lkm_report report = { 0 };
	int err = lkm_depmodconf_init(&conf, tree->release);

	err = err ? err : lkm_scan_dir(&scan, tree->dir, &conf, &report, NULL);
	for (size_t i = 0; i < scan.files.len && !err && !ret->unlisted; i++) {
		if (!lkm_modname_eq(scan.files.ptr[i].name, ret->near.wanted))
			continue;
		ret->unlisted = lkm_arena_strdup(&ret->arena, lkm_str(scan.files.ptr[i].path));
		err = ret->unlisted ? 0 : -ENOMEM;
	}
	return err == -ENOMEM ? err : 0;
}

/* ---- other releases ---- */

/* Does the name stand for anything in the release beside the tree's? */
static int has_it(const char *base, const char *release, struct lkm_str name, bool *ret)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	int err = lkm_tree_open(&tree, base, release);

	err = err ? err : lkm_lookup(&tree, name, &founds, NULL);
	if (err == -ENOMEM)
		return err;
	*ret = founds.len > 0;
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_release(struct lkm_missing *ret, const char *base, const char *release)
{
	const char **to, *copy;
	bool there = false;
	int err = has_it(base, release, ret->near.wanted, &there);

	if (err < 0 || !there)
		return err;
	copy = lkm_arena_strdup(&ret->arena, lkm_str(release));
	to = copy ? lkm_vec_push(&ret->releases) : NULL;
	if (!to)
		return -ENOMEM;
	*to = copy;
	return 0;
}

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* The directories beside the tree's own. */
static int find_releases(struct lkm_tree *tree, struct lkm_missing *ret)
{
	__attribute__((cleanup(cleanup_dir))) DIR *dir = NULL;
	size_t len = strlen(tree->dir) - strlen(tree->release);
	lkm_autofree char *above = strndup(tree->dir, len);
	lkm_autofree char *base = strndup(tree->dir, len - strlen("/lib/modules/"));
	struct dirent *entry;
	unsigned int seen = 0;
	int err = 0;

	if (!above || !base)
		return -ENOMEM;
	dir = opendir(above);
	while (dir && !err && seen < LKM_MISSING_RELEASES_MAX && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || strcmp(entry->d_name, tree->release) == 0)
			continue;
		seen++;
		err = add_release(ret, base, entry->d_name);
	}
	if (ret->releases.len)
		qsort(ret->releases.ptr, ret->releases.len, sizeof(*ret->releases.ptr), by_text);
	return err;
}

/* Is the tree's release that of the running kernel? */
static int find_running(const struct lkm_plan_env *env, struct lkm_missing *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;

	if (!env->host || env->host->uname(env->host, &release, &machine) < 0)
		return 0;
	if (!lkm_buf_cstr(&release))
		return -ENOMEM;
	ret->running = strcmp(release.ptr, ret->release) == 0;
	return 0;
}

/* ---- all of it ---- */

int lkm_missing_find(const struct lkm_plan_env *env, struct lkm_str name, struct lkm_missing *ret)
{
	lkm_auto(lkm_missing) struct lkm_missing missing = LKM_MISSING_INIT;
	int err;

	missing.near = lkm_near(name);
	missing.release = env->tree->release;
	(void)lkm_tree_check(env->tree, &missing.tree);
	err = find_running(env, &missing);
	err = err ? err : find_unlisted(env->tree, &missing);
	/* The modalias of a device is like a thousand others. */
	if (!err && !memchr(name.ptr, ':', name.len))
		err = lkm_missing_offer_names(env, &missing.near);
	err = err ? err : find_releases(env->tree, &missing);
	if (err < 0)
		return err;
	*ret = missing;
	missing = (struct lkm_missing)LKM_MISSING_INIT;
	return 0;
}

static int explain_near(const struct lkm_missing *missing, struct lkm_reasons *reasons)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	for (size_t i = 0; i < missing->near.len; i++)
		lkm_buf_printf(&text, "%s%s", i ? ", " : "", missing->near.names[i].text);
	if (!lkm_buf_cstr(&text))
		return -ENOMEM;
	return lkm_reasons_add(reasons, LKM_SURE, "names like it: %s", text.ptr);
}

static int explain_releases(const struct lkm_missing *missing, struct lkm_reasons *reasons)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	for (size_t i = 0; i < missing->releases.len; i++)
		lkm_buf_printf(&text, "%s%s", i ? ", " : "", missing->releases.ptr[i]);
	if (!lkm_buf_cstr(&text))
		return -ENOMEM;
	return lkm_reasons_add(reasons, LKM_SURE, "it exists for kernel %s; %s %s", text.ptr,
			       missing->running ? "you run" : "this is", missing->release);
}

int lkm_missing_explain(const struct lkm_missing *missing, struct lkm_reasons *reasons)
{
	int err = 0;

	if (missing->tree.err < 0)
		err = lkm_reasons_add(reasons, LKM_SURE, "%s", missing->tree.what);
	if (!err && missing->unlisted && missing->tree.err == 0)
		err = lkm_reasons_add(reasons, LKM_SURE,
				      "%s is there, but modules.dep does not list it: run depmod %s",
				      missing->unlisted, missing->release);
	if (!err && missing->releases.len)
		err = explain_releases(missing, reasons);
	if (!err && missing->near.len)
		err = explain_near(missing, reasons);
	return err;
}

void lkm_missing_release(struct lkm_missing *missing)
{
	if (!missing)
		return;
	lkm_vec_release(&missing->releases);
	lkm_arena_release(&missing->arena);
}
