#include "link/judging.h"

int lkm_judge_rights(struct lkm_judging *j)
{
	if (j->about->may_load != LKM_TRI_NO)
		return 0;
	return lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_RIGHTS, .weight = LKM_WEIGHT_NOTE,
		.order = LKM_ORDER(LKM_STEP_RIGHTS, 0) },
		"this process may not load modules; the rest is what the kernel would say to root");
}

/* What the kernel calls a file without a signature that it can use. */
struct soft {
	const char *what, *kernel;
};

static struct soft soft_reason(const struct lkm_judging *j)
{
	if (j->subject->signature == LKM_SIGNED_NOT)
		return (struct soft){ "the file is not signed", "unsigned module" };
	if (j->subject->signature == LKM_SIGNED_UNKNOWN)
		return (struct soft){ "its signature is of a kind that kernels do not check any more",
				      "module with unsupported crypto" };
	return (struct soft){ "it is signed with a key that the kernel does not have",
			      "module with unavailable key" };
}

/* Without a good signature: refused where one is demanded, else a taint. */
static int judge_soft(struct lkm_judging *j)
{
	struct lkm_mark mark = { .check = LKM_CHECK_SIGNATURE, .weight = LKM_WEIGHT_REFUSES,
				 .order = LKM_ORDER(LKM_STEP_SIGNATURE, 10), .err = -EKEYREJECTED };
	struct soft soft = soft_reason(j);
	int err;

	if (j->judge->enforces == LKM_TRI_YES) {
		err = lkm_judging_find(j, &mark, "%s, and this kernel demands a good signature "
						 "(module.sig_enforce)", soft.what);
		return err ? err : lkm_judging_message(j, "Loading of %s is rejected", soft.kernel);
	}
	if (j->judge->locked_down == LKM_TRI_YES) {
		mark.err = -EPERM;
		err = lkm_judging_find(j, &mark, "%s, and this kernel is locked down", soft.what);
		return err ? err : lkm_judging_message(j, "Lockdown: unsigned module loading is restricted; "
							  "see man kernel_lockdown.7");
	}
	j->unsigned_now = true;
	mark.weight = LKM_WEIGHT_TAINTS;
	mark.err = 0;
	return lkm_judging_find(j, &mark, "%s (taint E)", soft.what);
}

static int judge_bad(struct lkm_judging *j, int kernel_err, const char *what)
{
	return lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_SIGNATURE, .weight = LKM_WEIGHT_REFUSES,
		.order = LKM_ORDER(LKM_STEP_SIGNATURE, 0), .err = kernel_err }, "%s", what);
}

static int judge_key(struct lkm_judging *j)
{
	struct lkm_mark mark = { .check = LKM_CHECK_SIGNATURE, .weight = LKM_WEIGHT_NOTE,
				 .order = LKM_ORDER(LKM_STEP_SIGNATURE, 20) };
	bool demanded = j->judge->enforces == LKM_TRI_YES || j->judge->locked_down == LKM_TRI_YES;

	switch (j->about->signature) {
	case LKM_SIGCHECK_VALID:
		return 0;
	case LKM_SIGCHECK_NAME:
		return j->about->unverified ?
			       lkm_judging_find(j, &mark, "a key of the kernel has signed it, by its serial "
							  "number; not verified: %s", j->about->unverified) : 0;
	case LKM_SIGCHECK_WRONG:
		return judge_bad(j, -EKEYREJECTED, "the file was changed after it was signed");
	case LKM_SIGCHECK_NO_KEY:
		return judge_soft(j);
	case LKM_SIGCHECK_UNKNOWN:
		break;
	}
	if (!demanded)
		return 0;
	mark.weight = LKM_WEIGHT_LIKELY;
	return lkm_judging_find(j, &mark, "it is signed by \"%.*s\"; whether this kernel, which demands a good "
					  "signature, has that key is not known",
				LKM_STR_ARG(j->subject->signer));
}

int lkm_judge_signature(struct lkm_judging *j)
{
	if (j->judge->signatures == LKM_TRI_NO)
		return 0;
	switch (j->subject->signature) {
	case LKM_SIGNED_DAMAGED:
		return judge_bad(j, -EBADMSG, "its signature is damaged");
	case LKM_SIGNED_REJECTED:
		return judge_bad(j, -EKEYREJECTED, "its signature has a form that kernels reject: signed "
						   "attributes, or contents that are not plain data");
	case LKM_SIGNED_WELL:
		return judge_key(j);
	default:
		break;
	}
	/* Where it is not known whether signatures are checked, none is missed. */
	return j->judge->signatures == LKM_TRI_YES ? judge_soft(j) : 0;
}

int lkm_judge_blacklist(struct lkm_judging *j)
{
	int err;

	if (j->about->blacklisted != LKM_TRI_YES)
		return 0;
	err = lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_BLACKLIST, .weight = LKM_WEIGHT_REFUSES,
		.order = LKM_ORDER(LKM_STEP_BLACKLIST, 0), .err = -EPERM },
		"the boot option module_blacklist= names %.*s", LKM_STR_ARG(j->subject->shown));
	return err ? err : lkm_judging_message(j, "Module %.*s is blacklisted",
					       LKM_STR_ARG(j->subject->shown));
}

/* What a module of that name means for this one. */
struct presence {
	enum lkm_check check;
	enum lkm_weight weight;
	uint16_t order;
	int err;
	const char *what, *message;
};

static const struct presence presences[] = {
	[LKM_PRESENCE_LIVE] = { LKM_CHECK_LOADED, LKM_WEIGHT_REFUSES, LKM_ORDER(LKM_STEP_LOADED, 0),
				-EEXIST, "is loaded already", "" },
	[LKM_PRESENCE_COMING] = { LKM_CHECK_LOADED, LKM_WEIGHT_REFUSES, LKM_ORDER(LKM_STEP_LOADED, 0),
				  -EEXIST, "is being loaded just now", "" },
	[LKM_PRESENCE_GOING] = { LKM_CHECK_LOADED, LKM_WEIGHT_REFUSES, LKM_ORDER(LKM_STEP_LOADED, 0),
				 -EBUSY, "is being removed just now", "" },
	[LKM_PRESENCE_BUILTIN] = { LKM_CHECK_BUILTIN, LKM_WEIGHT_LIKELY, LKM_ORDER(LKM_STEP_SYSFS, 0), 0,
				   "is part of this kernel already", "" },
	[LKM_PRESENCE_BUILTIN_SHOWN] = { LKM_CHECK_BUILTIN, LKM_WEIGHT_REFUSES,
					 LKM_ORDER(LKM_STEP_SYSFS, 0), -EINVAL,
					 "is part of this kernel already",
					 "module is already loaded" },
};

int lkm_judge_presence(struct lkm_judging *j)
{
	const struct presence *p = &presences[j->about->presence];
	int err;

	if (!p->what)
		return 0;
	err = lkm_judging_find(j, &(struct lkm_mark){ .check = p->check, .weight = p->weight,
						      .order = p->order, .err = p->err },
			       "a module %.*s %s", LKM_STR_ARG(j->subject->name), p->what);
	if (err || !p->message[0])
		return err;
	return lkm_judging_message(j, "%.*s: %s", LKM_STR_ARG(j->subject->shown), p->message);
}
