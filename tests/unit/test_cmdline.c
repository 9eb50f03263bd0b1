/* fmt/cmdline: words of a kernel command line that are for modules. */
#include "check.h"
#include "fmt/cmdline.h"

static void finds_module_parameters(void **state)
{
	static const char line[] = "quiet m.p n.p=1 \"o.p=a b\" p.p=\"a b\"\tm-x.p-q=1 a.b.c=1 .x=1 q.=1 "
				   "root=/dev/x.y x.y==z s.p=a,b\" c\" \"v.w\"=1 -- t.u=1\nend.p";
	static const struct {
		const char *module, *param;
		bool quoted;
	} want[] = {
		{ "m", "p", false },	       { "n", "p=1", false },
		{ "o", "p=a b", true },	       { "p", "p=\"a b\"", false },
		{ "m-x", "p-q=1", false },     { "x", "y==z", false },
		{ "s", "p=a,b\" c\"", false }, { "t", "u=1", false },
		{ "end", "p", false },
	};
	struct lkm_str rest = lkm_str(line);
	struct lkm_cmdline_param got;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(lkm_cmdline_next(&rest, &got));
		assert_str(got.module, want[i].module);
		assert_str(got.param, want[i].param);
		assert_row(want[i].param, got.quoted, want[i].quoted);
	}
	assert_false(lkm_cmdline_next(&rest, &got));
}

static void drops_a_word_whose_quotes_do_not_pair(void **state)
{
	struct lkm_str rest = lkm_str("a.b=\"x c.d=1");
	struct lkm_cmdline_param got;

	(void)state;
	assert_false(lkm_cmdline_next(&rest, &got));
}

static void finds_lists(void **state)
{
	static const struct {
		const char *names;
		enum lkm_cmdline_list kind;
	} want[] = {
		{ "a,b-c", LKM_CMDLINE_LOAD },	  { "d", LKM_CMDLINE_LOAD },
		{ "e f,g", LKM_CMDLINE_LOAD },	  { "h", LKM_CMDLINE_LOAD },
		{ "", LKM_CMDLINE_LOAD },	  { "i,j", LKM_CMDLINE_DRIVER },
		{ "k", LKM_CMDLINE_AVOID },	  { "l", LKM_CMDLINE_DRIVER },
		{ "m", LKM_CMDLINE_LOAD },
	};
	struct lkm_str rest = lkm_str("quiet modules-load=a,b-c xmodules-load=x rd.modules_load=d m.modules-load=x "
				      "modules-load modules_load=\"e f,g\" \"rd.modules-load=h\" modules-load= "
				      "rd.driver.pre=i,j rd.driver.prey=x rd.driver.blacklist=k driver.post=x "
				      "rd.driver.post=l earlymodules=m rd.earlymodules=x");
	enum lkm_cmdline_list kind;
	struct lkm_str got;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(lkm_cmdline_next_list(&rest, &kind, &got));
		assert_str(got, want[i].names);
		assert_row(want[i].names, kind, want[i].kind);
	}
	assert_false(lkm_cmdline_next_list(&rest, &kind, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_module_parameters),
		cmocka_unit_test(drops_a_word_whose_quotes_do_not_pair),
		cmocka_unit_test(finds_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
