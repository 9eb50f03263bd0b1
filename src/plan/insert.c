#include "plan/insert.h"

#include "base/map.h"
#include "base/path.h"
#include "fmt/depline.h"

/* Deepest chain of soft dependencies of soft dependencies. */
#define DEPTH_MAX 100

struct planner {
	const struct lkm_plan_env *env;
	const struct lkm_insert_options *options;
	struct lkm_plan *plan;
	struct lkm_diag *diag;
	struct lkm_map expanded; /* targets and soft dependencies that were expanded */
	unsigned int depth;
	unsigned int group; /* of the steps that are added now */
	unsigned int groups;
};

/* Where a module stands in the plan. */
struct place {
	enum lkm_step_because because;
	struct lkm_str of;
	const struct lkm_config_entry *from;
};

static int expand(struct planner *p, const struct lkm_target *target, const struct place *place);

const struct lkm_config_entry *lkm_config_blacklists(const struct lkm_config *config,
						     const struct lkm_target *target, bool names)
{
	const struct lkm_config_entry *e = NULL;

	if (!names && target->alias.len == 0)
		return NULL;
	while ((e = lkm_config_next(config, LKM_CONF_BLACKLIST, e)) != NULL)
		if (lkm_str_eq(e->line.name, target->module))
			return e;
	return NULL;
}

static int oom(struct planner *p)
{
	return lkm_diag_set(p->diag, -ENOMEM, "out of memory");
}

/* All `options` lines for the module or the alias it was found by, joined by a blank. */
static int collect_options(struct planner *p, const struct lkm_target *target, bool asked,
			   struct lkm_str *ret)
{
	const struct lkm_config_entry *e = NULL;
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	char *text;

	while ((e = lkm_config_next(p->env->config, LKM_CONF_OPTIONS, e)) != NULL) {
		if (!lkm_str_eq(e->line.name, target->module) &&
		    !(target->alias.len && lkm_str_eq(e->line.name, target->alias)))
			continue;
		lkm_buf_str(&buf, e->line.value);
		lkm_buf_putc(&buf, ' ');
	}
	if (asked)
		lkm_buf_str(&buf, p->options->params);
	text = lkm_buf_error(&buf) ? NULL :
				     lkm_arena_strdup(&p->plan->arena, lkm_buf_view(&buf));
	if (!text)
		return oom(p);
	*ret = (struct lkm_str){ text, buf.len };
	return 0;
}

/* What kind of step loads this module, and from which file; `path` is one that was given. */
static int choose_kind(struct planner *p, struct lkm_step *step, const char *path,
		       bool ignore_command)
{
	struct lkm_depline line;
	int err;

	if (!ignore_command)
		step->entry = lkm_config_match(p->env->config, LKM_CONF_INSTALL, step->module);
	step->kind = step->entry ? LKM_STEP_INSTALL : LKM_STEP_LOAD;
	step->path = step->entry ? NULL : path;
	if (step->entry || path)
		return 0;
	err = lkm_lookup_file(p->env->tree, step->module, &line, p->diag);
	if (err == 0) {
		step->path = lkm_tree_path(p->env->tree, line.path);
		return step->path ? 0 : oom(p);
	}
	if (err != -ENODATA)
		return err;
	err = lkm_lookup_builtin(p->env->tree, step->module, p->diag);
	step->kind = err == 1 ? LKM_STEP_BUILTIN : LKM_STEP_MISSING;
	return err < 0 ? err : 0;
}

static int add_step(struct planner *p, const struct lkm_target *target, const struct place *place)
{
	bool asked = place->because == LKM_BECAUSE_ASKED;
	struct lkm_step step = {
		.because = place->because,
		.group = p->group,
		.module = target->module,
		.of = place->of,
		.from = place->from,
	};
	int err = choose_kind(p, &step, target->path, asked && p->options->ignore_command);

	err = err ? err : collect_options(p, target, asked, &step.options);
	if (err == 0 && lkm_plan_add(p->plan, &step) < 0)
		err = oom(p);
	return err;
}

/* Everything that one word of a softdep line stands for. */
static int add_soft(struct planner *p, struct lkm_str word, const struct place *place)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	unsigned int outer = p->group;
	int err = lkm_resolve(p->env, word, &targets, NULL);

	/* A word that no alias can be is a word that stands for nothing. */
	if (err == -EINVAL)
		return 0;
	for (size_t i = 0; i < targets.len && !err; i++) {
		p->group = ++p->groups;
		err = expand(p, &targets.ptr[i], place);
	}
	p->group = outer;
	return err == -ENOMEM ? oom(p) : err;
}

/* The soft dependencies of a module, of one kind, from all its lines. */
static int add_softdeps(struct planner *p, struct lkm_str module, enum lkm_softdep_when when)
{
	struct lkm_softdeps iter = { .config = p->env->config, .module = module, .when = when };
	struct place place = {
		.because = when == LKM_SOFTDEP_PRE ? LKM_BECAUSE_PRE : LKM_BECAUSE_POST,
		.of = module,
	};
	struct lkm_str word;
	int err = 0;

	while (!err && lkm_softdeps_next(&iter, &word)) {
		place.from = iter.line;
		err = add_soft(p, word, &place);
	}
	return err;
}

/* A module between its soft dependencies. */
static int add_with_softdeps(struct planner *p, const struct lkm_target *target,
			     const struct place *place)
{
	int err = add_softdeps(p, target->module, LKM_SOFTDEP_PRE);

	err = err ? err : add_step(p, target, place);
	return err ? err : add_softdeps(p, target->module, LKM_SOFTDEP_POST);
}

/* The words of a line from last to first: the last one is needed by those before it. */
static bool last_word(struct lkm_str *rest, struct lkm_str *ret)
{
	*rest = lkm_str_trim(*rest);
	*ret = *rest;
	for (size_t i = rest->len; i > 0; i--)
		if (rest->ptr[i - 1] == ' ') {
			*ret = (struct lkm_str){ rest->ptr + i, rest->len - i };
			break;
		}
	rest->len -= ret->len;
	return ret->len > 0;
}

/* What modules.dep says that a module needs, each between its soft dependencies. */
static int add_needed(struct planner *p, struct lkm_str module)
{
	struct place place = { .because = LKM_BECAUSE_NEEDED, .of = module };
	struct lkm_depline line = { 0 };
	struct lkm_str path;
	int err = lkm_lookup_file(p->env->tree, module, &line, p->diag);

	if (err < 0)
		return err == -ENODATA ? 0 : err;
	while (!err && last_word(&line.deps, &path)) {
		char name[LKM_MODNAME_MAX];
		struct lkm_target target = { .by = LKM_TARGET_TREE };
		char *kept;

		if (lkm_modname_from_path(path, name) < 0)
			return lkm_diag_set(p->diag, -EBADMSG, "modules.dep names \"%.*s\"",
					    LKM_STR_ARG(path));
		kept = lkm_arena_strdup(&p->plan->arena, lkm_str(name));
		if (!kept)
			return oom(p);
		target.module = lkm_str(kept);
		err = add_with_softdeps(p, &target, &place);
	}
	return err;
}

/* A module is another one when it was found by an alias: its options differ. */
static int mark_expanded(struct planner *p, const struct lkm_target *target, bool *ret_new)
{
	lkm_auto(lkm_buf) struct lkm_buf key = LKM_BUF_INIT;
	char *kept;

	lkm_buf_str(&key, target->module);
	lkm_buf_putc(&key, '\\');
	lkm_buf_str(&key, target->alias);
	kept = lkm_buf_error(&key) ? NULL :
				     lkm_arena_strdup(&p->plan->arena, lkm_buf_view(&key));
	if (!kept || !lkm_map_put(&p->expanded, (struct lkm_str){ kept, key.len }, ret_new))
		return oom(p);
	return 0;
}

/* A target or a soft dependency, with everything it needs; each once. */
static int expand(struct planner *p, const struct lkm_target *target, const struct place *place)
{
	bool is_new;
	int err = mark_expanded(p, target, &is_new);

	if (err < 0)
		return err;
	if (!is_new || p->depth >= DEPTH_MAX)
		return 0;
	p->depth++;
	err = add_needed(p, target->module);
	err = err ? err : add_with_softdeps(p, target, place);
	p->depth--;
	return err;
}

int lkm_plan_insert(const struct lkm_plan_env *env, const struct lkm_target *target,
		    const struct lkm_insert_options *options, struct lkm_plan *plan,
		    struct lkm_diag *diag)
{
	struct planner p = { .env = env, .options = options, .plan = plan, .diag = diag };
	int err = expand(&p, target, &(struct place){ .because = LKM_BECAUSE_ASKED });

	lkm_map_release(&p.expanded);
	return err;
}
