/*
 * plan/remove.h - plan the unloading of one module.
 *
 * The order, users before what they use:
 *
 *	soft dependencies "post:" of M that are loaded and unused
 *	the modules that use M, each in this same way: with `holders` all, else
 *	those that are to be removed too
 *	M, or its remove command instead
 *	modules that M needed and nothing uses any more, nearest first
 *	soft dependencies "pre:" of M that are loaded and unused
 *
 * Only M (and its holders) must be removable; the rest is tried.  Who uses what
 * is taken from sysfs once, and followed as the plan goes on; users that are no
 * modules show in the reference count.  Whether these go with what is removed
 * before, nobody can tell: such steps are marked, and left out of a dry run.
 *
 * Errors     -EBUSY   M is in use and holders are not to go; diagnosis
 *            -ELOOP   modules that use each other
 *            -ENOMEM, -EINVAL
 * Source     modprobe(8) -r; behaviour of modprobe -r -n -v.
 */
#ifndef LKM_PLAN_REMOVE_H
#define LKM_PLAN_REMOVE_H

#include "base/map.h"
#include "plan/plan.h"

struct lkm_remove_options {
	bool holders;	     /* the modules that use it go first */
	const struct lkm_map *also; /* of those only these, which are to go too, or NULL */
	bool ignore_command; /* the target's remove line does not count */
	bool force;	     /* in use is no reason to stop planning */
};

/* Append the steps that unload a loaded module (name with '_'). */
int lkm_plan_remove(const struct lkm_plan_env *env, struct lkm_str module,
		    const struct lkm_remove_options *options, struct lkm_plan *plan,
		    struct lkm_diag *diag);

#endif
