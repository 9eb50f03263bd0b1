/* plan/checker: a file is read once, whether it is asked for or used by others. */
#include "check.h"

#include <elf.h>

#include "mkmodule.h"
#include "mktree.h"
#include "plan/checker.h"

#define VERMAGIC MKTREE_RELEASE " SMP mod_unload modversions "

static struct mktree tree;
static char giver_path[256], taker_path[256];

static void put_module(const char *file, const struct mkmodule *module)
{
	lkm_auto(lkm_buf) struct lkm_buf bytes = LKM_BUF_INIT;

	mkmodule(module, &bytes);
	mktree_file(&tree, file, lkm_buf_view(&bytes));
}

static void put_giver(const char *vermagic)
{
	char modinfo[128];

	snprintf(modinfo, sizeof(modinfo), "name=giver|license=GPL|intree=Y|vermagic=%s|", vermagic);
	put_module("k/giver.ko", &(struct mkmodule){ .name = "giver", .modinfo = modinfo, .size = 896,
						     .machine = EM_X86_64, .gives = { { "given", 5 } } });
}

static int make_tree(void **state)
{
	static const struct mkindex_entry symbols[] = { { "symbol:given", 0, "giver" } };

	(void)state;
	mktree_init(&tree);
	put_giver(VERMAGIC);
	put_module("k/taker.ko", &(struct mkmodule){
		.name = "taker", .modinfo = "name=taker|license=GPL|intree=Y|vermagic=" VERMAGIC "|",
		.size = 896, .machine = EM_X86_64, .needs = { { "given", 5 } } });
	mktree_file(&tree, "modules.dep", lkm_str("k/giver.ko:\nk/taker.ko: k/giver.ko\n"));
	mktree_index(&tree, "modules.symbols.bin", symbols, COUNT(symbols));
	snprintf(giver_path, sizeof(giver_path), "%s/k/giver.ko", tree.dir);
	snprintf(taker_path, sizeof(taker_path), "%s/k/taker.ko", tree.dir);
	return 0;
}

static int remove_tree(void **state)
{
	(void)state;
	mktree_release(&tree);
	return 0;
}

/* A kernel, and a checker of the tree for it. */
struct fixture {
	struct lkm_tree tree;
	struct lkm_kernelview kernel;
	struct lkm_checker checker;
};

static void open_fixture(struct fixture *f)
{
	struct lkm_kernelview *k = &f->kernel;

	*f = (struct fixture){ .checker = { .kernel = k, .tree = &f->tree } };
	assert_int_equal(lkm_tree_open(&f->tree, tree.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_view_add(&k->view, &(struct lkm_symbol){
		.name = LKM_STR("module_layout"), .owner = LKM_STR(""), .name_space = LKM_STR(""),
		.crc = 0x11111111, .has_crc = true }), 0);
	k->view.kernel_symbols = 1;
	k->symbols = lkm_view_symbols(&k->view);
	k->judge = (struct lkm_judge){
		.release = LKM_STR(MKTREE_RELEASE), .vermagic = LKM_STR(VERMAGIC), .module_size = 896,
		.version = LKM_SINCE(6, 12), .machine = EM_X86_64, .complete = true,
		.versions = LKM_TRI_YES, .symbols = &k->symbols };
}

static void close_fixture(struct fixture *f)
{
	lkm_checker_release(&f->checker);
	lkm_kernelview_release(&f->kernel);
	lkm_tree_release(&f->tree);
}

/* 0, or what the module is refused with. */
static int check(struct fixture *f, const char *path, const char *params)
{
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;

	assert_int_equal(lkm_checker_file(&f->checker, path, lkm_str(params), &checked, NULL), 0);
	return checked.verdict.outcome == LKM_OUTCOME_REFUSED ? checked.verdict.err : 0;
}

/* A file that is changed on the way shows whether it is read again. */
static void reads_once(void **state)
{
	static const struct {
		const char *name, *giver, *then, *params;
		int first, last;
	} rows[] = {
		{ "sound, then of another kernel", VERMAGIC, "9.9 SMP ", "", 0, 0 },
		{ "of another kernel, then sound", "9.9 SMP ", VERMAGIC, "", -ENOEXEC, -ENOENT },
		{ "with parameters it is another question", VERMAGIC, "9.9 SMP ", "n=1", 0, -ENOENT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture f;

		open_fixture(&f);
		put_giver(rows[i].giver);
		assert_row(rows[i].name, check(&f, giver_path, rows[i].params), rows[i].first);
		put_giver(rows[i].then);
		assert_row(rows[i].name, check(&f, taker_path, ""), rows[i].last);
		close_fixture(&f);
	}
}

/* The other way round: what is asked for itself is looked at as it is now. */
static void looks_again_when_asked(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f);
	put_giver(VERMAGIC);
	assert_int_equal(check(&f, taker_path, ""), 0);
	put_giver("9.9 SMP ");
	assert_int_equal(check(&f, taker_path, ""), 0);
	assert_int_equal(check(&f, giver_path, ""), -ENOEXEC);
	assert_int_equal(check(&f, taker_path, ""), -ENOENT);
	close_fixture(&f);
}

/* What a file gives is known from reading it, also where no index leads there. */
static void keeps_exports(void **state)
{
	struct lkm_symbol symbol;
	struct fixture f;

	(void)state;
	open_fixture(&f);
	mktree_remove(&tree, "modules.symbols.bin");
	put_giver(VERMAGIC);
	assert_int_equal(check(&f, giver_path, ""), 0);
	assert_int_equal(lkm_symbols_find(&f.kernel.symbols, lkm_str("given"), &symbol), 0);
	assert_str(symbol.owner, "giver");
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_once),
		cmocka_unit_test(looks_again_when_asked),
		cmocka_unit_test(keeps_exports),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
