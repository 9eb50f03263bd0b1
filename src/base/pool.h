/*
 * base/pool.h - do many independent things on all processors, in order.
 *
 * One call, no threads left behind.  `work` runs for each item on any thread,
 * the calling one (worker 0) among them; `emit` runs on the calling thread for
 * items 0, 1, 2 ... as they get ready, so what comes out is the same whatever
 * the number of threads.  At most LKM_POOL_WINDOW items are finished but not
 * emitted, which bounds memory.
 *
 * Errors     The first negative value that emit returned ends the run and is
 *            returned.  Too few threads (or none) is never an error: the work
 *            is then done by the caller.
 * Threads    `work` must only touch what belongs to its item and its worker.
 */
#ifndef LKM_BASE_POOL_H
#define LKM_BASE_POOL_H

#include <stddef.h>

#define LKM_POOL_WINDOW 64u

struct lkm_pool_job {
	size_t count;	      /* items */
	unsigned int threads; /* wanted, 0 or 1: everything on the calling thread */
	/* item i, on worker w < max(threads, 1); results go where ctx says */
	void (*work)(void *ctx, size_t i, unsigned int worker);
	/* item i is done: use and forget its result; may be NULL */
	int (*emit)(void *ctx, size_t i);
	void *ctx;
};

/* Processors this process may run on, at least 1. */
unsigned int lkm_pool_processors(void);

/* Run the job; 0 or the error of emit. */
int lkm_pool_run(const struct lkm_pool_job *job);

#endif
