/*
 * fail/judge.h - was a run in which one call failed as it should be?
 *
 * It should either fail, say so and leave nothing half done, or end exactly as
 * the run without a fault; the latter only where that is written down (the
 * file `optional`) or where the fault is one that has to be survived.
 */
#ifndef LKM_TESTS_JUDGE_H
#define LKM_TESTS_JUDGE_H

#include "run.h"

/* What was done to one call. */
struct fault {
	size_t number;	     /* of the call, from 1 */
	struct lkm_str call; /* "open", of the trace of the sound run */
	struct lkm_str what; /* "/proc/modules" */
	bool harmless;	     /* interrupted or short: must make no difference */
};

/* What to judge by, and a count. */
struct judge {
	const struct run *sound;
	const char *optional; /* text of the rules */
	const char *tool;     /* what the command calls itself in messages */
	bool ordered;	      /* the same calls come in the same order every time */
	size_t passed_unseen; /* how often a rule was needed */
};

/* Why the run is wrong, or NULL.  The text is constant. */
const char *judge_run(struct judge *judge, const struct fault *fault, const struct run *run);

#endif
