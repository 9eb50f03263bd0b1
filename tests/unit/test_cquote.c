/* fmt/cquote: escapes of C in double quotes. */
#include "check.h"
#include "fmt/cquote.h"

static const struct {
	const char *quoted, *text; /* text NULL: not understood */
} rows[] = {
	{ "\"\"", "" },
	{ "\"plain\"", "plain" },
	{ "\"a\\\"b\"", "a\"b" },
	{ "\"\\\\\"", "\\" },
	{ "\"\\a\\b\\e\\f\\n\\r\\t\\v\"", "\a\b\033\f\n\r\t\v" },
	{ "\"\\1\\12\\1012\"", "\1\012A2" },
	{ "\"\\377\"", "\377" },
	{ "\"\\8\"", NULL },
	{ "\"\\x41\"", NULL },
	{ "\"\\0\"", NULL },
	{ "\"\\400\"", NULL },
	{ "\"a\"b\"", NULL },
	{ "\"open", NULL },
	{ "\"ends escaped\\\"", NULL },
	{ "\"", NULL },
	{ "bare", NULL },
	{ "", NULL },
	{ "x\"a\"", NULL },
};

static void decodes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

		lkm_buf_puts(&buf, "before:");
		assert_row(rows[i].quoted, lkm_cquote_decode(lkm_str(rows[i].quoted), &buf),
			   rows[i].text ? 0 : -EINVAL);
		assert_string_equal(lkm_buf_cstr(&buf) + 7, rows[i].text ? rows[i].text : "");
	}
}

static void encodes_what_decodes_to_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf quoted = LKM_BUF_INIT;
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

		if (!rows[i].text)
			continue;
		lkm_cquote_encode(lkm_str(rows[i].text), &quoted);
		assert_row(rows[i].quoted, lkm_cquote_decode(lkm_buf_view(&quoted), &text), 0);
		assert_string_equal(lkm_buf_cstr(&text), rows[i].text);
		for (size_t k = 0; k < quoted.len; k++)
			assert_true((unsigned char)quoted.ptr[k] >= ' ' && quoted.ptr[k] != 0x7f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(encodes_what_decodes_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
