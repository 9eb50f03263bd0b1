/* fmt/modprobeconf: each line as modprobe -c shows it back. */
#include "check.h"
#include "fmt/modprobeconf.h"

static const struct row {
	const char *text;
	int err;
	enum lkm_modprobeconf_word word;
	const char *name, *value;
} rows[] = {
	{ "alias a-b[c-d] e-f junk", 0, LKM_CONF_ALIAS, "a_b[c-d]", "e_f" },
	{ "alias a", -EINVAL, 0, "", "" },
	{ "alias a[b c", -EINVAL, 0, "", "" },
	{ "blacklist my-mod more", 0, LKM_CONF_BLACKLIST, "my_mod", "" },
	{ "blacklist", -EINVAL, 0, "", "" },
	{ "options  snd-x   a=1  b=\"x y\" ", 0, LKM_CONF_OPTIONS, "snd_x", "  a=1  b=\"x y\" " },
	{ "options x", -EINVAL, 0, "", "" },
	{ "install a-b /bin/sh -c \"x-y\"", 0, LKM_CONF_INSTALL, "a_b", "/bin/sh -c \"x-y\"" },
	{ "install a", -EINVAL, 0, "", "" },
	{ "remove a b", 0, LKM_CONF_REMOVE, "a", "b" },
	{ "softdep a-b pre: c-d", 0, LKM_CONF_SOFTDEP, "a_b", "pre: c-d" },
	{ "softdep n ", 0, LKM_CONF_SOFTDEP, "n", "" },
	{ "weakdep a b c", 0, LKM_CONF_WEAKDEP, "a", "b c" },
	{ "forbid a-b not on this machine", 0, LKM_CONF_FORBID, "a_b", "not on this machine" },
	{ "mask x", 0, LKM_CONF_FORBID, "x", "" },
	{ "forbid", -EINVAL, 0, "", "" },
	{ "allow a b-c", 0, LKM_CONF_ALLOW, "a", "b-c" },
	{ "allow-only audit", 0, LKM_CONF_ALLOW_ONLY, "", "audit" },
	{ "allow-only perhaps", -EINVAL, 0, "", "" },
	{ "allow-only", -EINVAL, 0, "", "" },
	{ "include /etc/x", -ENOTSUP, 0, "", "" },
	{ "config binary_indexes yes", -ENOTSUP, 0, "", "" },
	{ "Options a b", -EINVAL, 0, "", "" },
};

static void understands_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		struct lkm_confline line = { lkm_str(rows[i].text), 7 };
		struct lkm_modprobeconf_line got = { .word = 99 };
		struct lkm_diag diag = LKM_DIAG_INIT;

		assert_row(rows[i].text, lkm_modprobeconf_parse(&line, &arena, &got, &diag),
			   rows[i].err);
		if (rows[i].err) {
			assert_row(rows[i].text, diag.line, 7);
			assert_row(rows[i].text, got.word, 99);
			continue;
		}
		assert_row(rows[i].text, got.word, rows[i].word);
		assert_row(rows[i].text, got.number, 7);
		assert_str(got.name, rows[i].name);
		assert_str(got.value, rows[i].value);
	}
}

static void refuses_a_name_that_is_too_long(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	char text[1000];
	struct lkm_confline line = { { text, 0 }, 1 };
	struct lkm_modprobeconf_line got;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "blacklist ", 10);
	line.text.len = 10 + 255;
	assert_int_equal(lkm_modprobeconf_parse(&line, &arena, &got, NULL), 0);
	line.text.len++;
	assert_int_equal(lkm_modprobeconf_parse(&line, &arena, &got, NULL), -EINVAL);
}

static void names_words(void **state)
{
	(void)state;
	assert_string_equal(lkm_modprobeconf_name(LKM_CONF_ALLOW_ONLY), "allow-only");
	assert_string_equal(lkm_modprobeconf_name(LKM_CONF_FORBID), "forbid");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understands_lines),
		cmocka_unit_test(refuses_a_name_that_is_too_long),
		cmocka_unit_test(names_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
