/*
 * base/report.h - what a long piece of work has to say while it goes on.
 *
 * A diagnosis (base/diag.h) is why a call failed.  Work over thousands of files
 * has more to tell: a file that was left out, a setting that has no effect.
 * It says each as one sentence to a struct lkm_report, and goes on.
 *
 * Ownership  The text lives for the call of `say`.
 * Threads    Called on the thread that called the work.
 */
#ifndef LKM_BASE_REPORT_H
#define LKM_BASE_REPORT_H

#include "base/diag.h"

enum lkm_report_level {
	LKM_REPORT_ERROR,   /* not all that was asked for is done */
	LKM_REPORT_WARNING, /* done, but somebody should look at it */
	LKM_REPORT_INFO,    /* what is being done, and figures */
	LKM_REPORT_DETAIL,  /* a line that was asked for with -v: part of the answer */
};

struct lkm_report {
	/* Says one sentence; NULL: nobody listens. */
	void (*say)(void *ctx, enum lkm_report_level level, const char *text);
	void *ctx;
	bool verbose;	     /* wants INFO and DETAIL */
	unsigned int errors; /* ERRORs so far */
	unsigned int warnings;
};

/* Say one sentence at a level. */
void lkm_report(struct lkm_report *report, enum lkm_report_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Say a diagnosis: "FILE:LINE: WHAT". */
void lkm_report_diag(struct lkm_report *report, enum lkm_report_level level,
		     const struct lkm_diag *diag);

#endif
