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

bool lkm_cmdline_next_load(struct lkm_str *rest, struct lkm_str *ret_names)
{
	struct lkm_str word;

	while (next_word(rest, &word)) {
		struct lkm_str name;

		(void)unquote(&word);
		if (!lkm_str_cut(word, '=', &name, &word))
			continue;
		(void)lkm_str_starts(name, "rd.", &name);
		if (!lkm_str_is(name, "modules-load") && !lkm_str_is(name, "modules_load"))
			continue;
		(void)unquote(&word);
		*ret_names = word;
		return true;
	}
	return false;
}
