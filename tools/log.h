/*
 * tools/log.h - talk: one line on standard error, or in the system log.
 *
 *	insmod: ERROR: could not insert module x.ko: File exists
 *
 * A tool prints each failure once, through these.  The answer of a tool never
 * goes here but to standard output (tools/out.h).
 */
#ifndef LKM_TOOLS_LOG_H
#define LKM_TOOLS_LOG_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/report.h"

/* Levels of syslog(3): LOG_ERR 3, LOG_WARNING 4, LOG_INFO 6. */
struct lkm_log_settings {
	const char *name; /* what stands before the first colon */
	bool syslog;	  /* to the system log instead of standard error */
	bool no_stderr;	  /* it was closed: to the system log in any case */
	int level;	  /* what is less urgent than this is dropped */
};

/* Set what follows; before the first call lines go to standard error from LOG_WARNING on. */
void lkm_log_open(const struct lkm_log_settings *settings);

/* Change where lines go and which of them, keep the rest: what -s, -q and -v do. */
void lkm_log_change(bool to_syslog, int level);

/*
 * Lines of the calling thread that would go to standard error are added to `buf`
 * instead, so that several at work at once can be told in order; NULL ends that.
 * Lines for the system log go there at once.
 */
void lkm_log_collect(struct lkm_buf *buf);

/* Write lines that were collected to standard error, and empty the buffer. */
void lkm_log_flush(struct lkm_buf *buf);

/* The exit is final: "NAME: FATAL: ..." (LOG_CRIT). */
void lkm_fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something asked for was not done: "NAME: ERROR: ...". */
void lkm_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* It was done, but: "NAME: WARNING: ...". */
void lkm_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What is being done, for -v: "NAME: INFO: ...". */
void lkm_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line that explains the error before it: indented, same stream, no prefix. */
void lkm_explain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What a struct lkm_report has to say, each at its level; ctx is not used. */
void lkm_log_say(void *ctx, enum lkm_report_level level, const char *text);

/* An error whose sentence is a diagnosis. */
void lkm_error_diag(const struct lkm_diag *diag);

#endif
