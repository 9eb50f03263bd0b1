/*
 * plan/remember.h - write down what its removal has to know of a module just loaded.
 *
 * Errors     Those of plan/registry.h and plan/image.h.
 */
#ifndef LKM_PLAN_REMEMBER_H
#define LKM_PLAN_REMEMBER_H

#include "host/host.h"
#include "plan/image.h"
#include "plan/plan.h"

/* What insmod's options say about it. */
struct lkm_remember {
	const char *object;   /* the file, absolute; "" for none */
	const char *persist;  /* where its parameters are kept; NULL: nowhere */
	struct lkm_str which; /* of its parameters, between commas; "" for all */
	bool autoclean;
};

/* Make the record of the module that was loaded from this image.  See Errors. */
int lkm_remember_load(const struct lkm_host *host, struct lkm_image *image,
		      const struct lkm_remember *what);

/* The same of a module that a step of a plan loaded, if there is something to know of it. */
int lkm_remember_step(const struct lkm_host *host, const struct lkm_step *step, bool autoclean);

#endif
