/*
 * base/cleanup.h - what a local owns is given back when it goes out of scope.
 *
 * Every owned local carries one of these attributes from its declaration on,
 * so that each return path releases it and no function needs a goto.  A value
 * leaves the scope alive only through lkm_take() or lkm_take_fd().
 *
 *	lkm_autofree char *text = NULL;       free(3)
 *	lkm_autoclose int fd = -1;            close(2), errno kept
 *	lkm_auto(lkm_buf) struct lkm_buf b = LKM_BUF_INIT;
 *
 * The last form works for any `struct lkm_thing` that has a release function
 * and a line LKM_DEFINE_AUTO(lkm_thing) in its header.
 */
#ifndef LKM_BASE_CLEANUP_H
#define LKM_BASE_CLEANUP_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define lkm_autofree	__attribute__((cleanup(lkm_cleanup_free)))
#define lkm_autoclose	__attribute__((cleanup(lkm_cleanup_close)))
#define lkm_auto(thing) __attribute__((cleanup(thing##_cleanup)))

/* Make lkm_auto(thing) call thing_release(&local). */
#define LKM_DEFINE_AUTO(thing)                                  \
	static inline void thing##_cleanup(struct thing *local) \
	{                                                       \
		thing##_release(local);                         \
	}

/* The pointer itself, which the local forgets: the caller owns it now. */
#define lkm_take(local)                          \
	({                                       \
		__typeof__(local) took_ = (local); \
		(local) = NULL;                  \
		took_;                           \
	})

/* Free what a `T *` local points to.  Use through lkm_autofree. */
static inline void lkm_cleanup_free(void *local)
{
	free(*(void **)local);
}

/* Close a descriptor local unless it is negative; errno stays what it was. */
static inline void lkm_cleanup_close(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

/* The descriptor itself, which the local forgets: the caller closes it. */
static inline int lkm_take_fd(int *fd)
{
	int took = *fd;

	*fd = -1;
	return took;
}

#endif
