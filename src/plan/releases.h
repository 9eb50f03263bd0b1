/*
 * plan/releases.h - which kernels are installed, and which of them is the newest.
 *
 * An installed kernel is a directory of BASE/lib/modules whose name begins with
 * a digit.  Releases are ordered as people read them: numbers by their value,
 * 6.1.0-9 before 6.1.0-40, and a candidate (-rc1, ~rc1) before what it becomes.
 *
 * Ownership  Release the list; paths go into the caller's arena.
 * Errors     -ENOMEM, and those of looking whether a file is there.  A directory
 *            that cannot be read is -errno, one that is not there holds no kernels.
 */
#ifndef LKM_PLAN_RELEASES_H
#define LKM_PLAN_RELEASES_H

#include "base/arena.h"
#include "base/vec.h"

/* More kernels than this are not looked at. */
#define LKM_RELEASES_MAX 256

struct lkm_releases {
	struct lkm_arena arena;
	LKM_VEC(const char *) list; /* the newest first */
};

#define LKM_RELEASES_INIT { 0 }

/* The kernels installed below a base ("" for the system's own). */
int lkm_releases_find(struct lkm_releases *ret, const char *base);

/*
 * The one that would be booted next: the newest beside the one that runs and
 * has an image; if none has one, the newest.  *ret is NULL if there is no other.
 */
int lkm_releases_next(const struct lkm_releases *releases, const char *base, const char *running,
		      const char **ret);

/* As strcmp(3), in the order of versions. */
int lkm_release_cmp(const char *a, const char *b);

/* The file of a kernel's image, or of its initramfs; *ret is NULL if there is none. */
int lkm_release_image(struct lkm_arena *arena, const char *base, const char *release,
		      const char **ret);
int lkm_release_initramfs(struct lkm_arena *arena, const char *base, const char *release,
			  const char **ret);

/* Give the list back. */
void lkm_releases_release(struct lkm_releases *releases);
LKM_DEFINE_AUTO(lkm_releases)

#endif
