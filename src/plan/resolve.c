#include "plan/resolve.h"

#include "base/path.h"
#include "fmt/alias.h"

void lkm_targets_release(struct lkm_targets *targets)
{
	if (targets)
		lkm_vec_release(targets);
}

static int add(struct lkm_targets *targets, const struct lkm_target *target)
{
	struct lkm_target *to = lkm_vec_push(targets);

	if (!to)
		return -ENOMEM;
	*to = *target;
	return 0;
}

/* Source 1. */
static int from_config(const struct lkm_config *config, struct lkm_str text,
		       struct lkm_targets *targets)
{
	const struct lkm_config_entry *e = NULL;
	int err = 0;

	while (!err && (e = lkm_config_next(config, LKM_CONF_ALIAS, e)) != NULL)
		if (lkm_alias_match(e->line.name, text))
			err = add(targets, &(struct lkm_target){ .module = e->line.value,
								 .alias = e->line.name,
								 .pattern = e->line.name,
								 .by = LKM_TARGET_CONFIG,
								 .entry = e });
	return err;
}

/* Source 3: install lines come first. */
static int from_commands(const struct lkm_config *config, struct lkm_str text,
			 struct lkm_targets *targets)
{
	static const enum lkm_modprobeconf_word words[] = { LKM_CONF_INSTALL, LKM_CONF_REMOVE };

	for (size_t w = 0; w < 2; w++) {
		const struct lkm_config_entry *e = NULL;

		while ((e = lkm_config_next(config, words[w], e)) != NULL)
			if (lkm_str_eq(e->line.name, text))
				return add(targets, &(struct lkm_target){ .module = e->line.name,
									  .by = LKM_TARGET_COMMAND,
									  .entry = e });
	}
	return 0;
}

/* What the tree found; `text` is remembered where a pattern matched. */
static int from_founds(const struct lkm_founds *founds, struct lkm_str text,
		       struct lkm_targets *targets)
{
	int err = 0;

	for (size_t i = 0; i < founds->len && !err; i++) {
		const struct lkm_found *f = &founds->ptr[i];

		err = add(targets, &(struct lkm_target){
					   .module = f->name,
					   .alias = f->pattern.len ? text : lkm_str(""),
					   .pattern = f->pattern,
					   .by = LKM_TARGET_TREE,
					   .found = f->by,
				   });
	}
	return err;
}

/* Sources 1 to 4 for a normalised text that lives as long as the tree. */
static int search(const struct lkm_plan_env *env, struct lkm_str text, struct lkm_targets *targets,
		  struct lkm_diag *diag)
{
	lkm_auto(lkm_founds) struct lkm_founds names = { 0 };
	lkm_auto(lkm_founds) struct lkm_founds aliases = { 0 };
	int err = from_config(env->config, text, targets);

	if (err < 0 || targets->len)
		return err;
	err = lkm_lookup_names(env->tree, text, &names, diag);
	err = err ? err : from_founds(&names, text, targets);
	if (err < 0 || targets->len)
		return err;
	err = from_commands(env->config, text, targets);
	if (err < 0 || targets->len)
		return err;
	err = lkm_lookup_aliases(env->tree, text, &aliases, diag);
	return err ? err : from_founds(&aliases, text, targets);
}

int lkm_resolve(const struct lkm_plan_env *env, struct lkm_str text, struct lkm_targets *ret,
		struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	int err = lkm_alias_normalize(text, &buf);
	char *kept;

	if (err < 0)
		return lkm_diag_set(diag, err, "\"%.*s\" has a [ without ], or the other way round",
				    LKM_STR_ARG(text));
	kept = lkm_buf_error(&buf) ? NULL :
				     lkm_arena_strdup(&env->tree->arena, lkm_buf_view(&buf));
	if (!kept)
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	err = search(env, (struct lkm_str){ kept, buf.len }, &targets, diag);
	if (err < 0)
		return lkm_diag_set(diag, err, "out of memory");
	*ret = targets;
	targets = (struct lkm_targets){ 0 };
	return 0;
}

int lkm_resolve_file(const struct lkm_plan_env *env, const char *path, struct lkm_targets *ret,
		     struct lkm_diag *diag)
{
	struct lkm_arena *arena = &env->tree->arena;
	lkm_autofree char *absolute = lkm_path_absolute(path);
	struct lkm_target target = { .by = LKM_TARGET_FILE };
	char name[LKM_MODNAME_MAX];
	int err = lkm_modname_from_path(lkm_str(path), name);

	if (err < 0)
		return lkm_diag_set(diag, err, "'%s' is no name of a module file", path);
	target.path = absolute ? lkm_arena_strdup(arena, lkm_str(absolute)) : NULL;
	target.module.ptr = lkm_arena_strdup(arena, lkm_str(name));
	target.module.len = strlen(name);
	if (!target.path || !target.module.ptr || add(ret, &target) < 0)
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	return 0;
}
