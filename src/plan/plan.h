/*
 * plan/plan.h - what would be done: a list of steps, each with where it came from.
 *
 * Planners (resolve.h, insert.h, remove.h) make plans and do nothing; the
 * executor does what a plan says and decides nothing; a plan can also be
 * printed (modprobe -n, -D) or explained (lkm why).
 *
 * Ownership  Text in a plan belongs to the plan's arena, to the tree or to the
 *            configuration, which must outlive it.
 * Errors     -ENOMEM.
 */
#ifndef LKM_PLAN_PLAN_H
#define LKM_PLAN_PLAN_H

#include "host/host.h"
#include "tree/config.h"
#include "tree/tree.h"

/* What planners ask. */
struct lkm_plan_env {
	struct lkm_tree *tree;
	const struct lkm_config *config;
	const struct lkm_host *host; /* NULL: as if no module were loaded */
};

enum lkm_step_kind {
	LKM_STEP_LOAD,	  /* give the file to the kernel */
	LKM_STEP_INSTALL, /* run the install command instead */
	LKM_STEP_BUILTIN, /* part of the kernel: nothing to do */
	LKM_STEP_MISSING, /* no file and no command: nothing can be done */
	LKM_STEP_UNLOAD,
	LKM_STEP_REMOVE, /* run the remove command instead */
};

/* Why a module is in the plan. */
enum lkm_step_because {
	LKM_BECAUSE_ASKED,
	LKM_BECAUSE_NEEDED,	 /* `of` needs a symbol of it */
	LKM_BECAUSE_PRE,	 /* a soft dependency, before `of` */
	LKM_BECAUSE_POST,	 /* a soft dependency, after `of` */
	LKM_BECAUSE_HOLDS,	 /* it uses `of`, which is to be removed */
	LKM_BECAUSE_UNUSED,	 /* nothing uses it once `of` is gone */
};

/*
 * A soft dependency and all that it needs are one group of their own: they may
 * fail, but stand or fall together.  Group 0 is what was asked for and what
 * that needs; there any failure is the failure of the plan.
 */
struct lkm_step {
	enum lkm_step_kind kind;
	enum lkm_step_because because;
	unsigned int group;		      /* 0: required; others: see below */
	bool if_unused;			      /* to be removed only if nothing uses it by then */
	struct lkm_str module;		      /* with '_' */
	struct lkm_str of;		      /* the module that brought it in; "" if asked for */
	const char *path;		      /* file to load; NULL if none */
	struct lkm_str options;		      /* parameters, as kmod prints them */
	const char *rename;		      /* load it under this name; NULL: its own */
	const struct lkm_config_entry *entry; /* the line with the command, or NULL */
	const struct lkm_config_entry *from;  /* the softdep line that brought it in, or NULL */
};

struct lkm_plan {
	struct lkm_arena arena;
	LKM_VEC(struct lkm_step) steps;
};

#define LKM_PLAN_INIT { 0 }

/* Append a step; its text is not copied.  -ENOMEM. */
int lkm_plan_add(struct lkm_plan *plan, const struct lkm_step *step);

/* Give the plan back. */
void lkm_plan_release(struct lkm_plan *plan);
LKM_DEFINE_AUTO(lkm_plan)

#endif
