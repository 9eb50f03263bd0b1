/* tree/search: which of several files of one name is found, and who may write it. */
#include <sys/stat.h>

#include "base/path.h"
#include "check.h"
#include "mktree.h"
#include "tree/search.h"

/* In each text % stands for the directory of the test. */
static char *in_place(const struct mktree *t, const char *text)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	for (; *text; text++)
		if (*text == '%')
			lkm_buf_puts(&buf, t->dir);
		else
			lkm_buf_putc(&buf, *text);
	return lkm_buf_cstr(&buf) ? lkm_buf_take(&buf) : NULL;
}

static const struct {
	const char *name;
	const char *modpath, *conf; /* NULL: none */
	const char *module;
	const char *found; /* or NULL: nothing */
} rows[] = {
	{ "MODPATH", "%/one", NULL, "a", "%/one/a.ko" },
	{ "with all below it", "%/one", NULL, "deep", "%/one/x/y/deep.ko.xz" },
	{ "its first directory wins", "%/two:%/one", NULL, "a", "%/two/a.ko" },
	{ "one that is not there is passed over", "%/none:%/one", NULL, "a", "%/one/a.ko" },
	{ "empty parts of it", "::%/one:", NULL, "a", "%/one/a.ko" },
	{ "'-' is '_'", "%/one", NULL, "a_b", "%/one/a-b.ko" },
	{ "and the other way", "%/two", NULL, "c-d", "%/two/c_d.ko" },
	{ "no module of that name", "%/one", NULL, "b", NULL },
	{ "part of a name", "%/one", NULL, "dee", NULL },
	{ "no name", "%/one", NULL, "", NULL },
	{ "path takes the place of MODPATH", "%/one", "path=%/two\n", "a", "%/two/a.ko" },
	{ "also when it has nothing", "%/one", "path=%/none\n", "a", NULL },
	{ "keep: MODPATH first", "%/one", "keep\npath=%/two\n", "a", "%/one/a.ko" },
	{ "keep: then path", "%/one", "keep\npath=%/two\n", "c_d", "%/two/c_d.ko" },
	{ "paths in their order", NULL, "path=%/two\npath=%/one\n", "a", "%/two/a.ko" },
	{ "the later ones too", NULL, "path=%/two\npath=%/one\n", "deep", "%/one/x/y/deep.ko.xz" },
	{ "a wildcard", NULL, "path=%/t?o\n", "a", "%/two/a.ko" },
	{ "of several that match the first by name", NULL, "path=%/*\n", "a", "%/one/a.ko" },
	{ "a wildcard in the middle", NULL, "path=%/*/x\n", "deep", "%/one/x/y/deep.ko.xz" },
	{ "a wildcard that matches nothing", NULL, "path=%/q*\n", "a", NULL },
	{ "a wildcard does not match hidden names", NULL, "path=%/*\n", "hidden", NULL },
};

static void fill(struct mktree *t)
{
	static const char *const files[] = { "one/a.ko", "one/x/y/deep.ko.xz", "one/a-b.ko",
					     "two/a.ko", "two/c_d.ko", ".dot/hidden.ko" };

	mktree_init(t);
	for (size_t i = 0; i < COUNT(files); i++)
		mktree_file(t, files[i], lkm_str("no module"));
}

/* Search as the row says; the file, or "" for none. */
static void search(const struct mktree *t, const char *modpath, const char *conf, const char *module,
		   struct lkm_buf *ret)
{
	lkm_auto(lkm_search) struct lkm_search search = { .release = MKTREE_RELEASE };
	lkm_autofree char *path = modpath ? in_place(t, modpath) : NULL;
	lkm_autofree char *text = in_place(t, conf ? conf : "");
	lkm_autofree char *config = in_place(t, "%/modules.conf");
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	mktree_file(t, "modules.conf", lkm_str(text));
	search.modpath = path;
	search.config = config;
	assert_int_equal(lkm_search_init(&search, &diag), 0);
	err = lkm_search_find(&search, module, &diag);
	assert_int_equal(err, err == 0 ? 0 : -ENODATA);
	assert_int_equal(diag.err, err);
	lkm_buf_str(ret, lkm_buf_view(&search.path));
}

static void finds_the_first(void **state)
{
	struct mktree t;

	(void)state;
	fill(&t);
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf found = LKM_BUF_INIT;
		lkm_autofree char *wanted = in_place(&t, rows[i].found ? rows[i].found : "");

		search(&t, rows[i].modpath, rows[i].conf, rows[i].module, &found);
		if (!lkm_str_is(lkm_buf_view(&found), wanted))
			fail_msg("row \"%s\": %.*s", rows[i].name, LKM_STR_ARG(lkm_buf_view(&found)));
	}
	mktree_release(&t);
}

static void release_in_modpath(void **state)
{
	lkm_auto(lkm_search) struct lkm_search search = { .release = MKTREE_RELEASE };
	lkm_auto(lkm_buf) struct lkm_buf modpath = LKM_BUF_INIT, wanted = LKM_BUF_INIT;
	lkm_autofree char *config = NULL;
	struct mktree t;

	(void)state;
	fill(&t);
	lkm_buf_printf(&modpath, "%s/lib/modules/%%s/one", t.base);
	lkm_buf_printf(&wanted, "%s/one/a.ko", t.dir);
	mktree_file(&t, "modules.conf", lkm_str(""));
	config = in_place(&t, "%/modules.conf");
	search.modpath = lkm_buf_cstr(&modpath);
	search.config = config;
	assert_int_equal(lkm_search_init(&search, NULL), 0);
	assert_int_equal(lkm_search_find(&search, "a", NULL), 0);
	assert_str(lkm_buf_view(&search.path), lkm_buf_cstr(&wanted));
	mktree_release(&t);
}

static void a_named_file_must_be_there(void **state)
{
	lkm_auto(lkm_search) struct lkm_search search = { .release = MKTREE_RELEASE,
							  .config = "/nosuch/modules.conf" };
	struct lkm_diag diag = LKM_DIAG_INIT;

	(void)state;
	assert_int_equal(lkm_search_init(&search, &diag), -ENOENT);
	assert_string_equal(diag.what, "cannot read /nosuch/modules.conf: No such file or directory");
}

static void what_others_can_write_is_not_roots(void **state)
{
	lkm_autofree char *file = NULL;
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct mktree t;

	(void)state;
	fill(&t);
	file = in_place(&t, "%/one/a.ko");
	assert_int_equal(chmod(file, 0666), 0);
	assert_int_equal(lkm_search_check_owner(file, &diag), -EPERM);
	assert_non_null(strstr(diag.what, "/one/a.ko is not owned by root, or others can write"));
	assert_int_equal(lkm_search_check_owner("/nosuch", NULL), -EPERM);
	assert_int_equal(lkm_search_check_owner("/", NULL), 0);
	mktree_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_first),
		cmocka_unit_test(release_in_modpath),
		cmocka_unit_test(a_named_file_must_be_there),
		cmocka_unit_test(what_others_can_write_is_not_roots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
