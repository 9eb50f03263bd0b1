/*
 * plan/remove: the tree of test_insert (fs needs journal and crc, journal needs
 * crc), rows of who uses whom.
 */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "fakehost.h"
#include "plan/remove.h"

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
					   "k/fs.ko: k/journal.ko k/crc.ko\nk/extra.ko:\n");
	return 0;
}

static int remove_tree(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

/* Loaded modules: "NAME REFCNT HOLDER,HOLDER NAME REFCNT - ..."; a small letter is a step if_unused. */
static const struct row {
	const char *name, *loaded, *config, *asked;
	bool holders, force;
	int err;
	const char *want;
} rows[] = {
	{ "alone", "extra 0 -", "", "extra", false, false, 0, "U0extra " },
	{ "with all that only it needed", "fs 0 - journal 1 fs crc 2 fs,journal", "", "fs", false, false, 0,
	  "U0fs U1journal U1crc " },
	{ "what is used otherwise stays", "fs 0 - journal 1 fs crc 3 fs,journal,extra", "", "fs", false,
	  false, 0, "U0fs U1journal " },
	{ "a user that is no module may go or stay", "fs 0 - journal 2 fs crc 2 fs,journal", "", "fs", false,
	  false, 0, "U0fs u1journal u1crc " },
	{ "in use by a module", "crc 1 journal journal 0 -", "", "crc", false, false, -EBUSY, "" },
	{ "in use by something else", "fs 1 -", "", "fs", false, false, -EBUSY, "" },
	{ "in use, but to be tried", "fs 1 -", "", "fs", false, true, 0, "U0fs " },
	{ "holders first", "crc 2 fs,journal journal 1 fs fs 0 -", "", "crc", true, false, 0,
	  "U0fs U1journal U0crc " },
	{ "a module after all that use it", "journal 1 fs crc 2 fs,journal fs 0 -", "", "journal", true, false, 0,
	  "U0fs U0journal U1crc " },
	{ "a holder that is in use", "crc 1 journal journal 2 fs fs 1 -", "", "crc", true, false, -EBUSY, "" },
	{ "a remove command", "extra 0 -", "remove extra echo\n", "extra", false, false, 0, "R0extra " },
	{ "soft dependencies", "extra 0 - fs 0 - crc 0 -", "softdep extra pre: crc post: fs\n", "extra", false,
	  false, 0, "U1fs U1crc U0extra " },
	{ "a soft dependency that came before goes after", "extra 0 - crc 0 -", "softdep extra pre: crc\n",
	  "extra", false, false, 0, "U0extra U1crc " },
	{ "soft dependencies in use", "extra 0 - crc 1 -", "softdep extra pre: crc\n", "extra", false, false,
	  0, "U0extra u1crc " },
	{ "soft dependencies in use by a module", "extra 0 - crc 1 fs fs 0 -", "softdep extra pre: crc\n",
	  "extra", false, false, 0, "U0extra " },
};

static void load(struct fakehost *f, const char *text)
{
	struct lkm_str rest = lkm_str(text), name, count, holders;

	while (lkm_str_next_word(&rest, &name) && lkm_str_next_word(&rest, &count) &&
	       lkm_str_next_word(&rest, &holders)) {
		static char texts[16][64];
		static size_t used;
		char *number = texts[used++ % 16], *names = texts[used++ % 16];
		char path[100];

		snprintf(number, 64, "%.*s\n", LKM_STR_ARG(count));
		snprintf(names, 64, "%.*s\n", LKM_STR_ARG(holders));
		for (char *c = names; *c; c++)
			*c = *c == ',' ? '\n' : *c;
		snprintf(path, sizeof(path), "/sys/module/%.*s/initstate", LKM_STR_ARG(name));
		fakehost_file(f, path, "live\n");
		snprintf(path, sizeof(path), "/sys/module/%.*s/refcnt", LKM_STR_ARG(name));
		fakehost_file(f, path, number);
		snprintf(path, sizeof(path), "/sys/module/%.*s/holders", LKM_STR_ARG(name));
		fakehost_dir(f, path, names[0] == '-' ? "" : names);
	}
}

static void configure(struct lkm_config *config, const char *text)
{
	lkm_autofree char *path = lkm_path_join(root, "c.conf");
	const char *paths[] = { path };
	struct lkm_config_sources sources = { .paths = paths, .count = 1, .base = "" };
	struct lkm_report report = { 0 };

	put("c.conf", text);
	assert_int_equal(lkm_config_load(config, &sources, &report), 0);
}

static void plan_row(const struct row *row, struct fakehost *f, struct lkm_buf *ret)
{
	lkm_auto(lkm_tree) struct lkm_tree tree;
	lkm_auto(lkm_config) struct lkm_config config = LKM_CONFIG_INIT;
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
	struct lkm_plan_env env = { .tree = &tree, .config = &config, .host = &f->host };
	struct lkm_remove_options options = { .holders = row->holders, .force = row->force };

	assert_int_equal(lkm_tree_open(&tree, root, "6.1"), 0);
	configure(&config, row->config);
	assert_row(row->name, lkm_plan_remove(&env, lkm_str(row->asked), &options, &plan, NULL),
		   row->err);
	for (size_t i = 0; i < plan.steps.len && !row->err; i++)
		lkm_buf_printf(ret, "%c%u%.*s ",
			       (plan.steps.ptr[i].if_unused ? "libmur" : "LIBMUR")[plan.steps.ptr[i].kind],
			       plan.steps.ptr[i].group != 0, LKM_STR_ARG(plan.steps.ptr[i].module));
}

static void plans_what_can_go(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct fakehost f;

		fakehost_init(&f);
		load(&f, rows[i].loaded);
		plan_row(&rows[i], &f, &got);
		if (!lkm_str_is(lkm_buf_view(&got), rows[i].want))
			fail_msg("row \"%s\": got \"%s\", wanted \"%s\"", rows[i].name,
				 lkm_buf_cstr(&got), rows[i].want);
		fakehost_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(plans_what_can_go) };

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
