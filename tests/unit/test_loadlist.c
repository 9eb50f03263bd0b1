/* fmt/loadlist: lists of modules to load at boot. */
#include "check.h"
#include "fmt/loadlist.h"

static const char text[] = "# comment\n; another\n\nloop\n  lp \t\r\nsnd-mixer index=1  id=x \n"
			   "\t#no\npci:v0000d*\nnul\0led\n#\n;\n9p # kept";

static void reads_lines(void **state)
{
	static const struct {
		const char *name, *params;
		unsigned int line;
	} want[] = {
		{ "loop", "", 4 },
		{ "lp", "", 5 },
		{ "snd-mixer", "index=1  id=x", 6 },
		{ "pci:v0000d*", "", 8 },
		{ "9p", "# kept", 12 },
	};
	struct lkm_loadlist list = lkm_loadlist((struct lkm_str){ text, sizeof(text) - 1 });
	struct lkm_loadlist_item got;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(lkm_loadlist_next(&list, &got));
		assert_str(got.name, want[i].name);
		assert_str(got.params, want[i].params);
		assert_row(want[i].name, got.line, want[i].line);
	}
	assert_false(lkm_loadlist_next(&list, &got));
}

static void passes_over_what_is_no_name(void **state)
{
	static char longest[LKM_LOADLIST_NAME_MAX + 2];
	struct lkm_loadlist_item got;
	struct lkm_loadlist list;

	(void)state;
	memset(longest, 'x', LKM_LOADLIST_NAME_MAX);
	list = lkm_loadlist(lkm_str(longest));
	assert_true(lkm_loadlist_next(&list, &got));
	longest[LKM_LOADLIST_NAME_MAX] = 'x';
	list = lkm_loadlist(lkm_str(longest));
	assert_false(lkm_loadlist_next(&list, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lines),
		cmocka_unit_test(passes_over_what_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
