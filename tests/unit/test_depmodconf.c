#include "check.h"

#include <errno.h>

#include "fmt/confline.h"
#include "fmt/depmodconf.h"

/* Where module "c" is, in the order in which the files are met. */
static const char *const dirs[] = { "zzz", "extra", "bar", "kernel/s", "updates/dkms", "/out" };

struct row {
	const char *name;
	const char *text;
	const char *winner;
};

static const struct row rows[] = {
	{ "updates by default", "", "updates/dkms" },
	{ "an empty search line changes nothing", "search\n", "updates/dkms" },
	{ "built-in is everything else", "search built-in updates\n", "zzz" },
	{ "also what stands behind it is not", "search built-in zzz bar kernel/s\n", "extra" },
	{ "a listed directory beats built-in", "search kernel built-in zzz\n", "kernel/s" },
	{ "without built-in everything else is last", "search bar\n", "bar" },
	{ "a path of several parts", "search kernel/s\n", "kernel/s" },
	{ "a slash at the end does not matter", "search bar/\n", "bar" },
	{ "part of a name is not the name", "search ba up\n", "zzz" },
	{ "an inner part is not the path", "search s dkms\n", "zzz" },
	{ "the first search line stays first", "search bar\nsearch kernel\n", "bar" },
	{ "override beats search", "search kernel\noverride c * bar\n", "bar" },
	{ "the last override wins", "override c * bar\noverride c * kernel/s\n", "kernel/s" },
	{ "override wants the exact directory", "override c * kernel\n", "updates/dkms" },
	{ "override of another module", "override d * bar\n", "updates/dkms" },
	{ "override for this release", "override c 6.1.0-x bar\n", "bar" },
	{ "override for part of a release", "override c 6.1 bar\n", "bar" },
	{ "override by regular expression", "override c ^6\\.(1|2)\\. bar\n", "bar" },
	{ "override for another release", "override c 6.2 bar\n", "updates/dkms" },
	{ "external is last by default", "external * /out\n", "updates/dkms" },
	{ "external where search has it", "search external built-in\n", "/out" },
	{ "external behind built-in", "search built-in external\n", "zzz" },
	{ "a joined line", "search \\\n\\\nbar\\\n zzz\n", "bar" },
	{ "a comment swallows what is joined to it", "# \\\nsearch bar\n", "updates/dkms" },
	{ "no newline at the end", "search bar", "bar" },
	{ "tabs, carriage returns, blanks", " \tsearch\tbar\r\n", "bar" },
	{ "words of older versions", "make_map_files no\n", "updates/dkms" },
};

static void read_text(struct lkm_depmodconf *conf, const char *text)
{
	lkm_auto(lkm_conflines) struct lkm_conflines lines = lkm_conflines(lkm_str(text));
	struct lkm_confline line;

	assert_int_equal(lkm_depmodconf_init(conf, "6.1.0-x"), 0);
	while (lkm_conflines_next(&lines, &line) == 1)
		assert_row(text, lkm_depmodconf_add(conf, line.text, NULL), 0);
}

static const char *winner(const struct lkm_depmodconf *conf)
{
	const char *best = NULL;
	unsigned int best_rank = 0;

	for (size_t i = 0; i < COUNT(dirs); i++) {
		struct lkm_depmodconf_place place = {
			.module = LKM_STR("c"), .dir = lkm_str(dirs[i]), .external = dirs[i][0] == '/'
		};
		unsigned int rank = lkm_depmodconf_rank(conf, &place);

		if (!best || rank < best_rank) {
			best = dirs[i];
			best_rank = rank;
		}
	}
	return best;
}

static void who_wins(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(rows); r++) {
		lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
		const char *got;

		read_text(&conf, rows[r].text);
		got = winner(&conf);
		if (strcmp(got, rows[r].winner) != 0)
			fail_msg("row \"%s\": %s wins", rows[r].name, got);
	}
}

static const struct {
	const char *line;
	const char *what;
} bad[] = {
	{ "bogus line", "ignoring bad line starting with 'bogus'" },
	{ "Search bar", "ignoring bad line starting with 'Search'" },
	{ "override c *", "override needs a module, a release and a directory" },
	{ "override c ( bar", "'(' is not a regular expression" },
	{ "external *", "external needs a release and a directory" },
	{ "external * out", "'out' is not an absolute path" },
};

static void bad_lines(void **state)
{
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;

	(void)state;
	assert_int_equal(lkm_depmodconf_init(&conf, "6.1.0-x"), 0);
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct lkm_diag diag = LKM_DIAG_INIT;

		assert_row(bad[i].line, lkm_depmodconf_add(&conf, lkm_str(bad[i].line), &diag),
			   -EINVAL);
		assert_string_equal(diag.what, bad[i].what);
	}
	assert_int_equal(conf.search.len + conf.overrides.len + conf.externals.len, 0);
}

static void dashes_and_underscores_are_one(void **state)
{
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	struct lkm_depmodconf_place place = { .module = LKM_STR("a-b"), .dir = LKM_STR("bar") };

	(void)state;
	read_text(&conf, "override a_b * bar\n");
	assert_int_equal(lkm_depmodconf_rank(&conf, &place), 0);
}

static void excluded_names(void **state)
{
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;

	(void)state;
	read_text(&conf, "exclude zzz c.ko\nexclude x/\n");
	assert_true(lkm_depmodconf_excludes(&conf, lkm_str("zzz")));
	assert_true(lkm_depmodconf_excludes(&conf, lkm_str("c.ko")));
	assert_true(lkm_depmodconf_excludes(&conf, lkm_str("x")));
	assert_true(lkm_depmodconf_excludes(&conf, lkm_str("build")));
	assert_true(lkm_depmodconf_excludes(&conf, lkm_str("source")));
	assert_false(lkm_depmodconf_excludes(&conf, lkm_str("zz")));
}

static void lines_are_numbered(void **state)
{
	lkm_auto(lkm_conflines) struct lkm_conflines lines =
		lkm_conflines(lkm_str("\n# x\na\\\n b\\\n\nc\n  \nd \\"));
	static const struct {
		const char *text;
		unsigned int number;
	} want[] = { { "a b", 3 }, { "c", 6 }, { "d ", 8 } };
	struct lkm_confline line;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(lkm_conflines_next(&lines, &line), 1);
		assert_str(line.text, want[i].text);
		assert_int_equal(line.number, want[i].number);
	}
	assert_int_equal(lkm_conflines_next(&lines, &line), 0);
}

static void a_nul_ends_the_walk(void **state)
{
	static const struct lkm_str text = LKM_STR("a\nb\0c\nd\n");
	lkm_auto(lkm_conflines) struct lkm_conflines lines = lkm_conflines(text);
	struct lkm_confline line;

	(void)state;
	assert_int_equal(lkm_conflines_next(&lines, &line), 1);
	assert_int_equal(lkm_conflines_next(&lines, &line), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_wins),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(dashes_and_underscores_are_one),
		cmocka_unit_test(excluded_names),
		cmocka_unit_test(lines_are_numbered),
		cmocka_unit_test(a_nul_ends_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
