/*
 * plan/rehearse.h - what would become of an image, without loading it; and where it
 * is when it is loaded.
 *
 * What the kernel would answer is judged by plan/checker.h.  Where it would put the
 * module is laid out by link/layout.h: from LKM_LAYOUT_BASE on as long as it is not
 * loaded, else where /sys/module/NAME/sections says that it is.
 *
 * Ownership  A placed module owns its file and views; it borrows the image.
 * Errors     Those of plan/checker.h, link/layout.h, link/relocate.h, and
 *              -ENODATA  it is loaded, and the kernel does not show where
 */
#ifndef LKM_PLAN_REHEARSE_H
#define LKM_PLAN_REHEARSE_H

#include "link/map.h"
#include "link/relocate.h"
#include "link/view.h"
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

/* An image and its place. */
struct lkm_placed {
	struct lkm_modfile file;
	struct lkm_layout layout;
	struct lkm_view view; /* addresses of exported symbols, once it is linked */
	struct lkm_link link;
};

#define LKM_PLACED_INIT { .file = LKM_MODFILE_INIT }

/* Lay the image out: from the base, or with a name where that module is loaded.  See Errors. */
int lkm_placed_open(struct lkm_placed *placed, const struct lkm_host *host,
		    struct lkm_image *image, const char *loaded, struct lkm_diag *diag);

/* Append the load map.  See Errors. */
int lkm_placed_map(struct lkm_placed *placed, struct lkm_buf *buf, struct lkm_diag *diag);

/*
 * Relocate it there, with the symbols of the running kernel; those whose address is
 * hidden are 0.  Then lkm_link_region() gives the bytes.  See Errors.
 */
int lkm_placed_link(struct lkm_placed *placed, const struct lkm_host *host,
		    struct lkm_diag *diag);

/* Give everything back. */
void lkm_placed_release(struct lkm_placed *placed);
LKM_DEFINE_AUTO(lkm_placed)

#endif
