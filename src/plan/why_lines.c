#include "fmt/alias.h"
#include "fmt/params.h"
#include "plan/permit.h"
#include "plan/why.h"

/* What the lines about one module are held against. */
struct view {
	const struct lkm_config *config;
	struct lkm_why_target *target;
	size_t index; /* of the module */
	struct lkm_str module;
	struct lkm_str alias; /* under which it was found; "" */
	const struct lkm_config_entry *install; /* the line that counts */
	const struct lkm_config_entry *permit;	/* the line that decides */
	enum lkm_permit permitted;
};

static int add(const struct view *v, const struct lkm_config_entry *entry,
	       enum lkm_why_effect effect, const struct lkm_config_entry *by)
{
	struct lkm_why_line *line = lkm_vec_push(&v->target->lines);

	if (!line)
		return -ENOMEM;
	*line = (struct lkm_why_line){ v->index, effect, entry, by };
	return 0;
}

/* ---- options ---- */

static bool gives_options(const struct view *v, const struct lkm_config_entry *e)
{
	return e->line.word == LKM_CONF_OPTIONS &&
	       (lkm_str_eq(e->line.name, v->module) ||
		(v->alias.len && lkm_str_eq(e->line.name, v->alias)));
}

static bool has_param(struct lkm_str params, struct lkm_str name)
{
	struct lkm_param param;

	while (lkm_params_next(&params, &param))
		if (lkm_str_eq(param.name, name))
			return true;
	return false;
}

/* The last line behind this one that sets the parameter again. */
static const struct lkm_config_entry *set_again(const struct view *v,
						const struct lkm_config_entry *entry,
						struct lkm_str name)
{
	const struct lkm_config_entry *last = NULL;

	for (const struct lkm_config_entry *e = entry->next; e; e = e->next)
		if (gives_options(v, e) && has_param(e->line.value, name))
			last = e;
	return last;
}

static int add_options(const struct view *v, const struct lkm_config_entry *entry)
{
	struct lkm_str rest = entry->line.value;
	const struct lkm_config_entry *by = NULL;
	bool counts = false;
	struct lkm_param param;

	if (v->target->modules.ptr[v->index].kind == LKM_STEP_BUILTIN)
		return add(v, entry, LKM_EFFECT_NONE, NULL);
	while (lkm_params_next(&rest, &param)) {
		const struct lkm_config_entry *again = set_again(v, entry, param.name);

		by = again ? again : by;
		counts = counts || !again;
	}
	return add(v, entry, by && !counts ? LKM_EFFECT_OVERRIDDEN : LKM_EFFECT_OPTIONS, by);
}

/* ---- what decides ---- */

static int add_permit(const struct view *v, const struct lkm_config_entry *entry)
{
	bool decides = entry == v->permit;

	if (entry->line.word == LKM_CONF_FORBID)
		return decides ? add(v, entry, LKM_EFFECT_BLOCKS, NULL) :
				 add(v, entry, LKM_EFFECT_OVERRIDDEN, v->permit);
	if (entry->line.word == LKM_CONF_ALLOW && v->permitted == LKM_PERMIT_FORBIDDEN)
		return add(v, entry, LKM_EFFECT_OVERRIDDEN, v->permit);
	if (entry->line.word == LKM_CONF_ALLOW)
		return add(v, entry, v->permit ? LKM_EFFECT_ALLOWS : LKM_EFFECT_NONE, NULL);
	if (decides && v->permitted == LKM_PERMIT_NOT_ALLOWED)
		return add(v, entry, LKM_EFFECT_BLOCKS, NULL);
	return decides && v->permitted == LKM_PERMIT_AUDITED ?
		       add(v, entry, LKM_EFFECT_AUDITS, NULL) :
		       0;
}

static int add_line(const struct view *v, const struct lkm_config_entry *e)
{
	bool same = lkm_str_eq(e->line.name, v->module);
	bool matches = lkm_alias_match(e->line.name, v->module);

	switch (e->line.word) {
	case LKM_CONF_OPTIONS:
		return gives_options(v, e) ? add_options(v, e) : 0;
	case LKM_CONF_BLACKLIST:
		return !same ? 0 : add(v, e, v->alias.len ? LKM_EFFECT_BLOCKS : LKM_EFFECT_NONE, NULL);
	case LKM_CONF_INSTALL:
		return !matches	       ? 0 :
		       e == v->install ? add(v, e, LKM_EFFECT_COMMAND, NULL) :
					 add(v, e, LKM_EFFECT_OVERRIDDEN, v->install);
	case LKM_CONF_SOFTDEP:
		return matches ? add(v, e, LKM_EFFECT_SOFTDEPS, NULL) : 0;
	case LKM_CONF_WEAKDEP:
		return same ? add(v, e, LKM_EFFECT_NONE, NULL) : 0;
	case LKM_CONF_FORBID:
	case LKM_CONF_ALLOW:
		return matches ? add_permit(v, e) : 0;
	case LKM_CONF_ALLOW_ONLY:
		return add_permit(v, e);
	default: /* alias lines say how it was found, remove lines are about unloading */
		return 0;
	}
}

int lkm_why_add_lines(const struct lkm_why_env *env, struct lkm_why_target *target)
{
	const struct lkm_config *config = env->plan.config;
	int err = 0;

	for (size_t i = 0; i < target->modules.len && !err; i++) {
		struct view v = {
			.config = config,
			.target = target,
			.index = i,
			.module = target->modules.ptr[i].name,
			.alias = lkm_str(""),
		};

		if (lkm_str_eq(v.module, target->found->module))
			v.alias = target->found->alias;
		v.install = lkm_config_match(config, LKM_CONF_INSTALL, v.module);
		v.permitted = lkm_permit_module(config, v.module, &v.permit);
		for (const struct lkm_config_entry *e = config->first; e && !err; e = e->next)
			err = add_line(&v, e);
	}
	return err;
}

const char *lkm_why_effect_name(enum lkm_why_effect effect)
{
	static const char *const names[] = {
		[LKM_EFFECT_OPTIONS] = "options",
		[LKM_EFFECT_COMMAND] = "command",
		[LKM_EFFECT_SOFTDEPS] = "softdeps",
		[LKM_EFFECT_BLOCKS] = "blocks",
		[LKM_EFFECT_ALLOWS] = "allows",
		[LKM_EFFECT_AUDITS] = "audits",
		[LKM_EFFECT_OVERRIDDEN] = "overridden",
		[LKM_EFFECT_NONE] = "none",
	};

	return names[effect];
}
