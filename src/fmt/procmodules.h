/*
 * fmt/procmodules.h - the lines of /proc/modules.
 *
 *	NAME SIZE REFCNT USERS STATE ADDRESS (TAINTS)
 *	kvm 1142784 1 kvm_intel, Live 0xffffffffc0421000 (E)
 *
 *	SIZE      bytes
 *	REFCNT    decimal, -1 while it is being removed; "-" when the kernel
 *	          cannot unload modules and does not count
 *	USERS     names, each with a comma behind it; "[permanent]," for a module
 *	          that can never leave; "-" for none
 *	STATE     Live, Loading or Unloading
 *	ADDRESS   zeros for readers who may not see addresses
 *	TAINTS    letters, then + while it is loading and - while unloading; the
 *	          field is missing when there is none
 *
 * Kernels before 2.6 wrote "NAME SIZE REFCNT (FLAGS) [USER USER]", the last two
 * when there was something to say; that is read too.  The order of the lines,
 * newest module first, is what every lister prints, so it is kept.
 *
 * Ownership  Views into the text.
 * Errors     -EBADMSG  a line that is none of these, with its number
 * Trust      Any bytes.
 * Source     linux kernel/module/procfs.c; proc(5).
 */
#ifndef LKM_FMT_PROCMODULES_H
#define LKM_FMT_PROCMODULES_H

#include "base/diag.h"

enum lkm_procmodule_state {
	LKM_PROCMODULE_LIVE,
	LKM_PROCMODULE_LOADING,
	LKM_PROCMODULE_UNLOADING,
};

struct lkm_procmodule {
	struct lkm_str name;
	uint64_t size;
	bool counted;	/* false: the kernel gave no refcnt */
	int64_t refcnt; /* 0 when it is not counted */
	struct lkm_str users; /* take them with lkm_procmodule_next_user() */
	bool permanent;
	enum lkm_procmodule_state state;
	uint64_t address;     /* 0: hidden, or not given */
	struct lkm_str taints; /* without parentheses; "" for none */
};

struct lkm_procmodules {
	struct lkm_str rest;
	unsigned int line; /* number of the line last read */
};

/* Start at the first line of the text. */
static inline struct lkm_procmodules lkm_procmodules(struct lkm_str text)
{
	return (struct lkm_procmodules){ .rest = text };
}

/* 1 and the next module, 0 at the end.  -EBADMSG: the line is passed over, go on or stop. */
int lkm_procmodules_next(struct lkm_procmodules *iter, struct lkm_procmodule *ret,
			 struct lkm_diag *diag);

/* Take the next name off `users`; false when there is none. */
bool lkm_procmodule_next_user(struct lkm_str *users, struct lkm_str *ret);

/* "Live", "Loading" or "Unloading". */
const char *lkm_procmodule_state_name(enum lkm_procmodule_state state);

#endif
