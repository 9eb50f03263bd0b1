#include "fmt/depline.h"

#include <errno.h>

int lkm_depline_parse(struct lkm_str line, struct lkm_depline *ret)
{
	struct lkm_str path, deps;

	if (!lkm_str_cut(line, ':', &path, &deps))
		return -EBADMSG;
	path = lkm_str_trim(path);
	if (path.len == 0)
		return -EBADMSG;
	*ret = (struct lkm_depline){ .path = path, .deps = lkm_str_trim(deps) };
	return 0;
}

bool lkm_pathlist_next(struct lkm_str *rest, struct lkm_str *ret)
{
	struct lkm_str line;

	while (lkm_str_next_line(rest, &line)) {
		line = lkm_str_trim(line);
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		*ret = line;
		return true;
	}
	return false;
}

bool lkm_softdep_next(struct lkm_softdep_iter *iter, struct lkm_str *ret_name,
		      enum lkm_softdep_when *ret_when)
{
	struct lkm_str word;

	while (lkm_str_next_word(&iter->rest, &word)) {
		if (lkm_str_is(word, "pre:")) {
			iter->when = LKM_SOFTDEP_PRE;
		} else if (lkm_str_is(word, "post:")) {
			iter->when = LKM_SOFTDEP_POST;
		} else {
			*ret_name = word;
			*ret_when = iter->when;
			return true;
		}
	}
	return false;
}
