/*
 * fmt/parmvalue.h - would the kernel take this value for a parameter of that type?
 *
 *	type                          takes
 *	byte short int long           a number, base 0: 0x and 0 in front, no suffix;
 *	ushort uint ulong ullong      a sign only where the type has one (a '+' always)
 *	hexint
 *	bool bint bool_enable_only    y n t f 1 0 e d in front, on, of; or no value
 *	invbool                       the same, but a value must be there
 *	charp                         at most 1024 bytes
 *	string                        any text (its length is not in the type)
 *	array of TYPE                 such values with commas between them
 *	anything else                 not known: taken
 *
 * `e` and `d` (enable, disable) are known since Linux 7.2.  A long has 64 bits.
 *
 * Ownership  The text that comes back is static.
 * Errors     -EINVAL  not of this form, or no value where one must be
 *            -ERANGE  a number outside the type
 *            -ENOSPC  too long
 * Trust      Any bytes.
 * Source     linux kernel/params.c, lib/kstrtox.c.
 */
#ifndef LKM_FMT_PARMVALUE_H
#define LKM_FMT_PARMVALUE_H

#include "fmt/params.h"

/* Does the value fit?  On failure *ret_want says what the type takes: "a number from 0 to 255". */
int lkm_parmvalue_check(struct lkm_str type, const struct lkm_param *param, const char **ret_want);

#endif
