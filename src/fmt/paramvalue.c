#include "fmt/paramvalue.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define CHARP_MAX 1024u

bool lkm_param_name_eq(struct lkm_str a, struct lkm_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = a.ptr[i] == '-' ? '_' : a.ptr[i];
		char y = b.ptr[i] == '-' ? '_' : b.ptr[i];

		if (x != y)
			return false;
	}
	return true;
}

enum form { NUMBER, SWITCH, SWITCH_VALUE, TEXT };

struct type {
	const char *name;
	enum form form;
	unsigned int bits; /* of a number; 0: those of a long */
	bool is_signed;
};

static const struct type types[] = {
	{ "byte", NUMBER, 8, false },	 { "short", NUMBER, 16, true },
	{ "ushort", NUMBER, 16, false }, { "int", NUMBER, 32, true },
	{ "uint", NUMBER, 32, false },	 { "hexint", NUMBER, 32, false },
	{ "long", NUMBER, 0, true },	 { "ulong", NUMBER, 0, false },
	{ "ullong", NUMBER, 64, false }, { "bool", SWITCH, 0, false },
	{ "bint", SWITCH, 0, false },	 { "bool_enable_only", SWITCH, 0, false },
	{ "charp", TEXT, 0, false },	 { "invbool", SWITCH_VALUE, 0, false },
	{ "string", TEXT, 0, false },
};

/* One value's type, with the limits that it has for this parameter. */
struct limits {
	enum form form;
	unsigned int bits;
	uint64_t most;	/* the largest number; bytes of a text */
	uint64_t least; /* how far below 0; UINT64_MAX: not at all, nor "-0" */
	bool no_enable;
};

/* False if values of that type are not known. */
static bool find_limits(const struct lkm_param_type *about, struct lkm_str name, bool array,
			struct limits *ret)
{
	const struct type *type = NULL;
	unsigned int bits;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && !type; i++)
		if (lkm_str_is(name, types[i].name))
			type = &types[i];
	if (!type)
		return false;
	bits = type->bits ? type->bits : about->narrow ? 32 : 64;
	*ret = (struct limits){ .form = type->form, .bits = bits, .no_enable = about->no_enable };
	ret->most = (UINT64_MAX >> (64 - bits)) >> type->is_signed;
	ret->least = type->is_signed ? ret->most + 1 : UINT64_MAX;
	if (type->form == TEXT)
		ret->most = CHARP_MAX;
	if (lkm_str_is(name, "string"))
		ret->most = about->max && !array ? about->max - 1 : UINT64_MAX;
	return true;
}

static void say_want(const struct limits *limits, char ret[LKM_PARAM_WANT_MAX])
{
	bool is_signed = limits->least != UINT64_MAX;

	if (limits->form == TEXT && limits->most == UINT64_MAX)
		snprintf(ret, LKM_PARAM_WANT_MAX, "a text");
	else if (limits->form == TEXT)
		snprintf(ret, LKM_PARAM_WANT_MAX, "a text of at most %" PRIu64 " bytes", limits->most);
	else if (limits->form != NUMBER)
		snprintf(ret, LKM_PARAM_WANT_MAX, "y or n, 1 or 0, on or off");
	else if (limits->bits > 16)
		snprintf(ret, LKM_PARAM_WANT_MAX, "a number of %u bits%s", limits->bits,
			 is_signed ? "" : " that is not negative");
	else
		snprintf(ret, LKM_PARAM_WANT_MAX, "a number from %s%" PRIu64 " to %" PRIu64,
			 is_signed ? "-" : "", is_signed ? limits->least : 0, limits->most);
}

/* What a digit counts; 16 for what is none. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (unsigned int)((c | 0x20) - 'a') + 10;
	return 16;
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

static int check_number(const struct limits *limits, struct lkm_str text)
{
	uint64_t most = limits->most, value = 0;
	unsigned int base;

	if (text.len && text.ptr[0] == '-' && limits->least == UINT64_MAX)
		return -EINVAL;
	if (text.len && text.ptr[0] == '-')
		most = limits->least;
	if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+')) {
		text.ptr++;
		text.len--;
	}
	if (text.len && text.ptr[text.len - 1] == '\n')
		text.len--;
	base = take_base(&text);
	for (size_t i = 0; i < text.len; i++) {
		if (digit(text.ptr[i]) >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit(text.ptr[i]), &value))
			return -ERANGE;
	}
	return text.len == 0 ? -EINVAL : value > most ? -ERANGE : 0;
}

static int check_switch(struct lkm_str text, bool no_enable)
{
	char first = text.len ? text.ptr[0] : '\0';
	char second = text.len > 1 ? text.ptr[1] : '\0';

	if (first && strchr(no_enable ? "yYtT1nNfF0" : "yYtT1nNfF0eEdD", first))
		return 0;
	return (first | 0x20) == 'o' && second && strchr("nNfF", second) ? 0 : -EINVAL;
}

static int check_one(const struct limits *limits, struct lkm_str text)
{
	if (limits->form == NUMBER)
		return check_number(limits, text);
	if (limits->form == TEXT)
		return text.len > limits->most ? -ENOSPC : 0;
	return check_switch(text, limits->no_enable);
}

/* As the kernel does: value after value, and only then whether there is room for one more. */
static int check_array(const struct lkm_param_type *about, const struct limits *limits,
		       struct lkm_str values, char ret_want[LKM_PARAM_WANT_MAX])
{
	struct lkm_str element;
	bool more = true;
	uint32_t count = 0;
	int err = 0;

	while (more && !err) {
		if (about->max && count++ == about->max) {
			snprintf(ret_want, LKM_PARAM_WANT_MAX, "at most %u value%s", about->max,
				 about->max == 1 ? "" : "s");
			return -EINVAL;
		}
		more = lkm_str_cut(values, ',', &element, &values);
		err = limits ? check_one(limits, element) : 0;
	}
	if (err < 0)
		say_want(limits, ret_want);
	return err;
}

int lkm_param_value_check(const struct lkm_param_type *type, const struct lkm_param *param,
			  char ret_want[LKM_PARAM_WANT_MAX])
{
	struct lkm_str name = type->name;
	bool array = lkm_str_starts(name, "array of ", &name);
	struct limits limits = { 0 };
	bool known = find_limits(type, name, array, &limits);
	int err;

	if (array && param->has_value)
		return check_array(type, known ? &limits : NULL, param->value, ret_want);
	if (!known && !array)
		return 0;
	if (!param->has_value)
		err = limits.form == SWITCH && !array ? 0 : -EINVAL;
	else
		err = check_one(&limits, param->value);
	if (err < 0)
		say_want(known ? &limits : &(struct limits){ .form = TEXT, .most = UINT64_MAX }, ret_want);
	return err;
}
