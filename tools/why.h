/*
 * tools/why.h - the lines under an error: why it could not be done.
 *
 *	insmod: ERROR: could not insert module x.ko: Invalid module format
 *	  kernel: x: version magic '6.12.9 SMP ' should be '6.1.0 SMP '
 *	  built for another kernel: ...
 *	modprobe: FATAL: Module nvem not found in directory /lib/modules/6.1.0
 *	  names like it: nvme
 */
#ifndef LKM_TOOLS_WHY_H
#define LKM_TOOLS_WHY_H

#include "plan/explain.h"
#include "plan/missing.h"

/* Print the reasons of a refused load. */
void lkm_why_load(const struct lkm_host *host, const struct lkm_refusal *refusal);

/* Print the reasons of a refused removal. */
void lkm_why_unload(const struct lkm_host *host, const struct lkm_unload_refused *refused);

/* Print why a name stands for nothing. */
void lkm_why_missing(const struct lkm_plan_env *env, const char *name);

#endif
