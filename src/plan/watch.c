#include "plan/watch.h"

#include "host/modules.h"

/* How often is looked: long enough to leave the processor to the load. */
#define PAUSE_MS 1

static void *look(void *arg)
{
	struct lkm_watch *w = arg;

	/* The last look is after the end was asked for: a module that stays is found. */
	for (bool last = false;; last = atomic_load(&w->stop)) {
		if (lkm_placed_observe(w->placed, w->host, w->module) == 0) {
			w->found = true;
			w->seen(w->ctx);
			return NULL;
		}
		if (last)
			return NULL;
		(void)w->host->sleep_ms(w->host, PAUSE_MS);
	}
}

void lkm_watch_begin(struct lkm_watch *watch)
{
	enum lkm_modstate state;

	if (lkm_module_state(watch->host, watch->module, &state) == 0 &&
	    state == LKM_MODSTATE_ABSENT)
		watch->running = pthread_create(&watch->thread, NULL, look, watch) == 0;
}

bool lkm_watch_end(struct lkm_watch *watch)
{
	if (watch->running) {
		atomic_store(&watch->stop, true);
		(void)pthread_join(watch->thread, NULL);
		watch->running = false;
	}
	return watch->found;
}
