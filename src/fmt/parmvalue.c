#include "fmt/parmvalue.h"

#include <errno.h>

#define STRING_MAX 1024

struct type {
	const char *name;
	enum { NUMBER, SWITCH, SWITCH_VALUE, TEXT } form;
	int64_t least;
	uint64_t most;
	const char *want;
};

static const struct type types[] = {
	{ "byte", NUMBER, 0, UINT8_MAX, "a number from 0 to 255" },
	{ "short", NUMBER, INT16_MIN, INT16_MAX, "a number from -32768 to 32767" },
	{ "ushort", NUMBER, 0, UINT16_MAX, "a number from 0 to 65535" },
	{ "int", NUMBER, INT32_MIN, INT32_MAX, "a number of 32 bits" },
	{ "uint", NUMBER, 0, UINT32_MAX, "a number of 32 bits that is not negative" },
	{ "hexint", NUMBER, 0, UINT32_MAX, "a number of 32 bits that is not negative" },
	{ "long", NUMBER, INT64_MIN, INT64_MAX, "a number of 64 bits" },
	{ "ulong", NUMBER, 0, UINT64_MAX, "a number of 64 bits that is not negative" },
	{ "ullong", NUMBER, 0, UINT64_MAX, "a number of 64 bits that is not negative" },
	{ "bool", SWITCH, 0, 0, "y or n, 1 or 0, on or off" },
	{ "bint", SWITCH, 0, 0, "y or n, 1 or 0, on or off" },
	{ "bool_enable_only", SWITCH, 0, 0, "y or n, 1 or 0, on or off" },
	{ "invbool", SWITCH_VALUE, 0, 0, "y or n, 1 or 0, on or off" },
	{ "charp", TEXT, 0, STRING_MAX, "a text of at most 1024 bytes" },
	{ "string", TEXT, 0, UINT64_MAX, "a text" },
};

static const struct type *find_type(struct lkm_str name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (lkm_str_is(name, types[i].name))
			return &types[i];
	return NULL;
}

/* What a digit counts; 16 for what is none. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	return c >= 'A' && c <= 'F' ? (unsigned int)(c - 'A') + 10 : 16;
}

/* 0x in front of a digit is base 16, any other 0 in front base 8. */
static unsigned int take_base(struct lkm_str *text)
{
	if (text->len == 0 || text->ptr[0] != '0')
		return 10;
	if (text->len < 3 || (text->ptr[1] | 0x20) != 'x' || digit(text->ptr[2]) > 15)
		return 8;
	text->ptr += 2;
	text->len -= 2;
	return 16;
}

static int check_number(const struct type *type, struct lkm_str text)
{
	uint64_t most = type->most, value = 0;
	bool too_large = false;
	unsigned int base;

	if (text.len && text.ptr[0] == '-' && type->least == 0)
		return -EINVAL;
	if (text.len && text.ptr[0] == '-')
		most++;
	if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+')) {
		text.ptr++;
		text.len--;
	}
	base = take_base(&text);
	for (size_t i = 0; i < text.len; i++) {
		if (digit(text.ptr[i]) >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit(text.ptr[i]), &value))
			too_large = true;
	}
	return text.len == 0 ? -EINVAL : too_large || value > most ? -ERANGE : 0;
}

static int check_switch(struct lkm_str text)
{
	if (text.len && strchr("yYtT1nNfF0eEdD", text.ptr[0]))
		return text.ptr[0] ? 0 : -EINVAL;
	if (text.len > 1 && (text.ptr[0] | 0x20) == 'o' && strchr("nNfF", text.ptr[1]))
		return text.ptr[1] ? 0 : -EINVAL;
	return -EINVAL;
}

static int check_one(const struct type *type, struct lkm_str text)
{
	if (type->form == NUMBER)
		return check_number(type, text);
	if (type->form == TEXT)
		return text.len > type->most ? -ENOSPC : 0;
	return check_switch(text);
}

int lkm_parmvalue_check(struct lkm_str name, const struct lkm_param *param, const char **ret_want)
{
	struct lkm_str element, rest = param->value;
	bool array = lkm_str_starts(name, "array of ", &name);
	const struct type *type = find_type(name);
	bool more = true;
	int err = 0;

	if (!type || (!param->has_value && !array && type->form == SWITCH))
		return 0;
	if (!param->has_value)
		err = -EINVAL;
	else if (!array)
		err = check_one(type, rest);
	while (param->has_value && array && more && !err) {
		more = lkm_str_cut(rest, ',', &element, &rest);
		err = check_one(type, element);
	}
	if (err < 0)
		*ret_want = type->want;
	return err;
}
