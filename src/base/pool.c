#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#define THREADS_MAX 64u

/*
 * Items are handed out in order.  done[i % WINDOW] says that item i is ready;
 * nobody starts item i before item i - WINDOW was emitted.
 */
struct pool {
	const struct lkm_pool_job *job;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t next;	/* first item nobody has taken */
	size_t emitted; /* items before this one are gone */
	bool stop;
	bool done[LKM_POOL_WINDOW];
};

struct worker {
	struct pool *pool;
	unsigned int number;
	pthread_t thread;
};

unsigned int lkm_pool_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return (unsigned int)CPU_COUNT(&set);
}

/* May an item be taken now?  Lock held. */
static bool has_item(const struct pool *pool)
{
	return !pool->stop && pool->next < pool->job->count &&
	       pool->next - pool->emitted < LKM_POOL_WINDOW;
}

/* Take the next item and do it.  Lock held, but not meanwhile. */
static void do_item(struct pool *pool, unsigned int worker)
{
	size_t i = pool->next++;

	pthread_mutex_unlock(&pool->lock);
	pool->job->work(pool->job->ctx, i, worker);
	pthread_mutex_lock(&pool->lock);
	pool->done[i % LKM_POOL_WINDOW] = true;
}

static void *worker_main(void *arg)
{
	struct worker *self = arg;
	struct pool *pool = self->pool;

	pthread_mutex_lock(&pool->lock);
	while (!pool->stop && pool->next < pool->job->count) {
		if (!has_item(pool)) {
			pthread_cond_wait(&pool->changed, &pool->lock);
			continue;
		}
		do_item(pool, self->number);
		pthread_cond_broadcast(&pool->changed);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* Emit the item that is next in order.  Lock held, but not meanwhile. */
static int emit_item(struct pool *pool)
{
	const struct lkm_pool_job *job = pool->job;
	size_t i = pool->emitted;
	int err;

	pthread_mutex_unlock(&pool->lock);
	err = job->emit ? job->emit(job->ctx, i) : 0;
	pthread_mutex_lock(&pool->lock);
	pool->done[i % LKM_POOL_WINDOW] = false;
	pool->emitted = i + 1;
	pthread_cond_broadcast(&pool->changed);
	return err;
}

/*
 * The calling thread: emit what is ready, otherwise do an item like the
 * others, and wait only when there is nothing of either.  So nobody sleeps and
 * wakes for each item, and there are no more threads than processors.
 */
static int lead(struct pool *pool)
{
	int err = 0;

	pthread_mutex_lock(&pool->lock);
	while (err >= 0 && pool->emitted < pool->job->count) {
		if (pool->done[pool->emitted % LKM_POOL_WINDOW])
			err = emit_item(pool);
		else if (has_item(pool))
			do_item(pool, 0);
		else
			pthread_cond_wait(&pool->changed, &pool->lock);
	}
	pool->stop = true;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
	return err < 0 ? err : 0;
}

static int run_alone(const struct lkm_pool_job *job)
{
	int err = 0;

	for (size_t i = 0; i < job->count && err >= 0; i++) {
		job->work(job->ctx, i, 0);
		err = job->emit ? job->emit(job->ctx, i) : 0;
	}
	return err < 0 ? err : 0;
}

int lkm_pool_run(const struct lkm_pool_job *job)
{
	struct pool pool = { .job = job,
			     .lock = PTHREAD_MUTEX_INITIALIZER,
			     .changed = PTHREAD_COND_INITIALIZER };
	struct worker workers[THREADS_MAX];
	unsigned int want = job->threads < THREADS_MAX ? job->threads : THREADS_MAX;
	unsigned int started = 1; /* the calling thread is worker 0 */
	int err;

	if (want < 2 || job->count < 2)
		return run_alone(job);
	for (; started < want; started++) {
		workers[started].pool = &pool;
		workers[started].number = started;
		if (pthread_create(&workers[started].thread, NULL, worker_main,
				   &workers[started]) != 0)
			break;
	}
	err = lead(&pool);
	for (unsigned int i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	return err;
}
