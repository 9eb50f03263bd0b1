/* plan/execute: plans of a few steps against a scripted host; host/command for real. */
#include "check.h"

#include <signal.h>

#include "fakehost.h"
#include "mkelf.h"
#include "plan/execute.h"

static char file[] = "/tmp/lkm-test-XXXXXX";

static int make_module(void **state)
{
	struct mkelf m;
	int fd = mkstemp(file);

	(void)state;
	mkelf_init(&m, true, false);
	mkelf_section(&m, ".modinfo", LKM_SHT_PROGBITS, "name=x", 7);
	mkelf_finish(&m);
	assert_int_equal(lkm_fd_write(fd, lkm_str_bytes(lkm_buf_view(&m.buf))), 0);
	mkelf_release(&m);
	return close(fd);
}

static int remove_module(void **state)
{
	(void)state;
	return unlink(file);
}

/* Steps as text: kind, group, name; "L0dep" loads dep in group 0. */
static void make_plan(struct lkm_plan *plan, const char *text)
{
	static const struct lkm_config_entry install = {
		.line = { .value = LKM_STR("do $CMDLINE_OPTS and $CMDLINE_OPTS") },
	};
	struct lkm_str rest = lkm_str(text), word;

	while (lkm_str_next_word(&rest, &word)) {
		struct lkm_step step = {
			.kind = (enum lkm_step_kind)(strchr("LIBM", word.ptr[0]) - "LIBM"),
			.group = (unsigned int)(word.ptr[1] - '0'),
			.module = { word.ptr + 2, word.len - 2 },
			.path = file,
			.options = lkm_str("p=$CMDLINE_OPTS"),
		};

		if (step.kind == LKM_STEP_INSTALL)
			step.entry = &install;
		assert_int_equal(lkm_plan_add(plan, &step), 0);
	}
}

struct seen {
	struct lkm_buf announced, failed;
};

static void announce(void *ctx, const struct lkm_step *step)
{
	struct seen *seen = ctx;

	lkm_buf_printf(&seen->announced, "%.*s ", LKM_STR_ARG(step->module));
}

static void failed(void *ctx, const struct lkm_failure *f)
{
	struct seen *seen = ctx;

	lkm_buf_printf(&seen->failed, "%.*s:%d ", LKM_STR_ARG(f->step->module), f->err);
}

static const struct row {
	const char *name, *plan;
	struct {
		const char *call;
		int result;
	} answers[3];
	const char *live; /* module that sysfs says is live */
	int err;
	const char *announced, *failed;
	bool dry_run;
} rows[] = {
	{ "all goes well", "L0dep L0x", { { 0 } }, "", 0, "dep x ", "", false },
	{ "loaded ones are passed over", "L0dep L0x", { { 0 } }, "dep", 0, "x ", "", false },
	{ "a required one fails", "L0dep L0x", { { "finit_module", -ENOENT } }, "", -ENOENT, "dep ",
	  "dep:-2 ", false },
	{ "an optional one fails, its group with it", "L1dep L1soft L0x",
	  { { "finit_module", -ENOEXEC }, { "finit_module", 0 } }, "", 0, "dep x ", "dep:-8 ", false },
	{ "another group goes on", "L1a L2b L0x", { { "finit_module", -ENOEXEC }, { "finit_module", 0 } },
	  "", 0, "a b x ", "a:-8 ", false },
	{ "init says it exists", "L0x", { { "finit_module", -EEXIST } }, "", -EEXIST, "x ", "x:-17 ",
	  false },
	{ "no file", "M0x", { { 0 } }, "", -ENOENT, "", "x:-2 ", false },
	{ "no file of a soft dependency", "M1s L0x", { { 0 } }, "", 0, "x ", "s:-2 ", false },
	{ "built in", "B0u L0x", { { 0 } }, "", 0, "u x ", "", false },
	{ "a command", "I0x", { { 0 } }, "", 0, "x ", "", false },
	{ "a command that fails", "I0x L0y", { { "run_command", 3 } }, "", -EINVAL, "x ", "x:-22 ", false },
	{ "a dry run does nothing", "L0dep I0x", { { "finit_module", -EIO }, { "run_command", 1 } }, "", 0,
	  "dep x ", "", true },
};

static void run_row(const struct row *row, struct fakehost *f, struct seen *seen)
{
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
	struct lkm_execution x = { .host = &f->host, .dry_run = row->dry_run, .command_options = "-q",
				   .announce = announce, .failed = failed, .ctx = seen };
	char state[100];

	snprintf(state, sizeof(state), "/sys/module/%s/initstate", row->live);
	if (row->live[0])
		fakehost_file(f, state, "live\n");
	for (size_t i = 0; i < COUNT(row->answers) && row->answers[i].call; i++)
		fakehost_answer(f, row->answers[i].call, row->answers[i].result);
	make_plan(&plan, row->plan);
	assert_row(row->name, lkm_execute_insert(&x, &plan), row->err);
}

static void does_what_the_plan_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct seen seen = { 0 };
		struct fakehost f;

		fakehost_init(&f);
		run_row(&rows[i], &f, &seen);
		if (!lkm_str_is(lkm_buf_view(&seen.announced), rows[i].announced) ||
		    !lkm_str_is(lkm_buf_view(&seen.failed), rows[i].failed))
			fail_msg("row \"%s\": announced \"%s\", failed \"%s\"", rows[i].name,
				 lkm_buf_cstr(&seen.announced), lkm_buf_cstr(&seen.failed));
		lkm_buf_release(&seen.announced);
		lkm_buf_release(&seen.failed);
		fakehost_release(&f);
	}
}

/* Another process loads it between our look and our call. */
static void be_faster(void *ctx, const struct lkm_step *step)
{
	(void)step;
	fakehost_file(ctx, "/sys/module/x/initstate", "live\n");
}

static void count_done(void *ctx, const struct lkm_step *step)
{
	(void)step;
	fakehost_file(ctx, "/done", "yes");
}

static void does_not_claim_what_others_did(void **state)
{
	(void)state;
	for (int twin = 0; twin < 2; twin++) {
		lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
		struct fakehost f;
		struct lkm_execution x = { .host = &f.host, .command_options = "", .ctx = &f,
					   .announce = twin ? be_faster : NULL, .done = count_done };

		fakehost_init(&f);
		fakehost_answer(&f, "finit_module", twin ? -EEXIST : 0);
		make_plan(&plan, "L0x");
		assert_int_equal(lkm_execute_insert(&x, &plan), 0);
		assert_int_equal(lkm_host_exists(&f.host, "/done"), !twin);
		fakehost_release(&f);
	}
}

/* "top" has to go; "free" and "busy" only if nothing uses them by then. */
static void looks_again_at_users(void **state)
{
	static const char *const names[] = { "top", "free", "busy" };
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;

	(void)state;
	for (unsigned int i = 0; i < COUNT(names); i++) {
		struct lkm_step step = { .kind = LKM_STEP_UNLOAD, .group = i, .if_unused = i > 0,
					 .module = lkm_str(names[i]) };

		assert_int_equal(lkm_plan_add(&plan, &step), 0);
	}
	for (int dry_run = 0; dry_run < 2; dry_run++) {
		struct seen seen = { 0 };
		struct fakehost f;
		struct lkm_report report = { 0 };
		struct lkm_execution x = { .host = &f.host, .dry_run = dry_run, .report = &report,
					   .announce = announce, .failed = failed, .ctx = &seen };

		fakehost_init(&f);
		fakehost_file(&f, "/sys/module/free/refcnt", "0\n");
		fakehost_file(&f, "/sys/module/busy/refcnt", "1\n");
		assert_int_equal(lkm_execute_remove(&x, &plan), 0);
		assert_true(lkm_str_is(lkm_buf_view(&seen.announced), dry_run ? "top " : "top free "));
		assert_null(strstr(fakehost_calls(&f), "delete_module busy"));
		lkm_buf_release(&seen.announced);
		fakehost_release(&f);
	}
}

static void substitutes_once(void **state)
{
	struct row row = { "command", "I0x", { { 0 } }, "", 0, "x ", "", false };
	struct seen seen = { 0 };
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	run_row(&row, &f, &seen);
	assert_non_null(strstr(fakehost_calls(&f), "run_command do p=$CMDLINE_OPTS and p=$CMDLINE_OPTS "
						   "module=x options=-q\n"));
	lkm_buf_release(&seen.announced);
	fakehost_release(&f);
}

static void commands_end_in_all_ways(void **state)
{
	static const struct {
		const char *command;
		int code, signal;
	} ends[] = {
		{ "exit 3", 3, 0 },
		{ "kill -9 $$", 0, SIGKILL },
		{ "test \"$MODPROBE_MODULE\" = mod && test \"$MODPROBE_OPTIONS\" = -v", 0, 0 },
		{ "test -z \"$LKM_SECRET\" && test \"$HOME\" = /", 0, 0 },
		{ "nonexistent-command-of-lkm 2>/dev/null", 127, 0 },
	};

	(void)state;
	setenv("LKM_SECRET", "x", 1);
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct lkm_command_status status = { -1, -1 };

		assert_row(ends[i].command, lkm_command_run(ends[i].command, "mod", "-v", &status), 0);
		assert_row(ends[i].command, status.code, ends[i].code);
		assert_row(ends[i].command, status.signal, ends[i].signal);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_the_plan_says),
		cmocka_unit_test(does_not_claim_what_others_did),
		cmocka_unit_test(looks_again_at_users),
		cmocka_unit_test(substitutes_once),
		cmocka_unit_test(commands_end_in_all_ways),
	};

	return cmocka_run_group_tests(tests, make_module, remove_module);
}
