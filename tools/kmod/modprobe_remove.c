/*
 * modprobe: unload modules.
 */
#include "base/path.h"
#include "host/modules.h"
#include "plan/autoclean.h"
#include "plan/execute.h"
#include "plan/remove.h"
#include "tools/kmod/modprobe.h"
#include "tools/log.h"
#include "tools/why.h"

static void announce(void *ctx, const struct lkm_step *step)
{
	struct modprobe *m = ctx;

	if (!m->options.dry_run && !m->options.verbose)
		return;
	if (step->kind == LKM_STEP_REMOVE)
		lkm_buf_printf(&m->out, "remove %.*s\n", LKM_STR_ARG(step->entry->line.value));
	else
		lkm_buf_printf(&m->out, "rmmod %.*s\n", LKM_STR_ARG(step->module));
}

static void failed(void *ctx, const struct lkm_failure *failure)
{
	struct modprobe *m = ctx;
	const struct lkm_step *step = failure->step;

	/* What was only tried along the way may well be in use. */
	if (step->group != 0)
		return;
	if (failure->command) {
		lkm_error("Error running remove command '%s' for module %.*s: %s %d",
			  failure->command, LKM_STR_ARG(step->module),
			  failure->status->signal ? "killed by signal" : "retcode",
			  failure->status->signal ? failure->status->signal :
						    failure->status->code);
		return;
	}
	if (failure->unload->refusal == LKM_UNLOAD_HELD ||
	    failure->unload->refusal == LKM_UNLOAD_IN_USE)
		modprobe_fatal(m, "Module %.*s is in use.", LKM_STR_ARG(step->module));
	else
		lkm_error("could not remove '%.*s': %s", LKM_STR_ARG(step->module),
			  strerror(-failure->err));
	lkm_why_unload(m->host, &(struct lkm_unload_refused){
		.name = step->module.ptr, .result = failure->unload, .tree = &m->tree,
		.err = failure->err });
}

/* Modules that use it, by name; what else there is as rmmod tells it. */
static void explain_in_use(struct modprobe *m, struct lkm_str module)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	lkm_autofree char *name = strndup(module.ptr, module.len);
	struct lkm_str rest, holder;

	if (!name || lkm_module_holders(m->host, name, &result.holders) < 0 ||
	    lkm_module_refcnt(m->host, name, &result.refcnt) < 0)
		return;
	rest = lkm_buf_view(&result.holders);
	while (lkm_host_next_name(&rest, &holder))
		lkm_explain("module %.*s uses it", LKM_STR_ARG(holder));
	result.refusal = result.holders.len ? LKM_UNLOAD_HELD : LKM_UNLOAD_IN_USE;
	lkm_why_unload(m->host, &(struct lkm_unload_refused){
		.name = name, .result = &result, .tree = &m->tree, .err = -EBUSY });
}

/* Remember a module that was asked for, or that is gone.  -ENOMEM after a message. */
static int note(struct modprobe *m, struct lkm_str module, bool gone)
{
	char *name = lkm_arena_strdup(&m->tree.arena, module);
	union lkm_map_value *value = name ? lkm_map_put(&m->asked, lkm_str(name), NULL) : NULL;

	if (!value) {
		lkm_error("out of memory");
		return -ENOMEM;
	}
	value->num |= gone;
	return 0;
}

static bool is_gone(const struct modprobe *m, struct lkm_str module)
{
	const union lkm_map_value *value = lkm_map_get(&m->asked, module);

	return value && value->num;
}

static int plan_and_do(struct modprobe *m, struct lkm_str module)
{
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
	struct lkm_remove_options how = {
		.holders = m->options.remove_holders,
		.also = &m->asked,
		.ignore_command = m->options.ignore_command,
		/* The kernel, or the time that is left, decides then. */
		.force = m->options.force || m->unload.wait,
	};
	struct lkm_execution execution = {
		.host = m->host,
		.dry_run = m->options.dry_run,
		.command_options = m->command_options.ptr,
		.unload = m->unload,
		.report = &m->report,
		.announce = announce,
		.failed = failed,
		.ctx = m,
	};
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_plan_remove(&m->env, module, &how, &plan, &diag);

	if (err < 0) {
		modprobe_fatal(m, "%s", diag.what);
		if (err == -EBUSY && !how.holders)
			explain_in_use(m, module);
		return err;
	}
	err = lkm_execute_remove(&execution, &plan);
	for (size_t i = 0; i < plan.steps.len && !err; i++)
		err = note(m, plan.steps.ptr[i].module, true);
	return err;
}

static int remove_target(struct modprobe *m, struct lkm_str module)
{
	char name[LKM_MODNAME_MAX];
	enum lkm_modstate state = LKM_MODSTATE_ABSENT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	bool command = lkm_config_match(&m->config, LKM_CONF_REMOVE, module) &&
		       !m->options.ignore_command;
	int err = lkm_modname_copy(module, name);

	if (err < 0) {
		lkm_error("'%.*s' is no name of a module", LKM_STR_ARG(module));
		return err;
	}
	if (is_gone(m, module))
		return 0;
	err = lkm_lookup_builtin(&m->tree, module, &diag);
	if (err < 0) {
		lkm_error_diag(&diag);
		return err;
	}
	if (err > 0) {
		modprobe_fatal(m, "Module %s is builtin.", name);
		return -ENOENT;
	}
	err = lkm_module_state(m->host, name, &state);
	if (err < 0) {
		lkm_error("cannot tell whether module %s is loaded: %s", name, strerror(-err));
		return err;
	}
	if (state == LKM_MODSTATE_ABSENT && !command) {
		if (m->options.first_time)
			modprobe_fatal(m, "Module %s is not in kernel.", name);
		return m->options.first_time ? -ENOENT : 0;
	}
	return plan_and_do(m, module);
}

static int remove_name(struct modprobe *m, const char *name)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_resolve(&m->env, lkm_str(name), &targets, &diag);

	if (err < 0) {
		lkm_error_diag(&diag);
		return err;
	}
	if (targets.len == 0) {
		modprobe_fatal(m, "Module %s not found.", name);
		return -ENOENT;
	}
	for (size_t i = 0; i < targets.len && !err; i++)
		err = remove_target(m, targets.ptr[i].module);
	return err;
}

/* Remember what a name stands for; that it may stand for nothing is told later. */
static int note_name(struct modprobe *m, const char *name)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	int err = lkm_resolve(&m->env, lkm_str(name), &targets, NULL);

	if (err == -ENOMEM)
		lkm_error("out of memory");
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	for (size_t i = 0; i < targets.len && !err; i++)
		err = note(m, targets.ptr[i].module, false);
	return err;
}

/* -w MSEC. */
static int parse_wait(struct modprobe *m)
{
	uint64_t ms;

	if (!m->options.wait)
		return 0;
	if (lkm_str_to_u64(lkm_str(m->options.wait), 10, &ms) < 0 || ms > INT32_MAX) {
		lkm_error("unexpected wait value '%s'.", m->options.wait);
		return -EINVAL;
	}
	m->unload.wait = ms > 0;
	m->unload.wait_ms = ms;
	return 0;
}

int modprobe_remove(struct modprobe *m, char **names, int count)
{
	bool failed_one = false;

	if (!modprobe_complete_config(m) || parse_wait(m) < 0)
		return 1;
	m->unload.force = m->options.force != 0;
	m->report.verbose = m->options.verbose > 0;
	for (int i = 0; i < count; i++)
		if (note_name(m, names[i]) < 0)
			return MODPROBE_FAILED;
	for (int i = 0; i < count; i++)
		failed_one = remove_name(m, names[i]) < 0 || failed_one;
	return failed_one;
}

int modprobe_autoclean(struct modprobe *m)
{
	if (m->options.dry_run) {
		lkm_error("-r -k without names counts its passes: it cannot be tried with -n");
		return MODPROBE_FAILED;
	}
	m->report.verbose = m->options.verbose > 0;
	if (lkm_autoclean_pass(m->host, &m->report) < 0 || m->report.errors)
		return MODPROBE_FAILED;
	return MODPROBE_DONE;
}
