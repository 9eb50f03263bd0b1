/*
 * plan/parammemory.h - values of parameters that /sys does not show, from kernel memory.
 *
 * A parameter without permission bits has no file in /sys/module/NAME/parameters.  Its
 * variable can be found all the same: the module's file says in which section it is
 * (fmt/paramdefault.h), /sys/module/NAME/sections where that was put, and /proc/kcore has
 * what stands there.  Only root can do it, and nobody on a kernel that is locked down.
 *
 * Values are written as the kernel would: numbers decimal (hexint: 0x%08x), bool as Y or N,
 * elements with commas between them.
 *
 * Errors     Opening tells why there is nothing to be had:
 *              -ENOENT   no file of the module, or no /proc/kcore
 *              -ESTALE   the file has changed since the load
 *              -EPERM, -EACCES, and others of reading and of tree/modfile.h
 *            Reading:
 *              -ENODATA  the variable cannot be found, or its type is not known
 *              -EIO, -ENOMEM
 * Trust      Kernel memory and file may disagree: all that is read is bounded.
 * Source     linux include/linux/moduleparam.h, kernel/params.c.
 */
#ifndef LKM_PLAN_PARAMMEMORY_H
#define LKM_PLAN_PARAMMEMORY_H

#include "fmt/kcore.h"
#include "fmt/parminfo.h"
#include "host/host.h"
#include "plan/image.h"

struct lkm_parammemory {
	const struct lkm_host *host;
	const char *module; /* as it is loaded, with '_' */
	struct lkm_image image;
	struct lkm_modfile file;
	struct lkm_parminfo parms;
	struct lkm_kcore core;
	struct lkm_blob table;
};

#define LKM_PARAMMEMORY_INIT                                                    \
	{                                                                       \
		.image = LKM_IMAGE_INIT, .file = LKM_MODFILE_INIT,              \
		.parms = LKM_PARMINFO_INIT,                                     \
	}

/*
 * Get ready: the module was loaded from the file `object`, which was written at `mtime`.
 * On failure the diagnosis says why in a few words.  See Errors.
 */
int lkm_parammemory_open(struct lkm_parammemory *memory, const struct lkm_host *host,
			 const char *module, const char *object, uint64_t mtime,
			 struct lkm_diag *diag);

/* Append the value: 1, or 0 for a text that is not set and an array without elements. */
int lkm_parammemory_read(const struct lkm_parammemory *memory, struct lkm_str parameter,
			 struct lkm_buf *ret);

/* Give everything back. */
void lkm_parammemory_release(struct lkm_parammemory *memory);
LKM_DEFINE_AUTO(lkm_parammemory)

#endif
