#include "base/path.h"
#include "fmt/depline.h"
#include "fmt/installcmd.h"
#include "fmt/params.h"
#include "plan/linting.h"

/* ---- text behind # ---- */

static int check_comment(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	static const char *const whys[] = {
		[LKM_CONF_OPTIONS] = "each word of it is given to the kernel as a parameter",
		[LKM_CONF_SOFTDEP] = "each word of it is taken for a module",
		[LKM_CONF_WEAKDEP] = "each word of it is taken for a module",
	};
	struct lkm_str rest = e->line.value, word, before = e->line.value;
	int err = 0;

	while (lkm_str_next_word(&rest, &word))
		if (word.ptr[0] == '#') {
			before.len = (size_t)(word.ptr - before.ptr);
			before = lkm_str_trim(before);
			err = lkm_lint_line(l, LKM_LINT_COMMENT, e,
					    "\"#\" in mid-line\n%s %.*s %.*s",
					    lkm_modprobeconf_name(e->line.word),
					    LKM_STR_ARG(e->line.name), LKM_STR_ARG(before));
			if (!err)
				lkm_lint_adjust(l, LKM_LINT_WARNING, whys[e->line.word]);
			return err;
		}
	return 0;
}

/* ---- options ---- */

/* The parameter of that name that a text sets last. */
static bool last_value(struct lkm_str params, struct lkm_str name, struct lkm_param *ret)
{
	struct lkm_param param;
	bool found = false;

	while (lkm_params_next(&params, &param))
		if (lkm_modname_eq(param.name, name)) {
			*ret = param;
			found = true;
		}
	return found;
}

static int check_again(struct lkm_linting *l, const struct lkm_config_entry *e,
		       const struct lkm_param *param, struct lkm_str behind)
{
	const struct lkm_config_entry *by = NULL;
	struct lkm_param again = { 0 };
	const char *place;

	if (last_value(behind, param->name, &again))
		by = e;
	for (const struct lkm_config_entry *o = e->next; o; o = o->next)
		if (o->line.word == LKM_CONF_OPTIONS && lkm_str_eq(o->line.name, e->line.name) &&
		    last_value(o->line.value, param->name, &again))
			by = o;
	if (!by || (again.has_value == param->has_value && lkm_str_eq(again.value, param->value)))
		return 0;
	place = lkm_lint_place(l, by);
	if (!place)
		return -ENOMEM;
	return lkm_lint_line(l, LKM_LINT_SET_TWICE, e,
			     "%.*s=%.*s is set again by %s: %.*s=%.*s\nonly one of the two",
			     LKM_STR_ARG(param->name), LKM_STR_ARG(param->value), place,
			     LKM_STR_ARG(again.name), LKM_STR_ARG(again.value));
}

static int check_options(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	struct lkm_str rest = e->line.value;
	struct lkm_param param;
	int err = check_comment(l, e);

	while (!err && lkm_params_next(&rest, &param) &&
	       !lkm_str_starts(param.name, "#", NULL))
		err = check_again(l, e, &param, rest);
	return err;
}

/* ---- install and remove ---- */

/* The first softdep line among some for a module whose install command is `e`, or NULL. */
static const struct lkm_config_entry *softdep_beside(const struct lkm_linting *l,
						     const struct lkm_config *among,
						     const struct lkm_config_entry *e)
{
	const struct lkm_config_entry *s = NULL;

	while ((s = lkm_config_next(among, LKM_CONF_SOFTDEP, s)) != NULL) {
		struct lkm_softdep_iter iter = lkm_softdep_iter(s->line.value);
		enum lkm_softdep_when when;
		struct lkm_str word;

		if (lkm_config_match(l->env->config, LKM_CONF_INSTALL, s->line.name) != e)
			continue;
		while (lkm_softdep_next(&iter, &word, &when))
			if (when != LKM_SOFTDEP_UNSAID)
				return s;
	}
	return NULL;
}

/* Where kmod does otherwise than we do. */
static int check_beside_kmod(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	const struct lkm_config_entry *in_files = softdep_beside(l, l->env->config, e);
	const struct lkm_config_entry *s = in_files ? in_files : softdep_beside(l, &l->own, e);
	const char *place = s ? lkm_lint_place(l, s) : "";

	if (!place)
		return -ENOMEM;
	return s ? lkm_lint_line(l, LKM_LINT_NOT_RUN_BY_KMOD, e,
				 "%.*s has soft dependencies, by %s", LKM_STR_ARG(s->line.name), place) :
		   0;
}

static int check_command(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	bool removing = e->line.word == LKM_CONF_REMOVE;
	const struct lkm_config_entry *first = lkm_config_match(l->env->config, e->line.word,
								e->line.name);
	const char *place;

	if (lkm_installcmd_calls_itself(e->line.value, e->line.name, removing))
		return lkm_lint_line(l, LKM_LINT_CALLS_ITSELF, e,
				     "the command for %.*s calls modprobe for it\nmodprobe %s %.*s",
				     LKM_STR_ARG(e->line.name),
				     removing ? "-r --ignore-remove" : "--ignore-install",
				     LKM_STR_ARG(e->line.name));
	if (!first || first == e || lkm_str_eq(first->line.value, e->line.value))
		return 0;
	place = lkm_lint_place(l, first);
	if (!place)
		return -ENOMEM;
	return lkm_lint_line(l, LKM_LINT_OVERRIDDEN, e,
			     "%s comes first, with another command for %.*s\n"
			     "only one of the two",
			     place, LKM_STR_ARG(e->line.name));
}

/* ---- the others ---- */

static int check_softdep(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	struct lkm_softdep_iter iter = lkm_softdep_iter(e->line.value);
	enum lkm_softdep_when when;
	struct lkm_str word;
	int err = check_comment(l, e);

	if (!err && lkm_softdep_next(&iter, &word, &when) && when == LKM_SOFTDEP_UNSAID &&
	    word.ptr[0] != '#')
		err = lkm_lint_line(l, LKM_LINT_UNPLACED_WORD, e,
				    "\"%.*s\" stands before pre: and post: and is passed over\n"
				    "softdep %.*s pre: %.*s",
				    LKM_STR_ARG(word), LKM_STR_ARG(e->line.name), LKM_STR_ARG(word));
	return err;
}

static bool is_alias(const struct lkm_config *config, struct lkm_str name)
{
	const struct lkm_config_entry *e = NULL;

	while ((e = lkm_config_next(config, LKM_CONF_ALIAS, e)))
		if (lkm_str_eq(e->line.name, name))
			return true;
	return false;
}

/* Names of these lines are compared as they stand. */
static int check_pattern(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	const char *word = lkm_modprobeconf_name(e->line.word);

	if (!lkm_lint_is_pattern(e->line.name) ||
	    (e->line.word == LKM_CONF_OPTIONS && is_alias(l->env->config, e->line.name)))
		return 0;
	return lkm_lint_line(l, LKM_LINT_NEVER_MATCHES, e,
			     "\"%.*s\" is a pattern, which %s does not take\n"
			     "a line for each module%s",
			     LKM_STR_ARG(e->line.name), word,
			     e->line.word == LKM_CONF_BLACKLIST ? ", or forbid, which takes patterns" :
								  "");
}

static int check_allow(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	const struct lkm_config *config = l->env->config;
	const struct lkm_config_entry *only = lkm_config_next(config, LKM_CONF_ALLOW_ONLY, NULL);
	const struct lkm_config_entry *forbid = lkm_config_match(config, LKM_CONF_FORBID,
								 e->line.name);
	const char *place = forbid ? lkm_lint_place(l, forbid) : "";

	if (!place)
		return -ENOMEM;
	if (e->line.name.ptr[0] == '#')
		return lkm_lint_line(l, LKM_LINT_COMMENT, e, "\"#\" in mid-line");
	if (forbid)
		return lkm_lint_line(l, LKM_LINT_OVERRIDDEN, e, "%s forbids %.*s, which is stronger",
				     place, LKM_STR_ARG(e->line.name));
	if (only && !lkm_str_is(only->line.value, "no"))
		return 0;
	return lkm_lint_line(l, LKM_LINT_NEVER_MATCHES, e,
			     "allow without a line that switches the list on\nallow-only yes");
}

static int check_allow_only(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	const struct lkm_config_entry *first = lkm_config_next(l->env->config, LKM_CONF_ALLOW_ONLY,
							       NULL);
	const char *place = lkm_lint_place(l, first);

	if (!place)
		return -ENOMEM;
	if (first == e || lkm_str_eq(first->line.value, e->line.value))
		return 0;
	return lkm_lint_line(l, LKM_LINT_OVERRIDDEN, e, "%s says allow-only %.*s", place,
			     LKM_STR_ARG(first->line.value));
}

int lkm_lint_entry(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	int err;

	switch (e->line.word) {
	case LKM_CONF_OPTIONS:
		err = check_options(l, e);
		return err ? err : check_pattern(l, e);
	case LKM_CONF_BLACKLIST:
		return check_pattern(l, e);
	case LKM_CONF_INSTALL:
		err = check_command(l, e);
		return err ? err : check_beside_kmod(l, e);
	case LKM_CONF_REMOVE:
		return check_command(l, e);
	case LKM_CONF_SOFTDEP:
		return check_softdep(l, e);
	case LKM_CONF_WEAKDEP:
		return check_comment(l, e);
	case LKM_CONF_ALLOW:
		return check_allow(l, e);
	case LKM_CONF_ALLOW_ONLY:
		return check_allow_only(l, e);
	default:
		return 0;
	}
}
