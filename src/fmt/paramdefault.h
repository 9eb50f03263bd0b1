/*
 * fmt/paramdefault.h - a module's table of parameters: how the kernel reads each,
 * its limits, its variable, and the values that it is built with.
 *
 * Section __param is an array of the kernel's struct kernel_param, and that of
 * an array points to a struct kparam_array, that of a text with a fixed length to
 * a struct kparam_string.  All pointers are 0 in the file and have a relocation:
 *
 *	 64-bit  32-bit  kernel_param      64-bit  32-bit  kparam_array
 *	 0  8    0  4    name              0  4    0  4    max: how many elements
 *	16  8    8  4    its functions:    4  4    4  4    bytes of an element
 *	                 a symbol          8  8    8  4    how many are set, or NULL
 *	27  1   15  1    flags            24  8   16  4    the elements
 *	32  8   16  4    the variable,     64-bit  32-bit  kparam_string
 *	                 or a struct       0  4    0  4    bytes, with the NUL
 *	40      20       (size)            8  8    4  4    the text
 *
 * Elements in .bss are 0.  Strings that .modinfo has of a parameter can say
 * anything; these functions are what the kernel goes by.
 *
 * Errors     -ENODATA  no such parameter, or its variable is not in this file
 *            -ERANGE   no such element
 *            -EBADMSG, -ENOMEM, -EIO
 * Trust      Any bytes: what a relocation points to is looked for inside its
 *            section only.
 * Source     linux include/linux/moduleparam.h.
 */
#ifndef LKM_FMT_PARAMDEFAULT_H
#define LKM_FMT_PARAMDEFAULT_H

#include "base/vec.h"
#include "fmt/elf.h"

enum {
	LKM_PARAM_UNSAFE = 1,	/* taints the kernel */
	LKM_PARAM_HARDWARE = 2, /* refused where the kernel is locked down */
};

/* One parameter, as the loader has it. */
struct lkm_paramslot {
	struct lkm_str name;	  /* the file's */
	struct lkm_str functions; /* "param_ops_int", "param_array_ops"; "" if they are the module's own */
	uint32_t max;		  /* elements of an array, bytes of a text with its NUL; 0: not known */
	uint8_t flags;
};

struct lkm_paramslots {
	LKM_VEC(struct lkm_paramslot) list;
};

/* All parameters, in the table's order, of a file in memory.  See Errors. */
int lkm_paramdefault_read(const struct lkm_elf *elf, struct lkm_paramslots *ret);

/* Give the memory back. */
void lkm_paramslots_release(struct lkm_paramslots *slots);
LKM_DEFINE_AUTO(lkm_paramslots)

/* A place in the file: an offset in a section. */
struct lkm_place {
	size_t section;
	uint64_t offset;
};

/* What module_param(), module_param_array(), module_param_string() make. */
enum lkm_paramkind {
	LKM_PARAMKIND_PLAIN,
	LKM_PARAMKIND_ARRAY,
	LKM_PARAMKIND_STRING,
};

struct lkm_paramplace {
	struct lkm_place value; /* the variable, the first element, the text */
	struct lkm_place used;	/* of an array: how many elements are set, an unsigned int */
	bool has_used;		/* else all of them are */
	uint32_t count, width;	/* elements, and bytes of each; of a text its room; else 0 */
};

/* Find the variable of a parameter.  See Errors. */
int lkm_paramplace_find(const struct lkm_elf *elf, struct lkm_str param, enum lkm_paramkind kind,
			struct lkm_paramplace *ret);

/* The element of an array parameter of numbers, of 1, 2, 4 or 8 bytes.  See Errors. */
int lkm_paramdefault_element(const struct lkm_elf *elf, struct lkm_str param, uint64_t index,
			     uint64_t *ret_value, unsigned int *ret_width);

#endif
