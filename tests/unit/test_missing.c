/* plan/missing: two releases side by side, and what is said of names in neither or one. */
#include "check.h"

#include "base/path.h"
#include "fakehost.h"
#include "mktree.h"
#include "plan/missing.h"

static struct mktree tree;

/* A file of the other release, which is later in the order of names. */
static void put_other(const char *name, const char *text)
{
	struct mktree other = tree;

	snprintf(other.dir, sizeof(other.dir), "%s/lib/modules/6.9.9", tree.base);
	mktree_file(&other, name, lkm_str(text));
}

static int make_trees(void **state)
{
	(void)state;
	mktree_init(&tree);
	mktree_file(&tree, "modules.dep", lkm_str("k/nvme.ko:\nk/nvme-core.ko:\nk/ext4.ko:\n"));
	mktree_file(&tree, "modules.alias", lkm_str("alias fs-ext4 ext4\nalias nvm* nvme\nalias qqqq* nvme\n"));
	mktree_file(&tree, "modules.builtin", lkm_str("k/unix.ko\n"));
	mktree_file(&tree, "updates/fresh-one.ko", lkm_str(""));
	put_other("modules.dep", "k/newfs.ko:\nk/ext4.ko:\n");
	put_other("modules.alias", "alias pci:v1d* newfs\n");
	return 0;
}

static int remove_trees(void **state)
{
	(void)state;
	mktree_release(&tree);
	return 0;
}

static const struct row {
	const char *asked, *running, *want;
} rows[] = {
	{ "nvem", MKTREE_RELEASE, "names like it: nvme|" },
	{ "NVME_CORE2", MKTREE_RELEASE, "names like it: nvme_core|" },
	{ "fs_ext3", MKTREE_RELEASE, "names like it: fs_ext4|" },
	{ "unixx", MKTREE_RELEASE, "names like it: unix|" },
	{ "my_alia", MKTREE_RELEASE, "names like it: my_alias|" },
	{ "my_comman", MKTREE_RELEASE, "names like it: my_command|" },
	{ "pattern", MKTREE_RELEASE, "" },
	{ "qqqqx", MKTREE_RELEASE, "" },
	{ "newfs", MKTREE_RELEASE, "it exists for kernel 6.9.9; you run 6.0.0|" },
	{ "newfs", "5.5.5", "it exists for kernel 6.9.9; this is 6.0.0|" },
	{ "pci:v1d2", MKTREE_RELEASE, "it exists for kernel 6.9.9; you run 6.0.0|" },
	{ "pci:v1", MKTREE_RELEASE, "" },
	{ "fresh-one", MKTREE_RELEASE,
	  "updates/fresh-one.ko is there, but modules.dep does not list it: run depmod 6.0.0|" },
	{ "entirely_else", MKTREE_RELEASE, "" },
};

/* The configuration of every row. */
static void configure(struct lkm_config *config)
{
	lkm_autofree char *path = lkm_path_join(tree.base, "lib/modules/" MKTREE_RELEASE "/c.conf");
	struct lkm_config_sources sources = { .paths = (const char *[]){ path }, .count = 1 };
	struct lkm_report report = { 0 };

	mktree_file(&tree, "c.conf", lkm_str("alias my-alias nvme\nalias pattern* nvme\n"
					     "install my-command true\n"));
	assert_int_equal(lkm_config_load(config, &sources, &report), 0);
}

static void explain(const struct row *row, const char *release, struct lkm_buf *got)
{
	lkm_auto(lkm_tree) struct lkm_tree opened = { 0 };
	lkm_auto(lkm_config) struct lkm_config config = LKM_CONFIG_INIT;
	lkm_auto(lkm_missing) struct lkm_missing missing = LKM_MISSING_INIT;
	lkm_auto(lkm_reasons) struct lkm_reasons reasons = LKM_REASONS_INIT;
	struct fakehost host;
	struct lkm_plan_env env = { &opened, &config, &host.host };

	fakehost_init(&host);
	host.release = row->running;
	configure(&config);
	assert_int_equal(lkm_tree_open(&opened, tree.base, release), 0);
	assert_row(row->asked, lkm_missing_find(&env, lkm_str(row->asked), &missing), 0);
	assert_row(row->asked, lkm_missing_explain(&missing, &reasons), 0);
	for (size_t i = 0; i < reasons.list.len; i++)
		lkm_buf_printf(got, "%s|", reasons.list.ptr[i].text);
	fakehost_release(&host);
}

static void says_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;

		explain(&rows[i], MKTREE_RELEASE, &got);
		if (!lkm_str_is(lkm_buf_view(&got), rows[i].want))
			fail_msg("row \"%s\": got \"%s\"", rows[i].asked, lkm_buf_cstr(&got));
	}
}

static void no_directory(void **state)
{
	static const struct row row = { "ext4", "6.6.6", "" };
	lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
	char want[300];

	(void)state;
	explain(&row, "6.6.6", &got);
	snprintf(want, sizeof(want),
		 "there is no directory %s/lib/modules/6.6.6|"
		 "it exists for kernel 6.0.0, 6.9.9; you run 6.6.6|", tree.base);
	assert_str(lkm_buf_view(&got), want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_why),
		cmocka_unit_test(no_directory),
	};

	return cmocka_run_group_tests(tests, make_trees, remove_trees);
}
