/*
 * fmt/params.h - the parameter string of a module: how words of a command line
 * get into it, and how the kernel takes it apart.
 *
 * The kernel cuts the string at white space outside double quotes (which have
 * no escapes), then each token at its first '=' that is not in front.  A quote
 * at the start of a value and one at its end are dropped; quotes elsewhere stay.
 * White space is the kernel's: isspace(3) and the byte A0, which is part of
 * letters in UTF-8.
 *
 *	word from the shell   in the string   why
 *	z=ab                  z=ab
 *	z=a b                 z="a b"         otherwise b were a parameter
 *	z="a b"               z="a b"         quoted already: left alone
 *	z=a"b                 z="a"b          one quote alone would take in what follows
 *	z=a "b                z="a "b
 *	z=a" b"               z=a" b"         the blank is between quotes as it stands
 *	z=a" b                -EINVAL         the kernel has no way to say this
 *	z a                   z a             no '=': left alone
 *
 * kmod's modprobe quotes a value with a blank that does not begin with " or ',
 * without looking at quotes inside it; its insmod quotes nothing.
 *
 * Ownership  The iterator borrows the string.
 * Errors     -EINVAL  a value that cannot be expressed; nothing is appended
 * Source     linux lib/cmdline.c next_arg(), kernel/params.c parse_args(),
 *            lib/ctype.c; behaviour of modprobe and insmod.
 */
#ifndef LKM_FMT_PARAMS_H
#define LKM_FMT_PARAMS_H

#include "base/buf.h"
#include "base/diag.h"

/*
 * Append one word as the table above has it, after a blank if there is
 * something before it.  -EINVAL.  Errors of the buffer stick in the buffer.
 */
int lkm_params_add(struct lkm_buf *string, struct lkm_str word, struct lkm_diag *diag);

/* One parameter as the kernel sees it. */
struct lkm_param {
	struct lkm_str name;
	struct lkm_str value;
	bool has_value; /* false: there was no '=' */
};

/* Take the next parameter off the string; false at the end or at a token "--". */
bool lkm_params_next(struct lkm_str *rest, struct lkm_param *ret);

#endif
