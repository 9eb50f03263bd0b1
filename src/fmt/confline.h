/*
 * fmt/confline.h - the lines of a configuration file (depmod.d, modprobe.d).
 *
 * One command per line.  A `\` at the end of a line joins the next one to it;
 * lines that are empty or whose first word begins with `#` are skipped, with
 * what is joined to them.  A last line without a newline counts.
 *
 * Units      Line numbers count from 1; that of a joined line is its first.
 * Ownership  Borrows the text.  A line lives until the next call, which may
 *            use the same memory again.
 * Errors     -EINVAL  a NUL byte: this is not a text file
 *            -ENOMEM
 * Trust      Any bytes.
 */
#ifndef LKM_FMT_CONFLINE_H
#define LKM_FMT_CONFLINE_H

#include "base/buf.h"

struct lkm_conflines {
	struct lkm_str rest;
	unsigned int read;     /* physical lines so far */
	struct lkm_buf joined; /* the current line, if it was continued */
};

struct lkm_confline {
	struct lkm_str text; /* without blanks in front; never empty */
	unsigned int number;
};

/* Start at the first line. */
static inline struct lkm_conflines lkm_conflines(struct lkm_str text)
{
	return (struct lkm_conflines){ .rest = text };
}

/* Take the next line with a command: 1, 0 at the end, or an error that ends the walk. */
int lkm_conflines_next(struct lkm_conflines *it, struct lkm_confline *ret);

/* Give the iterator's memory back. */
void lkm_conflines_release(struct lkm_conflines *it);
LKM_DEFINE_AUTO(lkm_conflines)

#endif
