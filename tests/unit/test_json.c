/* lkm/json: the shape of documents, and text that is not fit for them. */
#include "check.h"

#include "tools/lkm/json.h"

static void shapes(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_json json = lkm_json(&buf);

	(void)state;
	lkm_json_begin(&json, NULL, '{');
	lkm_json_number(&json, "below", -1);
	lkm_json_unsigned(&json, "large", UINT64_MAX);
	lkm_json_begin(&json, "list", '[');
	lkm_json_bool(&json, NULL, true);
	lkm_json_null(&json, NULL);
	lkm_json_begin(&json, NULL, '[');
	lkm_json_end(&json, ']');
	lkm_json_end(&json, ']');
	lkm_json_text_or_null(&json, "none", lkm_str(""));
	lkm_json_hex(&json, "hex", (struct lkm_bytes){ (const uint8_t *)"\0\xff", 2 });
	lkm_json_crc(&json, "crc", true, 0xabc);
	lkm_json_crc(&json, "no crc", false, 0xabc);
	lkm_json_begin(&json, "empty", '{');
	lkm_json_end(&json, '}');
	lkm_json_end(&json, '}');
	assert_str(lkm_buf_view(&buf), "{\n  \"below\": -1,\n  \"large\": 18446744073709551615,\n"
				       "  \"list\": [\n    true,\n    null,\n    []\n  ],\n"
				       "  \"none\": null,\n  \"hex\": \"00ff\",\n"
				       "  \"crc\": \"0x00000abc\",\n  \"no crc\": null,\n"
				       "  \"empty\": {}\n}\n");
}

static const struct {
	const char *text, *want;
} texts[] = {
	{ "plain", "\"plain\"" },
	{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "tab\tline\n", "\"tab\\tline\\n\"" },
	{ "\x1b[31m\x01\x7f", "\"\\u001b[31m\\u0001\\u007f\"" },
	{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7\"" },
	{ "latin \xe9", "\"latin \\ufffd\"" },
	{ "cut \xe2\x82", "\"cut \\ufffd\\ufffd\"" },
	{ "too long a form \xc0\xaf", "\"too long a form \\ufffd\\ufffd\"" },
	{ "\xe0\x80\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
	{ "surrogate \xed\xa0\x80", "\"surrogate \\ufffd\\ufffd\\ufffd\"" },
	{ "\xf0\x80\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
	{ "above \xf4\x90\x80\x80", "\"above \\ufffd\\ufffd\\ufffd\\ufffd\"" },
	{ "\xf5\x80\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
};

static void text_becomes_utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		struct lkm_json json = lkm_json(&buf);

		lkm_json_text(&json, NULL, lkm_str(texts[i].text));
		assert_str(lkm_buf_view(&buf), texts[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes),
		cmocka_unit_test(text_becomes_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
