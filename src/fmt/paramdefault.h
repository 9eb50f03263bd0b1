/*
 * fmt/paramdefault.h - the values that a module's parameters are built with.
 *
 * Section __param is an array of the kernel's struct kernel_param, and that of
 * an array points to a struct kparam_array.  All pointers are 0 in the file and
 * have a relocation:
 *
 *	 64-bit  32-bit  kernel_param      64-bit  32-bit  kparam_array
 *	 0  8    0  4    name              0  4    0  4    max: how many elements
 *	32  8   16  4    the variable,     4  4    4  4    bytes of an element
 *	                 or kparam_array  24  8   16  4    the elements
 *	40      20       (size)
 *
 * Elements in .bss are 0.
 *
 * Errors     -ENODATA  no such parameter, or its value cannot be followed
 *            -ERANGE   no such element
 *            -EBADMSG, -ENOMEM, -EIO
 * Trust      Any bytes: what a relocation points to is looked for inside its
 *            section only.
 * Source     linux include/linux/moduleparam.h.
 */
#ifndef LKM_FMT_PARAMDEFAULT_H
#define LKM_FMT_PARAMDEFAULT_H

#include "fmt/elf.h"

/* The element of an array parameter of numbers, of 1, 2, 4 or 8 bytes.  See Errors. */
int lkm_paramdefault_element(const struct lkm_elf *elf, struct lkm_str param, uint64_t index,
			     uint64_t *ret_value, unsigned int *ret_width);

#endif
