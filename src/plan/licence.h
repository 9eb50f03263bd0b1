/*
 * plan/licence.h - will a module's licence taint the kernel?
 *
 * One that the kernel does not take as free (fmt/modinfo.h), and none, taints it (P).
 *
 * Source     insmod(8) of modutils.
 */
#ifndef LKM_PLAN_LICENCE_H
#define LKM_PLAN_LICENCE_H

#include "host/host.h"
#include "plan/image.h"

/*
 * Append why ("no license", "non-GPL license - TEXT"): 1, or 0 when it does not
 * or nobody can tell.  Of a plain file little is read; a compressed one is decoded, because
 * what tells where .modinfo is stands at the end of a module.
 */
int lkm_licence_taints(const struct lkm_host *host, struct lkm_image *image, struct lkm_buf *ret);

#endif
