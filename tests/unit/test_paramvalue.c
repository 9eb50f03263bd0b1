/* fmt/paramvalue, fmt/kconfig: what the kernel takes. */
#include "check.h"

#include <errno.h>

#include "fmt/kconfig.h"
#include "fmt/paramvalue.h"

static const struct {
	const char *type, *word; /* what stands behind the name, with its '=' */
	int want;
} rows[] = {
	{ "byte", "=0", 0 }, { "byte", "=255", 0 }, { "byte", "=256", -ERANGE },
	{ "byte", "=-1", -EINVAL }, { "byte", "=+1", 0 }, { "byte", "", -EINVAL },
	{ "byte", "=", -EINVAL }, { "byte", "=+", -EINVAL }, { "byte", "=1k", -EINVAL },
	{ "short", "=-32768", 0 }, { "short", "=-32769", -ERANGE }, { "short", "=32768", -ERANGE },
	{ "ushort", "=65535", 0 }, { "ushort", "=65536", -ERANGE },
	{ "int", "=2147483647", 0 }, { "int", "=2147483648", -ERANGE },
	{ "int", "=-2147483648", 0 }, { "int", "=-2147483649", -ERANGE },
	{ "int", "=0x7f", 0 }, { "int", "=0X7F", 0 }, { "int", "=0x", -EINVAL },
	{ "int", "=0xg", -EINVAL }, { "int", "=017", 0 }, { "int", "=08", -EINVAL },
	{ "int", "=0b1", -EINVAL }, { "int", "=1 ", -EINVAL }, { "int", "=on", -EINVAL },
	{ "int", "=-0x80000000", 0 }, { "int", "=--1", -EINVAL }, { "int", "=1,2", -EINVAL }, { "int", "=5\n", 0 }, { "int", "=\n", -EINVAL }, { "int", "=0x\n", -EINVAL },
	{ "uint", "=4294967295", 0 }, { "uint", "=4294967296", -ERANGE }, { "uint", "=-0", -EINVAL },
	{ "hexint", "=ff", -EINVAL }, { "hexint", "=0xff", 0 },
	{ "long", "=9223372036854775807", 0 }, { "long", "=9223372036854775808", -ERANGE },
	{ "long", "=-9223372036854775808", 0 }, { "long", "=-9223372036854775809", -ERANGE },
	{ "ulong", "=18446744073709551615", 0 }, { "ulong", "=18446744073709551616", -ERANGE },
	{ "ulong", "=184467440737095516150", -ERANGE },
	{ "ullong", "=99999999999999999999999x", -ERANGE }, { "ullong", "=99x", -EINVAL },
	{ "bool", "", 0 }, { "bool", "=", -EINVAL }, { "bool", "=y", 0 }, { "bool", "=No", 0 },
	{ "bool", "=1x", 0 }, { "bool", "=true", 0 }, { "bool", "=2", -EINVAL },
	{ "bool", "=on", 0 }, { "bool", "=OFF", 0 }, { "bool", "=o", -EINVAL },
	{ "bool", "=ox", -EINVAL }, { "bool", "=enable", 0 }, { "bool", "=z", -EINVAL },
	{ "bint", "", 0 }, { "bool_enable_only", "", 0 }, { "invbool", "", -EINVAL },
	{ "invbool", "=0", 0 },
	{ "charp", "=any thing", 0 }, { "charp", "=", 0 }, { "charp", "", -EINVAL },
	{ "string", "=x", 0 }, { "string", "", -EINVAL },
	{ "array of int", "=1,2,3", 0 }, { "array of int", "=1,,3", -EINVAL },
	{ "array of int", "=1,", -EINVAL }, { "array of int", "=1,x", -EINVAL },
	{ "array of int", "", -EINVAL }, { "array of bool", "", -EINVAL },
	{ "array of byte", "=1,300", -ERANGE }, { "array of charp", "=a,,b", 0 },
	{ "array of thing", "=?", 0 }, { "array of thing", "", -EINVAL }, { "thing", "", 0 }, { "", "=x", 0 },
};

static int check(const struct lkm_param_type *type, const char *word, char *ret_want)
{
	struct lkm_param param = { .name = lkm_str("p"), .has_value = word[0] == '=' };

	param.value = lkm_str(word + param.has_value);
	return lkm_param_value_check(type, &param, ret_want);
}

static void values_are_taken_as_the_kernel_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[80], want[LKM_PARAM_WANT_MAX] = "";
		struct lkm_param_type type = { .name = lkm_str(rows[i].type) };

		snprintf(name, sizeof(name), "%s%s", rows[i].type, rows[i].word);
		assert_row(name, check(&type, rows[i].word, want), rows[i].want);
		assert_row(name, want[0] != '\0', rows[i].want != 0);
	}
}

static const struct {
	struct lkm_param_type type;
	const char *word;
	int err;
	const char *want;
} limits[] = {
	{ { LKM_STR("array of int"), 2, false, false }, "=1,2", 0, "" },
	{ { LKM_STR("array of int"), 2, false, false }, "=1,2,3", -EINVAL, "at most 2 values" },
	{ { LKM_STR("array of int"), 1, false, false }, "=1,", -EINVAL, "at most 1 value" },
	/* The first trouble ends it. */
	{ { LKM_STR("array of int"), 2, false, false }, "=1,x,3", -EINVAL, "a number of 32 bits" },
	{ { LKM_STR("array of byte"), 1, false, false }, "=300,3", -ERANGE, "a number from 0 to 255" },
	{ { LKM_STR("array of short"), 1, false, false }, "=-40000", -ERANGE, "a number from -32768 to 32767" },
	{ { LKM_STR("array of thing"), 1, false, false }, "=a,b", -EINVAL, "at most 1 value" },
	{ { LKM_STR("array of thing"), 1, false, false }, "", -EINVAL, "a text" },
	{ { LKM_STR("array of charp"), 9, false, false }, "=a,,b", 0, "" },
	{ { LKM_STR("string"), 4, false, false }, "=abc", 0, "" },
	{ { LKM_STR("string"), 4, false, false }, "=abcd", -ENOSPC, "a text of at most 3 bytes" },
	{ { LKM_STR("string"), 0, false, false }, "=abcd", 0, "" },
	{ { LKM_STR("string"), 0, false, false }, "", -EINVAL, "a text" },
	{ { LKM_STR("ulong"), 0, true, false }, "=4294967296", -ERANGE, "a number of 32 bits that is not negative" },
	{ { LKM_STR("long"), 0, true, false }, "=-2147483648", 0, "" },
	{ { LKM_STR("long"), 0, true, false }, "=-2147483649", -ERANGE, "a number of 32 bits" },
	{ { LKM_STR("bool"), 0, false, true }, "=enable", -EINVAL, "y or n, 1 or 0, on or off" },
	{ { LKM_STR("bool"), 0, false, true }, "=off", 0, "" },
};

static void each_parameter_has_its_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(limits); i++) {
		char want[LKM_PARAM_WANT_MAX] = "";

		assert_row(limits[i].word, check(&limits[i].type, limits[i].word, want), limits[i].err);
		assert_string_equal(want, limits[i].want);
	}
}

static void a_text_may_have_1024_bytes(void **state)
{
	static char text[1025];
	struct lkm_param_type type = { .name = LKM_STR("charp") };
	struct lkm_param param = { .has_value = true };
	char want[LKM_PARAM_WANT_MAX] = "";

	(void)state;
	memset(text, 'x', sizeof(text));
	param.value = (struct lkm_str){ text, 1024 };
	assert_int_equal(lkm_param_value_check(&type, &param, want), 0);
	param.value.len++;
	assert_int_equal(lkm_param_value_check(&type, &param, want), -ENOSPC);
	assert_string_equal(want, "a text of at most 1024 bytes");
}

static void names_are_compared_with_dash_as_underscore(void **state)
{
	(void)state;
	assert_true(lkm_param_name_eq(lkm_str("a-b_c"), lkm_str("a_b-c")));
	assert_false(lkm_param_name_eq(lkm_str("a"), lkm_str("A")));
	assert_false(lkm_param_name_eq(lkm_str("a"), lkm_str("ab")));
}

static void options_of_a_configuration(void **state)
{
	struct lkm_str text = lkm_str("# CONFIG_A is not set\nCONFIG_AB=y\nCONFIG_B=\"x y\"\nCONFIG_C=m\n");

	(void)state;
	assert_str(lkm_kconfig_get(text, "A"), "n");
	assert_str(lkm_kconfig_get(text, "AB"), "y");
	assert_str(lkm_kconfig_get(text, "B"), "\"x y\"");
	assert_str(lkm_kconfig_get(text, "C"), "m");
	assert_str(lkm_kconfig_get(text, "D"), "n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_taken_as_the_kernel_does),
		cmocka_unit_test(each_parameter_has_its_limits),
		cmocka_unit_test(a_text_may_have_1024_bytes),
		cmocka_unit_test(names_are_compared_with_dash_as_underscore),
		cmocka_unit_test(options_of_a_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
