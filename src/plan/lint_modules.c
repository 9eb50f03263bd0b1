#include "base/path.h"
#include "fmt/alias.h"
#include "fmt/installcmd.h"
#include "plan/linting.h"
#include "plan/missing.h"
#include "plan/resolve.h"
#include "tree/tables.h"

/* What a name of the configuration is. */
enum known {
	KNOWN_NOT,
	KNOWN_FILE,    /* a module with a file */
	KNOWN_BUILTIN, /* part of the kernel */
	KNOWN_COMMAND, /* only a name with a command */
	KNOWN_OTHER,   /* an alias */
};

static int look_up(const struct lkm_plan_env *env, struct lkm_str name, enum known *ret)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	struct lkm_index_hit hit;
	int err = lkm_table_find(env->tree, LKM_TABLE_DEP, name, &hit, NULL);

	*ret = KNOWN_FILE;
	if (err != -ENODATA)
		return err;
	*ret = KNOWN_BUILTIN;
	err = lkm_lookup_builtin(env->tree, name, NULL);
	if (err != 0)
		return err < 0 ? err : 0;
	err = lkm_resolve(env, name, &targets, NULL);
	*ret = targets.len == 0				     ? KNOWN_NOT :
	       targets.ptr[0].by == LKM_TARGET_COMMAND ? KNOWN_COMMAND :
							     KNOWN_OTHER;
	return err == -EINVAL ? 0 : err;
}

/* Does any module match the pattern? */
static int matches_any(const struct lkm_plan_env *env, struct lkm_str pattern, bool *ret)
{
	static const enum lkm_table tables[] = { LKM_TABLE_DEP, LKM_TABLE_BUILTIN };

	*ret = false;
	for (size_t i = 0; i < 2 && !*ret; i++) {
		const struct lkm_index_hits *names = lkm_table_entries(env->tree, tables[i], NULL);

		if (!names)
			return -ENOMEM;
		for (size_t j = 0; j < names->len && !*ret; j++)
			*ret = lkm_alias_match(pattern, names->ptr[j].key);
	}
	return 0;
}

/* ---- names of nothing ---- */

/* A name that is one step from another one is most likely that one, misspelled. */
static int add_unknown(struct lkm_linting *l, const struct lkm_config_entry *e, struct lkm_str name)
{
	struct lkm_near near = lkm_near(name);
	int err = lkm_missing_offer_names(l->env, &near);

	if (err < 0)
		return err;
	if (near.len == 0)
		return lkm_lint_line(l, LKM_LINT_UNKNOWN_MODULE, e, "there is no module %.*s",
				     LKM_STR_ARG(name));
	err = lkm_lint_line(l, LKM_LINT_UNKNOWN_MODULE, e,
			    "there is no module %.*s\n%s, if that is what is meant", LKM_STR_ARG(name),
			    near.names[0].text);
	if (!err && near.names[0].distance <= 1)
		lkm_lint_adjust(l, LKM_LINT_WARNING, NULL);
	return err;
}

static int check_word(struct lkm_linting *l, const struct lkm_config_entry *e, struct lkm_str word)
{
	char name[LKM_MODNAME_MAX];
	enum known known;
	int err = lkm_modname_copy(word, name) < 0 ? 0 : look_up(l->env, lkm_str(name), &known);

	return err || known != KNOWN_NOT ? err : add_unknown(l, e, word);
}

/* What a softdep or weakdep line brings in. */
static int check_words(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	struct lkm_softdep_iter iter = lkm_softdep_iter(e->line.value);
	enum lkm_softdep_when when;
	struct lkm_str word;
	int err = 0;

	while (!err && lkm_softdep_next(&iter, &word, &when) && word.ptr[0] != '#')
		err = check_word(l, e, word);
	return err;
}

/* ---- parts of the kernel ---- */

static int add_builtin(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	struct lkm_str name = e->line.name;

	switch (e->line.word) {
	case LKM_CONF_OPTIONS:
		return lkm_lint_line(l, LKM_LINT_BUILTIN, e,
				     "%.*s is built into the kernel: options have no effect\n"
				     "%.*s.PARAMETER=VALUE on the kernel command line",
				     LKM_STR_ARG(name), LKM_STR_ARG(name));
	case LKM_CONF_BLACKLIST:
	case LKM_CONF_FORBID:
		return lkm_lint_line(l, LKM_LINT_BUILTIN, e,
				     "%.*s is built into the kernel and cannot be blocked\n"
				     "initcall_blacklist=FUNCTION on the kernel command line, "
				     "with the name of its init function",
				     LKM_STR_ARG(name));
	case LKM_CONF_INSTALL:
	case LKM_CONF_REMOVE:
	case LKM_CONF_SOFTDEP:
		return lkm_lint_line(l, LKM_LINT_BUILTIN, e,
				     "%.*s is built into the kernel: it is never loaded",
				     LKM_STR_ARG(name));
	default:
		return 0;
	}
}

/* ---- aliases ---- */

static int check_alias(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	struct lkm_str target = e->line.value;
	enum known known;
	int err = look_up(l->env, target, &known);

	if (err < 0 || (known != KNOWN_NOT && known != KNOWN_OTHER))
		return err;
	if (known == KNOWN_OTHER)
		err = lkm_lint_line(l, LKM_LINT_UNKNOWN_MODULE, e,
				    "%.*s is an alias itself, and aliases are not followed\n"
				    "the name of its module",
				    LKM_STR_ARG(target));
	else if (lkm_str_is(target, "off"))
		err = lkm_lint_line(l, LKM_LINT_UNKNOWN_MODULE, e,
				    "there is no module off\nblacklist MODULE, or forbid MODULE");
	else
		err = add_unknown(l, e, target);
	/* Nothing else that the name could stand for is looked at. */
	if (!err)
		lkm_lint_adjust(l, LKM_LINT_WARNING, "nothing can be loaded by that name");
	return err;
}

/* ---- a line ---- */

/* Options for an alias are options for each module that it stands for. */
static int check_options(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	int err = lkm_resolve(l->env, e->line.name, &targets, NULL);

	if (err < 0)
		return err == -EINVAL ? 0 : err;
	for (size_t i = 0; i < targets.len && !err; i++)
		err = lkm_lint_params(l, e, targets.ptr[i].module);
	return err;
}

/* A command may be there for a name that is no module, but not to block it. */
static bool invents_no_name(const struct lkm_config_entry *e)
{
	return (e->line.word == LKM_CONF_INSTALL || e->line.word == LKM_CONF_REMOVE) &&
	       lkm_installcmd_is_block(e->line.value);
}

/* A line whose name is a module, or a pattern where those are taken. */
static int check_name(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	enum known known = KNOWN_OTHER;
	bool any = true;
	int err = lkm_lint_is_pattern(e->line.name) ? matches_any(l->env, e->line.name, &any) :
						      look_up(l->env, e->line.name, &known);

	if (err < 0)
		return err;
	if (!any)
		return lkm_lint_line(l, LKM_LINT_UNKNOWN_MODULE, e, "there is no module %.*s",
				     LKM_STR_ARG(e->line.name));
	if (known == KNOWN_NOT || (known == KNOWN_COMMAND && invents_no_name(e)))
		return add_unknown(l, e, e->line.name);
	if (known == KNOWN_BUILTIN)
		return add_builtin(l, e);
	if (known == KNOWN_FILE && e->line.word == LKM_CONF_BLACKLIST)
		return lkm_lint_blacklist(l, e);
	return e->line.word == LKM_CONF_OPTIONS ? check_options(l, e) : 0;
}

int lkm_lint_entry_modules(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	bool boot = e->line.number == 0; /* the command line is for others, too */
	enum known known;
	int err = 0;

	switch (e->line.word) {
	case LKM_CONF_ALIAS:
		return check_alias(l, e);
	case LKM_CONF_ALLOW_ONLY:
		return 0;
	case LKM_CONF_SOFTDEP:
	case LKM_CONF_WEAKDEP:
		err = check_name(l, e);
		return err ? err : check_words(l, e);
	default:
		if (boot && e->line.word == LKM_CONF_OPTIONS) {
			err = look_up(l->env, e->line.name, &known);
			return err || known != KNOWN_FILE ? err : check_options(l, e);
		}
		return e->line.name.ptr[0] == '#' ? 0 : check_name(l, e);
	}
}
