#include "fmt/modprobeconf.h"

#include "base/path.h"
#include "fmt/alias.h"

/* What has to follow a word. */
enum shape {
	SHAPE_NAME,	     /* a module; what follows it is ignored */
	SHAPE_NAME_TEXT,     /* a module and some text */
	SHAPE_NAME_OPTIONAL, /* a module, perhaps some text */
	SHAPE_ALIAS,	     /* a pattern and a module */
	SHAPE_WORD,	     /* no module, one word */
};

struct word {
	const char *name;
	enum lkm_modprobeconf_word word;
	enum shape shape;
};

static const struct word words[] = {
	{ "alias", LKM_CONF_ALIAS, SHAPE_ALIAS },
	{ "allow", LKM_CONF_ALLOW, SHAPE_NAME_OPTIONAL },
	{ "allow-only", LKM_CONF_ALLOW_ONLY, SHAPE_WORD },
	{ "blacklist", LKM_CONF_BLACKLIST, SHAPE_NAME },
	{ "forbid", LKM_CONF_FORBID, SHAPE_NAME_OPTIONAL },
	{ "install", LKM_CONF_INSTALL, SHAPE_NAME_TEXT },
	{ "mask", LKM_CONF_FORBID, SHAPE_NAME_OPTIONAL },
	{ "options", LKM_CONF_OPTIONS, SHAPE_NAME_TEXT },
	{ "remove", LKM_CONF_REMOVE, SHAPE_NAME_TEXT },
	{ "softdep", LKM_CONF_SOFTDEP, SHAPE_NAME_TEXT },
	{ "weakdep", LKM_CONF_WEAKDEP, SHAPE_NAME_TEXT },
};

static const struct word *find_word(struct lkm_str text)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (lkm_str_is(text, words[i].name))
			return &words[i];
	return NULL;
}

static int copy(struct lkm_arena *arena, struct lkm_str text, struct lkm_str *ret)
{
	char *to = lkm_arena_strdup(arena, text);

	if (!to)
		return -ENOMEM;
	*ret = (struct lkm_str){ to, text.len };
	return 0;
}

/* A module's name, or an alias pattern, with '_'. */
static int copy_alias(struct lkm_arena *arena, struct lkm_str name, struct lkm_str *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	int err = lkm_alias_normalize(name, &buf);

	err = err ? err : lkm_buf_error(&buf);
	return err ? err : copy(arena, lkm_buf_view(&buf), ret);
}

static int copy_modname(struct lkm_arena *arena, struct lkm_str name, struct lkm_str *ret)
{
	char folded[LKM_MODNAME_MAX];
	int err = lkm_modname_copy(name, folded);

	return err ? -EINVAL : copy(arena, lkm_str(folded), ret);
}

/* What follows a word and the one blank behind it. */
static struct lkm_str after_blank(struct lkm_str rest)
{
	if (rest.len) {
		rest.ptr++;
		rest.len--;
	}
	return rest;
}

static int bad(const struct lkm_confline *line, struct lkm_diag *diag, const char *what,
	       struct lkm_str word)
{
	return lkm_diag_line(diag, -EINVAL, line->number, "%s '%.*s'", what, LKM_STR_ARG(word));
}

/* Everything behind the first word. */
static int parse_rest(const struct word *word, struct lkm_str rest, struct lkm_arena *arena,
		      struct lkm_modprobeconf_line *ret)
{
	struct lkm_str name = { 0 };
	struct lkm_str target = { 0 };
	int err;

	if (!lkm_str_next_word(&rest, &name))
		return -EINVAL;
	if (word->shape == SHAPE_WORD)
		return copy(arena, name, &ret->value);
	if (word->shape == SHAPE_ALIAS) {
		if (!lkm_str_next_word(&rest, &target))
			return -EINVAL;
		err = copy_alias(arena, name, &ret->name);
		return err ? err : copy_modname(arena, target, &ret->value);
	}
	/* Nothing at all behind the name: not even a blank. */
	if (word->shape == SHAPE_NAME_TEXT && rest.len == 0)
		return -EINVAL;
	err = copy_modname(arena, name, &ret->name);
	if (err < 0 || word->shape == SHAPE_NAME)
		return err;
	return copy(arena, after_blank(rest), &ret->value);
}

static bool is_switch(struct lkm_str value)
{
	return lkm_str_is(value, "yes") || lkm_str_is(value, "no") || lkm_str_is(value, "audit");
}

int lkm_modprobeconf_parse(const struct lkm_confline *line, struct lkm_arena *arena,
			   struct lkm_modprobeconf_line *ret, struct lkm_diag *diag)
{
	struct lkm_modprobeconf_line new = { .number = line->number };
	struct lkm_str rest = line->text;
	struct lkm_str first = { 0 };
	const struct word *word;
	int err;

	lkm_str_next_word(&rest, &first);
	if (lkm_str_is(first, "include") || lkm_str_is(first, "config"))
		return lkm_diag_line(diag, -ENOTSUP, line->number,
				     "command %.*s is deprecated and not parsed anymore",
				     LKM_STR_ARG(first));
	word = find_word(first);
	if (!word)
		return bad(line, diag, "ignoring bad line starting with", first);
	err = parse_rest(word, rest, arena, &new);
	if (err == -EINVAL)
		return bad(line, diag, "ignoring bad line starting with", first);
	if (err < 0)
		return lkm_diag_line(diag, err, line->number, "out of memory");
	new.word = word->word;
	if (new.word == LKM_CONF_ALLOW_ONLY && !is_switch(new.value))
		return bad(line, diag, "allow-only takes yes, no or audit, not", new.value);
	*ret = new;
	return 0;
}

const char *lkm_modprobeconf_name(enum lkm_modprobeconf_word word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].word == word)
			return words[i].name;
	return "";
}
