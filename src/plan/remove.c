#include "plan/remove.h"

#include "base/path.h"
#include "fmt/depline.h"
#include "host/modules.h"
#include "plan/resolve.h"

/* Deepest chain of holders of holders. */
#define DEPTH_MAX 200

struct planner {
	const struct lkm_plan_env *env;
	const struct lkm_remove_options *options;
	struct lkm_plan *plan;
	struct lkm_diag *diag;
	struct lkm_map planned; /* module -> 1 once its step is in the plan, 0 while that is made */
	unsigned int depth;
	unsigned int group;
	bool unsure; /* what is planned now may still be in use when its turn comes */
};

struct place {
	enum lkm_step_because because;
	struct lkm_str of;
	const struct lkm_config_entry *from;
};

static int remove_module(struct planner *p, struct lkm_str module, const struct place *place);

static int oom(struct planner *p)
{
	return lkm_diag_set(p->diag, -ENOMEM, "out of memory");
}

/* A copy that lives as long as the plan, NUL-terminated.  NULL: -ENOMEM. */
static const char *keep(struct planner *p, struct lkm_str text)
{
	return lkm_arena_strdup(&p->plan->arena, text);
}

static bool is_live(struct planner *p, const char *name)
{
	enum lkm_modstate state;

	return lkm_module_state(p->env->host, name, &state) == 0 && state == LKM_MODSTATE_LIVE;
}

/*
 * Users that are left when all that is planned has been done, and how many of
 * them are modules; a module that does not count has none.
 */
static int64_t users_left(struct planner *p, const char *name, int64_t *ret_modules)
{
	lkm_auto(lkm_buf) struct lkm_buf holders = LKM_BUF_INIT;
	struct lkm_str rest, holder;
	int64_t users = 0, modules = 0;

	if (lkm_module_refcnt(p->env->host, name, &users) == 0 &&
	    lkm_module_holders(p->env->host, name, &holders) == 0) {
		rest = lkm_buf_view(&holders);
		while (lkm_host_next_name(&rest, &holder)) {
			const union lkm_map_value *step = lkm_map_get(&p->planned, holder);

			if (step && step->num)
				users--;
			else
				modules++;
		}
	}
	*ret_modules = modules;
	return users;
}

/* Does a module go because one that it uses does? */
static bool goes_too(const struct planner *p, struct lkm_str holder)
{
	return p->options->holders || (p->options->also && lkm_map_get(p->options->also, holder));
}

/* Plan the removal of what uses a module, as far as it may go. */
static int remove_holders(struct planner *p, const char *name)
{
	lkm_auto(lkm_buf) struct lkm_buf holders = LKM_BUF_INIT;
	struct place place = { .because = LKM_BECAUSE_HOLDS, .of = lkm_str(name) };
	struct lkm_str rest, holder;
	int err = lkm_module_holders(p->env->host, name, &holders);

	if (err < 0)
		return err == -ENOENT ? 0 : err;
	rest = lkm_buf_view(&holders);
	while (!err && lkm_host_next_name(&rest, &holder)) {
		const char *kept = goes_too(p, holder) ? keep(p, holder) : "";

		if (!kept)
			err = oom(p);
		else if (kept[0])
			err = remove_module(p, lkm_str(kept), &place);
	}
	return err;
}

static int add_step(struct planner *p, struct lkm_str module, const struct place *place)
{
	struct lkm_step step = {
		.kind = LKM_STEP_UNLOAD,
		.because = place->because,
		.if_unused = p->unsure,
		.group = p->group,
		.module = module,
		.of = place->of,
		.from = place->from,
		.options = lkm_str(""),
	};
	bool asked = place->because == LKM_BECAUSE_ASKED;

	if (!(asked && p->options->ignore_command))
		step.entry = lkm_config_match(p->env->config, LKM_CONF_REMOVE, module);
	if (step.entry)
		step.kind = LKM_STEP_REMOVE;
	lkm_map_get(&p->planned, module)->num = 1;
	return lkm_plan_add(p->plan, &step) < 0 ? oom(p) : 0;
}

/*
 * An optional one: only when it is loaded and no module that stays uses it.  A
 * user that is no module may go with what is removed before (a module that uses
 * an algorithm of another): then the executor looks again.
 */
static int remove_unused(struct planner *p, struct lkm_str module, const struct place *place)
{
	unsigned int outer = p->group;
	bool outer_unsure = p->unsure;
	int64_t modules, users = users_left(p, module.ptr, &modules);
	int err;

	if (!is_live(p, module.ptr) || modules > 0)
		return 0;
	p->group = outer ? outer : (unsigned int)p->plan->steps.len + 1;
	p->unsure = p->unsure || users > 0;
	err = remove_module(p, module, place);
	p->group = outer;
	p->unsure = outer_unsure;
	return err;
}

/* What modules.dep says that it needed: in that order users stand before what they use. */
static int remove_needed(struct planner *p, struct lkm_str module)
{
	struct place place = { .because = LKM_BECAUSE_UNUSED, .of = module };
	struct lkm_depline line = { 0 };
	struct lkm_str path;
	int err = lkm_lookup_file(p->env->tree, module, &line, p->diag);

	if (err < 0)
		return err == -ENODATA ? 0 : err;
	while (!err && lkm_str_next_word(&line.deps, &path)) {
		char name[LKM_MODNAME_MAX];
		const char *kept;

		if (lkm_modname_from_path(path, name) < 0)
			continue;
		kept = keep(p, lkm_str(name));
		err = kept ? remove_unused(p, lkm_str(kept), &place) : oom(p);
	}
	return err;
}

/* Every module that one word of a softdep line stands for. */
static int remove_soft(struct planner *p, struct lkm_str word, const struct place *place)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	int err = lkm_resolve(p->env, word, &targets, NULL);

	if (err == -EINVAL)
		return 0;
	for (size_t i = 0; i < targets.len && !err; i++) {
		const char *kept = keep(p, targets.ptr[i].module);

		err = kept ? remove_unused(p, lkm_str(kept), place) : oom(p);
	}
	return err;
}

static int remove_softdeps(struct planner *p, struct lkm_str module, enum lkm_softdep_when when)
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
		err = remove_soft(p, word, &place);
	}
	return err;
}

/* The module itself, when nothing that stays uses it. */
static int remove_itself(struct planner *p, struct lkm_str module, const struct place *place)
{
	int err = remove_holders(p, module.ptr);
	int64_t modules;

	if (err < 0)
		return err;
	if (!p->options->force && !p->unsure && users_left(p, module.ptr, &modules) > 0)
		return lkm_diag_set(p->diag, -EBUSY, "Module %s is in use.", module.ptr);
	return add_step(p, module, place);
}

/* `module` is NUL-terminated. */
static int remove_module(struct planner *p, struct lkm_str module, const struct place *place)
{
	bool is_new;
	int err;

	if (!lkm_map_put(&p->planned, module, &is_new))
		return oom(p);
	if (!is_new)
		return 0;
	if (p->depth >= DEPTH_MAX)
		return lkm_diag_set(p->diag, -ELOOP, "the users of %s use each other", module.ptr);
	p->depth++;
	err = remove_softdeps(p, module, LKM_SOFTDEP_POST);
	err = err ? err : remove_itself(p, module, place);
	err = err ? err : remove_needed(p, module);
	err = err ? err : remove_softdeps(p, module, LKM_SOFTDEP_PRE);
	p->depth--;
	return err;
}

int lkm_plan_remove(const struct lkm_plan_env *env, struct lkm_str module,
		    const struct lkm_remove_options *options, struct lkm_plan *plan,
		    struct lkm_diag *diag)
{
	struct planner p = { .env = env, .options = options, .plan = plan, .diag = diag };
	const char *name = keep(&p, module);
	int err = -ENOMEM;

	if (name)
		err = remove_module(&p, lkm_str(name),
				    &(struct place){ .because = LKM_BECAUSE_ASKED });
	lkm_map_release(&p.planned);
	return err;
}
