/*
 * modprobe: load modules, or print what would be loaded.
 */
#include "fmt/params.h"
#include "host/modules.h"
#include "plan/execute.h"
#include "plan/permit.h"
#include "tools/kmod/modprobe.h"
#include "tools/log.h"
#include "tools/why.h"

/* How modprobe words the errors of a load. */
static const char *load_strerror(int err)
{
	if (err == -EEXIST)
		return "Module already in kernel";
	if (err == -ENOENT)
		return "Unknown symbol in module, or unknown parameter (see dmesg)";
	return strerror(-err);
}

/* One line as it would be typed: "insmod PATH OPTIONS". */
static void announce(void *ctx, const struct lkm_step *step)
{
	struct modprobe *m = ctx;
	const struct modprobe_options *o = &m->options;
	bool depends = o->job == MODPROBE_SHOW_DEPENDS;

	if (!depends && !o->dry_run && !o->verbose)
		return;
	if (step->kind == LKM_STEP_LOAD)
		lkm_buf_printf(&m->out, "insmod %s %.*s\n", step->path, LKM_STR_ARG(step->options));
	else if (step->kind == LKM_STEP_INSTALL)
		lkm_buf_printf(&m->out, "install %.*s %.*s\n",
			       LKM_STR_ARG(step->entry->line.value), LKM_STR_ARG(step->options));
	else if (step->kind == LKM_STEP_BUILTIN && depends)
		lkm_buf_printf(&m->out, "builtin %.*s\n", LKM_STR_ARG(step->module));
}

static void command_failed(const struct lkm_failure *failure)
{
	const struct lkm_step *step = failure->step;

	if (failure->status && failure->status->signal)
		lkm_error("Error running install command '%s' for module %.*s: killed by signal %d",
			  failure->command, LKM_STR_ARG(step->module), failure->status->signal);
	else
		lkm_error("Error running install command '%s' for module %.*s: retcode %d",
			  failure->command, LKM_STR_ARG(step->module),
			  failure->status ? failure->status->code : 0);
}

/* A step of the plan failed; the target's own error follows when that ends the work. */
static void failed(void *ctx, const struct lkm_failure *failure)
{
	struct modprobe *m = ctx;
	const struct lkm_step *step = failure->step;

	if (failure->command) {
		command_failed(failure);
		return;
	}
	if (step->group != 0) {
		lkm_info("soft dependency %.*s of %.*s: %s", LKM_STR_ARG(step->module),
			 LKM_STR_ARG(step->of), load_strerror(failure->err));
		return;
	}
	lkm_error("could not insert '%.*s': %s", LKM_STR_ARG(step->module),
		  load_strerror(failure->err));
	if (failure->refusal)
		lkm_why_load(m->host, failure->refusal);
}

static bool is_loaded(struct modprobe *m, const struct lkm_target *target)
{
	lkm_autofree char *name = strndup(target->module.ptr, target->module.len);
	enum lkm_modstate state;

	return name && lkm_module_state(m->env.host, name, &state) == 0 &&
	       state == LKM_MODSTATE_LIVE;
}

/* A part of the kernel: that cannot be forbidden any more. */
static void say_builtin(struct modprobe *m, const struct lkm_target *target)
{
	const struct lkm_config_entry *line;

	lkm_info("Module %.*s is builtin.", LKM_STR_ARG(target->module));
	if (lkm_permit_module(&m->config, target->module, &line) == LKM_PERMIT_FORBIDDEN)
		lkm_warning("%s:%u: module %.*s is forbidden, but it is built into the kernel",
			    line->file, line->line.number, LKM_STR_ARG(target->module));
}

/* The target is there already: nothing to do, or that is the error. */
static int already(struct modprobe *m, const struct lkm_target *target, bool builtin)
{
	if (builtin)
		say_builtin(m, target);
	if (!m->options.first_time)
		return 0;
	lkm_error("could not insert '%.*s': %s", LKM_STR_ARG(target->module),
		  load_strerror(-EEXIST));
	if (builtin)
		lkm_explain("it is built into the kernel");
	return -EEXIST;
}

static int make_plan(struct modprobe *m, const struct lkm_target *target, struct lkm_str params,
		     struct lkm_plan *plan)
{
	struct lkm_insert_options how = { .params = params,
					  .ignore_command = m->options.ignore_command };
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_plan_insert(&m->env, target, &how, plan, &diag);

	if (err == 0 && !m->options.ignore_forbid) {
		err = lkm_permit_plan(&m->config, plan, &m->report, &diag);
		m->forbidden = m->forbidden || err == -EPERM;
	}
	if (err < 0)
		lkm_error_diag(&diag);
	return err;
}

static int insert_target(struct modprobe *m, const struct lkm_target *target, struct lkm_str params)
{
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
	struct lkm_execution execution = {
		.host = m->env.host,
		.dry_run = m->options.dry_run || m->options.job == MODPROBE_SHOW_DEPENDS,
		.force = m->options.force,
		.command_options = m->options.quiet ? "-q" : m->options.verbose ? "-v" : "",
		.announce = announce,
		.failed = failed,
		.ctx = m,
	};
	int err;

	if (m->env.host && is_loaded(m, target))
		return already(m, target, false);
	if (m->env.host && lkm_lookup_builtin(&m->tree, target->module, NULL) > 0)
		return already(m, target, true);
	if (lkm_config_blacklists(&m->config, target, m->options.use_blacklist))
		return 0;
	err = make_plan(m, target, params, &plan);
	return err ? err : lkm_execute_insert(&execution, &plan);
}

static int insert_name(struct modprobe *m, const char *name, struct lkm_str params)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_resolve(&m->env, lkm_str(name), &targets, &diag);

	if (err < 0) {
		lkm_error_diag(&diag);
		return err;
	}
	if (targets.len == 0) {
		modprobe_not_found(m, name);
		return -ENOENT;
	}
	for (size_t i = 0; i < targets.len && !err; i++)
		err = insert_target(m, &targets.ptr[i], params);
	return err;
}

/* How many of the words behind a name are its parameters. */
static int count_params(const struct modprobe *m, char **words, int count)
{
	int n = 0;

	if (m->options.all)
		return 0;
	if (!m->options.any)
		return count;
	while (n < count && strchr(words[n], '='))
		n++;
	return n;
}

static int join_params(char **words, int count, struct lkm_buf *params)
{
	struct lkm_diag diag = LKM_DIAG_INIT;

	for (int i = 0; i < count; i++) {
		if (lkm_params_add(params, lkm_str(words[i]), &diag) == 0)
			continue;
		lkm_error_diag(&diag);
		return -EINVAL;
	}
	return lkm_buf_error(params);
}

/* The first name and its parameters: exit code, and how many words that were. */
static int insert_first(struct modprobe *m, char **names, int count, int *ret_taken)
{
	lkm_auto(lkm_buf) struct lkm_buf params = LKM_BUF_INIT;
	int n = count_params(m, names + 1, count - 1);
	int err = join_params(names + 1, n, &params);

	*ret_taken = n + 1;
	m->forbidden = false;
	err = err ? err : insert_name(m, names[0], lkm_buf_view(&params));
	if (err == 0)
		return MODPROBE_DONE;
	return m->forbidden ? MODPROBE_FORBIDDEN : MODPROBE_FAILED;
}

int modprobe_insert(struct modprobe *m, char **names, int count)
{
	int worst = MODPROBE_DONE;
	int taken, code;

	if (!modprobe_add_softdeps(m))
		return MODPROBE_FAILED;
	if (m->options.job == MODPROBE_SHOW_DEPENDS)
		m->env.host = NULL;
	for (int i = 0; i < count; i += taken) {
		code = insert_first(m, names + i, count - i, &taken);
		if (m->options.any && code == MODPROBE_DONE)
			return code;
		if (worst != MODPROBE_FAILED && code != MODPROBE_DONE)
			worst = code;
	}
	return worst;
}
