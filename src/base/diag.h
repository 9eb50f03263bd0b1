/*
 * base/diag.h - why something failed, for the person who has to mend it.
 *
 * A function that can fail for a reason worth telling takes a `struct lkm_diag
 * *`, which may be NULL.  It is filled at the place that knows most and never
 * overwritten by callers with less: lkm_diag_set() keeps what is there.
 * Library code never prints; a tool prints each failure once.
 *
 * Shape      file: what was read, "" if nothing.  line: from 1, 0 if none.
 *            offset: byte from the start of the file, -1 if none.  what: one
 *            sentence without a full stop.
 */
#ifndef LKM_BASE_DIAG_H
#define LKM_BASE_DIAG_H

#include "base/buf.h"

struct lkm_diag {
	int err; /* negative errno, 0 while empty */
	unsigned int line;
	int64_t offset;
	char file[1024];
	char what[512];
};

#define LKM_DIAG_INIT { .offset = -1 }

/* Record err (negative errno) and its sentence unless one is there; returns err. */
int lkm_diag_set(struct lkm_diag *diag, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As lkm_diag_set(), and the byte where it went wrong. */
int lkm_diag_at(struct lkm_diag *diag, int err, uint64_t offset, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* As lkm_diag_set(), and the line (from 1) where it went wrong. */
int lkm_diag_line(struct lkm_diag *diag, int err, unsigned int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Name the file of a diagnosis that has none yet. */
void lkm_diag_file(struct lkm_diag *diag, const char *file);

/* Append "FILE:LINE: WHAT" or "FILE: WHAT (at offset N)" to buf. */
void lkm_diag_print(const struct lkm_diag *diag, struct lkm_buf *buf);

/* Make it empty again. */
void lkm_diag_clear(struct lkm_diag *diag);

#endif
