#include "fmt/ksyms.h"

#include <errno.h>

/* Columns of the longest form. */
#define COLUMNS 5

static bool is_export_word(struct lkm_str text)
{
	return lkm_str_starts(text, "EXPORT_", NULL);
}

static int parse_symvers(struct lkm_str line, struct lkm_symvers *ret)
{
	struct lkm_str column[COLUMNS] = { { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 } };
	bool old_order;
	uint64_t crc;

	for (size_t i = 0; i < COLUMNS && line.len; i++)
		lkm_str_cut(line, '\t', &column[i], &line);
	old_order = is_export_word(column[4]);
	if (column[1].len == 0 || column[2].len + column[3].len == 0 ||
	    lkm_str_to_u64(column[0], 16, &crc) < 0 || crc > UINT32_MAX)
		return -EBADMSG;
	*ret = (struct lkm_symvers){
		.name = column[1],
		.module = column[old_order ? 3 : 2],
		.name_space = column[old_order ? 2 : 4],
		.crc = (uint32_t)crc,
		.gpl_only = lkm_str_ends(column[old_order ? 4 : 3], "_GPL", NULL),
	};
	return 0;
}

int lkm_symvers_next(struct lkm_str *rest, struct lkm_symvers *ret)
{
	struct lkm_str line;

	while (lkm_str_next_line(rest, &line)) {
		if (lkm_str_trim(line).len == 0)
			continue;
		return parse_symvers(line, ret) < 0 ? -EBADMSG : 1;
	}
	return 0;
}

/* A name of /proc/ksyms without its version. */
static struct lkm_str without_version(struct lkm_str name)
{
	static const size_t suffix = sizeof("_R12345678") - 1;
	struct lkm_str digits;
	uint64_t crc;

	if (name.len <= suffix)
		return name;
	digits = (struct lkm_str){ name.ptr + name.len - 8, 8 };
	if (digits.ptr[-2] != '_' || digits.ptr[-1] != 'R' || lkm_str_to_u64(digits, 16, &crc) < 0)
		return name;
	return (struct lkm_str){ name.ptr, name.len - suffix };
}

static bool take_prefix(struct lkm_str *name, char prefix)
{
	if (prefix == 0)
		return true;
	if (name->len == 0 || name->ptr[0] != prefix)
		return false;
	*name = (struct lkm_str){ name->ptr + 1, name->len - 1 };
	return true;
}

/* The export that a line tells of, if any. */
static bool parse_line(struct lkm_str line, char prefix, struct lkm_str *ret)
{
	struct lkm_str address, second, name;

	if (!lkm_str_next_word(&line, &address) || !lkm_str_next_word(&line, &second))
		return false;
	if (second.len == 1 && lkm_str_next_word(&line, &name) && name.ptr[0] != '[')
		return take_prefix(&name, prefix) && lkm_str_starts(name, "__ksymtab_", ret);
	*ret = without_version(second);
	return take_prefix(ret, prefix);
}

bool lkm_sysmap_next(struct lkm_str *rest, char prefix, struct lkm_str *ret)
{
	struct lkm_str line;

	while (lkm_str_next_line(rest, &line))
		if (parse_line(line, prefix, ret))
			return true;
	return false;
}

/* The name in "[NAME]". */
static struct lkm_str without_brackets(struct lkm_str word)
{
	if (word.len < 2 || word.ptr[0] != '[' || word.ptr[word.len - 1] != ']')
		return (struct lkm_str){ "", 0 };
	return (struct lkm_str){ word.ptr + 1, word.len - 2 };
}

static bool parse_kallsym(struct lkm_str line, struct lkm_kallsym *ret)
{
	struct lkm_str address, type, module;

	if (!lkm_str_next_word(&line, &address) || !lkm_str_next_word(&line, &type) ||
	    !lkm_str_next_word(&line, &ret->name) || type.len != 1 ||
	    lkm_str_to_u64(address, 16, &ret->address) < 0)
		return false;
	ret->type = type.ptr[0];
	ret->module = lkm_str_next_word(&line, &module) ? without_brackets(module)
							: (struct lkm_str){ "", 0 };
	return true;
}

bool lkm_kallsyms_next(struct lkm_str *rest, struct lkm_kallsym *ret)
{
	struct lkm_str line;

	while (lkm_str_next_line(rest, &line))
		if (parse_kallsym(line, ret))
			return true;
	return false;
}
