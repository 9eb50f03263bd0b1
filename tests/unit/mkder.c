#include "mkder.h"

#include <errno.h>

static const char *parse(struct lkm_buf *to, const char *at);

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

static void put_element(struct lkm_buf *to, uint8_t tag, struct lkm_str contents)
{
	lkm_buf_putc(to, (char)tag);
	if (contents.len >= 0x80) {
		bool wide = contents.len > 0xff;

		lkm_buf_putc(to, wide ? '\x82' : '\x81');
		if (wide)
			lkm_buf_putc(to, (char)(uint8_t)(contents.len >> 8));
	}
	lkm_buf_putc(to, (char)(uint8_t)contents.len);
	lkm_buf_str(to, contents);
}

/* A byte, or an element when a parenthesis follows; returns what is behind it. */
static const char *parse_byte(struct lkm_buf *to, const char *at)
{
	lkm_auto(lkm_buf) struct lkm_buf inner = LKM_BUF_INIT;
	int high = hex_digit(at[0]);
	int low = high < 0 ? -1 : hex_digit(at[1]);

	if (low < 0) {
		to->err = -EINVAL;
		return "";
	}
	at += 2;
	if (*at != '(') {
		lkm_buf_putc(to, (char)(uint8_t)(high << 4 | low));
		return at;
	}
	at = parse(&inner, at + 1);
	put_element(to, (uint8_t)(high << 4 | low), lkm_buf_view(&inner));
	if (*at != ')' || lkm_buf_error(&inner))
		to->err = -EINVAL;
	return *at ? at + 1 : at;
}

/* Everything up to the end or a closing parenthesis, which is left. */
static const char *parse(struct lkm_buf *to, const char *at)
{
	while (*at && *at != ')') {
		if (*at == ' ') {
			at++;
		} else if (*at == '\'') {
			for (at++; *at && *at != '\''; at++)
				lkm_buf_putc(to, *at);
			at += *at == '\'';
		} else {
			at = parse_byte(to, at);
		}
	}
	return at;
}

void mkder(struct lkm_buf *to, const char *notation)
{
	if (*parse(to, notation))
		to->err = -EINVAL;
}
