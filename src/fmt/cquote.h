/*
 * fmt/cquote.h - text in double quotes with the escapes of C.
 *
 *	"a\tb \"c\" \\ \012"     \a \b \e \f \n \r \t \v \" \\ and one to three octal digits
 *
 * The kernel knows quotes around a parameter's value, and no escapes.
 *
 * Errors     -EINVAL  not in quotes from the first to the last byte, another
 *                     escape, or one that stands for NUL
 * Source     insmod(8) of modutils.
 */
#ifndef LKM_FMT_CQUOTE_H
#define LKM_FMT_CQUOTE_H

#include "base/buf.h"

/* Append what the quoted text says.  -EINVAL: nothing is appended. */
int lkm_cquote_decode(struct lkm_str quoted, struct lkm_buf *ret);

/* Append the text in quotes, with escapes where it needs them. */
void lkm_cquote_encode(struct lkm_str text, struct lkm_buf *ret);

#endif
