#include "plan/why.h"

#include <fcntl.h>

#include "base/path.h"
#include "fmt/alias.h"
#include "host/modules.h"
#include "plan/insert.h"
#include "plan/permit.h"
#include "tree/tables.h"

static int oom(struct lkm_diag *diag)
{
	return lkm_diag_set(diag, -ENOMEM, "out of memory");
}

/* ---- a device ---- */

/* "DIR/NAME", or NULL. */
static char *below(struct lkm_str dir, const char *name)
{
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;

	lkm_buf_str(&path, dir);
	lkm_buf_putc(&path, '/');
	lkm_buf_puts(&path, name);
	return lkm_buf_take(&path);
}

/* The last part of where a link points to; "" when there is no such link. */
static int link_name(const struct lkm_why_env *env, struct lkm_str dir, const char *name,
		     struct lkm_arena *arena, struct lkm_str *ret)
{
	lkm_autofree char *path = below(dir, name);
	lkm_auto(lkm_buf) struct lkm_buf to = LKM_BUF_INIT;
	int err = path ? env->devices->read_link(env->devices, path, &to) : -ENOMEM;
	struct lkm_str base = lkm_path_base(lkm_buf_view(&to));
	char *copy = err ? NULL : lkm_arena_strdup(arena, base);

	if (!err && !copy)
		return -ENOMEM;
	if (copy)
		*ret = (struct lkm_str){ copy, base.len };
	return err == -ENOENT || err == -EINVAL || err == -ENOTDIR ? 0 : err;
}

/* The modalias of the device that a directory of /sys is, or is about. */
static int read_modalias(const struct lkm_why_env *env, struct lkm_str dir, struct lkm_why *why)
{
	static const char *const places[] = { "modalias", "device/modalias" };
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str line = { 0 };
	int err = -ENOENT;
	char *copy;

	for (size_t i = 0; i < 2 && err < 0 && err != -ENOMEM; i++) {
		lkm_autofree char *path = below(dir, places[i]);

		err = path ? env->devices->read_file(env->devices, path, LKM_HOST_FILE_MAX, &blob) :
			     -ENOMEM;
	}
	if (err < 0)
		return err;
	line = lkm_str_trim(lkm_bytes_str(lkm_blob_view(&blob)));
	copy = lkm_arena_strdup(&why->arena, line);
	why->text = (struct lkm_str){ copy, line.len };
	return !copy ? -ENOMEM : line.len == 0 ? -ENODATA : 0;
}

static int find_device(const struct lkm_why_env *env, struct lkm_why *why, struct lkm_diag *diag)
{
	struct lkm_str dir = why->asked;
	int err = read_modalias(env, dir, why);

	if (err < 0 && err != -ENOMEM)
		return lkm_diag_set(diag, -ENODATA,
				    "%.*s has no modalias: no module can be found for it",
				    LKM_STR_ARG(dir));
	if (err == 0)
		err = link_name(env, dir, "driver", &why->arena, &why->driver);
	if (err == 0 && why->driver.len == 0)
		err = link_name(env, dir, "device/driver", &why->arena, &why->driver);
	if (err == 0)
		err = link_name(env, dir, "driver/module", &why->arena, &why->driver_module);
	if (err == 0 && why->driver_module.len == 0)
		err = link_name(env, dir, "device/driver/module", &why->arena,
				&why->driver_module);
	if (err == -ENOMEM)
		return oom(diag);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot tell which driver %.*s has: %s",
				    LKM_STR_ARG(dir), strerror(-err));
	return 0;
}

/* ---- the modules of a plan ---- */

static struct lkm_why_module *find_module(struct lkm_why_target *t, struct lkm_str name)
{
	for (size_t i = 0; i < t->modules.len; i++)
		if (lkm_str_eq(t->modules.ptr[i].name, name))
			return &t->modules.ptr[i];
	return NULL;
}

static int is_loaded(const struct lkm_why_env *env, struct lkm_str module, bool *ret)
{
	enum lkm_modstate state = LKM_MODSTATE_ABSENT;
	char name[LKM_MODNAME_MAX];
	int err = 0;

	if (env->plan.host && lkm_modname_copy(module, name) == 0)
		err = lkm_module_state(env->plan.host, name, &state);
	*ret = state == LKM_MODSTATE_LIVE;
	return err;
}

/* Is a file younger than the index that names it, or not there at all? */
static int look_at_file(struct lkm_tree *tree, struct lkm_why_module *module)
{
	const char *name = lkm_table_file(tree, LKM_TABLE_DEP);
	const char *index = name ? lkm_tree_path(tree, lkm_str(name)) : NULL;
	struct stat file, made;

	if (name && !index)
		return -ENOMEM;
	if (stat(module->path, &file) < 0) {
		module->gone = errno == ENOENT;
		return 0;
	}
	if (!index || stat(index, &made) < 0)
		return 0;
	module->stale = file.st_mtim.tv_sec > made.st_mtim.tv_sec ||
			(file.st_mtim.tv_sec == made.st_mtim.tv_sec &&
			 file.st_mtim.tv_nsec > made.st_mtim.tv_nsec);
	return 0;
}

static bool is_refused(const struct lkm_why_env *env, const struct lkm_step *step)
{
	const struct lkm_config_entry *entry;
	enum lkm_permit permit = lkm_permit_module(env->plan.config, step->module, &entry);

	return (step->kind == LKM_STEP_LOAD || step->kind == LKM_STEP_INSTALL) &&
	       (permit == LKM_PERMIT_FORBIDDEN || permit == LKM_PERMIT_NOT_ALLOWED);
}

static int add_modules(const struct lkm_why_env *env, struct lkm_why_target *t,
		       struct lkm_diag *diag)
{
	int err;

	for (size_t i = 0; i < t->plan.steps.len; i++) {
		const struct lkm_step *s = &t->plan.steps.ptr[i];
		struct lkm_why_module *m = find_module(t, s->module);

		if (m) {
			m->required = m->required || s->group == 0;
			continue;
		}
		m = lkm_vec_push(&t->modules);
		if (!m)
			return oom(diag);
		*m = (struct lkm_why_module){
			.name = s->module,
			.kind = s->kind,
			.required = s->group == 0,
			.refused = is_refused(env, s),
			.left_out = true, /* until it is found in what is permitted */
			.path = s->path,
			.options = s->options,
			.command = s->entry,
			.unreadable = LKM_DIAG_INIT,
		};
		err = is_loaded(env, s->module, &m->loaded);
		if (err < 0)
			return lkm_diag_set(diag, err, "cannot tell whether module %.*s is loaded: %s",
					    LKM_STR_ARG(s->module), strerror(-err));
		if (m->path && look_at_file(env->plan.tree, m) < 0)
			return oom(diag);
	}
	return 0;
}

/* ---- what would be done ---- */

/* The plan, what is left of it by permission, and why it may not be done. */
static int judge_plan(const struct lkm_why_env *env, struct lkm_why_target *t)
{
	struct lkm_report nobody = { 0 };
	int err = lkm_permit_plan(env->plan.config, &t->plan, &nobody, &t->refusal);

	if (err == -ENOMEM)
		return err;
	for (size_t i = 0; i < t->modules.len && err < 0; i++)
		t->modules.ptr[i].left_out = false;
	for (size_t i = 0; i < t->plan.steps.len; i++)
		find_module(t, t->plan.steps.ptr[i].module)->left_out = false;
	return 0;
}

/* In the order in which modprobe asks. */
static enum lkm_why_verdict decide(const struct lkm_why_env *env, struct lkm_why_target *t,
				   bool builtin)
{
	const struct lkm_why_module *m = find_module(t, t->found->module);

	if (m && m->loaded)
		return LKM_WHY_LOADED;
	if (builtin)
		return LKM_WHY_BUILTIN;
	t->blacklist = lkm_config_blacklists(env->plan.config, t->found, false);
	if (t->blacklist)
		return LKM_WHY_BLACKLISTED;
	if (t->refusal.err < 0)
		return LKM_WHY_REFUSED;
	if (!m || m->kind == LKM_STEP_MISSING)
		return LKM_WHY_NO_FILE;
	if (m->kind == LKM_STEP_BUILTIN)
		return LKM_WHY_BUILTIN;
	return m->kind == LKM_STEP_INSTALL ? LKM_WHY_COMMAND : LKM_WHY_LOAD;
}

static void release_target(struct lkm_why_target *t)
{
	lkm_vec_release(&t->modules);
	lkm_vec_release(&t->causes);
	lkm_vec_release(&t->lines);
	lkm_vec_release(&t->symbols);
	lkm_plan_release(&t->plan);
}

static int fill_target(const struct lkm_why_env *env, struct lkm_why_target *t,
		       struct lkm_diag *diag)
{
	struct lkm_insert_options how = { .params = lkm_str("") };
	int err = lkm_plan_insert(&env->plan, t->found, &how, &t->plan, diag);
	int builtin;

	err = err ? err : add_modules(env, t, diag);
	if (err < 0)
		return err;
	err = lkm_why_add_causes(env, t);
	err = err ? err : lkm_why_add_lines(env, t);
	err = err ? err : judge_plan(env, t);
	if (err < 0)
		return oom(diag);
	builtin = env->plan.host ? lkm_lookup_builtin(env->plan.tree, t->found->module, diag) : 0;
	if (builtin < 0)
		return builtin;
	t->verdict = decide(env, t, builtin > 0);
	return 0;
}

static int add_targets(const struct lkm_why_env *env, struct lkm_why *why, struct lkm_diag *diag)
{
	int err = 0;

	for (size_t i = 0; i < why->found.len && !err; i++) {
		struct lkm_why_target *t = lkm_vec_push(&why->targets);

		if (!t)
			return oom(diag);
		*t = (struct lkm_why_target){ .found = &why->found.ptr[i],
					      .refusal = LKM_DIAG_INIT };
		err = fill_target(env, t, diag);
	}
	return err;
}

/* What an alias line of the configuration keeps from being found. */
static int find_hidden(const struct lkm_why_env *env, struct lkm_why *why, struct lkm_diag *diag)
{
	if (why->found.len == 0 || why->found.ptr[0].by != LKM_TARGET_CONFIG)
		return 0;
	return lkm_lookup(env->plan.tree, why->text, &why->hidden, diag);
}

int lkm_why_find(const struct lkm_why_env *env, struct lkm_str asked, struct lkm_why *ret,
		 struct lkm_diag *diag)
{
	lkm_auto(lkm_why) struct lkm_why why = LKM_WHY_INIT;
	int err = 0;

	why.asked = why.text = asked;
	why.driver = why.driver_module = lkm_str("");
	if (lkm_str_starts(asked, "/sys/", NULL))
		err = find_device(env, &why, diag);
	err = err ? err : lkm_resolve(&env->plan, why.text, &why.found, diag);
	err = err ? err : add_targets(env, &why, diag);
	err = err ? err : find_hidden(env, &why, diag);
	if (err == 0 && why.targets.len == 0 &&
	    lkm_missing_find(&env->plan, why.text, &why.missing) < 0)
		err = oom(diag);
	if (err < 0)
		return err;
	*ret = why;
	why = (struct lkm_why)LKM_WHY_INIT;
	return 0;
}

const char *lkm_why_source(const struct lkm_tree *tree, const struct lkm_target *target)
{
	static const enum lkm_table tables[] = {
		[LKM_FOUND_NAME] = LKM_TABLE_DEP,
		[LKM_FOUND_SYMBOL] = LKM_TABLE_SYMBOLS,
		[LKM_FOUND_ALIAS] = LKM_TABLE_ALIAS,
		[LKM_FOUND_BUILTIN] = LKM_TABLE_BUILTIN,
		[LKM_FOUND_BUILTIN_ALIAS] = LKM_TABLE_BUILTIN_ALIAS,
	};

	return target->by == LKM_TARGET_TREE ? lkm_table_file(tree, tables[target->found]) : NULL;
}

const char *lkm_why_verdict_name(enum lkm_why_verdict verdict)
{
	static const char *const names[] = {
		[LKM_WHY_LOAD] = "load",
		[LKM_WHY_COMMAND] = "command",
		[LKM_WHY_LOADED] = "loaded",
		[LKM_WHY_BUILTIN] = "builtin",
		[LKM_WHY_NO_FILE] = "no-file",
		[LKM_WHY_BLACKLISTED] = "blacklisted",
		[LKM_WHY_REFUSED] = "refused",
	};

	return names[verdict];
}

void lkm_why_release(struct lkm_why *why)
{
	if (!why)
		return;
	for (size_t i = 0; i < why->targets.len; i++)
		release_target(&why->targets.ptr[i]);
	lkm_vec_release(&why->targets);
	lkm_targets_release(&why->found);
	lkm_founds_release(&why->hidden);
	lkm_missing_release(&why->missing);
	lkm_arena_release(&why->arena);
}
