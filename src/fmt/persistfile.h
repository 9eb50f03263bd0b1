/*
 * fmt/persistfile.h - the values of a module's parameters, kept in a file.
 *
 *	#% Kernel Linux 6.12.1 x86_64
 *	#% Data saved Thu Nov 26 10:00:00 2026 GMT
 *	# what somebody wrote stays, in its place
 *	io=544,768
 *	name="two words"
 *	#% Warning: parameter old cannot be read
 *	old=7
 *
 * Lines with #% are made anew each time.  A value that begins with a double
 * quote has the escapes of C (fmt/cquote.h); it is written so when it has a
 * blank, a quote or a control character.
 *
 * Ownership  Views into the text.
 * Errors     -EFBIG, -ENOMEM stick to the buffer
 * Trust      Any bytes.  Of a line longer than LKM_PERSISTFILE_LINE_MAX, and of
 *            lines after LKM_PERSISTFILE_LINES_MAX, nothing is taken.
 * Source     insmod(8), rmmod(8) of modutils 2.4.
 */
#ifndef LKM_FMT_PERSISTFILE_H
#define LKM_FMT_PERSISTFILE_H

#include "base/buf.h"

#define LKM_PERSISTFILE_LINES_MAX 1000u
#define LKM_PERSISTFILE_LINE_MAX  3000u
#define LKM_PERSISTFILE_MAX	  ((size_t)4 << 20)

struct lkm_persistfile {
	struct lkm_str rest;
	unsigned int lines;
};

/* Start at the first line. */
static inline struct lkm_persistfile lkm_persistfile(struct lkm_str text)
{
	return (struct lkm_persistfile){ .rest = text };
}

/* Take the next parameter, its value as it is written; false at the end. */
bool lkm_persistfile_next(struct lkm_persistfile *it, struct lkm_str *ret_name,
			  struct lkm_str *ret_value);

/* A value for the file. */
struct lkm_persistfile_value {
	struct lkm_str name;
	struct lkm_str value;
	bool readable; /* false: keep what the file says, with a warning */
};

/*
 * Append the old text with these values in it: in place where their names are, at
 * the end where not.  `head` comes first; its lines should begin with #%.
 */
void lkm_persistfile_update(struct lkm_str old, struct lkm_str head,
			    const struct lkm_persistfile_value *values, size_t count,
			    struct lkm_buf *ret);

#endif
