/*
 * plan/kernelcache.h - read a kernel image, or what was kept of it.
 *
 * An image is known by its path, size, times, inode and a checksum of its first
 * and last bytes.  What was kept is used only if it is root's or ours, nobody
 * else can write it, it is whole, and it is of exactly this image.  Keeping it
 * may fail without a word.  Where one is kept, those of images that are gone go.
 *
 * Errors     Those of opening a file, of fmt/kimage.h and fmt/kexports.h.
 */
#ifndef LKM_PLAN_KERNELCACHE_H
#define LKM_PLAN_KERNELCACHE_H

#include "link/view.h"

/*
 * Add what the image at `path` tells to an empty view; `cache` is a folder, or
 * NULL.  *ret_cached: it had been kept.  -ENODATA: it tells of no exports.
 */
int lkm_kernelcache_read(struct lkm_view *view, const char *path, const char *cache,
			 bool *ret_cached, struct lkm_diag *diag);

#endif
