#include "base/near.h"
#include "fmt/paramdefault.h"
#include "fmt/paramvalue.h"
#include "link/judging.h"

static const struct lkm_subject_parm *find_parm(const struct lkm_judging *j, struct lkm_str name)
{
	for (size_t i = 0; i < j->subject->parms.len; i++)
		if (lkm_param_name_eq(j->subject->parms.ptr[i].name, name))
			return &j->subject->parms.ptr[i];
	return NULL;
}

/* `from`: what the findings begin with, where the parameters come from. */
static int judge_unknown_param(struct lkm_judging *j, struct lkm_str name, const char *from)
{
	struct lkm_near near = lkm_near(name);
	int err;

	if (lkm_str_is(name, "dyndbg") || lkm_str_is(name, "async_probe"))
		return 0;
	for (size_t i = 0; i < j->subject->parms.len; i++)
		lkm_near_offer(&near, j->subject->parms.ptr[i].name);
	err = lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_PARAMETER, .weight = LKM_WEIGHT_NOTE,
		.order = LKM_ORDER(LKM_STEP_PARAMETERS, 0), .subject = name },
		"%sit has no parameter %.*s: the kernel ignores it%s%s", from, LKM_STR_ARG(name),
		near.len ? "; did you mean " : "", near.len ? near.names[0].text : "");
	return err ? err : lkm_judging_message(j, "%.*s: unknown parameter '%.*s' ignored",
					       LKM_STR_ARG(j->subject->shown), LKM_STR_ARG(name));
}

/* What the kernel says of a value; of an array only the first one is left by then. */
static int say_refused(struct lkm_judging *j, const struct lkm_param *param, bool array, int value_err)
{
	struct lkm_str value = param->value;

	if (array)
		lkm_str_cut(value, ',', &value, NULL);
	return lkm_judging_message(j, "%.*s: `%.*s' %s for parameter `%.*s'",
				   LKM_STR_ARG(j->subject->shown), LKM_STR_ARG(value),
				   value_err == -ENOSPC ? "too large" : "invalid",
				   LKM_STR_ARG(param->name));
}

/* Is it refused before its value is looked at? */
static bool is_guarded(const struct lkm_judging *j, const struct lkm_subject_parm *parm)
{
	return (parm->flags & LKM_PARAM_HARDWARE) && j->judge->locked_down == LKM_TRI_YES;
}

/* Parameters that the kernel guards: of hardware, and those that can break it. */
static int judge_guard(struct lkm_judging *j, const struct lkm_subject_parm *parm,
		       const struct lkm_param *param, const char *from)
{
	struct lkm_mark mark = { .check = LKM_CHECK_PARAMETER, .weight = LKM_WEIGHT_REFUSES,
				 .order = LKM_ORDER(LKM_STEP_PARAMETERS, 0), .err = -EPERM,
				 .subject = param->name };
	int err;

	if (is_guarded(j, parm)) {
		err = lkm_judging_find(j, &mark, "%sparameter %.*s is about hardware, and this kernel is "
						 "locked down", from, LKM_STR_ARG(param->name));
		return err ? err : lkm_judging_message(j, "Lockdown: unsafe module parameters is "
							  "restricted; see man kernel_lockdown.7");
	}
	if (!(parm->flags & LKM_PARAM_UNSAFE))
		return 0;
	mark.check = LKM_CHECK_TAINT;
	mark.weight = LKM_WEIGHT_TAINTS;
	mark.err = 0;
	err = lkm_judging_find(j, &mark, "%sparameter %.*s can break the kernel, which marks itself when "
					 "it is set (taint U)", from, LKM_STR_ARG(param->name));
	return err ? err : lkm_judging_message(j, "Setting dangerous option %.*s - tainting kernel",
					       LKM_STR_ARG(parm->name));
}

static int judge_param(struct lkm_judging *j, const struct lkm_param *param, const char *from)
{
	const struct lkm_subject_parm *parm = find_parm(j, param->name);
	bool array = parm && lkm_str_starts(parm->type, "array of ", NULL);
	char want[LKM_PARAM_WANT_MAX];
	int value_err, err;

	if (!parm)
		return judge_unknown_param(j, param->name, from);
	value_err = lkm_param_value_check(&(struct lkm_param_type){
		.name = parm->type, .max = parm->max, .narrow = !j->subject->wide,
		.no_enable = j->judge->version && j->judge->version < LKM_SINCE(7, 2) }, param, want);
	if (value_err == 0 || (param->has_value && is_guarded(j, parm)))
		return judge_guard(j, parm, param, from);
	err = lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_PARAMETER, .weight = LKM_WEIGHT_REFUSES,
		.order = LKM_ORDER(LKM_STEP_PARAMETERS, 0), .err = value_err, .subject = param->name },
		"%sparameter %.*s takes %s, not \"%.*s\"", from, LKM_STR_ARG(param->name), want,
		LKM_STR_ARG(param->value));
	return err ? err : say_refused(j, param, array, value_err);
}

static int judge_some_params(struct lkm_judging *j, struct lkm_str params, const char *from)
{
	struct lkm_param param;
	int err = 0;

	while (!err && lkm_params_next(&params, &param))
		err = judge_param(j, &param, from);
	return err;
}

int lkm_judge_params(struct lkm_judging *j)
{
	int err = 0;

	for (size_t i = 0; i < j->about->lines.len && !err; i++)
		err = judge_some_params(j, j->about->lines.ptr[i].params,
					j->about->lines.ptr[i].from);
	return err ? err : judge_some_params(j, j->about->params, "");
}
