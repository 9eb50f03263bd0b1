#include "plan/plan.h"

int lkm_plan_add(struct lkm_plan *plan, const struct lkm_step *step)
{
	struct lkm_step *to = lkm_vec_push(&plan->steps);

	if (!to)
		return -ENOMEM;
	*to = *step;
	return 0;
}

void lkm_plan_release(struct lkm_plan *plan)
{
	if (!plan)
		return;
	lkm_vec_release(&plan->steps);
	lkm_arena_release(&plan->arena);
}
