/*
 * plan/turns.h - several plans at once, with the outcome of one after the other.
 *
 * Plans are added in their order, and may then be executed in as many threads
 * as one likes, each plan by one of them, begun in this order.  Before a step a
 * plan waits until every earlier plan is past its last step for the same module:
 * so a module is loaded by the plan that would load it if they were executed one
 * after the other, the later ones find it there, or try again what failed.
 * Plans with commands do not belong here: nobody knows what a command does.
 *
 * Nobody waits for a later plan, so the earliest one that is not at its end can
 * always go on.
 *
 * Ownership  Borrows the plans until release.
 * Errors     -ENOMEM of adding; waiting cannot fail.
 * Threads    Add in one thread, then wait, pass and end in any.
 */
#ifndef LKM_PLAN_TURNS_H
#define LKM_PLAN_TURNS_H

#include <pthread.h>

#include "base/map.h"
#include "plan/plan.h"

/* A step of one of the plans. */
struct lkm_turn_step {
	size_t before; /* 1 + the step to wait for, which may have one to wait for itself; 0: none */
	bool passed;
};

struct lkm_turns {
	LKM_VEC(struct lkm_turn_step) steps; /* of all plans */
	struct lkm_map last;		      /* module -> 1 + its last step so far */
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

#define LKM_TURNS_INIT { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER }

/* The place of one plan. */
struct lkm_turn {
	struct lkm_turns *turns;
	size_t first, count;
};

/* Give the next plan its place.  -ENOMEM. */
int lkm_turns_add(struct lkm_turns *turns, const struct lkm_plan *plan, struct lkm_turn *ret);

/* May step `i` of the plan be done now? */
bool lkm_turn_is_free(const struct lkm_turn *turn, size_t i);

/* Wait until step `i` of the plan may be done.  turn NULL: it is alone, at once. */
void lkm_turn_wait(const struct lkm_turn *turn, size_t i);

/* Step `i` is done, or passed over, or has failed. */
void lkm_turn_pass(const struct lkm_turn *turn, size_t i);

/* The plan is at its end, whatever is left of it. */
void lkm_turn_end(const struct lkm_turn *turn);

/* Give all memory back; nobody waits any more. */
void lkm_turns_release(struct lkm_turns *turns);
LKM_DEFINE_AUTO(lkm_turns)

#endif
