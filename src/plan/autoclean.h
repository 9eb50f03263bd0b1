/*
 * plan/autoclean.h - remove modules that were loaded for a while (insmod -k).
 *
 * The kernel no longer knows such modules, so the two passes of old are made
 * here, over the records of plan/registry.h and nothing else.  A pass looks at
 * each module once:
 *
 *	in use                           it was used; no longer idle
 *	free, never seen in use          stays
 *	free, was used, not idle before  idle now
 *	free, was used, idle             removed
 *
 * In use is a module that others hold, that is referenced, that is on its way in
 * or out, or that drives a device: the kernel's count alone would unplug the
 * network card.
 *
 * And what becomes free with a module: lkm_stack_unload().
 *
 * Errors     -ENOMEM, or that of reading the records.  What kept a module that was
 *            to go is told to the report, and the pass goes on.
 * Source     rmmod(8), modprobe(8) of modutils.
 */
#ifndef LKM_PLAN_AUTOCLEAN_H
#define LKM_PLAN_AUTOCLEAN_H

#include "base/report.h"
#include "host/host.h"

/* One pass: how many modules were removed.  These too are told to the report.  See Errors. */
int lkm_autoclean_pass(const struct lkm_host *host, struct lkm_report *report);

/* May a loaded module be removed without anybody missing it? */
bool lkm_module_is_free(const struct lkm_host *host, const char *name);

/*
 * The modules that this one uses, each ended by NUL: those that may become free
 * when it goes.  Ask before.
 */
int lkm_stack_below(const struct lkm_host *host, const char *name, struct lkm_buf *ret);

/*
 * Remove those of these modules that are free now, then what they used, and so
 * on.  What is removed is told to the report.
 */
int lkm_stack_unload(const struct lkm_host *host, struct lkm_str names, struct lkm_report *report);

#endif
