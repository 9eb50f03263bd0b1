#include "plan/permit.h"

enum lkm_permit lkm_permit_module(const struct lkm_config *config, struct lkm_str module,
				  const struct lkm_config_entry **ret_entry)
{
	const struct lkm_config_entry *forbid = lkm_config_match(config, LKM_CONF_FORBID, module);
	/* The line has no module: its name is empty. */
	const struct lkm_config_entry *only = lkm_config_match(config, LKM_CONF_ALLOW_ONLY, lkm_str(""));

	*ret_entry = forbid ? forbid : only;
	if (forbid)
		return LKM_PERMIT_FORBIDDEN;
	if (!only || lkm_str_is(only->line.value, "no") || lkm_config_match(config, LKM_CONF_ALLOW, module))
		return LKM_PERMIT_YES;
	return lkm_str_is(only->line.value, "audit") ? LKM_PERMIT_AUDITED : LKM_PERMIT_NOT_ALLOWED;
}

/* "module X, which Y needs," - how it came to be asked for. */
static void say_whose(const struct lkm_step *step, struct lkm_buf *buf)
{
	lkm_buf_printf(buf, "module %.*s", LKM_STR_ARG(step->module));
	if (step->of.len)
		lkm_buf_printf(buf, ", which %.*s needs,", LKM_STR_ARG(step->of));
}

static int refuse(const struct lkm_step *step, enum lkm_permit permit,
		  const struct lkm_config_entry *entry, struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf whose = LKM_BUF_INIT;
	const char *what = permit == LKM_PERMIT_FORBIDDEN ? "is forbidden" :
							    "is not in the list of allowed modules";

	say_whose(step, &whose);
	if (!lkm_buf_cstr(&whose))
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	if (permit == LKM_PERMIT_FORBIDDEN && entry->line.value.len)
		lkm_diag_line(diag, -EPERM, entry->line.number, "%s %s: %.*s", whose.ptr, what,
			      LKM_STR_ARG(entry->line.value));
	else
		lkm_diag_line(diag, -EPERM, entry->line.number, "%s %s", whose.ptr, what);
	lkm_diag_file(diag, entry->file);
	return -EPERM;
}

static void note(const struct lkm_step *step, const struct lkm_config_entry *entry,
		 struct lkm_report *report)
{
	lkm_auto(lkm_buf) struct lkm_buf whose = LKM_BUF_INIT;

	say_whose(step, &whose);
	lkm_report(report, LKM_REPORT_WARNING, "%s:%u: %s would not be allowed", entry->file,
		   entry->line.number, lkm_buf_cstr(&whose) ? whose.ptr : "a module");
}

static bool loads(const struct lkm_step *step)
{
	return step->kind == LKM_STEP_LOAD || step->kind == LKM_STEP_INSTALL;
}

static void drop_group(struct lkm_plan *plan, unsigned int group)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->steps.len; i++)
		if (plan->steps.ptr[i].group != group)
			plan->steps.ptr[kept++] = plan->steps.ptr[i];
	plan->steps.len = kept;
}

int lkm_permit_plan(const struct lkm_config *config, struct lkm_plan *plan,
		    struct lkm_report *report, struct lkm_diag *diag)
{
	size_t i = 0;

	while (i < plan->steps.len) {
		const struct lkm_step step = plan->steps.ptr[i];
		const struct lkm_config_entry *entry = NULL;
		enum lkm_permit permit = loads(&step) ?
						 lkm_permit_module(config, step.module, &entry) :
						 LKM_PERMIT_YES;

		if (permit == LKM_PERMIT_AUDITED)
			note(&step, entry, report);
		if (permit == LKM_PERMIT_YES || permit == LKM_PERMIT_AUDITED) {
			i++;
			continue;
		}
		if (step.group == 0)
			return refuse(&step, permit, entry, diag);
		/* Steps in front of this one may be gone too: look at all again. */
		drop_group(plan, step.group);
		i = 0;
	}
	return 0;
}
