/*
 * plan/retire.h - what has to be done around the removal of a module.
 *
 * Its parameters are saved while it is still there, when insmod -e wanted it
 * (plan/persist.h); its record is forgotten when it is gone.
 *
 * Errors     Those of plan/unload.h.
 */
#ifndef LKM_PLAN_RETIRE_H
#define LKM_PLAN_RETIRE_H

#include "base/report.h"
#include "plan/unload.h"

/* lkm_unload() with that around it. */
int lkm_retire_as(const struct lkm_host *host, const char *name,
		  const struct lkm_unload_options *options, struct lkm_unload_result *result,
		  struct lkm_report *report);

/* The same without waiting or force; what happened is told to the report. */
int lkm_retire(const struct lkm_host *host, const char *name, struct lkm_report *report);

#endif
