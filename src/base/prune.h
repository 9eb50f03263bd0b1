/*
 * base/prune.h - take out of a directory of caches what nobody needs any more.
 *
 * Only regular files go, of root or of this process, that begin as the caller says
 * they do.  What cannot be read or removed stays: it is a cache.
 */
#ifndef LKM_BASE_PRUNE_H
#define LKM_BASE_PRUNE_H

#include "base/bytes.h"

/* So many bytes of each file are shown. */
#define LKM_PRUNE_HEAD 8192u

/* Is that file, which begins with `head`, of ours and no longer needed? */
typedef bool lkm_prune_stale(const void *ctx, const char *name, struct lkm_bytes head);

/* Remove the files of a directory that are stale. */
void lkm_prune(int dirfd, lkm_prune_stale *is_stale, const void *ctx);

#endif
