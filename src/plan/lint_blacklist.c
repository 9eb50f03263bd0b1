#include "base/path.h"
#include "fmt/depline.h"
#include "plan/linting.h"
#include "tree/tables.h"

/* ---- what is known of all modules ---- */

/* Who needs a module. */
struct users {
	struct lkm_str first;
	unsigned int count;
};

/* The users of a module, none yet if it is new.  NULL: -ENOMEM. */
static struct users *users_of(struct lkm_linting *l, const char *module)
{
	const union lkm_map_value *known = lkm_map_get(&l->users, lkm_str(module));
	struct users *new = known ? known->ptr : lkm_arena_alloc(&l->lint->arena, sizeof(*new));
	const char *key = known || !new ? NULL : lkm_arena_strdup(&l->lint->arena, lkm_str(module));
	union lkm_map_value *at = key ? lkm_map_put(&l->users, lkm_str(key), NULL) : NULL;

	if (known)
		return new;
	if (!at)
		return NULL;
	*new = (struct users){ 0 };
	at->ptr = new;
	return new;
}

/* One more user for everything that a module needs. */
static int count_needed(struct lkm_linting *l, const struct lkm_depline *line)
{
	struct lkm_str deps = line->deps, path;
	char name[LKM_MODNAME_MAX];

	while (lkm_str_next_word(&deps, &path)) {
		struct users *users;

		if (lkm_modname_from_path(path, name) < 0)
			continue;
		users = users_of(l, name);
		if (!users)
			return -ENOMEM;
		if (users->count++ == 0)
			users->first = line->path;
	}
	return 0;
}

static int count_users(struct lkm_linting *l)
{
	const struct lkm_index_hits *deps = lkm_table_entries(l->env->tree, LKM_TABLE_DEP, NULL);
	struct lkm_depline line;
	int err = deps ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < deps->len; i++)
		if (lkm_depline_parse(deps->ptr[i].value, &line) == 0)
			err = count_needed(l, &line);
	return err;
}

static int collect_aliased(struct lkm_linting *l)
{
	const struct lkm_index_hits *aliases =
		lkm_table_entries(l->env->tree, LKM_TABLE_ALIAS, NULL);
	int err = aliases ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < aliases->len; i++)
		if (!lkm_map_put(&l->aliased, aliases->ptr[i].value, NULL))
			err = -ENOMEM;
	return err;
}

static int know_users(struct lkm_linting *l)
{
	int err = l->know_users ? 0 : count_users(l);

	if (!err && !l->know_users)
		err = collect_aliased(l);
	l->know_users = true;
	return err;
}

/* ---- the line ---- */

/* Does an alias line of the configuration lead to the module? */
static bool has_alias_line(const struct lkm_config *config, struct lkm_str module)
{
	const struct lkm_config_entry *e = NULL;

	while ((e = lkm_config_next(config, LKM_CONF_ALIAS, e)))
		if (lkm_str_eq(e->line.value, module))
			return true;
	return false;
}

static int add(struct lkm_linting *l, const struct lkm_config_entry *e, const char *what,
	       enum lkm_lint_severity severity)
{
	int err = lkm_lint_line(l, LKM_LINT_WEAK_BLACKLIST, e,
				"%.*s %s\nforbid %.*s (for kmod: install %.*s /bin/false)",
				LKM_STR_ARG(e->line.name), what, LKM_STR_ARG(e->line.name),
				LKM_STR_ARG(e->line.name));

	if (!err)
		lkm_lint_adjust(l, severity, NULL);
	return err;
}

/* The module is needed by others, with which it is loaded. */
static int add_needed(struct lkm_linting *l, const struct lkm_config_entry *e,
		      const struct users *users)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	char name[LKM_MODNAME_MAX] = "";

	(void)lkm_modname_from_path(users->first, name);
	lkm_buf_printf(&text, "is still loaded with %s", name);
	if (users->count > 1)
		lkm_buf_printf(&text, " and %u more that need it", users->count - 1);
	else
		lkm_buf_puts(&text, ", which needs it");
	return lkm_buf_cstr(&text) ? add(l, e, text.ptr, LKM_LINT_WARNING) : -ENOMEM;
}

int lkm_lint_blacklist(struct lkm_linting *l, const struct lkm_config_entry *e)
{
	const struct lkm_config *config = l->env->config;
	struct lkm_str module = e->line.name;
	const union lkm_map_value *users;
	int err;

	if (lkm_config_match(config, LKM_CONF_FORBID, module) ||
	    lkm_config_match(config, LKM_CONF_INSTALL, module))
		return 0;
	err = know_users(l);
	if (err < 0)
		return err;
	if (!lkm_map_get(&l->aliased, module) && !has_alias_line(config, module))
		return add(l, e, "has no alias that could be muted: it is loaded as before",
			   LKM_LINT_WARNING);
	users = lkm_map_get(&l->users, module);
	return users ? add_needed(l, e, users->ptr) :
		       add(l, e, "is still loaded by its name", LKM_LINT_NOTE);
}
