#include "fmt/cmdline.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Take the next word with its quotes; false at the end and when quotes do not pair. */
static bool next_word(struct lkm_str *rest, struct lkm_str *ret)
{
	bool quoted = false;
	size_t start = 0;
	size_t end;

	if (rest->len == 0)
		return false;
	while (start < rest->len && is_blank(rest->ptr[start]))
		start++;
	for (end = start; end < rest->len && (quoted || !is_blank(rest->ptr[end])); end++)
		if (rest->ptr[end] == '"')
			quoted = !quoted;
	*ret = (struct lkm_str){ rest->ptr + start, end - start };
	*rest = (struct lkm_str){ rest->ptr + end, rest->len - end };
	return ret->len > 0 && !quoted;
}

/* "..." around the whole word? */
static bool unquote(struct lkm_str *word)
{
	if (word->len < 2 || word->ptr[0] != '"' || word->ptr[word->len - 1] != '"')
		return false;
	word->ptr++;
	word->len -= 2;
	return true;
}

bool lkm_cmdline_next(struct lkm_str *rest, struct lkm_cmdline_param *ret)
{
	struct lkm_str word;

	while (next_word(rest, &word)) {
		bool quoted = unquote(&word);
		struct lkm_str name, module, param;

		lkm_str_cut(word, '=', &name, NULL);
		if (!lkm_str_cut(name, '.', &module, &param) || module.len == 0 || param.len == 0)
			continue;
		if (memchr(param.ptr, '.', param.len) || memchr(name.ptr, '"', name.len))
			continue;
		*ret = (struct lkm_cmdline_param){
			.module = module,
			.param = { param.ptr, (size_t)(word.ptr + word.len - param.ptr) },
			.quoted = quoted,
		};
		return true;
	}
	return false;
}

static bool find_list(struct lkm_str name, enum lkm_cmdline_list *ret)
{
	static const struct {
		const char *name;
		enum lkm_cmdline_list kind;
	} lists[] = {
		{ "modules-load", LKM_CMDLINE_LOAD },	   { "modules_load", LKM_CMDLINE_LOAD },
		{ "rd.modules-load", LKM_CMDLINE_LOAD },   { "rd.modules_load", LKM_CMDLINE_LOAD },
		{ "earlymodules", LKM_CMDLINE_LOAD },	   { "rd.driver.pre", LKM_CMDLINE_DRIVER },
		{ "rd.driver.post", LKM_CMDLINE_DRIVER },  { "rd.driver.blacklist", LKM_CMDLINE_AVOID },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lkm_str_is(name, lists[i].name)) {
			*ret = lists[i].kind;
			return true;
		}
	return false;
}

bool lkm_cmdline_next_list(struct lkm_str *rest, enum lkm_cmdline_list *ret_kind,
			   struct lkm_str *ret_names)
{
	struct lkm_str word;

	while (next_word(rest, &word)) {
		struct lkm_str name;

		(void)unquote(&word);
		if (!lkm_str_cut(word, '=', &name, &word) || !find_list(name, ret_kind))
			continue;
		(void)unquote(&word);
		*ret_names = word;
		return true;
	}
	return false;
}
