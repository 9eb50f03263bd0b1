/*
 * tests/unit/mkder.h - write DER from a readable notation.
 *
 *	30( 02(05) 0c('name') 04(aabb) )
 *
 * Two hex digits are a byte; before a parenthesis they are a tag whose length
 * is filled in; what stands between quotes is text.  Blanks mean nothing.
 */
#ifndef LKM_TESTS_MKDER_H
#define LKM_TESTS_MKDER_H

#include "base/buf.h"

/* Append what the notation says; a mistake in it is -EINVAL in the buffer. */
void mkder(struct lkm_buf *to, const char *notation);

#endif
