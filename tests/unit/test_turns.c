/* plan/turns: a few plans, what is free after which steps; and two threads that meet. */
#include "check.h"

#include <stdio.h>

#include "base/pool.h"
#include "plan/turns.h"

#define PLANS 4

/* Plans as words of modules. */
static const struct row {
	const char *name;
	const char *plans[PLANS];
	const char *passed; /* steps as PLAN.STEP, both from 0; PLAN.* ends a plan */
	const char *free;   /* of all steps those that may be done then */
} rows[] = {
	{ "nothing in common", { "a b", "c", "d e" }, "", "0.0 0.1 1.0 2.0 2.1 " },
	{ "the same module waits", { "crc fs", "crc alone" }, "", "0.0 0.1 1.1 " },
	{ "until it is passed", { "crc fs", "crc alone" }, "0.0", "0.0 0.1 1.0 1.1 " },
	{ "for all earlier plans", { "crc", "crc", "crc" }, "1.0", "0.0 " },
	{ "an earlier plan that ended before it came there", { "a crc", "b crc", "crc" }, "1.*", "0.0 0.1 1.0 " },
	{ "one after the other", { "a crc", "b crc", "crc" }, "0.* 1.*", "0.0 0.1 1.0 1.1 2.0 " },
	{ "the last of several in a plan", { "a b a", "a" }, "0.0", "0.0 0.1 0.2 " },
	{ "never for itself", { "a b a" }, "", "0.0 0.1 0.2 " },
	{ "an empty plan is no hindrance", { "", "a" }, "", "1.0 " },
};

static void make_plan(struct lkm_plan *plan, const char *text)
{
	struct lkm_str rest = lkm_str(text), word;

	while (lkm_str_next_word(&rest, &word)) {
		struct lkm_step step = { .kind = LKM_STEP_LOAD, .module = word };

		assert_int_equal(lkm_plan_add(plan, &step), 0);
	}
}

static void pass(const char *text, const struct lkm_turn *turns)
{
	struct lkm_str rest = lkm_str(text), word;

	while (lkm_str_next_word(&rest, &word)) {
		const struct lkm_turn *turn = &turns[word.ptr[0] - '0'];

		if (word.ptr[2] == '*')
			lkm_turn_end(turn);
		else
			lkm_turn_pass(turn, (size_t)(word.ptr[2] - '0'));
	}
}

static void waits_for_earlier_plans(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_turns) struct lkm_turns turns = LKM_TURNS_INIT;
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		struct lkm_plan plans[PLANS] = { 0 };
		struct lkm_turn turn[PLANS];

		for (size_t p = 0; p < PLANS; p++) {
			make_plan(&plans[p], rows[i].plans[p]);
			assert_int_equal(lkm_turns_add(&turns, &plans[p], &turn[p]), 0);
		}
		pass(rows[i].passed, turn);
		for (size_t p = 0; p < PLANS; p++)
			for (size_t s = 0; s < plans[p].steps.len; s++)
				if (lkm_turn_is_free(&turn[p], s))
					lkm_buf_printf(&buf, "%zu.%zu ", p, s);
		if (!lkm_str_is(lkm_buf_view(&buf), rows[i].free))
			fail_msg("row \"%s\": free are %s", rows[i].name, lkm_buf_cstr(&buf));
		for (size_t p = 0; p < PLANS; p++)
			lkm_plan_release(&plans[p]);
	}
}

/* Two plans in two threads: "a x" and "b x".  a and b meet, x comes in order. */
struct meeting {
	struct lkm_turns turns;
	struct lkm_turn turn[2];
	pthread_barrier_t both;
	struct lkm_buf order;
};

static void walk(void *ctx, size_t i, unsigned int worker)
{
	struct meeting *m = ctx;

	(void)worker;
	lkm_turn_wait(&m->turn[i], 0);
	pthread_barrier_wait(&m->both); /* hangs unless both are at work at once */
	if (i == 1)
		lkm_turn_pass(&m->turn[i], 0);
	lkm_turn_wait(&m->turn[i], 1);
	lkm_buf_printf(&m->order, "%zu ", i);
	lkm_turn_end(&m->turn[i]);
}

static void lets_others_work_meanwhile(void **state)
{
	struct meeting m = { .turns = LKM_TURNS_INIT };
	struct lkm_plan plans[2] = { 0 };
	struct lkm_pool_job job = { .count = 2, .threads = 2, .work = walk, .ctx = &m };

	(void)state;
	pthread_barrier_init(&m.both, NULL, 2);
	make_plan(&plans[0], "a x");
	make_plan(&plans[1], "b x");
	for (size_t p = 0; p < 2; p++)
		assert_int_equal(lkm_turns_add(&m.turns, &plans[p], &m.turn[p]), 0);
	assert_int_equal(lkm_pool_run(&job), 0);
	assert_str(lkm_buf_view(&m.order), "0 1 ");
	for (size_t p = 0; p < 2; p++)
		lkm_plan_release(&plans[p]);
	lkm_turns_release(&m.turns);
	lkm_buf_release(&m.order);
	pthread_barrier_destroy(&m.both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_for_earlier_plans),
		cmocka_unit_test(lets_others_work_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
