/*
 * plan/permit.h - what the administrator allows: asked once, last, of the whole plan.
 *
 *	forbid NAME [REASON]   refused directly, by alias and as a dependency
 *	allow-only yes         refused unless an `allow NAME` line names it
 *	allow-only audit       let through, and noted
 *
 * NAME is a pattern.  What only a soft dependency wants is left out of the plan,
 * with its whole group; what is required stops it.  A built-in module is not
 * loaded, so nothing is refused.  Of several allow-only lines the first counts,
 * as everywhere in the configuration.
 *
 * Errors     -EPERM with a diagnosis: file, line, reason.  -ENOMEM.
 */
#ifndef LKM_PLAN_PERMIT_H
#define LKM_PLAN_PERMIT_H

#include "plan/plan.h"

/* Why a module may not be loaded. */
enum lkm_permit {
	LKM_PERMIT_YES,
	LKM_PERMIT_FORBIDDEN,	/* a forbid line: ret_entry */
	LKM_PERMIT_NOT_ALLOWED, /* allow-only yes: ret_entry is that line */
	LKM_PERMIT_AUDITED,	/* allow-only audit: it would not be allowed */
};

/* May this module be loaded?  *ret_entry is the line that says no, or NULL. */
enum lkm_permit lkm_permit_module(const struct lkm_config *config, struct lkm_str module,
				  const struct lkm_config_entry **ret_entry);

/*
 * Hold a plan against the configuration: groups of soft dependencies that are
 * not permitted disappear.  -EPERM for a required step.  Audited steps are told
 * to the report.
 */
int lkm_permit_plan(const struct lkm_config *config, struct lkm_plan *plan,
		    struct lkm_report *report, struct lkm_diag *diag);

#endif
