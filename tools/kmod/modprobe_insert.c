/*
 * modprobe: load modules, or print what would be loaded.
 */
#include "base/path.h"
#include "fmt/params.h"
#include "host/modules.h"
#include "plan/execute.h"
#include "plan/permit.h"
#include "plan/registry.h"
#include "plan/remember.h"
#include "tools/kmod/modprobe.h"
#include "tools/log.h"
#include "tools/out.h"
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

static bool only_shows(const struct modprobe *m)
{
	return m->options.dry_run || m->options.job == MODPROBE_SHOW_DEPENDS;
}

/* One line as it would be typed: "insmod PATH OPTIONS". */
static void announce(void *ctx, const struct lkm_step *step)
{
	struct modprobe_work *work = ctx;
	const struct modprobe *m = work->m;

	if (step->rename && !only_shows(m))
		lkm_warning("%s is loaded edited: renamed to %s; a signature is dropped",
			    step->path, step->rename);
	if (!only_shows(m) && !m->options.verbose)
		return;
	if (step->kind == LKM_STEP_LOAD && step->rename)
		lkm_buf_printf(&work->out, "insmod -o %s ", step->rename);
	else if (step->kind == LKM_STEP_LOAD)
		lkm_buf_puts(&work->out, "insmod ");
	if (step->kind == LKM_STEP_LOAD)
		lkm_buf_printf(&work->out, "%s %.*s\n", step->path, LKM_STR_ARG(step->options));
	else if (step->kind == LKM_STEP_INSTALL)
		lkm_buf_printf(&work->out, "install %.*s %.*s\n",
			       LKM_STR_ARG(step->entry->line.value), LKM_STR_ARG(step->options));
	else if (step->kind == LKM_STEP_BUILTIN && m->options.job == MODPROBE_SHOW_DEPENDS)
		lkm_buf_printf(&work->out, "builtin %.*s\n", LKM_STR_ARG(step->module));
	/* A command may print too: ours comes first. */
	if (!only_shows(m) && work->turns.len == 0 && lkm_out_flush(&work->out) < 0)
		work->failed = true;
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

/* -k: it may go again when nobody uses it any more.  -o: whose module it is. */
static void remember(const struct modprobe *m, const struct lkm_step *step)
{
	int err = lkm_remember_step(m->host, step, m->options.autoclean);

	if (err < 0)
		lkm_warning("cannot remember the load of %.*s in " LKM_REGISTRY ": %s",
			    LKM_STR_ARG(step->module), strerror(-err));
}

static void done(void *ctx, const struct lkm_step *step)
{
	struct modprobe_work *work = ctx;

	if (step->kind == LKM_STEP_LOAD)
		remember(work->m, step);
	lkm_buf_putc(&work->loaded, ' ');
	lkm_buf_str(&work->loaded, step->module);
}

/* What was loaded for it is not taken back. */
static void say_what_stays(const struct modprobe_work *work)
{
	if (work->loaded.len)
		lkm_explain("loaded before it, and still loaded:%.*s",
			    LKM_STR_ARG(lkm_buf_view(&work->loaded)));
}

/* A step of the plan failed; the target's own error follows when that ends the work. */
static void failed(void *ctx, const struct lkm_failure *failure)
{
	const struct modprobe_work *work = ctx;
	const struct lkm_step *step = failure->step;

	if (failure->command) {
		command_failed(failure);
		if (step->group == 0)
			say_what_stays(work);
		return;
	}
	if (step->group != 0) {
		lkm_info("soft dependency %.*s of %.*s: %s", LKM_STR_ARG(step->module),
			 LKM_STR_ARG(step->of), load_strerror(failure->err));
		return;
	}
	lkm_error("could not insert '%.*s': %s", LKM_STR_ARG(step->module),
		  load_strerror(failure->err));
	/* kmod's words for ENOENT do not say that it is the file that is not there. */
	if (failure->refusal && failure->err == -ENOENT &&
	    failure->refusal->result->way == LKM_WAY_NONE)
		lkm_explain("%s: %s", step->path, failure->refusal->diag->what);
	if (failure->refusal)
		lkm_why_load(work->m->host, failure->refusal);
	say_what_stays(work);
}

static bool is_loaded(struct modprobe *m, const struct lkm_target *target)
{
	char name[LKM_MODNAME_MAX];
	enum lkm_modstate state;

	return lkm_modname_copy(m->options.name ? lkm_str(m->options.name) : target->module,
				name) == 0 &&
	       lkm_module_state(m->env.host, name, &state) == 0 &&
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

/* -o: the module that was asked for, not what it needs. */
static void rename_target(const struct modprobe *m, struct lkm_plan *plan)
{
	for (size_t i = 0; i < plan->steps.len; i++)
		if (plan->steps.ptr[i].because == LKM_BECAUSE_ASKED &&
		    plan->steps.ptr[i].kind == LKM_STEP_LOAD)
			plan->steps.ptr[i].rename = m->options.name;
}

/* Plan the loading of one module; what the policy says is asked here, last. */
static int make_plan(struct modprobe_work *work, const struct lkm_target *target)
{
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
	struct modprobe *m = work->m;
	struct lkm_plan *kept = NULL;
	struct lkm_insert_options how = { .params = lkm_buf_view(&work->params),
					  .ignore_command = m->options.ignore_command };
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_plan_insert(&m->env, target, &how, &plan, &diag);

	if (err == 0 && !m->options.ignore_forbid) {
		err = lkm_permit_plan(&m->config, &plan, &m->report, &diag);
		work->forbidden = work->forbidden || err == -EPERM;
	}
	rename_target(m, &plan);
	if (err == 0)
		kept = lkm_vec_push(&work->plans);
	if (err == 0 && !kept)
		err = lkm_diag_set(&diag, -ENOMEM, "out of memory");
	if (err < 0) {
		lkm_error_diag(&diag);
		return err == -EPERM ? 0 : err;
	}
	*kept = plan;
	plan = (struct lkm_plan)LKM_PLAN_INIT;
	return 0;
}

static int plan_target(struct modprobe_work *work, const struct lkm_target *target)
{
	struct modprobe *m = work->m;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int builtin;

	if (m->env.host && is_loaded(m, target))
		return already(m, target, false);
	builtin = m->env.host && !target->path ? lkm_lookup_builtin(&m->tree, target->module, &diag) : 0;
	if (builtin < 0) {
		lkm_error_diag(&diag);
		return builtin;
	}
	if (builtin > 0)
		return already(m, target, true);
	if (!modprobe_complete_config(m))
		return -ENOMEM;
	if (lkm_config_blacklists(&m->config, target, m->options.use_blacklist))
		return 0;
	return make_plan(work, target);
}

/* A module file.  The name in a request of the kernel is somebody else's, and never a path. */
static bool is_file(const char *name)
{
	return strchr(name, '/') && lkm_path_is_module(lkm_str(name)) && !modprobe_is_kernels();
}

/* What a word stands for; messages are printed. */
static int resolve(struct modprobe *m, const char *name, struct lkm_targets *targets)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct stat st;
	int err;

	if (is_file(name)) {
		err = m->host->stat(m->host, name, &st);
		if (err < 0) {
			modprobe_fatal(m, "Module %s not found: %s", name, strerror(-err));
			return err;
		}
		err = lkm_resolve_file(&m->env, name, targets, &diag);
	} else {
		err = lkm_resolve(&m->env, lkm_str(name), targets, &diag);
	}
	if (err < 0)
		lkm_error_diag(&diag);
	else if (targets->len == 0)
		modprobe_not_found(m, name);
	return err;
}

void modprobe_plan_work(struct modprobe_work *work)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	int err = resolve(work->m, work->name, &targets);

	work->failed = err < 0 || targets.len == 0;
	for (size_t i = 0; i < targets.len; i++)
		if (plan_target(work, &targets.ptr[i]) < 0)
			work->failed = true;
}

void modprobe_do_work(struct modprobe_work *work)
{
	struct modprobe *m = work->m;
	struct lkm_execution execution = {
		.host = m->env.host,
		.dry_run = only_shows(m),
		.force = m->options.force,
		.command_options = m->command_options.ptr,
		.announce = announce,
		.done = done,
		.failed = failed,
		.ctx = work,
	};

	for (size_t i = 0; i < work->plans.len; i++) {
		execution.turn = work->turns.len ? &work->turns.ptr[i] : NULL;
		if (lkm_execute_insert(&execution, &work->plans.ptr[i]) < 0)
			work->failed = true;
	}
}

int modprobe_work_code(const struct modprobe_work *work)
{
	return work->failed    ? MODPROBE_FAILED :
	       work->forbidden ? MODPROBE_FORBIDDEN :
				 MODPROBE_DONE;
}

void modprobe_work_release(struct modprobe_work *work)
{
	for (size_t i = 0; i < work->plans.len; i++)
		lkm_plan_release(&work->plans.ptr[i]);
	lkm_vec_release(&work->plans);
	lkm_vec_release(&work->turns);
	lkm_buf_release(&work->params);
	lkm_buf_release(&work->loaded);
	lkm_buf_release(&work->out);
	lkm_buf_release(&work->said);
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
	struct modprobe_work work = { .m = m, .name = names[0] };
	int n = count_params(m, names + 1, count - 1);
	int code = MODPROBE_FAILED;

	*ret_taken = n + 1;
	if (join_params(names + 1, n, &work.params) == 0) {
		modprobe_plan_work(&work);
		modprobe_do_work(&work);
		code = modprobe_work_code(&work);
	}
	lkm_buf_str(&m->out, lkm_buf_view(&work.out));
	lkm_buf_fail(&m->out, lkm_buf_error(&work.out));
	modprobe_work_release(&work);
	return code;
}

/* --first-time asks of each name what those before it have left to do. */
static bool together(const struct modprobe *m)
{
	return m->options.jobs && m->options.all && !m->options.any && !m->options.first_time &&
	       !only_shows(m);
}

int modprobe_insert(struct modprobe *m, char **names, int count)
{
	int worst = MODPROBE_DONE;
	int taken, code;

	if (m->options.job == MODPROBE_SHOW_DEPENDS)
		m->env.host = NULL;
	if (together(m))
		return modprobe_insert_together(m, names, count);
	for (int i = 0; i < count; i += taken) {
		code = insert_first(m, names + i, count - i, &taken);
		if (m->options.any && code == MODPROBE_DONE)
			return code;
		worst = modprobe_worse(worst, code);
	}
	return worst;
}
