/* fmt/paramvalue, fmt/kconfig: what the kernel takes. */
#include "check.h"

#include <errno.h>

#include "fmt/kconfig.h"
#include "fmt/paramvalue.h"

static const struct {
	const char *type, *value; /* NULL: no value */
	int want;
} rows[] = {
	{ "int", "1", 0 },	      { "int", "-1", 0 },	   { "int", "+7", 0 },
	{ "int", "0x10", 0 },	      { "int", "0X1f", 0 },	   { "int", "017", 0 },
	{ "int", "018", -EINVAL },    { "int", "0b1", -EINVAL },   { "int", "", -EINVAL },
	{ "int", NULL, -EINVAL },     { "int", "1k", -EINVAL },	   { "int", "5\n", 0 },
	{ "int", "2147483647", 0 },   { "int", "2147483648", -ERANGE },
	{ "int", "-2147483648", 0 },  { "int", "-2147483649", -ERANGE },
	{ "int", "0x", -EINVAL },     { "int", "- 1", -EINVAL },   { "int", "--1", -EINVAL },
	{ "uint", "-1", -EINVAL },    { "uint", "4294967295", 0 }, { "uint", "4294967296", -ERANGE },
	{ "byte", "255", 0 },	      { "byte", "256", -ERANGE },  { "short", "-32768", 0 },
	{ "short", "32768", -ERANGE }, { "ushort", "65535", 0 },
	{ "ulong", "18446744073709551615", 0 }, { "ulong", "18446744073709551616", -ERANGE },
	{ "long", "-9223372036854775808", 0 }, { "hexint", "0xffffffff", 0 },
	{ "bool", "y", 0 },	      { "bool", "No", 0 },	   { "bool", "on", 0 },
	{ "bool", "OFF", 0 },	      { "bool", "1x", 0 },	   { "bool", "o", -EINVAL },
	{ "bool", "2", -EINVAL },     { "bool", "", -EINVAL },	   { "bool", NULL, 0 },
	{ "bint", NULL, 0 },	      { "invbool", NULL, -EINVAL }, { "invbool", "n", 0 },
	{ "charp", "anything", 0 },   { "charp", NULL, -EINVAL },  { "string", "x", 0 },
	{ "array of int", "1,2,3", 0 }, { "array of int", "1,", -EINVAL },
	{ "array of int", "1,x", -EINVAL }, { "array of charp", "a,,b", 0 },
	{ "array of byte", "1,300", -ERANGE }, { "", "x", 0 }, { "own", NULL, 0 },
};

static void values_are_taken_as_the_kernel_does(void **state)
{
	char row[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(row, sizeof(row), "%s %s", rows[i].type, rows[i].value ? rows[i].value : "(none)");
		assert_row(row, lkm_param_value_check(lkm_str(rows[i].type), rows[i].value != NULL,
						      lkm_str(rows[i].value), true), rows[i].want);
	}
	assert_int_equal(lkm_param_value_check(lkm_str("ulong"), true, lkm_str("4294967296"), false), -ERANGE);
	assert_int_equal(lkm_param_value_check(lkm_str("charp"), true, (struct lkm_str){ (char[1025]){ "" }, 1025 },
					       true), -ENOSPC);
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
		cmocka_unit_test(names_are_compared_with_dash_as_underscore),
		cmocka_unit_test(options_of_a_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
