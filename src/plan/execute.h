/*
 * plan/execute.h - do what a plan says, step by step.
 *
 * Nothing is decided here but what only the moment can tell: a module that is
 * loaded already is passed over, one that another process has just loaded
 * counts as loaded.  A failure in group 0 ends the work; what was loaded before
 * stays loaded.  A failure in another group ends that group and is told.
 * Several plans that load modules can be executed at once: plan/turns.h.
 *
 * Errors     The first error of group 0: the kernel's, -ENOENT for a module
 *            without a file, -EINVAL for a command that failed or was killed.
 * Source     modprobe(8).
 */
#ifndef LKM_PLAN_EXECUTE_H
#define LKM_PLAN_EXECUTE_H

#include "host/command.h"
#include "plan/explain.h"
#include "plan/retire.h"
#include "plan/turns.h"

/* A step that did not work; what it was made of, for an explanation. */
struct lkm_failure {
	const struct lkm_step *step;
	int err;
	const struct lkm_refusal *refusal;	  /* of a load, or NULL */
	const char *command;			  /* of an install or remove line, or NULL */
	const struct lkm_command_status *status; /* how it ended, or NULL */
	const struct lkm_unload_result *unload;	  /* of an unload, or NULL */
};

struct lkm_execution {
	const struct lkm_host *host; /* NULL: nothing counts as loaded; dry runs only */
	bool dry_run;		     /* announce, and do nothing */
	unsigned int force;	     /* LKM_FINIT_IGNORE_* */
	const char *command_options; /* MODPROBE_OPTIONS of commands, "" for none */
	struct lkm_unload_options unload;
	struct lkm_report *report;   /* of unloads: what is saved of modules, and what is not */
	const struct lkm_turn *turn; /* other plans are executed meanwhile, or NULL */
	/* A step is about to be done (or would be); may be NULL. */
	void (*announce)(void *ctx, const struct lkm_step *step);
	/* It was done: a module was loaded, or its command succeeded; may be NULL. */
	void (*done)(void *ctx, const struct lkm_step *step);
	/* A step failed; may be NULL. */
	void (*failed)(void *ctx, const struct lkm_failure *failure);
	void *ctx;
};

/* Do a plan that loads modules.  See Errors. */
int lkm_execute_insert(const struct lkm_execution *execution, const struct lkm_plan *plan);

/* Do a plan that unloads modules.  See Errors. */
int lkm_execute_remove(const struct lkm_execution *execution, const struct lkm_plan *plan);

/*
 * The command line with each $CMDLINE_OPTS of the command replaced by the
 * step's options; what was put in is not looked at again.  NULL: -ENOMEM.
 */
char *lkm_step_command(const struct lkm_step *step);

#endif
