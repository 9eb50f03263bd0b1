#include "plan/turns.h"

/* Add the steps; what each waits for is in the plans before this one. */
static int add_steps(struct lkm_turns *turns, const struct lkm_plan *plan)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		const union lkm_map_value *last =
			lkm_map_get(&turns->last, plan->steps.ptr[i].module);
		struct lkm_turn_step *step = lkm_vec_push(&turns->steps);

		if (!step)
			return -ENOMEM;
		step->before = last ? (size_t)last->num : 0;
	}
	return 0;
}

/* Those that come now wait for the steps of this plan. */
static int remember(struct lkm_turns *turns, const struct lkm_plan *plan, size_t first)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		union lkm_map_value *last =
			lkm_map_put(&turns->last, plan->steps.ptr[i].module, NULL);

		if (!last)
			return -ENOMEM;
		last->num = first + i + 1;
	}
	return 0;
}

int lkm_turns_add(struct lkm_turns *turns, const struct lkm_plan *plan, struct lkm_turn *ret)
{
	size_t first = turns->steps.len;
	int err = add_steps(turns, plan);

	err = err ? err : remember(turns, plan, first);
	if (err < 0)
		return err;
	*ret = (struct lkm_turn){ .turns = turns, .first = first, .count = plan->steps.len };
	return 0;
}

/* Is everything passed that step `i` has to wait for?  Lock held. */
static bool is_free(const struct lkm_turn *turn, size_t i)
{
	const struct lkm_turn_step *steps = turn->turns->steps.ptr;
	size_t before = steps[turn->first + i].before;

	for (; before; before = steps[before - 1].before)
		if (!steps[before - 1].passed)
			return false;
	return true;
}

bool lkm_turn_is_free(const struct lkm_turn *turn, size_t i)
{
	bool is;

	pthread_mutex_lock(&turn->turns->lock);
	is = is_free(turn, i);
	pthread_mutex_unlock(&turn->turns->lock);
	return is;
}

void lkm_turn_wait(const struct lkm_turn *turn, size_t i)
{
	if (!turn)
		return;
	pthread_mutex_lock(&turn->turns->lock);
	while (!is_free(turn, i))
		pthread_cond_wait(&turn->turns->changed, &turn->turns->lock);
	pthread_mutex_unlock(&turn->turns->lock);
}

/* The steps from `from` to `to` are behind us. */
static void pass(const struct lkm_turn *turn, size_t from, size_t to)
{
	struct lkm_turns *turns = turn->turns;

	pthread_mutex_lock(&turns->lock);
	for (size_t step = from; step < to; step++)
		turns->steps.ptr[step].passed = true;
	pthread_cond_broadcast(&turns->changed);
	pthread_mutex_unlock(&turns->lock);
}

void lkm_turn_pass(const struct lkm_turn *turn, size_t i)
{
	if (turn)
		pass(turn, turn->first + i, turn->first + i + 1);
}

void lkm_turn_end(const struct lkm_turn *turn)
{
	if (turn)
		pass(turn, turn->first, turn->first + turn->count);
}

void lkm_turns_release(struct lkm_turns *turns)
{
	if (!turns)
		return;
	lkm_vec_release(&turns->steps);
	lkm_map_release(&turns->last);
	pthread_mutex_destroy(&turns->lock);
	pthread_cond_destroy(&turns->changed);
}
