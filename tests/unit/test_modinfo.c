/* fmt/modinfo: texts and the items that come out of them, in order. */
#include <errno.h>

#include "base/buf.h"
#include "check.h"
#include "fmt/modinfo.h"

/* A text with NULs in it, as bytes; the literal's own NUL is not part of it. */
#define TEXT(literal) { (const uint8_t *)literal, sizeof(literal) - 1 }

/* What came out: "key>value|" for each item. */
static const struct {
	const char *name;
	struct lkm_bytes text;
	const char *want;
} sections[] = {
	{ "two items", TEXT("a=1\0b=2\0"), "a>1|b>2|" },
	{ "nothing", TEXT(""), "" },
	{ "only NULs", TEXT("\0\0\0"), "" },
	{ "runs of NUL", TEXT("\0\0a=1\0\0\0b=2\0\0"), "a>1|b>2|" },
	{ "last string without NUL", TEXT("a=1\0b=2"), "a>1|b>2|" },
	{ "only a string without NUL", TEXT("a"), "a>|" },
	{ "no equals sign", TEXT("intree\0b=2\0"), "intree>|b>2|" },
	{ "empty value", TEXT("depends=\0"), "depends>|" },
	{ "empty key", TEXT("=x\0"), ">x|" },
	{ "equals sign in the value", TEXT("parm=x:a=b\0"), "parm>x:a=b|" },
	{ "newline and high bytes in the value", TEXT("d=a\n\xff\0"), "d>a\n\xff|" },
	{ "a key twice", TEXT("alias=a\0alias=b\0"), "alias>a|alias>b|" },
};

static void reads_sections(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sections); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_modinfo it = lkm_modinfo(sections[i].text);
		struct lkm_modinfo_item item;

		while (lkm_modinfo_next(&it, &item))
			lkm_buf_printf(&got, "%.*s>%.*s|", LKM_STR_ARG(item.key),
				       LKM_STR_ARG(item.value));
		if (!lkm_str_is(lkm_buf_view(&got), sections[i].want))
			fail_msg("row \"%s\": got %s", sections[i].name, lkm_buf_cstr(&got));
	}
}

static void finds_the_first_of_a_key(void **state)
{
	const struct lkm_bytes text = TEXT("names=n\0name=a\0name=b\0name\0empty=\0");
	struct lkm_str got = { "untouched", 9 };

	(void)state;
	assert_int_equal(lkm_modinfo_get(text, "license", &got), -ENODATA);
	assert_str(got, "untouched");
	assert_int_equal(lkm_modinfo_get(text, "name", &got), 0);
	assert_str(got, "a");
	assert_int_equal(lkm_modinfo_get(text, "empty", &got), 0);
	assert_str(got, "");
}

static const struct {
	const char *name;
	struct lkm_bytes text;
	const char *want; /* "module/key>value|" */
} builtins[] = {
	{ "two modules", TEXT("ext4.file=fs/ext4\0ext4.license=GPL\0loop.file=x\0"),
	  "ext4/file>fs/ext4|ext4/license>GPL|loop/file>x|" },
	{ "a dot in the value", TEXT("i8042.parm=a.b:c\0"), "i8042/parm>a.b:c|" },
	{ "no dot before the equals sign", TEXT("ext4=3.5\0ext4.x=1\0"), "ext4/x>1|" },
	{ "no dot at all", TEXT("ext4\0ext4.x=1\0"), "ext4/x>1|" },
	{ "no equals sign", TEXT("ext4.x\0"), "ext4/x>|" },
	{ "empty module", TEXT(".x=1\0"), "/x>1|" },
	{ "dot in the key", TEXT("ext4.a.b=1\0"), "ext4/a.b>1|" },
};

static void reads_builtin_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(builtins); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_modinfo it = lkm_modinfo(builtins[i].text);
		struct lkm_modinfo_builtin b;

		while (lkm_modinfo_builtin_next(&it, &b))
			lkm_buf_printf(&got, "%.*s/%.*s>%.*s|", LKM_STR_ARG(b.module),
				       LKM_STR_ARG(b.item.key), LKM_STR_ARG(b.item.value));
		if (!lkm_str_is(lkm_buf_view(&got), builtins[i].want))
			fail_msg("row \"%s\": got %s", builtins[i].name, lkm_buf_cstr(&got));
	}
}

static void knows_free_licences(void **state)
{
	static const char *const wanted[] = { "GPL", "GPL v2", "GPL and additional rights",
					      "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL" };
	static const char *const others[] = { "", "gpl", "GPL ", "GPL v3", "GPL-2.0", "BSD",
					      "Dual BSD", "Proprietary" };

	(void)state;
	for (size_t i = 0; i < COUNT(wanted); i++)
		if (!lkm_modinfo_license_is_gpl(lkm_str(wanted[i])))
			fail_msg("row \"%s\"", wanted[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		if (lkm_modinfo_license_is_gpl(lkm_str(others[i])))
			fail_msg("row \"%s\"", others[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sections),
		cmocka_unit_test(finds_the_first_of_a_key),
		cmocka_unit_test(reads_builtin_lists),
		cmocka_unit_test(knows_free_licences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
