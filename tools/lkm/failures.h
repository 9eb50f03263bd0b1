/*
 * lkm/failures.h - arguments about which a command could not find anything out.
 *
 * Each is told at once, and kept for the JSON document.
 *
 * Ownership  The list borrows the arguments, which are those of main(); release it.
 */
#ifndef LKM_TOOLS_LKM_FAILURES_H
#define LKM_TOOLS_LKM_FAILURES_H

#include "base/diag.h"
#include "base/vec.h"
#include "tools/lkm/json.h"

struct failure {
	const char *argument;
	int err;
	char *message;
};

struct failures {
	LKM_VEC(struct failure) list;
	bool any; /* there was one, whether or not there was memory to keep it */
};

/* Tell what went wrong with an argument, and keep it. */
void failures_add(struct failures *failures, const char *argument, const struct lkm_diag *diag);

/* The member "errors" of the document. */
void failures_json(const struct failures *failures, struct lkm_json *json);

/* Give the memory back. */
void failures_release(struct failures *failures);

#endif
