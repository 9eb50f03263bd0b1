#include "fmt/cquote.h"

/* What stands behind the '\', and what it means. */
static const char letters[] = "abefnrtv\"\\";
static const char meanings[] = "\a\b\033\f\n\r\t\v\"\\";

/* The octal number at the start of the text: how many digits; its value. */
static size_t read_octal(struct lkm_str text, unsigned int *ret)
{
	size_t len = 0;

	*ret = 0;
	while (len < text.len && len < 3 && text.ptr[len] >= '0' && text.ptr[len] <= '7')
		*ret = *ret * 8 + (unsigned int)(text.ptr[len++] - '0');
	return len;
}

/* One escape behind its '\': how many bytes it takes, 0 for none that we know. */
static size_t decode_escape(struct lkm_str text, char *ret)
{
	const char *letter = text.len ? strchr(letters, text.ptr[0]) : NULL;
	unsigned int value;
	size_t digits;

	if (letter && *letter) {
		*ret = meanings[letter - letters];
		return 1;
	}
	digits = read_octal(text, &value);
	if (digits == 0 || value == 0 || value > 255)
		return 0;
	*ret = (char)(unsigned char)value;
	return digits;
}

/* All but the quotes around; false when a quote inside ends it too early. */
static bool decode_inside(struct lkm_str text, struct lkm_buf *ret)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '"')
			return false;
		if (c == '\\') {
			struct lkm_str rest = { text.ptr + i + 1, text.len - i - 1 };
			size_t used = decode_escape(rest, &c);

			if (used == 0)
				return false;
			i += used;
		}
		lkm_buf_putc(ret, c);
	}
	return true;
}

int lkm_cquote_decode(struct lkm_str quoted, struct lkm_buf *ret)
{
	size_t start = ret->len;

	if (quoted.len >= 2 && quoted.ptr[0] == '"' && quoted.ptr[quoted.len - 1] == '"' &&
	    decode_inside((struct lkm_str){ quoted.ptr + 1, quoted.len - 2 }, ret))
		return 0;
	ret->len = start;
	return -EINVAL;
}

void lkm_cquote_encode(struct lkm_str text, struct lkm_buf *ret)
{
	lkm_buf_putc(ret, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		const char *meaning = c ? strchr(meanings, c) : NULL;

		if (meaning) {
			lkm_buf_putc(ret, '\\');
			lkm_buf_putc(ret, letters[meaning - meanings]);
		} else if ((unsigned char)c < ' ' || c == 0x7f) {
			lkm_buf_printf(ret, "\\%03o", (unsigned char)c);
		} else {
			lkm_buf_putc(ret, c);
		}
	}
	lkm_buf_putc(ret, '"');
}
