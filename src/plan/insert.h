/*
 * plan/insert.h - plan the loading of one module.
 *
 * The order, for each module M that the target needs, deepest first, and then
 * for the target itself:
 *
 *	soft dependencies "pre:" of M, each with all that it needs
 *	M
 *	soft dependencies "post:" of M, each with all that it needs
 *
 * A soft dependency that stands for nothing here is left out; one that is there
 * may fail.  The target and its soft dependencies are expanded once; what is
 * needed is listed each time it is needed, as modprobe always printed it; the
 * executor finds it loaded the second time.
 *
 * An install line replaces loading, also of a module with soft dependencies.
 * All softdep lines of a module count, in the order of the configuration.
 *
 * Errors     -ENOMEM, -EINVAL, with a diagnosis.  What is not allowed is for
 *            plan/permit.h to say, what cannot be found is a LKM_STEP_MISSING.
 * Source     modprobe(8), modprobe.d(5); behaviour of modprobe -D.
 */
#ifndef LKM_PLAN_INSERT_H
#define LKM_PLAN_INSERT_H

#include "plan/resolve.h"

struct lkm_insert_options {
	struct lkm_str params; /* for the target, behind those of `options` lines */
	bool ignore_command;   /* the target's install line does not count */
};

/* Append the steps that load a target. */
int lkm_plan_insert(const struct lkm_plan_env *env, const struct lkm_target *target,
		    const struct lkm_insert_options *options, struct lkm_plan *plan,
		    struct lkm_diag *diag);

/*
 * The blacklist line that keeps a target from being loaded: of a module that was
 * found by an alias, or of any when `names` is set.  NULL: none.
 */
const struct lkm_config_entry *lkm_config_blacklists(const struct lkm_config *config,
						     const struct lkm_target *target, bool names);

#endif
