/*
 * link/judging.h - what the checks behind link/verdict.h work with: private to link/.
 *
 * Errors     Every check returns 0 or -ENOMEM.
 */
#ifndef LKM_LINK_JUDGING_H
#define LKM_LINK_JUDGING_H

#include "link/verdict.h"

struct lkm_judging {
	struct lkm_verdict *verdict;
	const struct lkm_subject *subject;
	const struct lkm_judge *judge;
	const struct lkm_case *about;
	bool forced;	   /* something is taken without versions: taint F */
	bool proprietary;  /* taint P, for its license or inherited */
	bool uses_gpl;	   /* a symbol that is for GPL modules */
	struct lkm_str inherited; /* the module from which it has taint P; "" */
	bool unsigned_now; /* taint E */
};

/* What one finding is, without its texts. */
struct lkm_mark {
	enum lkm_check check;
	enum lkm_weight weight;
	uint16_t order;
	int err;
	struct lkm_str subject, owner;
};

/* Add a finding; `what` is formatted, the message stays to be set. */
int lkm_judging_find(struct lkm_judging *j, const struct lkm_mark *mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Set the kernel's message of the newest finding. */
int lkm_judging_message(struct lkm_judging *j, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* verdict_file.c: what the file alone shows. */
int lkm_judge_faults(struct lkm_judging *j);
int lkm_judge_machine(struct lkm_judging *j);
int lkm_judge_struct_size(struct lkm_judging *j);
int lkm_judge_vermagic(struct lkm_judging *j);
int lkm_judge_livepatch(struct lkm_judging *j);
int lkm_judge_percpu(struct lkm_judging *j);
int lkm_judge_btf(struct lkm_judging *j);
int lkm_judge_taints(struct lkm_judging *j);

/* verdict_state.c: what the system shows. */
int lkm_judge_rights(struct lkm_judging *j);
int lkm_judge_signature(struct lkm_judging *j);
int lkm_judge_blacklist(struct lkm_judging *j);
int lkm_judge_presence(struct lkm_judging *j);

/* verdict_params.c: the parameters it is given. */
int lkm_judge_params(struct lkm_judging *j);

/* verdict_symbols.c: what it needs and what it gives. */
int lkm_judge_layout(struct lkm_judging *j);
int lkm_judge_needs(struct lkm_judging *j);
int lkm_judge_imports(struct lkm_judging *j);
int lkm_judge_exports(struct lkm_judging *j);

/*
 * Without versions or vermagic a kernel takes a module only if it was built to
 * allow that.  Adds what comes of it for `reason`; `mark` is how it is refused.
 */
int lkm_judge_forced(struct lkm_judging *j, const struct lkm_mark *mark, const char *reason);

#endif
