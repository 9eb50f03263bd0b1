/*
 * plan/rehearse.h - what would become of an image, without loading it.
 *
 * What the kernel would answer is judged by plan/checker.h; this finds out what that has
 * to know.
 *
 * Errors     Those of plan/checker.h.
 */
#ifndef LKM_PLAN_REHEARSE_H
#define LKM_PLAN_REHEARSE_H

#include "plan/checker.h"
#include "plan/image.h"

/*
 * What the running kernel would say to this image with these parameters.  `machine`
 * (EM_*, or 0) takes the place of the kernel's.  Needs no rights.
 */
int lkm_rehearse_check(const struct lkm_host *host, struct lkm_image *image, struct lkm_str params,
		       uint16_t machine, struct lkm_checked *ret, struct lkm_diag *diag);

/*
 * Does the kernel, or a module that is loaded, export a symbol already that the image
 * exports?  0, or -ENOEXEC, as the kernel would answer, with a diagnosis that names the
 * first one; and errors as above.
 */
int lkm_rehearse_exports(const struct lkm_host *host, struct lkm_image *image,
			 struct lkm_diag *diag);

#endif
