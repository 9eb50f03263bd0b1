/*
 * plan/reboot.h - will the modules that are wanted be there under another kernel?
 *
 * For each module of plan/wanted.h what modprobe and the kernel would make of it
 * there: the configuration is modprobe's, the verdict is plan/checker.h's, with
 * the modules that it uses.  The state of the running system counts where it will
 * be the same after the boot: the kernel command line, what the machine's firmware
 * and keys demand.
 *
 * Ownership  Release the result; it borrows from what the request names.
 * Errors     -ENOMEM, and those of looking for that kernel's files.  A module that
 *            cannot be read is no error, but UNCHECKED.
 */
#ifndef LKM_PLAN_REBOOT_H
#define LKM_PLAN_REBOOT_H

#include "plan/checker.h"
#include "plan/plan.h"
#include "plan/wanted.h"

struct lkm_reboot_request {
	const struct lkm_host *host;   /* the running kernel */
	const char *running;	       /* its release */
	const char *base;	       /* "" or the root of both kernels */
	struct lkm_plan_env plan;      /* the other kernel's modules, the configuration; no host */
	struct lkm_checker *checker;   /* of the other kernel */
	struct lkm_tree *now;	       /* the running kernel's modules */
	const struct lkm_wanted *wanted;
};

enum lkm_reboot_state {
	LKM_REBOOT_PRESENT,
	LKM_REBOOT_BUILTIN,   /* part of that kernel */
	LKM_REBOOT_UNNEEDED,  /* gone, and so is the need: those that use it do without */
	LKM_REBOOT_MISSING,
	LKM_REBOOT_BLOCKED,   /* by the configuration */
	LKM_REBOOT_REFUSED,   /* by that kernel */
	LKM_REBOOT_UNCHECKED, /* its file could not be read */
	LKM_REBOOT_STATES,
};

/* Of a module, or of the kernel as a whole. */
struct lkm_reboot_reason {
	size_t module;	    /* its index; LKM_REBOOT_KERNEL: a trouble of the kernel; _NOTE: a remark on it */
	const char *what;   /* a sentence */
	const char *advice; /* what to do; "" for none */
};

#define LKM_REBOOT_KERNEL SIZE_MAX
#define LKM_REBOOT_NOTE	  (SIZE_MAX - 1)

struct lkm_reboot_module {
	enum lkm_reboot_state state;
	struct lkm_str module; /* the module that the name stands for there; "" for none */
	const char *path;      /* its file, NULL for none */
	int err;	       /* REFUSED: what the kernel would return */
};

struct lkm_reboot {
	struct lkm_arena arena;
	LKM_VEC(struct lkm_reboot_module) modules; /* as in `wanted`; none without indexes */
	LKM_VEC(struct lkm_reboot_reason) reasons;
	size_t counts[LKM_REBOOT_STATES];
	size_t kernel; /* troubles of the kernel as a whole */
};

#define LKM_REBOOT_INIT { 0 }

/* Find it all out. */
int lkm_reboot_find(const struct lkm_reboot_request *request, struct lkm_reboot *ret,
		    struct lkm_diag *diag);

/* "present", "builtin", "unneeded", "missing", "blocked", "refused" or "unchecked". */
const char *lkm_reboot_state_name(enum lkm_reboot_state state);

/* Is that as it should be? */
bool lkm_reboot_is_fine(enum lkm_reboot_state state);

/* Give everything back. */
void lkm_reboot_release(struct lkm_reboot *reboot);
LKM_DEFINE_AUTO(lkm_reboot)

#endif
