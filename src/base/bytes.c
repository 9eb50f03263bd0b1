#include "base/bytes.h"

#include <errno.h>

static bool is_space(char c)
{
	return c <= ' ' && (c == ' ' || (c >= '\t' && c <= '\r'));
}

int lkm_str_cmp(struct lkm_str a, struct lkm_str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool lkm_str_starts(struct lkm_str text, const char *prefix, struct lkm_str *ret_rest)
{
	size_t len = strlen(prefix);

	if (text.len < len || memcmp(text.ptr, prefix, len) != 0)
		return false;
	if (ret_rest)
		*ret_rest = (struct lkm_str){ text.ptr + len, text.len - len };
	return true;
}

bool lkm_str_ends(struct lkm_str text, const char *suffix, struct lkm_str *ret_rest)
{
	size_t len = strlen(suffix);

	if (text.len < len || memcmp(text.ptr + text.len - len, suffix, len) != 0)
		return false;
	if (ret_rest)
		*ret_rest = (struct lkm_str){ text.ptr, text.len - len };
	return true;
}

bool lkm_str_cut(struct lkm_str text, char sep, struct lkm_str *ret_head, struct lkm_str *ret_tail)
{
	const char *at = text.len ? memchr(text.ptr, sep, text.len) : NULL;
	size_t head = at ? (size_t)(at - text.ptr) : text.len;
	size_t skip = at ? head + 1 : head;

	*ret_head = (struct lkm_str){ text.ptr, head };
	if (ret_tail)
		*ret_tail = (struct lkm_str){ text.ptr ? text.ptr + skip : NULL, text.len - skip };
	return at != NULL;
}

struct lkm_str lkm_str_trim(struct lkm_str text)
{
	while (text.len && is_space(text.ptr[0])) {
		text.ptr++;
		text.len--;
	}
	while (text.len && is_space(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

bool lkm_str_next_line(struct lkm_str *rest, struct lkm_str *ret_line)
{
	if (rest->len == 0)
		return false;
	lkm_str_cut(*rest, '\n', ret_line, rest);
	return true;
}

bool lkm_str_next_word(struct lkm_str *rest, struct lkm_str *ret_word)
{
	size_t start = 0;
	size_t end;

	while (start < rest->len && is_space(rest->ptr[start]))
		start++;
	for (end = start; end < rest->len && !is_space(rest->ptr[end]);)
		end++;
	if (start == end)
		return false;
	*ret_word = (struct lkm_str){ rest->ptr + start, end - start };
	*rest = (struct lkm_str){ rest->ptr + end, rest->len - end };
	return true;
}

/* The value of one digit, or 255. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return 255;
}

int lkm_str_to_u64(struct lkm_str text, int base, uint64_t *ret)
{
	uint64_t value = 0;

	if (base == 16 && !lkm_str_starts(text, "0x", &text))
		lkm_str_starts(text, "0X", &text);
	if (text.len == 0)
		return -EINVAL;
	for (size_t i = 0; i < text.len; i++) {
		unsigned int d = digit(text.ptr[i]);

		if (d >= (unsigned int)base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)d, &value))
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

void lkm_clean(char *text)
{
	for (unsigned char *at = (unsigned char *)text; *at; at++) {
		if (*at < ' ' || *at == 0x7f) {
			*at = '?';
		} else if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f) {
			*at++ = '?';
			*at = '?';
		}
	}
}
