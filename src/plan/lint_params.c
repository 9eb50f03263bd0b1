#include "base/path.h"
#include "fmt/modinfo.h"
#include "fmt/paramvalue.h"
#include "plan/linting.h"
#include "tree/lookup.h"

/* Parameters that the loader takes itself, whatever the module has. */
static bool is_loaders(struct lkm_str name)
{
	return lkm_modname_eq(name, lkm_str("async_probe")) || lkm_str_is(name, "dyndbg");
}

static const struct lkm_parm *find_parm(const struct lkm_parminfo *parms, struct lkm_str name)
{
	for (size_t i = 0; i < parms->list.len; i++)
		if (lkm_modname_eq(parms->list.ptr[i].name, name))
			return &parms->list.ptr[i];
	return NULL;
}

static int add_unknown(struct lkm_linting *l, const struct lkm_config_entry *e,
		       struct lkm_str module, const struct lkm_param *param,
		       const struct lkm_parminfo *parms)
{
	struct lkm_near near = lkm_near(param->name);

	for (size_t i = 0; i < parms->list.len; i++)
		lkm_near_offer(&near, parms->list.ptr[i].name);
	if (near.len == 0)
		return lkm_lint_line(l, LKM_LINT_UNKNOWN_PARAMETER, e,
				     "%.*s has no parameter \"%.*s\"", LKM_STR_ARG(module),
				     LKM_STR_ARG(param->name));
	return lkm_lint_line(l, LKM_LINT_UNKNOWN_PARAMETER, e,
			     "%.*s has no parameter \"%.*s\"\noptions %.*s %s%s%.*s",
			     LKM_STR_ARG(module), LKM_STR_ARG(param->name),
			     LKM_STR_ARG(e->line.name), near.names[0].text,
			     param->has_value ? "=" : "", LKM_STR_ARG(param->value));
}

static int check_param(struct lkm_linting *l, const struct lkm_config_entry *e,
		       struct lkm_str module, const struct lkm_param *param,
		       const struct lkm_parminfo *parms)
{
	const struct lkm_parm *parm = find_parm(parms, param->name);
	char want[LKM_PARAM_WANT_MAX] = "";

	if (is_loaders(param->name))
		return 0;
	if (!parm)
		return add_unknown(l, e, module, param, parms);
	if (lkm_param_value_check(&(struct lkm_param_type){ .name = parm->type }, param, want) == 0)
		return 0;
	if (!param->has_value)
		return lkm_lint_line(l, LKM_LINT_WRONG_VALUE, e,
				     "parameter %.*s of %.*s (%.*s) has no value\n%.*s=VALUE: %s",
				     LKM_STR_ARG(parm->name), LKM_STR_ARG(module),
				     LKM_STR_ARG(parm->type), LKM_STR_ARG(parm->name), want);
	return lkm_lint_line(l, LKM_LINT_WRONG_VALUE, e,
			     "\"%.*s\" is no value for parameter %.*s of %.*s (%.*s)\n%s",
			     LKM_STR_ARG(param->value), LKM_STR_ARG(parm->name),
			     LKM_STR_ARG(module), LKM_STR_ARG(parm->type), want);
}

static int read_strings(struct lkm_linting *l)
{
	struct lkm_modinfo_item item;
	struct lkm_bytes section;
	struct lkm_modinfo it;
	int err = lkm_elf_contents_of(&l->file.elf, ".modinfo", &section);

	if (err < 0)
		return err;
	it = lkm_modinfo(section);
	while (err != -ENOMEM && lkm_modinfo_next(&it, &item))
		err = lkm_parminfo_add(&l->parms, &item);
	return err == -ENOMEM ? err : 0;
}

/* Lines about one module often follow each other: its parameters are kept for the next one. */
static int read_parms(struct lkm_linting *l, struct lkm_str module, struct lkm_diag *diag)
{
	struct lkm_depline line;
	const char *path;
	int err;

	if (lkm_str_eq(l->parms_of, module))
		return 0;
	l->parms_of = lkm_str("");
	lkm_parminfo_clear(&l->parms);
	lkm_modfile_clear(&l->file);
	err = lkm_lookup_file(l->env->tree, module, &line, diag);
	if (err < 0)
		return err;
	path = lkm_tree_path(l->env->tree, line.path);
	err = path ? lkm_modfile_open(&l->file, path, diag) : -ENOMEM;
	err = err ? err : read_strings(l);
	if (err < 0)
		return lkm_diag_set(diag, err, "%s", strerror(-err));
	l->parms_of = module;
	return 0;
}

int lkm_lint_params(struct lkm_linting *l, const struct lkm_config_entry *entry,
		    struct lkm_str module)
{
	struct lkm_str rest = entry->line.value;
	struct lkm_param param;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = read_parms(l, module, &diag);

	if (err == -ENOMEM || err == -ENODATA) /* not loaded from a file, then */
		return err == -ENOMEM ? err : 0;
	if (err < 0)
		return lkm_lint_line(l, LKM_LINT_NOT_CHECKED, entry, "module %.*s: %s",
				     LKM_STR_ARG(module), diag.what);
	while (!err && lkm_params_next(&rest, &param) && !lkm_str_starts(param.name, "#", NULL))
		err = check_param(l, entry, module, &param, &l->parms);
	return err;
}
