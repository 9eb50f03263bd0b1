/*
 * fmt/paramvalue.h - would the kernel take this value for a parameter?
 *
 * By the parameter's type as .modinfo has it:
 *
 *	byte short int long ushort uint ulong ullong hexint
 *	                 0x hexadecimal, leading 0 octal, else decimal; signed ones
 *	                 with '-' or '+', the others with '+'
 *	bool bint        y Y t T 1, n N f F 0, on, of...; by the first one or two
 *	                 characters; no value at all means yes
 *	invbool          the same, but never without a value
 *	charp            up to 1024 bytes
 *	array of TYPE    such values with ',' between them
 *	others           anything: a function of the module reads them
 *
 * Source     linux kernel/params.c, lib/kstrtox.c.
 */
#ifndef LKM_FMT_PARAMVALUE_H
#define LKM_FMT_PARAMVALUE_H

#include "base/bytes.h"

/* The same parameter, '-' and '_' being equal. */
bool lkm_param_name_eq(struct lkm_str a, struct lkm_str b);

/*
 * Check a value of a type; `wide` tells how large a long is.  0, or what the
 * kernel answers: -EINVAL, -ERANGE, -ENOSPC.
 */
int lkm_param_value_check(struct lkm_str type, bool has_value, struct lkm_str value, bool wide);

#endif
