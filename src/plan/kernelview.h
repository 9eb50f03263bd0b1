/*
 * plan/kernelview.h - find out what a kernel offers to modules, from what is on this machine.
 *
 * The first of these that tells of its exports; the others only where it leaves
 * something open:
 *
 *	the image       as given; BASE/boot/vmlinuz-RELEASE, the module directory's
 *	                vmlinuz and vmlinux, BASE/boot/vmlinux-RELEASE, debugging symbols
 *	Module.symvers  of the module directory's build/, BASE/boot/symvers-RELEASE
 *	                and the module directory's symvers, also .gz, .xz, .zst
 *	/proc/kallsyms  of the kernel that runs
 *	System.map      BASE/boot/System.map-RELEASE, the module directory's
 *
 * The configuration is read beside them (BASE/boot/config-RELEASE, the module
 * directory's config, /proc/config.gz), and of the running kernel its state.
 * What an image tells is kept in a cache folder, by the image's identity.
 *
 * Ownership  Everything belongs to the view: release it.  Do not move it.
 * Errors     -ENOMEM; -ENOENT: no source tells of this kernel's exports.  Then
 *            the view is open nevertheless: checks that need no exports work.
 *            With an image that was given: the errors of fmt/kimage.h.
 */
#ifndef LKM_PLAN_KERNELVIEW_H
#define LKM_PLAN_KERNELVIEW_H

#include "host/host.h"
#include "link/verdict.h"
#include "link/view.h"

/* Where extracted tables are kept. */
#define LKM_KERNELVIEW_CACHE "/var/cache/lkm/kernel"

struct lkm_kernelview_request {
	const struct lkm_host *host;
	const char *base;    /* root of boot and lib/modules; NULL or "": the system's own */
	const char *release; /* the kernel's; NULL: the image's */
	const char *image;   /* the file to take; NULL: look for it */
	const char *cache;   /* folder; NULL: none */
	bool running;	     /* it is the kernel that runs */
};

/* A file that was asked, and what came of it. */
struct lkm_kernelview_source {
	enum lkm_symbol_source source;
	const char *path;
	int err;	  /* 0: used */
	const char *what; /* why it was not, one sentence; "" if it was */
	bool cached;
};

struct lkm_kernelview {
	struct lkm_view view;
	struct lkm_symbols symbols; /* of the view */
	struct lkm_judge judge;
	LKM_VEC(struct lkm_kernelview_source) sources;
	struct lkm_str dir; /* BASE/lib/modules/RELEASE */
};

#define LKM_KERNELVIEW_INIT { 0 }

/* Open it.  See Errors. */
int lkm_kernelview_open(struct lkm_kernelview *ret, const struct lkm_kernelview_request *request,
			struct lkm_diag *diag);

/* Give everything back. */
void lkm_kernelview_release(struct lkm_kernelview *kernel);
LKM_DEFINE_AUTO(lkm_kernelview)

#endif
