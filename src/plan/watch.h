/*
 * plan/watch.h - see where a module is while its init runs.
 *
 * The kernel shows the sections of a module just before it calls its init, and takes them
 * away when that fails.  A thread looks for them each millisecond as long as the load lasts.
 * It nearly always finds them: also after a failure they stay until no processor can be
 * inside the module any more (synchronize_rcu() in do_init_module()).  Nearly, not always:
 * a watch that has seen nothing proves nothing.
 *
 * A module that is there before the load begins is not watched: it is another one.  One of
 * the same name that somebody else loads in that moment is taken for ours; the load then
 * fails with EEXIST.
 *
 * Threads    `seen` is called on the thread; until the watch has ended the placed module
 *            belongs to it.
 */
#ifndef LKM_PLAN_WATCH_H
#define LKM_PLAN_WATCH_H

#include <pthread.h>
#include <stdatomic.h>

#include "plan/placed.h"

struct lkm_watch {
	const struct lkm_host *host;
	const char *module;
	struct lkm_placed *placed; /* laid out; has its place once it was seen */
	void (*seen)(void *ctx);   /* once, as soon as it has */
	void *ctx;
	pthread_t thread;
	bool running;
	bool found;
	atomic_bool stop;
};

/* Begin; without a thread, or when the module is there already, nothing is watched. */
void lkm_watch_begin(struct lkm_watch *watch);

/* End it: was it seen?  Also without a beginning, and twice. */
bool lkm_watch_end(struct lkm_watch *watch);

#endif
