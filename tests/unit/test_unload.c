/* plan/unload: the kernel's refusals told apart, and waiting. */
#include "check.h"
#include "fakehost.h"
#include "plan/unload.h"

/* A loaded module x: its count, its holders. */
static void loaded(struct fakehost *f, const char *refcnt, const char *holders)
{
	fakehost_init(f);
	fakehost_dir(f, "/sys/module/x", "");
	fakehost_file(f, "/sys/module/x/initstate", "live\n");
	fakehost_dir(f, "/sys/module/x/holders", holders);
	if (refcnt)
		fakehost_file(f, "/sys/module/x/refcnt", refcnt);
}

static void removes_an_unused_module(void **state)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	struct lkm_unload_options options = { 0 };
	struct fakehost f;

	(void)state;
	loaded(&f, "0\n", "");
	assert_int_equal(lkm_unload(&f.host, "x", &options, &result), 0);
	assert_int_equal(result.refusal, LKM_UNLOAD_DONE);
	assert_string_equal(fakehost_calls(&f), "delete_module x flags=0\n");
	fakehost_release(&f);
}

static const struct refusal {
	const char *name;
	const char *refcnt; /* NULL: no such file */
	const char *holders;
	int deleted; /* what delete_module says */
	int want;
	enum lkm_unload_refusal refusal;
} refusals[] = {
	{ "held", "2\n", "a\nb\n", 0, -EAGAIN, LKM_UNLOAD_HELD },
	{ "in use", "1\n", "", 0, -EAGAIN, LKM_UNLOAD_IN_USE },
	{ "no count", NULL, "", 0, -ENOSYS, LKM_UNLOAD_UNSUPPORTED },
	{ "count is no number", "many\n", "", 0, -EBADMSG, LKM_UNLOAD_REFUSED },
	{ "not allowed", "0\n", "", -EPERM, -EPERM, LKM_UNLOAD_REFUSED },
	{ "permanent", "0\n", "", -EBUSY, -EBUSY, LKM_UNLOAD_PERMANENT },
	{ "gone meanwhile", "0\n", "", -ENOENT, -ENOENT, LKM_UNLOAD_NOT_LOADED },
	{ "used for a moment", "0\n", "", -EAGAIN, -EAGAIN, LKM_UNLOAD_REFUSED },
	{ "kernel without modules", "0\n", "", -ENOSYS, -ENOSYS, LKM_UNLOAD_REFUSED },
};

static void tells_refusals_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct refusal *r = &refusals[i];
		lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
		struct lkm_unload_options options = { 0 };
		struct fakehost f;

		loaded(&f, r->refcnt, r->holders);
		fakehost_answer(&f, "delete_module", r->deleted);
		assert_row(r->name, lkm_unload(&f.host, "x", &options, &result), r->want);
		assert_row(r->name, result.refusal, r->refusal);
		fakehost_release(&f);
	}
}

static void does_not_ask_the_kernel_for_what_is_not_loaded(void **state)
{
	static const struct {
		const char *name;
		bool directory;
		enum lkm_unload_refusal refusal;
	} rows[] = {
		{ "absent", false, LKM_UNLOAD_NOT_LOADED },
		{ "builtin", true, LKM_UNLOAD_BUILTIN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
		struct lkm_unload_options options = { 0 };
		struct fakehost f;

		fakehost_init(&f);
		if (rows[i].directory)
			fakehost_dir(&f, "/sys/module/x", "");
		assert_true(lkm_unload(&f.host, "x", &options, &result) < 0);
		assert_row(rows[i].name, result.refusal, rows[i].refusal);
		assert_int_equal(f.log.len, 0);
		fakehost_release(&f);
	}
}

static void gives_the_holders(void **state)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	struct lkm_unload_options options = { 0 };
	struct fakehost f;

	(void)state;
	loaded(&f, "2\n", "b\na\n");
	assert_int_equal(lkm_unload(&f.host, "x", &options, &result), -EAGAIN);
	assert_int_equal(result.holders.len, 4);
	assert_memory_equal(result.holders.ptr, "b\0a", 4);
	fakehost_release(&f);
}

/* The count rises between our look and the kernel's. */
static void looks_again_when_the_kernel_says_in_use(void **state)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	struct lkm_unload_options options = { 0 };
	struct fakehost f;

	(void)state;
	loaded(&f, "0\n", "");
	fakehost_file(&f, "/sys/module/x/refcnt", "3\n");
	fakehost_answer(&f, "delete_module", -EAGAIN);
	assert_int_equal(lkm_unload(&f.host, "x", &options, &result), -EAGAIN);
	assert_int_equal(result.refusal, LKM_UNLOAD_IN_USE);
	assert_int_equal(result.refcnt, 3);
	fakehost_release(&f);
}

static void forces_without_looking(void **state)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	struct lkm_unload_options options = { .force = true };
	struct fakehost f;

	(void)state;
	loaded(&f, "1\n", "");
	assert_int_equal(lkm_unload(&f.host, "x", &options, &result), 0);
	assert_string_equal(fakehost_calls(&f), "delete_module x flags=512\n");
	assert_int_equal(f.count, 1);
	fakehost_release(&f);
}

static void waits_until_it_is_free(void **state)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	struct lkm_unload_options options = { .wait = true };
	struct fakehost f;

	(void)state;
	loaded(&f, "2\n", "");
	fakehost_file(&f, "/sys/module/x/refcnt", "1\n");
	fakehost_file(&f, "/sys/module/x/refcnt", "0\n");
	assert_int_equal(lkm_unload(&f.host, "x", &options, &result), 0);
	assert_string_equal(fakehost_calls(&f), "sleep\nsleep\ndelete_module x flags=0\n");
	fakehost_release(&f);
}

static void waits_no_longer_than_asked(void **state)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	struct lkm_unload_options options = { .wait = true, .wait_ms = 3000 };
	struct fakehost f;

	(void)state;
	loaded(&f, "2\n", "");
	assert_int_equal(lkm_unload(&f.host, "x", &options, &result), -EAGAIN);
	assert_int_equal(result.refusal, LKM_UNLOAD_IN_USE);
	assert_in_range(f.now, 1000 + 3000, 1000 + 3500);
	fakehost_release(&f);
}

static void does_not_wait_for_what_never_passes(void **state)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	struct lkm_unload_options options = { .wait = true };
	struct fakehost f;

	(void)state;
	loaded(&f, "0\n", "");
	fakehost_answer(&f, "delete_module", -EBUSY);
	assert_int_equal(lkm_unload(&f.host, "x", &options, &result), -EBUSY);
	assert_string_equal(fakehost_calls(&f), "delete_module x flags=0\n");
	fakehost_release(&f);
}

static void is_content_when_somebody_else_removed_it(void **state)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	struct lkm_unload_options options = { .wait = true };
	struct fakehost f;

	(void)state;
	loaded(&f, "1\n", "");
	fakehost_file(&f, "/sys/module/x/refcnt", "0\n");
	fakehost_answer(&f, "delete_module", -ENOENT);
	assert_int_equal(lkm_unload(&f.host, "x", &options, &result), 0);
	assert_int_equal(result.refusal, LKM_UNLOAD_DONE);
	fakehost_release(&f);
}

/* Whatever call fails: an error or success, never a removal that is not reported. */
static void reports_every_failing_call(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= 8; n++) {
		lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
		struct lkm_unload_options options = { .wait = true, .wait_ms = 50 };
		struct fakehost f;
		int err;

		loaded(&f, "1\n", "");
		fakehost_file(&f, "/sys/module/x/refcnt", "0\n");
		f.fail_at = n;
		f.fail_with = -EIO;
		err = lkm_unload(&f.host, "x", &options, &result);
		assert_int_equal(err == 0, result.refusal == LKM_UNLOAD_DONE);
		if (err == 0)
			assert_non_null(strstr(fakehost_calls(&f), "delete_module"));
		fakehost_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(removes_an_unused_module),
		cmocka_unit_test(tells_refusals_apart),
		cmocka_unit_test(does_not_ask_the_kernel_for_what_is_not_loaded),
		cmocka_unit_test(gives_the_holders),
		cmocka_unit_test(looks_again_when_the_kernel_says_in_use),
		cmocka_unit_test(forces_without_looking),
		cmocka_unit_test(waits_until_it_is_free),
		cmocka_unit_test(waits_no_longer_than_asked),
		cmocka_unit_test(does_not_wait_for_what_never_passes),
		cmocka_unit_test(is_content_when_somebody_else_removed_it),
		cmocka_unit_test(reports_every_failing_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
