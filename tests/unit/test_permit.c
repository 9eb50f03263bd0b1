/* plan/permit: a plan of four steps against rows of configuration. */
#include "check.h"

#include "plan/permit.h"

static const struct row {
	const char *name;
	struct {
		enum lkm_modprobeconf_word word;
		const char *name, *value;
	} lines[3];
	int err;
	const char *want; /* modules that are left, or the sentence */
	const char *noted;
} rows[] = {
	{ "nothing configured", { { 0 } }, 0, "dep,soft,softdep2,asked,", "" },
	{ "what was asked for", { { LKM_CONF_FORBID, "asked", "" } }, -EPERM,
	  "c.conf:1: module asked is forbidden", "" },
	{ "a dependency, with a reason", { { LKM_CONF_FORBID, "de*", "it eats disks" } }, -EPERM,
	  "c.conf:1: module dep, which asked needs, is forbidden: it eats disks", "" },
	{ "a soft dependency goes with what it needs", { { LKM_CONF_FORBID, "softdep2", "" } }, 0,
	  "dep,asked,", "" },
	{ "and with what needs it", { { LKM_CONF_FORBID, "soft", "" } }, 0, "dep,asked,", "" },
	{ "built in", { { LKM_CONF_FORBID, "builtin", "" } }, 0, "dep,soft,softdep2,asked,", "" },
	{ "not in the list",
	  { { LKM_CONF_ALLOW_ONLY, "", "yes" }, { LKM_CONF_ALLOW, "asked", "" } }, -EPERM,
	  "c.conf:1: module dep, which asked needs, is not in the list of allowed modules", "" },
	{ "in the list",
	  { { LKM_CONF_ALLOW_ONLY, "", "yes" }, { LKM_CONF_ALLOW, "asked", "" },
	    { LKM_CONF_ALLOW, "dep", "" } }, 0, "dep,asked,", "" },
	{ "forbid beats allow",
	  { { LKM_CONF_FORBID, "asked", "" }, { LKM_CONF_ALLOW, "asked", "" } }, -EPERM,
	  "c.conf:1: module asked is forbidden", "" },
	{ "the list switched off",
	  { { LKM_CONF_ALLOW_ONLY, "", "no" }, { LKM_CONF_ALLOW_ONLY, "", "yes" } }, 0,
	  "dep,soft,softdep2,asked,", "" },
	{ "the list on trial",
	  { { LKM_CONF_ALLOW_ONLY, "", "audit" }, { LKM_CONF_ALLOW, "[ads]*t*", "" },
	    { LKM_CONF_ALLOW, "asked", "" } }, 0, "dep,soft,softdep2,asked,",
	  "c.conf:1: module dep, which asked needs, would not be allowed" },
};

static void add(struct lkm_plan *plan, const char *module, const char *of, unsigned int group)
{
	struct lkm_step step = { .kind = LKM_STEP_LOAD, .module = lkm_str(module),
				 .of = lkm_str(of), .group = group };

	if (strcmp(module, "builtin") == 0)
		step.kind = LKM_STEP_BUILTIN;
	assert_int_equal(lkm_plan_add(plan, &step), 0);
}

static void note(void *ctx, enum lkm_report_level level, const char *text)
{
	(void)level;
	snprintf(ctx, 200, "%s", text);
}

static void judge(const struct row *row, struct lkm_buf *ret, char *noted)
{
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
	lkm_auto(lkm_config) struct lkm_config config = LKM_CONFIG_INIT;
	struct lkm_config_entry entries[COUNT(row->lines)];
	struct lkm_report report = { .say = note, .ctx = noted };
	struct lkm_diag diag = LKM_DIAG_INIT;

	for (size_t i = COUNT(row->lines); i > 0; i--) {
		if (!row->lines[i - 1].name)
			continue;
		entries[i - 1] = (struct lkm_config_entry){
			.line = { row->lines[i - 1].word, (unsigned int)i,
				  lkm_str(row->lines[i - 1].name), lkm_str(row->lines[i - 1].value) },
			.file = "c.conf",
			.next = config.first,
		};
		config.first = &entries[i - 1];
	}
	add(&plan, "dep", "asked", 0);
	add(&plan, "soft", "softdep2", 1);
	add(&plan, "softdep2", "asked", 1);
	add(&plan, "builtin", "asked", 0);
	add(&plan, "asked", "", 0);
	assert_row(row->name, lkm_permit_plan(&config, &plan, &report, &diag), row->err);
	if (row->err)
		lkm_diag_print(&diag, ret);
	for (size_t i = 0; i < plan.steps.len && !row->err; i++)
		if (plan.steps.ptr[i].kind == LKM_STEP_LOAD)
			lkm_buf_printf(ret, "%.*s,", LKM_STR_ARG(plan.steps.ptr[i].module));
}

static void permits_and_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		char noted[200] = "";

		judge(&rows[i], &got, noted);
		if (!lkm_str_is(lkm_buf_view(&got), rows[i].want))
			fail_msg("row \"%s\": got \"%s\"", rows[i].name, lkm_buf_cstr(&got));
		assert_string_equal(noted, rows[i].noted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(permits_and_refuses) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
