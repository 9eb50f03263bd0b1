/*
 * plan/placed.h - where a module is in memory, or would be.
 *
 * An image is laid out as the kernel does it (link/layout.h).  Then it gets a place: where
 * /sys/module/NAME/sections says that it is, or a made-up one from LKM_LAYOUT_BASE on.
 *
 * Ownership  A placed module owns its file and views; it borrows the image.
 * Errors     Those of link/layout.h and link/relocate.h, and
 *              -ENODATA  the kernel does not show where it is
 */
#ifndef LKM_PLAN_PLACED_H
#define LKM_PLAN_PLACED_H

#include "host/host.h"
#include "link/layout.h"
#include "link/relocate.h"
#include "link/view.h"
#include "plan/image.h"

/* An image and its place. */
struct lkm_placed {
	struct lkm_modfile file;
	struct lkm_layout layout;
	struct lkm_view view; /* addresses of exported symbols, once it is linked */
	struct lkm_link link;
};

#define LKM_PLACED_INIT { .file = LKM_MODFILE_INIT }

/* Lay the image out; it has no place yet.  See Errors. */
int lkm_placed_open(struct lkm_placed *placed, const struct lkm_host *host,
		    struct lkm_image *image, struct lkm_diag *diag);

/* Place it where the kernel has the module of this name.  -ENODATA, -ENOMEM. */
int lkm_placed_observe(struct lkm_placed *placed, const struct lkm_host *host,
		       const char *module);

/* Place it from LKM_LAYOUT_BASE on. */
void lkm_placed_pretend(struct lkm_placed *placed);

/* Append the load map (link/map.h) of what has a place.  See Errors. */
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
