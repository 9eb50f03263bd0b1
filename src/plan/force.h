/*
 * plan/force.h - edit an image so that the kernel cannot check its versions.
 *
 * For init_module(2), which has no flags.  What finit_module(2) ignores with a
 * flag is taken out of the bytes:
 *
 *	LKM_FINIT_IGNORE_VERMAGIC     the string vermagic=... becomes NULs
 *	LKM_FINIT_IGNORE_MODVERSIONS  __versions, __version_ext_crcs and
 *	                              __version_ext_names lose SHF_ALLOC
 *
 * A signature would no longer fit, and a wrong one is fatal where none is not,
 * so it is taken off; finit_module's flags ignore it too.
 *
 * Errors     Those of lkm_elf_init(), and -ENOMEM.
 * Source     linux kernel/module/main.c setup_load_info(), signing.c.
 */
#ifndef LKM_PLAN_FORCE_H
#define LKM_PLAN_FORCE_H

#include "base/diag.h"
#include "base/file.h"

/* Edit the image in place; its length may shrink.  See Errors. */
int lkm_force_edit(struct lkm_blob *image, unsigned int flags, struct lkm_diag *diag);

#endif
