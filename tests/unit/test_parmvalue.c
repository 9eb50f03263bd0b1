/* fmt/parmvalue: values against types. */
#include "check.h"

#include <errno.h>

#include "fmt/parmvalue.h"

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
	{ "int", "=-0x80000000", 0 }, { "int", "=--1", -EINVAL }, { "int", "=1,2", -EINVAL },
	{ "uint", "=4294967295", 0 }, { "uint", "=4294967296", -ERANGE }, { "uint", "=-0", -EINVAL },
	{ "hexint", "=ff", -EINVAL }, { "hexint", "=0xff", 0 },
	{ "long", "=9223372036854775807", 0 }, { "long", "=9223372036854775808", -ERANGE },
	{ "long", "=-9223372036854775808", 0 }, { "long", "=-9223372036854775809", -ERANGE },
	{ "ulong", "=18446744073709551615", 0 }, { "ulong", "=18446744073709551616", -ERANGE },
	{ "ulong", "=184467440737095516150", -ERANGE },
	{ "ullong", "=99999999999999999999999x", -EINVAL },
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
	{ "array of thing", "=?", 0 }, { "thing", "", 0 }, { "", "=x", 0 },
};

static void values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_param param = { .name = lkm_str("p") };
		const char *want = NULL;
		char name[60];
		int err;

		param.has_value = rows[i].word[0] == '=';
		param.value = lkm_str(rows[i].word + param.has_value);
		snprintf(name, sizeof(name), "%s%s", rows[i].type, rows[i].word);
		err = lkm_parmvalue_check(lkm_str(rows[i].type), &param, &want);
		assert_row(name, err, rows[i].want);
		assert_row(name, want != NULL, rows[i].want != 0);
	}
}

static void long_texts(void **state)
{
	static char text[1025];
	struct lkm_param param = { .has_value = true };
	const char *want = NULL;

	(void)state;
	memset(text, 'x', sizeof(text));
	param.value = (struct lkm_str){ text, 1024 };
	assert_int_equal(lkm_parmvalue_check(lkm_str("charp"), &param, &want), 0);
	param.value.len++;
	assert_int_equal(lkm_parmvalue_check(lkm_str("charp"), &param, &want), -ENOSPC);
	assert_string_equal(want, "a text of at most 1024 bytes");
	assert_int_equal(lkm_parmvalue_check(lkm_str("string"), &param, &want), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
