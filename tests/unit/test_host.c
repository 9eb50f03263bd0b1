/* host/: small files, module states, the snapshot of /proc/modules, policy. */
#include "check.h"
#include "fakehost.h"
#include "host/modules.h"
#include "host/policy.h"

static void reads_numbers(void **state)
{
	static const struct {
		const char *text;
		int err;
		long long number;
	} rows[] = {
		{ "0\n", 0, 0 },
		{ "17\n", 0, 17 },
		{ "-1\n", 0, -1 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "9223372036854775808", -EBADMSG, 0 },
		{ "", -EBADMSG, 0 },
		{ "-", -EBADMSG, 0 },
		{ "12x\n", -EBADMSG, 0 },
		{ "12345678901234567890123456789012345\n", -EBADMSG, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fakehost f;
		int64_t number = 0;

		fakehost_init(&f);
		fakehost_file(&f, "/n", rows[i].text);
		assert_row(rows[i].text, lkm_host_read_number(&f.host, "/n", &number), rows[i].err);
		assert_row(rows[i].text, number, rows[i].number);
		fakehost_release(&f);
	}
}

static void refuses_a_line_that_does_not_fit(void **state)
{
	struct fakehost f;
	char line[5] = "old";

	(void)state;
	fakehost_init(&f);
	fakehost_file(&f, "/four", "abcd\nrest");
	fakehost_file(&f, "/five", "abcde\n");
	assert_int_equal(lkm_host_read_line(&f.host, "/five", sizeof(line), line), -EMSGSIZE);
	assert_string_equal(line, "old");
	assert_int_equal(lkm_host_read_line(&f.host, "/four", sizeof(line), line), 0);
	assert_string_equal(line, "abcd");
	assert_int_equal(lkm_host_read_line(&f.host, "/none", sizeof(line), line), -ENOENT);
	fakehost_release(&f);
}

static void tells_the_state(void **state)
{
	static const struct {
		const char *name;
		const char *initstate; /* NULL: no such file */
		bool directory, holders;
		enum lkm_modstate want;
	} rows[] = {
		{ "live", "live\n", true, true, LKM_MODSTATE_LIVE },
		{ "coming", "coming\n", true, true, LKM_MODSTATE_COMING },
		{ "going", "going\n", true, true, LKM_MODSTATE_GOING },
		{ "builtin", NULL, true, false, LKM_MODSTATE_BUILTIN },
		{ "coming", NULL, true, true, LKM_MODSTATE_COMING },
		{ "absent", NULL, false, false, LKM_MODSTATE_ABSENT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum lkm_modstate got = LKM_MODSTATE_GOING;
		struct fakehost f;

		fakehost_init(&f);
		if (rows[i].initstate)
			fakehost_file(&f, "/sys/module/x/initstate", rows[i].initstate);
		if (rows[i].directory)
			fakehost_dir(&f, "/sys/module/x", "");
		if (rows[i].holders)
			fakehost_dir(&f, "/sys/module/x/holders", "");
		assert_row(rows[i].name, lkm_module_state(&f.host, "x", &got), 0);
		assert_row(rows[i].name, got, rows[i].want);
		assert_string_equal(lkm_modstate_name(got), rows[i].name);
		fakehost_release(&f);
	}
}

static void stays_inside_sys_module(void **state)
{
	static const char *const names[] = { "", ".", "..", "../fs/ext4", "a/b" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		lkm_auto(lkm_buf) struct lkm_buf holders = LKM_BUF_INIT;
		enum lkm_modstate got = LKM_MODSTATE_LIVE;
		int64_t refcnt;
		struct fakehost f;

		fakehost_init(&f);
		assert_row(names[i], lkm_module_state(&f.host, names[i], &got), 0);
		assert_row(names[i], got, LKM_MODSTATE_ABSENT);
		assert_row(names[i], lkm_module_refcnt(&f.host, names[i], &refcnt), -ENOENT);
		assert_row(names[i], lkm_module_holders(&f.host, names[i], &holders), -ENOENT);
		assert_row(names[i], f.count, 0);
		fakehost_release(&f);
	}
}

static void passes_other_errors_on(void **state)
{
	enum lkm_modstate got = LKM_MODSTATE_GOING;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	f.fail_at = 1;
	f.fail_with = -EACCES;
	assert_int_equal(lkm_module_state(&f.host, "x", &got), -EACCES);
	assert_int_equal(got, LKM_MODSTATE_GOING);
	fakehost_release(&f);
}

static void lists_holders_in_the_order_of_the_directory(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf holders = LKM_BUF_INIT;
	struct lkm_str rest, name;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	fakehost_dir(&f, "/sys/module/x/holders", "zeta\nalpha\n");
	assert_int_equal(lkm_module_holders(&f.host, "x", &holders), 0);
	rest = lkm_buf_view(&holders);
	assert_true(lkm_host_next_name(&rest, &name));
	assert_str(name, "zeta");
	assert_true(lkm_host_next_name(&rest, &name));
	assert_str(name, "alpha");
	assert_false(lkm_host_next_name(&rest, &name));
	fakehost_release(&f);
}

/* A list of more than one page, `first` being its first line. */
static char *long_list(const char *first)
{
	struct lkm_buf buf = LKM_BUF_INIT;

	lkm_buf_printf(&buf, "%s\n", first);
	for (int i = 0; i < 200; i++)
		lkm_buf_printf(&buf, "module%d 16384 0 - Live 0x0000000000000000\n", i);
	return lkm_buf_take(&buf);
}

static void reads_a_long_list_until_it_stands_still(void **state)
{
	lkm_autofree char *one = long_list("a 1 0 - Live 0x0");
	lkm_autofree char *two = long_list("b 1 0 - Live 0x0");
	lkm_autofree char *three = long_list("b 1 5 - Live 0x0");
	lkm_auto(lkm_blob) struct lkm_blob got = LKM_BLOB_INIT;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	fakehost_file(&f, "/proc/modules", one);
	fakehost_file(&f, "/proc/modules", two);
	fakehost_file(&f, "/proc/modules", three);
	assert_int_equal(lkm_modules_snapshot(&f.host, &got), 0);
	assert_int_equal(f.count, 3); /* counts may differ, names not */
	assert_int_equal(got.len, strlen(three));
	assert_memory_equal(got.ptr, three, got.len);
	fakehost_release(&f);
}

/* The second reading has one more at its end: not the same. */
static void sees_a_longer_list(void **state)
{
	lkm_autofree char *one = long_list("a 1 0 - Live 0x0");
	lkm_auto(lkm_buf) struct lkm_buf two = LKM_BUF_INIT;
	lkm_auto(lkm_blob) struct lkm_blob got = LKM_BLOB_INIT;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	lkm_buf_printf(&two, "%sz 1 0 - Live 0x0\n", one);
	fakehost_file(&f, "/proc/modules", one);
	fakehost_file(&f, "/proc/modules", lkm_buf_cstr(&two));
	assert_int_equal(lkm_modules_snapshot(&f.host, &got), 0);
	assert_int_equal(f.count, 3);
	assert_int_equal(got.len, two.len);
	fakehost_release(&f);
}

static void reads_a_short_list_once(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob got = LKM_BLOB_INIT;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	fakehost_file(&f, "/proc/modules", "a 1 0 - Live 0x0\n");
	assert_int_equal(lkm_modules_snapshot(&f.host, &got), 0);
	assert_int_equal(f.count, 1);
	fakehost_release(&f);
}

static void gives_up_on_a_list_that_never_stands_still(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob got = LKM_BLOB_INIT;
	char *lists[LKM_MODULES_READS_MAX + 2];
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	for (size_t i = 0; i < COUNT(lists); i++) {
		char first[16];

		snprintf(first, sizeof(first), "m%zu", i);
		lists[i] = long_list(first);
		fakehost_file(&f, "/proc/modules", lists[i]);
	}
	assert_int_equal(lkm_modules_snapshot(&f.host, &got), 0);
	assert_int_equal(f.count, LKM_MODULES_READS_MAX);
	for (size_t i = 0; i < COUNT(lists); i++)
		free(lists[i]);
	fakehost_release(&f);
}

static void fails_when_a_reading_fails(void **state)
{
	lkm_autofree char *list = long_list("a");
	lkm_auto(lkm_blob) struct lkm_blob got = LKM_BLOB_INIT;

	(void)state;
	for (unsigned int n = 1; n <= 2; n++) {
		struct fakehost f;

		fakehost_init(&f);
		fakehost_file(&f, "/proc/modules", list);
		f.fail_at = n;
		f.fail_with = -EIO;
		assert_int_equal(lkm_modules_snapshot(&f.host, &got), -EIO);
		assert_null(got.ptr);
		fakehost_release(&f);
	}
}

static void knows_the_lockdown(void **state)
{
	static const struct {
		const char *text;
		enum lkm_lockdown want;
	} rows[] = {
		{ "[none] integrity confidentiality\n", LKM_LOCKDOWN_NONE },
		{ "none [integrity] confidentiality\n", LKM_LOCKDOWN_INTEGRITY },
		{ "none integrity [confidentiality]\n", LKM_LOCKDOWN_CONFIDENTIALITY },
		{ "something new\n", LKM_LOCKDOWN_UNKNOWN },
		{ NULL, LKM_LOCKDOWN_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fakehost f;

		fakehost_init(&f);
		if (rows[i].text)
			fakehost_file(&f, "/sys/kernel/security/lockdown", rows[i].text);
		assert_row(rows[i].text ? rows[i].text : "no file", lkm_kernel_lockdown(&f.host), rows[i].want);
		fakehost_release(&f);
	}
}

#define CPU  "/sys/devices/system/cpu/cpu"
#define MIDR CPU "0/regs/identification/midr_el1"

/* One question about policy, the file it is read from, and what it says then. */
static const struct {
	const char *path;
	const char *text; /* NULL: no such file */
	enum lkm_answer (*ask)(const struct lkm_host *host);
	enum lkm_answer want;
} questions[] = {
	{ "/sys/module/module/parameters/sig_enforce", "Y\n", lkm_kernel_enforces_signatures,
	  LKM_ANSWER_YES },
	{ "/sys/module/module/parameters/sig_enforce", "N\n", lkm_kernel_enforces_signatures,
	  LKM_ANSWER_NO },
	{ "/sys/module/module/parameters/sig_enforce", NULL, lkm_kernel_enforces_signatures,
	  LKM_ANSWER_UNKNOWN },
	{ "/proc/sys/kernel/modules_disabled", "1\n", lkm_kernel_modules_disabled, LKM_ANSWER_YES },
	{ "/proc/sys/kernel/modules_disabled", "0\n", lkm_kernel_modules_disabled, LKM_ANSWER_NO },
	{ "/proc/sys/kernel/modules_disabled", NULL, lkm_kernel_modules_disabled,
	  LKM_ANSWER_UNKNOWN },
	{ "/proc/self/status", "Name:\tx\nCapEff:\t000001fffffeffff\n", lkm_process_may_load,
	  LKM_ANSWER_NO },
	{ "/proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n", lkm_process_may_load,
	  LKM_ANSWER_YES },
	{ "/proc/self/status", "Name:\tx\nCapEff:\tzz\n", lkm_process_may_load, LKM_ANSWER_UNKNOWN },
	{ "/proc/self/status", NULL, lkm_process_may_load, LKM_ANSWER_UNKNOWN },
	{ "/proc/self/uid_map", "         0          0 4294967295\n",
	  lkm_process_in_user_namespace, LKM_ANSWER_NO },
	{ "/proc/self/uid_map", "         0       1000          1\n",
	  lkm_process_in_user_namespace, LKM_ANSWER_YES },
	{ "/proc/self/uid_map", "         0       1000 4294967295\n",
	  lkm_process_in_user_namespace, LKM_ANSWER_YES },
	{ "/proc/self/uid_map", "", lkm_process_in_user_namespace, LKM_ANSWER_UNKNOWN },
	{ MIDR, "0x00000000410fd030\n", lkm_processor_has_843419, LKM_ANSWER_YES },
	{ MIDR, "0x00000000410fd034\n", lkm_processor_has_843419, LKM_ANSWER_YES },
	{ MIDR, "0x00000000410fd035\n", lkm_processor_has_843419, LKM_ANSWER_NO },
	{ MIDR, "0x00000000410fd080\n", lkm_processor_has_843419, LKM_ANSWER_NO },
	{ MIDR, "0x00000000411fd034\n", lkm_processor_has_843419, LKM_ANSWER_NO },
	{ MIDR, "text\n", lkm_processor_has_843419, LKM_ANSWER_UNKNOWN },
	{ MIDR, NULL, lkm_processor_has_843419, LKM_ANSWER_UNKNOWN },
};

static void answers_questions_of_policy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct fakehost f;

		fakehost_init(&f);
		if (questions[i].text)
			fakehost_file(&f, questions[i].path, questions[i].text);
		assert_row(questions[i].path, questions[i].ask(&f.host), questions[i].want);
		fakehost_release(&f);
	}
}

/* Every processor is looked at, and whether it has been mended. */
static void looks_at_all_processors(void **state)
{
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	fakehost_file(&f, MIDR, "0x00000000410fd034\n");
	fakehost_file(&f, CPU "0/regs/identification/revidr_el1", "0x0000000000000180\n");
	assert_int_equal(lkm_processor_has_843419(&f.host), LKM_ANSWER_NO);
	fakehost_file(&f, CPU "1/regs/identification/midr_el1", "0x00000000410fd034\n");
	fakehost_file(&f, CPU "1/regs/identification/revidr_el1", "0x0000000000000080\n");
	assert_int_equal(lkm_processor_has_843419(&f.host), LKM_ANSWER_YES);
	fakehost_release(&f);
}

static void reads_the_boot_blacklist(void **state)
{
	static const struct {
		const char *text;
		enum lkm_answer want;
	} rows[] = {
		{ "dummy\n", LKM_ANSWER_YES },
		{ "a,dummy,b\n", LKM_ANSWER_YES },
		{ "a,dummy2,b\n", LKM_ANSWER_NO },
		{ "dum-my\n", LKM_ANSWER_NO },
		{ "(null)\n", LKM_ANSWER_NO },
		{ NULL, LKM_ANSWER_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fakehost f;

		fakehost_init(&f);
		if (rows[i].text)
			fakehost_file(&f, "/sys/module/kernel/parameters/module_blacklist",
				      rows[i].text);
		assert_row(rows[i].text, lkm_kernel_blacklists(&f.host, "dummy"), rows[i].want);
		fakehost_release(&f);
	}
}

/* The real table on this machine: every file call, with answers that cannot differ. */
static void works_on_this_machine(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf target = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	const struct lkm_host *host = lkm_host_linux();
	lkm_autoclose int fd = -1;
	struct stat st;
	char line[4096];

	(void)state;
	assert_int_equal(host->uname(host, &release, &machine), 0);
	assert_true(release.len > 0 && machine.len > 0);
	assert_int_equal(host->stat(host, "/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(host->stat(host, "/nowhere", &st), -ENOENT);
	assert_int_equal(host->list(host, "/nowhere", &names), -ENOENT);
	assert_int_equal(host->list(host, "/", &names), 0);
	assert_true(names.len > 0);
	assert_int_equal(host->read_link(host, "/nowhere", &target), -ENOENT);
	assert_int_equal(host->read_link(host, "/proc/self/exe", &target), 0);
	assert_true(target.len > 0 && target.ptr[0] == '/');
	assert_int_equal(lkm_host_read_line(host, "/proc/self/comm", sizeof(line), line), 0);
	fd = host->memory_file(host, lkm_str_bytes(lkm_str("bytes")));
	assert_true(fd >= 0);
	assert_int_equal(host->lock(host, fd), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_true(host->finit_module(host, -1, "", 0) < 0);
	assert_int_equal(host->sleep_ms(host, 1), 0);
	assert_true(host->now_ms(host) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(refuses_a_line_that_does_not_fit),
		cmocka_unit_test(tells_the_state),
		cmocka_unit_test(stays_inside_sys_module),
		cmocka_unit_test(passes_other_errors_on),
		cmocka_unit_test(lists_holders_in_the_order_of_the_directory),
		cmocka_unit_test(reads_a_long_list_until_it_stands_still),
		cmocka_unit_test(sees_a_longer_list),
		cmocka_unit_test(reads_a_short_list_once),
		cmocka_unit_test(gives_up_on_a_list_that_never_stands_still),
		cmocka_unit_test(fails_when_a_reading_fails),
		cmocka_unit_test(knows_the_lockdown),
		cmocka_unit_test(answers_questions_of_policy),
		cmocka_unit_test(looks_at_all_processors),
		cmocka_unit_test(reads_the_boot_blacklist),
		cmocka_unit_test(works_on_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
