/*
 * Any text as JSON: what is written is UTF-8 without control characters, and
 * taking the escapes back gives the text, with U+FFFD for what is not UTF-8.
 */
#include "fuzz.h"
#include "tools/lkm/json.h"

/* The character at the start of the text and its length; 0: none stands there. */
static size_t decode(struct lkm_str text, uint32_t *ret)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)text.ptr[0];
	size_t len = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : 4;
	uint32_t c = len == 1 ? first : first & (0x7fu >> len);

	if ((len == 4 && first >> 3 != 30) || len > text.len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)text.ptr[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)text.ptr[i] & 0x3f);
	}
	*ret = c;
	return c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : len;
}

/* Take one character off the text, as JSON shows it. */
static uint32_t take(struct lkm_str *text)
{
	uint32_t c = 0;
	size_t len = decode(*text, &c);

	if (len == 0) {
		len = 1;
		c = 0xfffd;
	}
	*text = (struct lkm_str){ text->ptr + len, text->len - len };
	return c;
}

static uint32_t take_escape(struct lkm_str *rest)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char letter = rest->ptr[0];
	const char *known = letter ? strchr(letters, letter) : NULL;
	struct lkm_str hex = { rest->ptr + 1, 4 };
	uint64_t c;

	if (known) {
		*rest = (struct lkm_str){ rest->ptr + 1, rest->len - 1 };
		return (unsigned char)meant[known - letters];
	}
	fuzz_check(letter == 'u' && rest->len >= 5);
	fuzz_check(!fuzz_has(hex, 'x') && lkm_str_to_u64(hex, 16, &c) == 0);
	*rest = (struct lkm_str){ rest->ptr + 5, rest->len - 5 };
	return (uint32_t)c;
}

/* What stands between the quotes is the text. */
static void compare(struct lkm_str quoted, struct lkm_str text)
{
	while (quoted.len > 0) {
		uint32_t c = 0;
		size_t len = decode(quoted, &c);

		fuzz_check(len > 0 && c >= 0x20 && c != 0x7f && c != '"');
		quoted = (struct lkm_str){ quoted.ptr + len, quoted.len - len };
		if (c == '\\') {
			fuzz_check(quoted.len > 0);
			c = take_escape(&quoted);
		}
		fuzz_check(text.len > 0);
		fuzz_check(c == take(&text));
	}
	fuzz_check(text.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_str text = lkm_bytes_str((struct lkm_bytes){ data, size }), quoted;
	struct lkm_json json = lkm_json(&buf);

	lkm_json_begin(&json, NULL, '[');
	lkm_json_text(&json, NULL, text);
	lkm_json_end(&json, ']');
	fuzz_check(lkm_buf_error(&buf) == 0);
	quoted = lkm_str_trim(lkm_buf_view(&buf));
	fuzz_check(lkm_str_starts(quoted, "[", &quoted) && lkm_str_ends(quoted, "]", &quoted));
	quoted = lkm_str_trim(quoted);
	fuzz_check(lkm_str_starts(quoted, "\"", &quoted) && lkm_str_ends(quoted, "\"", &quoted));
	compare(quoted, text);
	return 0;
}
