/* fmt/params: words into the string, the string as the kernel reads it, and there and back. */
#include "check.h"

#include <errno.h>
#include <stdlib.h>

#include "fmt/params.h"

static const struct {
	const char *word;
	const char *want; /* NULL: cannot be expressed */
} words[] = {
	{ "z=ab", "z=ab" },
	{ "z=a b", "z=\"a b\"" },
	{ "z=a\tb", "z=\"a\tb\"" },
	{ "z=a\xc3\xa0z", "z=\"a\xc3\xa0z\"" },
	{ "z= ", "z=\" \"" },
	{ "z=", "z=" },
	{ "z", "z" },
	{ "z w", "z w" },
	{ "=a b", "=\"a b\"" },
	{ "z=a=b c", "z=\"a=b c\"" },
	{ "z y=a b", "z y=\"a b\"" },
	{ "z=x y=w", "z=\"x y=w\"" },
	{ "z=\"a b\"", "z=\"a b\"" },
	{ "z=\"a b\" c", "z=\"a b\" c" },
	{ "z='a b'", "z=\"'a b'\"" },
	{ "\"z a\"", "\"z a\"" },
	{ "z=a\"b", "z=\"a\"b" },
	{ "z=a\"b\"", "z=a\"b\"" },
	{ "z=a \"b", "z=\"a \"b" },
	{ "z=a\" b\"", "z=a\" b\"" },
	{ "z=a b\"c\"", "z=\"a b\"c\"\"" },
	{ "z=a\" b", NULL },
	{ "z=a \"b c\"", NULL },
	{ "z=a\"", NULL },
};

static void quotes_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		lkm_auto(lkm_buf) struct lkm_buf string = LKM_BUF_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		int err = lkm_params_add(&string, lkm_str(words[i].word), &diag);

		assert_row(words[i].word, err, words[i].want ? 0 : -EINVAL);
		assert_row(words[i].word, diag.err, err);
		assert_str(lkm_buf_view(&string), words[i].want ? words[i].want : "");
	}
}

static void joins_words(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf string = LKM_BUF_INIT;

	(void)state;
	assert_int_equal(lkm_params_add(&string, lkm_str("a=1"), NULL), 0);
	assert_int_equal(lkm_params_add(&string, lkm_str("b=2 3"), NULL), 0);
	assert_int_equal(lkm_params_add(&string, lkm_str("c=4\" 5"), NULL), -EINVAL);
	assert_int_equal(lkm_params_add(&string, lkm_str("d"), NULL), 0);
	assert_str(lkm_buf_view(&string), "a=1 b=\"2 3\" d");
}

/* Printed as NAME=VALUE; or NAME; */
static const struct {
	const char *string, *want;
} strings[] = {
	{ "", "" },
	{ "  ", "" },
	{ "a", "a;" },
	{ " a=1  b=2\n", "a=1;b=2;" },
	{ "a=", "a=;" },
	{ "=a", "=a;" },
	{ "==a", "==a;" },
	{ "a=b=c", "a=b=c;" },
	{ "a=\"b c\" d", "a=b c;d;" },
	{ "a=\"b", "a=b;" },
	{ "a=b\" c\"", "a=b\" c\";" },
	{ "a=\"b\"c", "a=b\"c;" },
	{ "a=b\"c d=e", "a=b\"c d=e;" },
	{ "\"a=b c\" d", "a=b c;d;" },
	{ "\"a b\"", "a b;" },
	{ "\"a=\"b c\"\" d=\"", "a=b;c\"\";d=;" },
	{ "\"", ";" },
	{ "a=\"", "a=;" },
	{ "a=\"\"", "a=;" },
	{ "a=1 -- b=2", "a=1;" },
	{ "--=1 b", "--=1;b;" },
	{ "a=x\xa0y", "a=x;y;" },
};

static void print_params(struct lkm_str string, struct lkm_buf *ret)
{
	struct lkm_param p;

	while (lkm_params_next(&string, &p))
		lkm_buf_printf(ret, "%.*s%s%.*s;", LKM_STR_ARG(p.name), p.has_value ? "=" : "",
			       LKM_STR_ARG(p.value));
}

static void reads_as_the_kernel(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(strings); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;

		print_params(lkm_str(strings[i].string), &got);
		assert_str(lkm_buf_view(&got), strings[i].want);
	}
}

/* Whatever could be added comes out as it went in, whatever stands around it. */
static void the_kernel_gets_what_the_shell_gave(void **state)
{
	static const char alphabet[] = "ab \"\"=\t,'";
	unsigned int seed = 11;
	size_t refused = 0, quoted = 0;

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		lkm_auto(lkm_buf) struct lkm_buf string = LKM_BUF_INIT;
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		lkm_auto(lkm_buf) struct lkm_buf want = LKM_BUF_INIT;
		char value[8];
		size_t len = (size_t)rand_r(&seed) % sizeof(value);
		char word[16];

		for (size_t j = 0; j < len; j++)
			value[j] = alphabet[(size_t)rand_r(&seed) % (sizeof(alphabet) - 1)];
		snprintf(word, sizeof(word), "n=%.*s", (int)len, value);
		if (len && value[0] == '"')
			continue; /* quoted already: its meaning is the user's */
		lkm_params_add(&string, lkm_str("first=x"), NULL);
		if (lkm_params_add(&string, lkm_str(word), NULL) < 0) {
			refused++;
			continue;
		}
		lkm_params_add(&string, lkm_str("last=y"), NULL);
		quoted += string.len > strlen("first=x  last=y") + strlen(word);
		print_params(lkm_buf_view(&string), &got);
		lkm_buf_printf(&want, "first=x;%s;last=y;", word);
		assert_str(lkm_buf_view(&got), lkm_buf_cstr(&want));
	}
	assert_true(refused > 100);
	assert_true(quoted > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_words),
		cmocka_unit_test(joins_words),
		cmocka_unit_test(reads_as_the_kernel),
		cmocka_unit_test(the_kernel_gets_what_the_shell_gave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
