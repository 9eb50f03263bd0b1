/*
 * plan/resolve and plan/insert: one small tree, rows of configuration and what
 * is asked for.  The tree: fs needs journal and crc, journal needs crc.
 */
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "plan/insert.h"

static char root[] = "/tmp/lkm-test-XXXXXX";

static void put(const char *name, const char *text)
{
	lkm_autofree char *path = lkm_path_join(root, name);
	lkm_autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_int_equal(lkm_fd_write(fd, lkm_str_bytes(lkm_str(text))), 0);
}

static int make_tree(void **state)
{
	static const char *const dirs[] = { "lib", "lib/modules", "lib/modules/6.1" };

	(void)state;
	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < COUNT(dirs); i++) {
		lkm_autofree char *path = lkm_path_join(root, dirs[i]);

		assert_int_equal(mkdir(path, 0755), 0);
	}
	put("lib/modules/6.1/modules.dep", "k/crc.ko:\nk/journal.ko: k/crc.ko\n"
					   "k/fs.ko: k/journal.ko k/crc.ko\nk/crc-fast.ko:\n"
					   "k/dummy.ko:\n");
	put("lib/modules/6.1/modules.alias", "alias fs-fast fs\nalias crypto-crc crc_fast\n"
					     "alias crypto-crc crc\nalias pci:v*d1* dummy\n");
	put("lib/modules/6.1/modules.builtin", "k/unix.ko\n");
	return 0;
}

static int remove_tree(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static const struct row {
	const char *name, *config, *asked, *params, *want;
	bool ignore_command;
} rows[] = {
	{ "what it needs comes first", "", "fs", "a=1", "L crc |L journal |L fs a=1|", false },
	{ "an alias of the index", "options fs-fast x=1\noptions fs y=2\n", "fs-fast", "",
	  "L crc |L journal |L fs x=1 y=2 |", false },
	{ "a pattern of the index", "options pci:v0d1* x=1\noptions pci:v0d1z y=2\n", "pci:v0d1z", "",
	  "L dummy y=2 |", false },
	{ "an alias of the configuration wins over a name", "alias c?c dummy\noptions c?c p\n", "crc", "",
	  "L dummy p |", false },
	{ "all alias lines count", "alias m crc\nalias m dummy\n", "m", "", "L crc |L dummy |", false },
	{ "aliases are not followed twice", "alias a b\nalias b dummy\n", "a", "", "M b |", false },
	{ "built in", "options unix a=1\n", "unix", "", "B unix a=1 |", false },
	{ "nothing of that name", "", "nosuch", "", "", false },
	{ "an install command instead", "install dummy echo $CMDLINE_OPTS\n", "dummy", "a=1",
	  "I dummy a=1|", false },
	{ "an install command passed over", "install dummy echo\n", "dummy", "", "L dummy |", true },
	{ "only for what was asked for", "install crc echo\n", "journal", "", "I crc |L journal |", true },
	{ "an install command of no module", "install foo echo\n", "foo", "", "I foo |", false },
	{ "install patterns, first line", "install d* one\ninstall dummy two\n", "dummy", "", "I dummy |",
	  false },
	{ "soft dependencies around it", "softdep dummy pre: journal post: crc_fast\n", "dummy", "",
	  "L crc |L journal |L dummy |L crc_fast |", false },
	{ "a soft dependency does not switch install off",
	  "softdep dummy pre: crc\ninstall dummy false\n", "dummy", "", "L crc |I dummy |", false },
	{ "all softdep lines count", "softdep dummy pre: crc\nsoftdep dum* pre: crc-fast\n", "dummy", "",
	  "L crc |L crc_fast |L dummy |", false },
	{ "soft dependencies by alias, of what is needed", "softdep journal pre: crypto-crc\n", "fs", "",
	  "L crc |L crc_fast |L crc |L journal |L fs |", false },
	{ "soft dependencies that are not there", "softdep dummy pre: nosuch [x post: nosuch\n", "dummy", "",
	  "L dummy |", false },
	{ "soft dependencies in a circle", "softdep dummy pre: crc\nsoftdep crc pre: dummy\n", "dummy", "",
	  "L crc |L dummy |", false },
	{ "parameters are not for what is needed", "options crc c=1\n", "journal", "p", "L crc c=1 |L journal p|",
	  false },
};

/* Load configuration from text, through a file. */
static void configure(struct lkm_config *config, const char *text)
{
	lkm_autofree char *path = lkm_path_join(root, "c.conf");
	const char *paths[] = { path };
	struct lkm_config_sources sources = { .paths = paths, .count = 1, .base = "" };
	struct lkm_report report = { 0 };

	put("c.conf", text);
	assert_int_equal(lkm_config_load(config, &sources, &report), 0);
}

static void print(const struct lkm_plan *plan, struct lkm_buf *buf)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		const struct lkm_step *s = &plan->steps.ptr[i];

		lkm_buf_printf(buf, "%c %.*s %.*s|", "LIBMUR"[s->kind], LKM_STR_ARG(s->module),
			       LKM_STR_ARG(s->options));
		if (s->kind == LKM_STEP_LOAD)
			assert_non_null(strstr(s->path, "/lib/modules/6.1/k/"));
	}
}

static void plan_row(const struct row *row, struct lkm_plan *plan)
{
	lkm_auto(lkm_tree) struct lkm_tree tree;
	lkm_auto(lkm_config) struct lkm_config config = LKM_CONFIG_INIT;
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_plan_env env = { .tree = &tree, .config = &config };
	struct lkm_insert_options options = { .params = lkm_str(row->params),
					      .ignore_command = row->ignore_command };

	assert_int_equal(lkm_tree_open(&tree, root, "6.1"), 0);
	configure(&config, row->config);
	assert_row(row->name, lkm_resolve(&env, lkm_str(row->asked), &targets, NULL), 0);
	for (size_t i = 0; i < targets.len; i++)
		assert_row(row->name,
			   lkm_plan_insert(&env, &targets.ptr[i], &options, plan, NULL), 0);
	print(plan, &buf);
	if (!lkm_str_is(lkm_buf_view(&buf), row->want))
		fail_msg("row \"%s\": got \"%s\", wanted \"%s\"", row->name, lkm_buf_cstr(&buf),
			 row->want);
}

static void plans_what_modprobe_would_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;

		plan_row(&rows[i], &plan);
	}
}

static void steps_say_where_they_come_from(void **state)
{
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
	static const struct row row = { "origin", "\nsoftdep dummy pre: journal\n", "dummy", "",
					"L crc |L journal |L dummy |", false };
	const struct lkm_step *s;

	(void)state;
	plan_row(&row, &plan);
	s = plan.steps.ptr;
	assert_int_equal(s[0].because, LKM_BECAUSE_NEEDED);
	assert_int_equal(s[0].group, 1);
	assert_int_equal(s[1].because, LKM_BECAUSE_PRE);
	assert_int_equal(s[1].group, 1);
	assert_int_equal(s[2].because, LKM_BECAUSE_ASKED);
	assert_int_equal(s[2].group, 0);
}

static void blacklist_is_for_names_found_by_alias(void **state)
{
	static const struct {
		const char *asked;
		bool names, listed;
	} asks[] = {
		{ "dummy", false, false }, { "dummy", true, true }, { "pci:v0d1z", false, true },
		{ "crc", true, false },
	};
	lkm_auto(lkm_tree) struct lkm_tree tree;
	lkm_auto(lkm_config) struct lkm_config config = LKM_CONFIG_INIT;
	struct lkm_plan_env env = { .tree = &tree, .config = &config };

	(void)state;
	assert_int_equal(lkm_tree_open(&tree, root, "6.1"), 0);
	configure(&config, "blacklist dummy\n");
	for (size_t i = 0; i < COUNT(asks); i++) {
		lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };

		assert_int_equal(lkm_resolve(&env, lkm_str(asks[i].asked), &targets, NULL), 0);
		assert_int_equal(targets.len, 1);
		assert_row(asks[i].asked,
			   lkm_config_blacklists(&config, targets.ptr, asks[i].names) != NULL,
			   asks[i].listed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_what_modprobe_would_do),
		cmocka_unit_test(steps_say_where_they_come_from),
		cmocka_unit_test(blacklist_is_for_names_found_by_alias),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
