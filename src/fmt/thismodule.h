/*
 * fmt/thismodule.h - the struct module that a module file carries.
 *
 * Section .gnu.linkonce.this_module is an image of the kernel's struct module,
 * all zero but for the name, which follows `enum state` and a list head:
 *
 *	 64-bit  32-bit
 *	24 56   12 60    name, NUL-terminated
 *
 * The name there is the one the kernel knows the module by, whatever the file
 * or .modinfo says.  The size must be that of the running kernel's struct.
 *
 * Errors     -ENODATA  no such section
 *            -EBADMSG  too short for a name, or the name does not end
 *            -ENOMEM, -EIO
 * Source     linux include/linux/module.h struct module.
 */
#ifndef LKM_FMT_THISMODULE_H
#define LKM_FMT_THISMODULE_H

#include "fmt/elf.h"

/* Bytes of the name with its NUL, in modules of either class. */
#define LKM_THISMODULE_ROOM_64 56u
#define LKM_THISMODULE_ROOM_32 60u

struct lkm_thismodule {
	struct lkm_str name;
	uint64_t size; /* of struct module in the kernel this was built for */
};

/* Read it; the name points into the file's source or arena.  See Errors. */
int lkm_thismodule_read(const struct lkm_elf *elf, struct lkm_thismodule *ret,
			struct lkm_diag *diag);

#endif
