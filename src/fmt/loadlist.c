#include "fmt/loadlist.h"

static bool is_item(struct lkm_str line, struct lkm_str name)
{
	return line.ptr[0] != '#' && line.ptr[0] != ';' && name.len <= LKM_LOADLIST_NAME_MAX &&
	       !memchr(line.ptr, '\0', line.len);
}

bool lkm_loadlist_next(struct lkm_loadlist *iter, struct lkm_loadlist_item *ret)
{
	struct lkm_str line, name;

	while (lkm_str_next_line(&iter->rest, &line)) {
		struct lkm_str params = lkm_str_trim(line);

		iter->line++;
		line = params;
		if (!lkm_str_next_word(&params, &name) || !is_item(line, name))
			continue;
		*ret = (struct lkm_loadlist_item){ name, lkm_str_trim(params), iter->line };
		return true;
	}
	return false;
}
