/*
 * plan/resolve.h - from what was asked for to modules, with the configuration.
 *
 * The first source that has something ends the search:
 *
 *	1  alias lines of the configuration, all that match, in their order
 *	2  the name of a module, a symbol:NAME         tree/lookup.h
 *	3  an install or remove line of exactly this name
 *	4  an alias, a built-in module, its alias      tree/lookup.h
 *
 * Ownership  Text lives as long as tree and configuration; the array is the
 *            caller's.
 * Errors     -EINVAL, -ENOMEM of lkm_lookup(), with a diagnosis.
 * Source     Behaviour of modprobe(8).
 */
#ifndef LKM_PLAN_RESOLVE_H
#define LKM_PLAN_RESOLVE_H

#include "plan/plan.h"
#include "tree/lookup.h"

enum lkm_target_by {
	LKM_TARGET_CONFIG, /* an alias line: `entry` */
	LKM_TARGET_COMMAND, /* an install or remove line: `entry` */
	LKM_TARGET_TREE,    /* `found` says how */
	LKM_TARGET_FILE,    /* it was given as a file: `path` */
};

struct lkm_target {
	struct lkm_str module;
	/*
	 * The name under which it was found if that is not its own: `options` lines
	 * for it count, and a blacklisted module found so is not loaded.  Of an
	 * alias line it is the pattern, of an index the text that was asked for.
	 */
	struct lkm_str alias;
	struct lkm_str pattern; /* the alias that matched; "" when found by name */
	enum lkm_target_by by;
	enum lkm_found_by found;
	const char *path;	/* its file, absolute; NULL: that of the index */
	const struct lkm_config_entry *entry;
};

struct lkm_targets {
	struct lkm_target *ptr;
	size_t len;
	size_t cap;
};

/* All modules that `text` stands for; none is no error. */
int lkm_resolve(const struct lkm_plan_env *env, struct lkm_str text, struct lkm_targets *ret,
		struct lkm_diag *diag);

/*
 * The module of a file that was given by its path, which need not be in the module
 * directory; what it needs is looked for there, by its name.
 */
int lkm_resolve_file(const struct lkm_plan_env *env, const char *path, struct lkm_targets *ret,
		     struct lkm_diag *diag);

/* Give the array back. */
void lkm_targets_release(struct lkm_targets *targets);
LKM_DEFINE_AUTO(lkm_targets)

#endif
