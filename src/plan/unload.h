/*
 * plan/unload.h - remove one module from the kernel.
 *
 * The kernel's own order of refusals, and how they are told apart here:
 *
 *	EPERM    no CAP_SYS_MODULE, or kernel.modules_disabled
 *	ENOENT   not loaded; built-in modules are not loaded either
 *	EAGAIN   other modules hold it; never overridden
 *	EBUSY    being loaded or removed, or permanent (init without exit)
 *	EAGAIN   its reference count is not zero
 *	ENOSYS   a kernel that cannot unload
 *
 * EAGAIN and EBUSY have two meanings each, so sysfs is asked first, and again
 * when the kernel refused all the same because something changed in between.
 *
 * Waiting    The kernel lost its own waiting in 3.13.  Here a module is looked
 *            at again and again until it is free; new users are not kept out.
 * Ownership  Release the result.
 * Errors     lkm_unload() returns 0 when the module is gone.  Otherwise the
 *            negative errno, and result->refusal tells what to say.
 * Source     linux kernel/module/main.c delete_module(); rmmod(8).
 */
#ifndef LKM_PLAN_UNLOAD_H
#define LKM_PLAN_UNLOAD_H

#include "host/host.h"

enum lkm_unload_refusal {
	LKM_UNLOAD_DONE,
	LKM_UNLOAD_NOT_LOADED,
	LKM_UNLOAD_BUILTIN,
	LKM_UNLOAD_HELD,	/* by other modules: result->holders */
	LKM_UNLOAD_IN_USE,	/* by something else: result->refcnt */
	LKM_UNLOAD_BUSY,	/* being loaded or removed */
	LKM_UNLOAD_PERMANENT,	/* it has no exit function */
	LKM_UNLOAD_UNSUPPORTED, /* the kernel does not count users */
	LKM_UNLOAD_REFUSED,	/* anything else: the errno says it */
};

struct lkm_unload_options {
	bool force;	  /* even though it is in use; taints, may crash */
	bool wait;	  /* until it is free */
	uint64_t wait_ms; /* but not longer than this; 0: for ever */
};

struct lkm_unload_result {
	enum lkm_unload_refusal refusal;
	struct lkm_buf holders; /* names, each ended by NUL; lkm_host_next_name() */
	int64_t refcnt;
};

#define LKM_UNLOAD_RESULT_INIT { 0 }

/* Remove the module of this name ('_', not '-').  See Errors. */
int lkm_unload(const struct lkm_host *host, const char *name,
	       const struct lkm_unload_options *options, struct lkm_unload_result *result);

/* Give the result back. */
void lkm_unload_result_release(struct lkm_unload_result *result);
LKM_DEFINE_AUTO(lkm_unload_result)

#endif
