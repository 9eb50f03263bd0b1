/* fmt/modulesconf: which lines count, what they say, and what is told of the others. */
#include "check.h"
#include "fmt/modulesconf.h"

/* A machine with two files; /loop includes itself. */
static bool is_readable(void *ctx, const char *path)
{
	(void)ctx;
	return strcmp(path, "/there") == 0;
}

static int read_file(void *ctx, const char *path, struct lkm_blob *ret)
{
	static const struct {
		const char *path, *text;
		size_t len;
	} files[] = {
		{ "/more", "path=/more\ndefine FROM more\nif 1\n", 0 },
		{ "more", "path=/bad\n", 0 },
		{ "/loop", "path=/loop\ninclude /loop\n", 0 },
		{ "/many", "include /none\ninclude /many\ninclude /many\n", 0 },
		{ "/binary", "path=/x\n\0", 9 },
	};

	(void)ctx;
	for (size_t i = 0; i < COUNT(files); i++) {
		size_t len = files[i].len ? files[i].len : strlen(files[i].text);

		if (strcmp(files[i].path, path) != 0)
			continue;
		*ret = (struct lkm_blob){ malloc(len), len };
		memcpy(ret->ptr, files[i].text, len);
		return 0;
	}
	return -ENOENT;
}

/* What was told, the files and lines of it alone: "f:2 f:3". */
static void note_line(void *ctx, enum lkm_report_level level, const char *text)
{
	struct lkm_str place = lkm_str(text), file, line;

	assert_int_equal(level, LKM_REPORT_WARNING);
	lkm_str_cut(place, ':', &file, &place);
	lkm_str_cut(place, ':', &line, NULL);
	lkm_buf_printf(ctx, "%s%.*s:%.*s", ((struct lkm_buf *)ctx)->len ? " " : "",
		       LKM_STR_ARG(file), LKM_STR_ARG(line));
}

/* One reading: paths, each with a blank behind it, then what was told. */
static int read_paths(const char *text, struct lkm_buf *told, struct lkm_buf *paths)
{
	static const struct lkm_modulesconf_system system = {
		.release = "6.12.1-x", .autoclean = true, .readable = is_readable, .read = read_file,
	};
	lkm_auto(lkm_modulesconf) struct lkm_modulesconf conf = LKM_MODULESCONF_INIT;
	struct lkm_report report = { .say = note_line, .ctx = told };
	int err = lkm_modulesconf_read(&conf, lkm_str(text), "f", &system, &report);

	for (size_t i = 0; i < conf.paths.len; i++)
		lkm_buf_printf(paths, "%s ", conf.paths.ptr[i]);
	if (conf.keep)
		lkm_buf_puts(paths, "keep ");
	if (conf.persistdir)
		lkm_buf_printf(paths, "persist=%s", conf.persistdir);
	return err;
}

static const struct {
	const char *name, *text, *paths, *told;
} rows[] = {
	{ "nothing", "", "", "" },
	{ "a path", "path=/a\n", "/a ", "" },
	{ "a tag, blanks and a comment", " path[misc] = /a # b", "/a ", "" },
	{ "no = behind path", "path /a\n", "", "f:1" },
	{ "no ] behind path[", "path[a=/a\n", "", "f:1" },
	{ "another command that begins so", "pathology=/a\n", "", "" },
	{ "keep in front", "keep\npath=/a\n", "/a keep ", "" },
	{ "keep too late", "path=/a\nkeep\n", "/a ", "" },
	{ "persistdir with and without =", "persistdir /a\npersistdir=/b\n", "persist=/b", "" },
	{ "no persistdir", "persistdir=\n", "persist=", "" },
	{ "commands for others", "alias a b\noptions a b=1\nprobeall x y\n", "", "" },

	{ "quotes", "path=\"/a b\"\n", "/a b ", "" },
	{ "single quotes keep all", "path='/a $b `c`'\n", "/a $b `c` ", "" },
	{ "a single quote in quotes", "path=\"/it's\"\n", "/it's ", "" },
	{ "a kept character", "path=/a\\ b\n", "/a b ", "" },
	{ "two words", "path=/a /b\n", "", "f:1" },
	{ "a quote that does not end", "path=\"/a\n", "", "f:1" },
	{ "a single quote that does not end", "path='/a\n", "", "f:1" },
	{ "the release", "path=/a/`uname -r`/b\n", "/a/6.12.1-x/b ", "" },
	{ "two numbers of it", "path=/` kernelversion `\n", "/6.12 ", "" },
	{ "any other command", "path=`rm -rf /`\npath=/a\n", "/a ", "f:1" },
	{ "a command in quotes", "path=\"`ls`\"\n", "", "f:1" },
	{ "a backquote that does not end", "path=`uname -r\n", "", "f:1" },
	{ "a variable", "define A /a\npath=$A/b\npath=${A}b\n", "/a/b /ab ", "" },
	{ "a variable set again", "define A 1\ndefine A 2$A\npath=/$A\n", "/21 ", "" },
	{ "a variable of nobody", "path=$HOME\npath=/a\n", "/a ", "f:1" },
	{ "a brace that does not end", "define A 1\npath=${A\n", "", "f:2" },
	{ "define without a name", "define\n", "", "f:1" },
	{ "a value is not looked at again", "define A '$B'\npath=/$A\n", "/$B ", "" },

	{ "a word is true", "if yes\npath=/a\nendif\n", "/a ", "" },
	{ "0 is not", "if 0\npath=/a\nendif\n", "", "" },
	{ "nor false", "if false\npath=/a\nelse\npath=/b\nendif\n", "/b ", "" },
	{ "nor is nothing", "if \"\"\npath=/a\nendif\n", "", "" },
	{ "no condition at all", "if\npath=/a\nelse\npath=/b\nendif\n", "", "f:1" },
	{ "not", "if ! 0\npath=/a\nendif\n", "/a ", "" },
	{ "not not", "if ! ! 0\npath=/a\nendif\n", "", "" },
	{ "a file that is there", "if -f /there\npath=/a\nendif\n", "/a ", "" },
	{ "a file that is not", "if -f /nowhere\npath=/a\nendif\n", "", "" },
	{ "-f of nothing", "if -f\npath=/a\nelse\npath=/b\nendif\n", "", "f:1" },
	{ "-f of two", "if -f /there /there\npath=/a\nendif\n", "", "f:1" },
	{ "a load for a while", "if -k\npath=/a\nendif\n", "/a ", "" },
	{ "-k and more", "if -k x\npath=/a\nendif\n", "", "f:1" },
	{ "equal", "if a = a\npath=/1\nendif\nif a == a\npath=/2\nendif\n", "/1 /2 ", "" },
	{ "not equal", "if a != a\npath=/1\nendif\nif a != b\npath=/2\nendif\n", "/2 ", "" },
	{ "texts in order", "if a < b\npath=/1\nendif\nif b <= a\npath=/2\nendif\n", "/1 ", "" },
	{ "and backwards", "if a > b\npath=/1\nendif\nif b >= a\npath=/2\nendif\n", "/2 ", "" },
	{ "texts are no numbers", "if 9 < 10\npath=/a\nendif\n", "", "" },
	{ "numbers are", "if -n 9 < 10\npath=/a\nendif\n", "/a ", "" },
	{ "below zero", "if -n -9 < -1\npath=/a\nendif\n", "/a ", "" },
	{ "no number", "if -n 9 < x\npath=/a\nelse\npath=/b\nendif\n", "", "f:1" },
	{ "-n of one word", "if -n 9\npath=/a\nendif\n", "", "f:1" },
	{ "no operator", "if a ~ a\npath=/a\nelse\npath=/b\nendif\n", "", "f:1" },
	{ "too many words", "if a = a b\npath=/a\nendif\n", "", "f:1" },
	{ "the release in it", "if `kernelversion` == 6.12\npath=/a\nendif\n", "/a ", "" },
	{ "a command in it: no branch counts",
	  "if `ls` = x\npath=/a\nelseif 1\npath=/b\nelse\npath=/c\nendif\npath=/d\n", "/d ", "f:1" },

	{ "the first branch that holds",
	  "if 0\npath=/a\nelseif 1\npath=/b\nelseif 1\npath=/c\nelse\npath=/d\nendif\n", "/b ", "" },
	{ "a later branch is not judged", "if 1\npath=/a\nelseif `ls`\nendif\n", "/a ", "" },
	{ "inside of what does not count", "if 0\nif `ls`\npath=/a\nelse\npath=/b\nendif\nendif\n",
	  "", "" },
	{ "inside of what counts", "if 1\nif 0\nelse\npath=/a\nendif\npath=/b\nendif\n", "/a /b ", "" },
	{ "else twice", "if 0\nelse\npath=/a\nelse\npath=/b\nendif\n", "/a ", "f:4" },
	{ "elseif behind else", "if 1\nelse\nelseif 1\npath=/b\nendif\n", "", "f:3" },
	{ "else of nothing", "else\npath=/a\n", "/a ", "f:1" },
	{ "endif of nothing", "endif\npath=/a\n", "/a ", "f:1" },
	{ "no endif", "if 0\npath=/a\n", "", "f:1" },

	{ "another file, in its place", "path=/1\ninclude /more\npath=/2\n", "/1 /more /2 ", "/more:3" },
	{ "what it defines", "include /more\npath=/$FROM\n", "/more /more ", "/more:3" },
	{ "a file that is not there", "include /none\npath=/a\n", "/a ", "f:1" },
	{ "a file that is no text", "include /binary\npath=/a\n", "/x /a ", "f:1" },
	{ "a path that depends on where we are", "include more\n", "", "f:1" },
};

static void takes_what_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf told = LKM_BUF_INIT, paths = LKM_BUF_INIT;

		assert_row(rows[i].name, read_paths(rows[i].text, &told, &paths), 0);
		if (!lkm_str_is(lkm_buf_view(&paths), rows[i].paths))
			fail_msg("row \"%s\": paths \"%.*s\"", rows[i].name,
				 LKM_STR_ARG(lkm_buf_view(&paths)));
		if (!lkm_str_is(lkm_buf_view(&told), rows[i].told))
			fail_msg("row \"%s\": told \"%.*s\"", rows[i].name,
				 LKM_STR_ARG(lkm_buf_view(&told)));
	}
}

/* ---- limits: `before`, then `each` so many times, then `after` ---- */

static const struct {
	const char *name, *before, *each, *after;
	size_t times;
	const char *paths;  /* how they end */
	size_t told; /* lines */
} limits[] = {
	{ "conditions in each other, as deep as may be", "", "if 1\n", "path=/a\n", 20, "/a ", 1 },
	{ "one deeper", "", "if 1\n", "path=/a\n", 21, "", 2 },
	{ "and out again", "if 1\n", "if 1\nif 1\n", "endif\n", 11, "", 2 },
	{ "a value that doubles", "define A 12345678\n", "define A $A$A\n", "path=/a\n", 20, "/a ", 11 },
	{ "many variables", "", "define A 1\n", "path=/a\n", 257, "/a ", 1 },
	{ "a file that includes itself", "include /loop\n", "", "path=/a\n", 0, "/loop /a ", 1 },
	{ "files that include themselves twice", "include /many\n", "", "path=/a\n", 0, "/a ", 0 },
};

static void stays_within_its_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(limits); i++) {
		lkm_auto(lkm_buf) struct lkm_buf told = LKM_BUF_INIT, paths = LKM_BUF_INIT;
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		struct lkm_str rest, word;
		size_t lines = 0;

		lkm_buf_puts(&text, limits[i].before);
		for (size_t n = 0; n < limits[i].times; n++)
			lkm_buf_puts(&text, limits[i].each);
		lkm_buf_puts(&text, limits[i].after);
		assert_row(limits[i].name, read_paths(lkm_buf_cstr(&text), &told, &paths), 0);
		for (rest = lkm_buf_view(&told); lkm_str_next_word(&rest, &word);)
			lines++;
		if (limits[i].told)
			assert_row(limits[i].name, lines, limits[i].told);
		assert_row(limits[i].name,
			   lkm_str_ends(lkm_buf_view(&paths), limits[i].paths, &rest), true);
		assert_row(limits[i].name, limits[i].paths[0] || paths.len == 0, true);
	}
}

static void files_in_each_other_end(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf told = LKM_BUF_INIT, paths = LKM_BUF_INIT;

	(void)state;
	assert_int_equal(read_paths("include /loop\n", &told, &paths), 0);
	assert_int_equal(paths.len, (LKM_MODULESCONF_NESTING_MAX - 1) * strlen("/loop "));
}

static void limits_all_words_together(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf told = LKM_BUF_INIT, paths = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	(void)state;
	lkm_buf_puts(&text, "define A 12345678\n");
	for (unsigned int i = 0; i < 8; i++)
		lkm_buf_puts(&text, "define A $A$A\n");
	for (unsigned int i = 0; i < 4096; i++)
		lkm_buf_puts(&text, "path=$A\n");
	assert_int_equal(read_paths(lkm_buf_cstr(&text), &told, &paths), 0);
	assert_in_range(paths.len, 1, LKM_MODULESCONF_WORDS_MAX);
	assert_true(told.len > 0);
}

static void wants_a_text(void **state)
{
	static const struct lkm_modulesconf_system system = { .release = "6", .readable = is_readable,
							      .read = read_file };
	lkm_auto(lkm_modulesconf) struct lkm_modulesconf conf = LKM_MODULESCONF_INIT;

	(void)state;
	assert_int_equal(lkm_modulesconf_read(&conf, (struct lkm_str){ "path=/a\n\0", 9 }, "f", &system,
					      NULL),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_counts),
		cmocka_unit_test(stays_within_its_limits),
		cmocka_unit_test(files_in_each_other_end),
		cmocka_unit_test(limits_all_words_together),
		cmocka_unit_test(wants_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
