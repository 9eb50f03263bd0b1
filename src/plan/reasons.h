/*
 * plan/reasons.h - a list of reasons, each with how sure it is.
 *
 * Ownership  Release the list.
 * Errors     -ENOMEM
 * Trust      Texts come from files and from the kernel's log: they are cleaned
 *            for a terminal and cut.
 */
#ifndef LKM_PLAN_REASONS_H
#define LKM_PLAN_REASONS_H

#include "base/buf.h"
#include "base/vec.h"

#define LKM_REASON_TEXT_MAX 1024

/* How sure a reason is; the surer comes first. */
enum lkm_sureness {
	LKM_SURE_KERNEL, /* the kernel's own words about this module */
	LKM_SURE,	 /* seen */
	LKM_LIKELY,
};

struct lkm_reason {
	enum lkm_sureness sureness;
	char text[LKM_REASON_TEXT_MAX];
};

struct lkm_reasons {
	LKM_VEC(struct lkm_reason) list;
};

#define LKM_REASONS_INIT { 0 }

/* Add a reason behind those that are as sure; a text that is there already is not added. -ENOMEM. */
int lkm_reasons_add(struct lkm_reasons *reasons, enum lkm_sureness sureness, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

/* "kernel: ", "" or "likely: ": what stands before a reason when it is printed. */
const char *lkm_sureness_prefix(enum lkm_sureness sureness);

/* Give the list back. */
void lkm_reasons_release(struct lkm_reasons *reasons);
LKM_DEFINE_AUTO(lkm_reasons)

#endif
