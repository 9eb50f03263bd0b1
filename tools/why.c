#include "tools/why.h"

#include "tools/log.h"

/* Out of memory while explaining: what was found so far is still worth printing. */
static void print(const struct lkm_reasons *reasons)
{
	for (size_t i = 0; i < reasons->list.len; i++)
		lkm_explain("%s%s", lkm_sureness_prefix(reasons->list.ptr[i].sureness),
			    reasons->list.ptr[i].text);
}

void lkm_why_load(const struct lkm_host *host, const struct lkm_refusal *refusal)
{
	lkm_auto(lkm_reasons) struct lkm_reasons reasons = LKM_REASONS_INIT;

	(void)lkm_explain_load(host, refusal, &reasons);
	print(&reasons);
}

void lkm_why_unload(const struct lkm_host *host, const struct lkm_unload_refused *refused)
{
	lkm_auto(lkm_reasons) struct lkm_reasons reasons = LKM_REASONS_INIT;

	(void)lkm_explain_unload(host, refused, &reasons);
	print(&reasons);
}

void lkm_why_missing(const struct lkm_plan_env *env, const char *name)
{
	lkm_auto(lkm_missing) struct lkm_missing missing = LKM_MISSING_INIT;
	lkm_auto(lkm_reasons) struct lkm_reasons reasons = LKM_REASONS_INIT;

	if (lkm_missing_find(env, lkm_str(name), &missing) == 0)
		(void)lkm_missing_explain(&missing, &reasons);
	print(&reasons);
}
