#include "fmt/params.h"

#include <errno.h>

/* The kernel's isspace(). */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (unsigned char)c == 0xa0;
}

/* Where a value's white space stands: behind an even or an odd number of its own quotes. */
struct shape {
	size_t quotes;
	bool space_even;
	bool space_odd;
};

static struct shape shape_of(struct lkm_str value)
{
	struct shape s = { 0 };

	for (size_t i = 0; i < value.len; i++) {
		bool space = is_space(value.ptr[i]);

		s.quotes += value.ptr[i] == '"';
		s.space_even |= space && s.quotes % 2 == 0;
		s.space_odd |= space && s.quotes % 2 == 1;
	}
	return s;
}

/* Append the value so that the kernel sees it as one. */
static int add_value(struct lkm_buf *string, struct lkm_str value)
{
	struct shape s = shape_of(value);
	bool odd = s.quotes % 2 == 1;

	if ((value.len && value.ptr[0] == '"') || (!s.space_even && !odd)) {
		lkm_buf_str(string, value);
		return 0;
	}
	/* A quote in front opens; one behind closes, unless the value's own does. */
	if (s.space_odd || (odd && value.ptr[value.len - 1] == '"'))
		return -EINVAL;
	lkm_buf_putc(string, '"');
	lkm_buf_str(string, value);
	if (!odd)
		lkm_buf_putc(string, '"');
	return 0;
}

int lkm_params_add(struct lkm_buf *string, struct lkm_str word, struct lkm_diag *diag)
{
	struct lkm_str name, value;
	size_t start = string->len;

	if (start)
		lkm_buf_putc(string, ' ');
	if (!lkm_str_cut(word, '=', &name, &value)) {
		lkm_buf_str(string, word);
		return 0;
	}
	lkm_buf_str(string, name);
	lkm_buf_putc(string, '=');
	if (add_value(string, value) == 0)
		return 0;
	string->len = start;
	return lkm_diag_set(diag, -EINVAL,
			    "the kernel cannot take the blanks and quotes of %.*s in one value",
			    LKM_STR_ARG(word));
}

/* The end of the token at the start of the text, and its first '=' that is not in front. */
static size_t token_len(struct lkm_str text, bool in_quote, size_t *ret_equals)
{
	size_t i;

	*ret_equals = 0;
	for (i = 0; i < text.len && (in_quote || !is_space(text.ptr[i])); i++) {
		if (text.ptr[i] == '=' && *ret_equals == 0)
			*ret_equals = i;
		in_quote ^= text.ptr[i] == '"';
	}
	return i;
}

static struct lkm_str drop(struct lkm_str text, size_t front)
{
	front = front < text.len ? front : text.len;
	return (struct lkm_str){ text.ptr + front, text.len - front };
}

static struct lkm_str skip_space(struct lkm_str text)
{
	while (text.len && is_space(text.ptr[0]))
		text = drop(text, 1);
	return text;
}

/* Drop one quote at the end, as the kernel does by writing a NUL over it. */
static void drop_last_quote(struct lkm_str *text)
{
	if (text->len && text->ptr[text->len - 1] == '"')
		text->len--;
}

bool lkm_params_next(struct lkm_str *rest, struct lkm_param *ret)
{
	struct lkm_param param = { .value = lkm_str("") };
	struct lkm_str text = skip_space(*rest);
	bool quoted = text.len && text.ptr[0] == '"';
	struct lkm_str token;
	size_t equals;

	if (text.len == 0)
		return false;
	text = drop(text, quoted);
	token = (struct lkm_str){ text.ptr, token_len(text, quoted, &equals) };
	*rest = drop(text, token.len + 1);
	if (equals) {
		param.has_value = true;
		param.value = drop(token, equals + 1);
		token.len = equals;
		if (param.value.len && param.value.ptr[0] == '"') {
			param.value = drop(param.value, 1);
			drop_last_quote(&param.value);
		} else if (quoted) {
			drop_last_quote(&param.value);
		}
	} else if (quoted) {
		drop_last_quote(&token);
	}
	param.name = token;
	if (!param.has_value && lkm_str_is(param.name, "--"))
		return false;
	*ret = param;
	return true;
}
