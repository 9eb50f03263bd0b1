/*
 * plan/missing.h - why a name stands for nothing.
 *
 * For a failure only: it goes through the names of the module directory, the
 * files in it and the other releases beside it.
 *
 * Ownership  Release it.  Texts are in its arena.
 * Errors     -ENOMEM; everything else that goes wrong means that there is
 *            nothing to say.
 */
#ifndef LKM_PLAN_MISSING_H
#define LKM_PLAN_MISSING_H

#include "base/near.h"
#include "plan/plan.h"
#include "plan/reasons.h"

/* Other releases that are looked into. */
#define LKM_MISSING_RELEASES_MAX 64

struct lkm_missing {
	struct lkm_arena arena;
	struct lkm_diag tree;	/* .err < 0: there is no module directory, or no modules.dep */
	const char *unlisted;	/* a module file of that name that modules.dep does not list; or NULL */
	struct lkm_near near;	/* modules, aliases and commands with a name like it */
	LKM_VEC(const char *) releases; /* for which it does stand for something, sorted */
	const char *release;	/* for which it does not */
	bool running;		/* that is the release of the running kernel */
};

#define LKM_MISSING_INIT { .tree = LKM_DIAG_INIT }

/* Look for reasons; `name` must outlive them. */
int lkm_missing_find(const struct lkm_plan_env *env, struct lkm_str name, struct lkm_missing *ret);

/* As sentences. */
int lkm_missing_explain(const struct lkm_missing *missing, struct lkm_reasons *reasons);

/* Offer the names of all modules, aliases without wildcards and commands; of the tree and the configuration. */
int lkm_missing_offer_names(const struct lkm_plan_env *env, struct lkm_near *near);

/* Give the memory back. */
void lkm_missing_release(struct lkm_missing *missing);
LKM_DEFINE_AUTO(lkm_missing)

#endif
