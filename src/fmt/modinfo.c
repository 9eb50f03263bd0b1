#include "fmt/modinfo.h"

#include <errno.h>

bool lkm_modinfo_next(struct lkm_modinfo *it, struct lkm_modinfo_item *ret)
{
	struct lkm_str line;

	do {
		if (it->rest.len == 0)
			return false;
		lkm_str_cut(it->rest, '\0', &line, &it->rest);
	} while (line.len == 0);
	if (!lkm_str_cut(line, '=', &ret->key, &ret->value))
		ret->value = (struct lkm_str){ line.ptr + line.len, 0 };
	return true;
}

int lkm_modinfo_get(struct lkm_bytes section, const char *key, struct lkm_str *ret)
{
	struct lkm_modinfo it = lkm_modinfo(section);
	struct lkm_str wanted = lkm_str(key);
	struct lkm_modinfo_item item;

	while (lkm_modinfo_next(&it, &item)) {
		if (!lkm_str_eq(item.key, wanted))
			continue;
		*ret = item.value;
		return 0;
	}
	return -ENODATA;
}

bool lkm_modinfo_builtin_next(struct lkm_modinfo *it, struct lkm_modinfo_builtin *ret)
{
	struct lkm_modinfo_item item;
	struct lkm_str key;

	while (lkm_modinfo_next(it, &item)) {
		if (!lkm_str_cut(item.key, '.', &ret->module, &key))
			continue;
		ret->item = (struct lkm_modinfo_item){ key, item.value };
		return true;
	}
	return false;
}

bool lkm_modinfo_license_is_gpl(struct lkm_str license)
{
	static const char *const known[] = {
		"GPL", "GPL v2", "GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (lkm_str_is(license, known[i]))
			return true;
	return false;
}
