/*
 * fmt/paramvalue.h - would the kernel take this value for a parameter?
 *
 *	type                          takes
 *	byte short int long           a number, base 0: 0x and 0 in front, no suffix;
 *	ushort uint ulong ullong      a sign only where the type has one (a '+' always);
 *	hexint                        one newline may stand at the end
 *	bool bint bool_enable_only    y n t f 1 0 in front, on, of; or no value; from 7.2
 *	                              on e and d too (enable, disable)
 *	invbool                       the same, but a value must be there
 *	charp                         at most 1024 bytes
 *	string                        as many bytes as it has room for
 *	array of TYPE                 such values with commas between them, as many as it has
 *	anything else                 not known: taken
 *
 * Errors     -EINVAL  not of this form, too many, or no value where one must be
 *            -ERANGE  a number outside the type
 *            -ENOSPC  too long
 * Trust      Any bytes.
 * Source     linux kernel/params.c, lib/kstrtox.c.
 */
#ifndef LKM_FMT_PARAMVALUE_H
#define LKM_FMT_PARAMVALUE_H

#include "fmt/params.h"

/* What is known of a parameter. */
struct lkm_param_type {
	struct lkm_str name; /* the word of .modinfo: "int", "array of charp"; "" */
	uint32_t max;	     /* elements of an array, bytes of a string with its NUL; 0: not known */
	bool narrow;	     /* a long has 32 bits */
	bool no_enable;	     /* of a kernel before 7.2 */
};

#define LKM_PARAM_WANT_MAX 64

/* The same parameter, '-' and '_' being equal. */
bool lkm_param_name_eq(struct lkm_str a, struct lkm_str b);

/*
 * Would a parameter of that type take the value?  Otherwise what the kernel
 * answers, and ret_want says what it takes: "a number from 0 to 255".
 */
int lkm_param_value_check(const struct lkm_param_type *type, const struct lkm_param *param,
			  char ret_want[LKM_PARAM_WANT_MAX]);

#endif
