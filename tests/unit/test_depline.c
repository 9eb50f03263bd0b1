/* fmt/depline: lines of modules.dep, of path lists and of soft dependencies. */
#include "check.h"

#include <errno.h>

#include "base/buf.h"
#include "fmt/depline.h"

static const struct {
	const char *line;
	int want;
	const char *path, *deps;
} lines[] = {
	{ "kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko kernel/fs/jbd2/jbd2.ko", 0,
	  "kernel/fs/ext4/ext4.ko", "kernel/lib/crc16.ko kernel/fs/jbd2/jbd2.ko" },
	{ "kernel/a.ko.xz:", 0, "kernel/a.ko.xz", "" },
	{ "kernel/a.ko: ", 0, "kernel/a.ko", "" },
	{ "/abs/a.ko: /abs/b.ko\t/c.ko ", 0, "/abs/a.ko", "/abs/b.ko\t/c.ko" },
	{ "kernel/a.ko", -EBADMSG, "", "" },
	{ ": kernel/b.ko", -EBADMSG, "", "" },
	{ " : kernel/b.ko", -EBADMSG, "", "" },
	{ "", -EBADMSG, "", "" },
};

static void cuts_lines_of_modules_dep(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct lkm_depline got = { .path = lkm_str(""), .deps = lkm_str("") };

		assert_row(lines[i].line, lkm_depline_parse(lkm_str(lines[i].line), &got),
			   lines[i].want);
		assert_str(got.path, lines[i].path);
		assert_str(got.deps, lines[i].deps);
	}
}

static void lists_paths(void **state)
{
	struct lkm_str rest = lkm_str("kernel/a.ko\n\n# b\n  kernel/c.ko \r\nlast.ko");
	struct lkm_str path;

	(void)state;
	assert_true(lkm_pathlist_next(&rest, &path));
	assert_str(path, "kernel/a.ko");
	assert_true(lkm_pathlist_next(&rest, &path));
	assert_str(path, "kernel/c.ko");
	assert_true(lkm_pathlist_next(&rest, &path));
	assert_str(path, "last.ko");
	assert_false(lkm_pathlist_next(&rest, &path));
}

static const struct {
	const char *text, *want;
} softdeps[] = {
	{ "pre: a b post: c", "<a <b >c " },
	{ "post: c pre: a", ">c <a " },
	{ "gcm", "?gcm " },
	{ "pre: post: c", ">c " },
	{ "pre:a", "?pre:a " },
	{ "pre: a pre: b", "<a <b " },
	{ "", "" },
};

static void tells_pre_from_post(void **state)
{
	static const char marks[] = "?<>";

	(void)state;
	for (size_t i = 0; i < COUNT(softdeps); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_softdep_iter iter = lkm_softdep_iter(lkm_str(softdeps[i].text));
		enum lkm_softdep_when when;
		struct lkm_str name;

		while (lkm_softdep_next(&iter, &name, &when))
			lkm_buf_printf(&got, "%c%.*s ", marks[when], LKM_STR_ARG(name));
		assert_str(lkm_buf_view(&got), softdeps[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_lines_of_modules_dep),
		cmocka_unit_test(lists_paths),
		cmocka_unit_test(tells_pre_from_post),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
