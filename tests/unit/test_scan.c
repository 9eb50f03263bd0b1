/* tree/scan: which files are found, which one of a name is kept, and their order. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "mktree.h"
#include "tree/scan.h"

struct row {
	const char *name;
	const char *make;   /* files; "DIR/" a directory, "A>B" a link to B, "A!" a FIFO */
	const char *config; /* one line of depmod.d, or NULL */
	const char *order;  /* modules.order, lines separated by blanks */
	const char *want;   /* paths in module order */
	unsigned int errors;
	unsigned int warnings;
};

static const struct row rows[] = {
	{ "sorted by path if there is no order", "k/b.ko k/a.ko a/z.ko", NULL, "",
	  "a/z.ko k/a.ko k/b.ko" },
	{ "as modules.order has it, others behind", "k/a.ko k/b.ko k/c.ko k/d.ko", NULL,
	  "k/d.ko k/nothing.ko k/b.ko", "k/d.ko k/b.ko k/a.ko k/c.ko" },
	{ "the last of equal lines counts", "k/a.ko k/b.ko", NULL, "k/a.ko k/b.ko k/a.ko",
	  "k/b.ko k/a.ko" },
	{ "modules.order means the whole path", "k/a.ko k/b.ko", NULL, "b.ko /k/b.ko x/b.ko",
	  "k/a.ko k/b.ko" },
	{ "and no compression", "k/a.ko k/b.ko.xz k/c.ko.zst k/d.ko.gz", NULL,
	  "k/d.ko k/c.ko k/b.ko.xz", "k/d.ko.gz k/c.ko.zst k/b.ko.xz k/a.ko" },
	{ "other files are no modules", "k/a.ko k/b.ko.old k/c.txt k/.ko modules.dep", NULL, "",
	  "k/a.ko" },
	{ "a directory may end like a module", "k/a.ko/b.ko", NULL, "", "k/a.ko/b.ko" },
	{ "build and source are not looked at", "build/a.ko k/source/b.ko k/c.ko", NULL, "",
	  "k/c.ko" },
	{ "nor what is excluded", "k/a.ko k/x/b.ko x.ko", "exclude x x.ko", "", "k/a.ko" },
	{ "links to files and directories count", "k/a.ko l.ko>k/a.ko m>k", NULL, "",
	  "k/a.ko l.ko" },
	{ "a link upwards is no loop", "k/a.ko k/up>..", NULL, "", "k/a.ko" },
	{ "links to nowhere are told once", "k/a.ko k/b.ko>gone k/c.ko>gone", NULL, "", "k/a.ko", 0,
	  1 },
	{ "what is no file is told", "k/a.ko k/b.ko!", NULL, "", "k/a.ko", 0, 1 },
	{ "so is a compression nobody reads", "k/a.ko k/b.ko.lz4 k/c.ko.bz2", NULL, "", "k/a.ko",
	  2 },
	{ "and a path with a line break", "k/a.ko k/b\nc.ko", NULL, "", "k/a.ko", 1 },
	{ "updates win", "k/a.ko updates/a.ko zzz/a.ko", NULL, "k/a.ko", "updates/a.ko" },
	{ "as configured", "k/a.ko updates/a.ko zzz/a.ko", "search zzz updates built-in", "",
	  "zzz/a.ko" },
	{ "among equals the first path wins", "k/a.ko extra/a.ko l/a-.ko l/a_.ko", NULL, "",
	  "extra/a.ko l/a-.ko" },
	{ "- and _ are one name", "k/a-b.ko updates/a_b.ko", NULL, "", "updates/a_b.ko" },
};

static void make_one(const struct mktree *t, struct lkm_str word)
{
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	struct lkm_str name, target;

	if (lkm_str_ends(word, "!", &name)) {
		lkm_buf_printf(&path, "%s/%.*s", t->dir, LKM_STR_ARG(name));
		assert_int_equal(mkfifo(lkm_buf_cstr(&path), 0600), 0);
	} else if (lkm_str_cut(word, '>', &name, &target)) {
		char to[128];

		snprintf(to, sizeof(to), "%s%.*s", target.ptr[0] == '.' ? "" : "../",
			 LKM_STR_ARG(target));
		lkm_buf_printf(&path, "%s/%.*s", t->dir, LKM_STR_ARG(name));
		if (!memchr(name.ptr, '/', name.len))
			memmove(to, to + 3, strlen(to + 3) + 1);
		assert_int_equal(symlink(to, lkm_buf_cstr(&path)), 0);
	} else {
		lkm_buf_str(&path, word);
		mktree_file(t, lkm_buf_cstr(&path), lkm_str(""));
	}
}

static unsigned int warnings;

static void count_warnings(void *ctx, enum lkm_report_level level, const char *text)
{
	(void)ctx;
	(void)text;
	warnings += level == LKM_REPORT_WARNING;
}

/* The words of a line, each followed by a newline. */
static void lines_of(const char *words, struct lkm_buf *ret)
{
	struct lkm_str rest = lkm_str(words), word;

	while (lkm_str_next_word(&rest, &word))
		lkm_buf_printf(ret, "%.*s\n", LKM_STR_ARG(word));
}

static void run_row(const struct row *row, const struct mktree *t)
{
	lkm_auto(lkm_scan) struct lkm_scan scan = LKM_SCAN_INIT;
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf order = LKM_BUF_INIT, got = LKM_BUF_INIT;
	struct lkm_report report = { .say = count_warnings };
	struct lkm_str rest = lkm_str(row->make), word;

	while (rest.len) {
		lkm_str_cut(rest, ' ', &word, &rest);
		make_one(t, word);
	}
	assert_int_equal(lkm_depmodconf_init(&conf, MKTREE_RELEASE), 0);
	if (row->config)
		assert_int_equal(lkm_depmodconf_add(&conf, lkm_str(row->config), NULL), 0);
	lines_of(row->order, &order);
	warnings = 0;
	assert_row(row->name, lkm_scan_dir(&scan, t->dir, &conf, &report, NULL), 0);
	assert_int_equal(lkm_scan_sort(&scan, lkm_buf_view(&order)), 0);
	for (size_t i = 0; i < scan.files.len; i++)
		lkm_buf_printf(&got, "%s%s", i ? " " : "", scan.files.ptr[i].path);
	if (!lkm_str_is(lkm_buf_view(&got), row->want))
		fail_msg("row \"%s\": %s, wanted %s", row->name, lkm_buf_cstr(&got), row->want);
	assert_row(row->name, report.errors, row->errors);
	assert_row(row->name, warnings, row->warnings);
}

static void finds_and_orders(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(rows); r++) {
		struct mktree t;

		mktree_init(&t);
		run_row(&rows[r], &t);
		mktree_release(&t);
	}
}

static void external_directories(void **state)
{
	lkm_auto(lkm_scan) struct lkm_scan scan = LKM_SCAN_INIT;
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	struct lkm_report report = { 0 };
	struct mktree t;
	char outside[160], want[200];

	(void)state;
	mktree_init(&t);
	mktree_file(&t, "k/a.ko", lkm_str(""));
	mktree_file(&t, "../outside/s/a.ko", lkm_str(""));
	mktree_file(&t, "../outside/s/b.ko", lkm_str(""));
	snprintf(outside, sizeof(outside), "%s/lib/modules/outside", t.base);
	snprintf(want, sizeof(want), "%s/s/b.ko", outside);
	assert_int_equal(lkm_depmodconf_init(&conf, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_scan_dir(&scan, t.dir, &conf, &report, NULL), 0);
	assert_int_equal(lkm_scan_external(&scan, outside, &conf, &report, NULL), 0);
	assert_int_equal(lkm_scan_sort(&scan, lkm_str("k/a.ko\n")), 0);
	assert_int_equal(scan.files.len, 2);
	assert_string_equal(scan.files.ptr[0].path, "k/a.ko");
	assert_string_equal(scan.files.ptr[1].path, want);
	assert_true(scan.files.ptr[1].external);
	mktree_release(&t);
}

static void a_missing_directory_is_an_error(void **state)
{
	lkm_auto(lkm_scan) struct lkm_scan scan = LKM_SCAN_INIT;
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	struct lkm_report report = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;

	(void)state;
	assert_int_equal(lkm_depmodconf_init(&conf, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_scan_dir(&scan, "/nonexistent/6", &conf, &report, &diag), -ENOENT);
	assert_string_equal(diag.what,
			    "could not open directory /nonexistent/6: No such file or directory");
}

static void too_deep_is_an_error(void **state)
{
	lkm_auto(lkm_scan) struct lkm_scan scan = LKM_SCAN_INIT;
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	struct lkm_report report = { 0 };
	struct mktree t;

	(void)state;
	mktree_init(&t);
	for (unsigned int i = 0; i <= LKM_SCAN_DEPTH_MAX; i++)
		lkm_buf_puts(&path, "d/");
	lkm_buf_puts(&path, "a.ko");
	mktree_file(&t, lkm_buf_cstr(&path), lkm_str(""));
	assert_int_equal(lkm_depmodconf_init(&conf, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_scan_dir(&scan, t.dir, &conf, &report, NULL), -ELOOP);
	mktree_release(&t);
}

static void named_files(void **state)
{
	lkm_auto(lkm_scan) struct lkm_scan scan = LKM_SCAN_INIT;

	(void)state;
	assert_int_equal(lkm_scan_add(&scan, "k/b-c.ko", false), 0);
	assert_int_equal(lkm_scan_add(&scan, "/x/a.ko.xz", true), 0);
	assert_int_equal(lkm_scan_add(&scan, "/x/b_c.ko", true), -EEXIST);
	assert_int_equal(lkm_scan_add(&scan, "k/.ko", false), -EINVAL);
	assert_int_equal(scan.files.len, 2);
	assert_str(scan.files.ptr[0].name, "b_c");
	assert_str(scan.files.ptr[1].name, "a");
}

static void the_youngest_change(void **state)
{
	const struct timespec old[2] = { { .tv_sec = 100 }, { .tv_sec = 100 } };
	const struct timespec young[2] = { { .tv_sec = 100 }, { .tv_sec = INT32_MAX } };
	lkm_auto(lkm_scan) struct lkm_scan scan = { .want_times = true };
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	struct lkm_report report = { 0 };
	struct mktree t;
	char path[160];

	(void)state;
	mktree_init(&t);
	mktree_file(&t, "k/a.ko", lkm_str(""));
	mktree_file(&t, "k/b.ko", lkm_str(""));
	snprintf(path, sizeof(path), "%s/k/a.ko", t.dir);
	assert_int_equal(utimensat(AT_FDCWD, path, young, 0), 0);
	snprintf(path, sizeof(path), "%s/k/b.ko", t.dir);
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	assert_int_equal(lkm_depmodconf_init(&conf, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_scan_dir(&scan, t.dir, &conf, &report, NULL), 0);
	assert_int_equal(scan.newest.tv_sec, INT32_MAX);
	mktree_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_and_orders),
		cmocka_unit_test(external_directories),
		cmocka_unit_test(a_missing_directory_is_an_error),
		cmocka_unit_test(too_deep_is_an_error),
		cmocka_unit_test(named_files),
		cmocka_unit_test(the_youngest_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
