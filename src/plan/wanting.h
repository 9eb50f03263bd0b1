/*
 * plan/wanting.h - the parts of plan/wanted.h: private to plan/wanted*.c.
 */
#ifndef LKM_PLAN_WANTING_H
#define LKM_PLAN_WANTING_H

#include "plan/wanted.h"

/* A view of a copy.  -ENOMEM. */
int lkm_wanted_keep(struct lkm_wanted *wanted, struct lkm_str text, struct lkm_str *ret);

/* The name as it is compared.  -ENOMEM. */
int lkm_wanted_normalize(struct lkm_wanted *wanted, struct lkm_str name, struct lkm_str *ret);

/* `name` is wanted by `source`, whose `module` is filled in here.  -ENOMEM. */
int lkm_wanted_add(struct lkm_wanted *wanted, struct lkm_str name,
		   const struct lkm_wanted_source *source, struct lkm_wanted_module **ret);

/* The lists below `base`.  -ENOMEM; what cannot be read is told to the report. */
int lkm_wanted_add_lists(struct lkm_wanted *wanted, const char *base, struct lkm_report *report);

/* The kernel command line; last, since it takes something back.  -ENOMEM. */
int lkm_wanted_add_options(struct lkm_wanted *wanted, struct lkm_str cmdline);

#endif
