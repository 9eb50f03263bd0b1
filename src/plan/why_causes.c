#include "plan/why.h"

/* Every symbol that a module of the plan gives: which module it is. */
static int map_given(const struct lkm_why_env *env, struct lkm_why_target *t, struct lkm_map *map)
{
	for (size_t i = 0; i < t->modules.len; i++) {
		struct lkm_why_module *m = &t->modules.ptr[i];
		const struct lkm_symbols *symbols = NULL;
		int err = m->path ? lkm_symbolcache_get(env->cache, m->path, &symbols,
							&m->unreadable) :
				    -ENODATA;

		if (err == -ENOMEM)
			return err;
		for (size_t k = 0; !err && k < symbols->given.len; k++) {
			bool is_new;
			union lkm_map_value *at = lkm_map_put(map, symbols->given.ptr[k], &is_new);

			if (!at)
				return -ENOMEM;
			if (is_new)
				at->num = i;
		}
	}
	return 0;
}

/* The symbols that module `user` takes from others of the plan. */
static int add_needed(const struct lkm_why_env *env, struct lkm_why_target *t, size_t user,
		      const struct lkm_map *map)
{
	const struct lkm_why_module *m = &t->modules.ptr[user];
	const struct lkm_symbols *symbols;
	int err;

	if (!m->path || m->unreadable.err < 0)
		return 0;
	err = lkm_symbolcache_get(env->cache, m->path, &symbols, NULL);
	for (size_t k = 0; !err && k < symbols->needed.len; k++) {
		const union lkm_map_value *at = lkm_map_get(map, symbols->needed.ptr[k]);
		struct lkm_why_symbol *new;

		if (!at || at->num == user)
			continue;
		new = lkm_vec_push(&t->symbols);
		if (!new)
			return -ENOMEM;
		*new = (struct lkm_why_symbol){ at->num, user, symbols->needed.ptr[k] };
	}
	return err == -ENOMEM ? err : 0;
}

static int by_giver(const void *a, const void *b)
{
	const struct lkm_why_symbol *x = a, *y = b;

	if (x->giver != y->giver)
		return x->giver < y->giver ? -1 : 1;
	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	return lkm_str_cmp(x->name, y->name);
}

static int add_cause(struct lkm_why_target *t, const struct lkm_why_cause *cause)
{
	struct lkm_why_cause *new = lkm_vec_push(&t->causes);

	if (!new)
		return -ENOMEM;
	*new = *cause;
	return 0;
}

/* One cause for each module that needs symbols of `giver`; they stand together. */
static int add_symbol_causes(struct lkm_why_target *t, size_t giver)
{
	size_t i = 0, first;
	int err = 0;

	while (i < t->symbols.len && t->symbols.ptr[i].giver < giver)
		i++;
	while (i < t->symbols.len && t->symbols.ptr[i].giver == giver && !err) {
		size_t user = t->symbols.ptr[i].user;

		for (first = i; i < t->symbols.len && t->symbols.ptr[i].giver == giver &&
				t->symbols.ptr[i].user == user;)
			i++;
		err = add_cause(t, &(struct lkm_why_cause){
					   .module = giver,
					   .because = LKM_BECAUSE_NEEDED,
					   .of = t->modules.ptr[user].name,
					   .first = first,
					   .count = i - first,
				   });
	}
	return err;
}

/* The same cause as a step of the plan again? */
static bool has_cause(const struct lkm_why_target *t, size_t module, const struct lkm_step *step)
{
	for (size_t i = 0; i < t->causes.len; i++) {
		const struct lkm_why_cause *c = &t->causes.ptr[i];

		if (c->module == module && c->because == step->because &&
		    (c->because == LKM_BECAUSE_NEEDED || (lkm_str_eq(c->of, step->of) && c->from == step->from)))
			return true;
	}
	return false;
}

/* What the plan says itself, unless symbols have said it better. */
static int add_plan_causes(struct lkm_why_target *t, size_t module)
{
	int err = 0;

	for (size_t i = 0; i < t->plan.steps.len && !err; i++) {
		const struct lkm_step *s = &t->plan.steps.ptr[i];

		if (lkm_str_eq(s->module, t->modules.ptr[module].name) && !has_cause(t, module, s))
			err = add_cause(t, &(struct lkm_why_cause){ .module = module,
								    .because = s->because,
								    .of = s->of,
								    .from = s->from });
	}
	return err;
}

int lkm_why_add_causes(const struct lkm_why_env *env, struct lkm_why_target *target)
{
	lkm_auto(lkm_map) struct lkm_map given = LKM_MAP_INIT;
	int err = map_given(env, target, &given);

	for (size_t i = 0; i < target->modules.len && !err; i++)
		err = add_needed(env, target, i, &given);
	if (target->symbols.len)
		qsort(target->symbols.ptr, target->symbols.len, sizeof(*target->symbols.ptr),
		      by_giver);
	for (size_t i = 0; i < target->modules.len && !err; i++) {
		err = add_symbol_causes(target, i);
		err = err ? err : add_plan_causes(target, i);
	}
	return err;
}
