#include "fmt/paramvalue.h"

#include <errno.h>

#define CHARP_MAX 1024u

bool lkm_param_name_eq(struct lkm_str a, struct lkm_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = a.ptr[i] == '-' ? '_' : a.ptr[i], y = b.ptr[i] == '-' ? '_' : b.ptr[i];

		if (x != y)
			return false;
	}
	return true;
}

/* Take one character off the front if it is this one. */
static bool take(struct lkm_str *text, char c)
{
	if (text->len == 0 || text->ptr[0] != c)
		return false;
	*text = (struct lkm_str){ text->ptr + 1, text->len - 1 };
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return 16;
}

/* kstrtoull() with base 0: one newline may stand at the end. */
static int parse(struct lkm_str text, uint64_t *ret)
{
	struct lkm_str rest = text;
	uint64_t value = 0;
	int base = 10;

	if (rest.len && rest.ptr[rest.len - 1] == '\n')
		rest.len--;
	if (rest.len && rest.ptr[0] == '0')
		base = 8;
	if (base == 8 && rest.len > 2 && (rest.ptr[1] | 0x20) == 'x' && digit(rest.ptr[2]) < 16) {
		rest = (struct lkm_str){ rest.ptr + 2, rest.len - 2 };
		base = 16;
	}
	if (rest.len == 0)
		return -EINVAL;
	for (size_t i = 0; i < rest.len; i++) {
		if (digit(rest.ptr[i]) >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit(rest.ptr[i]), &value))
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

static int check_unsigned(struct lkm_str value, uint64_t max)
{
	uint64_t number;
	int err;

	take(&value, '+');
	err = parse(value, &number);
	if (err < 0)
		return err;
	return number > max ? -ERANGE : 0;
}

static int check_signed(struct lkm_str value, uint64_t max)
{
	bool negative = take(&value, '-');
	uint64_t number;
	int err;

	if (!negative)
		return check_unsigned(value, max);
	err = parse(value, &number);
	if (err < 0)
		return err;
	return number > max + 1 ? -ERANGE : 0;
}

static int check_bool(struct lkm_str value)
{
	if (value.len == 0)
		return -EINVAL;
	if (strchr("yYtT1nNfF0", value.ptr[0]))
		return 0;
	if ((value.ptr[0] | 0x20) == 'o' && value.len > 1 &&
	    ((value.ptr[1] | 0x20) == 'n' || (value.ptr[1] | 0x20) == 'f'))
		return 0;
	/* "enable" and "disable": from 7.0 on; older kernels refuse them. */
	return strchr("eEdD", value.ptr[0]) ? 0 : -EINVAL;
}

struct number {
	const char *type;
	unsigned int bits; /* 0: those of a long */
	bool is_signed;
};

static const struct number numbers[] = {
	{ "byte", 8, false },  { "short", 16, true }, { "ushort", 16, false }, { "int", 32, true },
	{ "uint", 32, false }, { "long", 0, true },   { "ulong", 0, false },   { "ullong", 64, false },
	{ "hexint", 32, false },
};

static int check_one(struct lkm_str type, struct lkm_str value, bool wide)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		unsigned int bits = numbers[i].bits ? numbers[i].bits : wide ? 64 : 32;

		if (!lkm_str_is(type, numbers[i].type))
			continue;
		if (numbers[i].is_signed)
			return check_signed(value, ((uint64_t)1 << (bits - 1)) - 1);
		return check_unsigned(value, UINT64_MAX >> (64 - bits));
	}
	if (lkm_str_is(type, "bool") || lkm_str_is(type, "bint") || lkm_str_is(type, "invbool"))
		return check_bool(value);
	if (lkm_str_is(type, "charp"))
		return value.len > CHARP_MAX ? -ENOSPC : 0;
	return 0;
}

/* Are values of that type read by the kernel itself, so that none at all is known to be refused? */
static bool needs_value(struct lkm_str type)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (lkm_str_is(type, numbers[i].type))
			return true;
	return lkm_str_is(type, "invbool") || lkm_str_is(type, "charp") || lkm_str_is(type, "string");
}

int lkm_param_value_check(struct lkm_str type, bool has_value, struct lkm_str value, bool wide)
{
	struct lkm_str element;
	bool array = lkm_str_starts(type, "array of ", &type), more = true;
	int err = 0;

	if (!has_value)
		return array || needs_value(type) ? -EINVAL : 0;
	if (!array)
		return check_one(type, value, wide);
	while (more && !err) {
		more = lkm_str_cut(value, ',', &element, &value);
		err = check_one(type, element, wide);
	}
	return err;
}
