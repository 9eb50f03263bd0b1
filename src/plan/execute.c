#include "plan/execute.h"

#include "base/path.h"
#include "host/modules.h"
#include "plan/edit.h"

#define CMDLINE_OPTS "$CMDLINE_OPTS"

char *lkm_step_command(const struct lkm_step *step)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_str rest = step->entry->line.value;
	size_t len = strlen(CMDLINE_OPTS);
	const char *at;

	while (rest.len && (at = memmem(rest.ptr, rest.len, CMDLINE_OPTS, len)) != NULL) {
		size_t head = (size_t)(at - rest.ptr);

		lkm_buf_add(&buf, rest.ptr, head);
		lkm_buf_str(&buf, step->options);
		rest = (struct lkm_str){ at + len, rest.len - head - len };
	}
	lkm_buf_str(&buf, rest);
	return lkm_buf_take(&buf);
}

static void tell(const struct lkm_execution *x, const struct lkm_failure *failure)
{
	if (x->failed)
		x->failed(x->ctx, failure);
}

/*
 * Is the module there?  What is in /sys/module without having been loaded is
 * built in, or just coming: the plan knows the first, the kernel the second.
 */
static bool is_loaded(const struct lkm_execution *x, const struct lkm_step *step)
{
	char name[LKM_MODNAME_MAX];
	enum lkm_modstate state;

	return x->host &&
	       lkm_modname_copy(step->rename ? lkm_str(step->rename) : step->module, name) == 0 &&
	       lkm_module_state(x->host, name, &state) == 0 && state == LKM_MODSTATE_LIVE;
}

/* Another name is an edit of the file (plan/edit.h). */
static int rename_image(const struct lkm_execution *x, const struct lkm_step *step,
			struct lkm_image *image, struct lkm_diag *diag)
{
	lkm_auto(lkm_edits_done) struct lkm_edits_done done = LKM_EDITS_DONE_INIT;
	const struct lkm_edits edits = { .name = step->rename };

	return lkm_edits_apply(x->host, image, &edits, &done, diag);
}

/* Positive: the module is there, but not by our doing. */
#define NOT_OURS 1

static int load_file(const struct lkm_execution *x, const struct lkm_step *step)
{
	lkm_auto(lkm_image) struct lkm_image image = LKM_IMAGE_INIT;
	lkm_auto(lkm_load_result) struct lkm_load_result result = LKM_LOAD_RESULT_INIT;
	lkm_autofree char *params = strndup(step->options.ptr, step->options.len);
	struct lkm_load_request request = { .params = params, .force = x->force };
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = params ? 0 : -ENOMEM;

	err = err ? err : lkm_image_open(&image, step->path, &diag);
	if (!err && step->rename)
		err = rename_image(x, step, &image, &diag);
	err = err ? err : lkm_load(x->host, &image, &request, &result, &diag);
	/* Somebody else was faster; an init that says EEXIST leaves nothing loaded. */
	if (err == -EEXIST && is_loaded(x, step))
		return NOT_OURS;
	if (err < 0)
		tell(x, &(struct lkm_failure){
				.step = step,
				.err = err,
				.refusal = &(struct lkm_refusal){ .image = &image,
								  .request = &request,
								  .result = &result,
								  .diag = &diag,
								  .err = err } });
	return err;
}

static int run_command(const struct lkm_execution *x, const struct lkm_step *step)
{
	lkm_autofree char *command = lkm_step_command(step);
	lkm_autofree char *name = strndup(step->module.ptr, step->module.len);
	struct lkm_command_status status = { 0 };
	int err;

	if (!command || !name) {
		tell(x, &(struct lkm_failure){ .step = step, .err = -ENOMEM });
		return -ENOMEM;
	}
	err = x->host->run_command(x->host, command, name, x->command_options, &status);
	if (err == 0 && (status.signal || status.code))
		err = -EINVAL;
	if (err < 0)
		tell(x, &(struct lkm_failure){
				.step = step, .err = err, .command = command, .status = &status });
	return err;
}

static int do_step(const struct lkm_execution *x, const struct lkm_step *step)
{
	if (step->kind == LKM_STEP_MISSING) {
		tell(x, &(struct lkm_failure){ .step = step, .err = -ENOENT });
		return -ENOENT;
	}
	if (x->announce)
		x->announce(x->ctx, step);
	if (x->dry_run || step->kind == LKM_STEP_BUILTIN)
		return 0;
	return step->kind == LKM_STEP_INSTALL ? run_command(x, step) : load_file(x, step);
}

/* A step, unless there is nothing to do.  Only a failure in group 0 counts. */
static int pass_step(const struct lkm_execution *x, const struct lkm_step *step,
		     unsigned int *given_up)
{
	int err;

	if ((*given_up && step->group == *given_up) || is_loaded(x, step))
		return 0;
	err = do_step(x, step);
	if (err == 0 && x->done && !x->dry_run && step->kind != LKM_STEP_BUILTIN)
		x->done(x->ctx, step);
	if (err < 0 && step->group != 0)
		*given_up = step->group;
	return step->group == 0 && err < 0 ? err : 0;
}

int lkm_execute_insert(const struct lkm_execution *x, const struct lkm_plan *plan)
{
	unsigned int given_up = 0;
	int err = 0;

	for (size_t i = 0; i < plan->steps.len && !err; i++) {
		lkm_turn_wait(x->turn, i);
		err = pass_step(x, &plan->steps.ptr[i], &given_up);
		lkm_turn_pass(x->turn, i);
	}
	lkm_turn_end(x->turn);
	return err;
}

static int unload(const struct lkm_execution *x, const struct lkm_step *step)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	char name[LKM_MODNAME_MAX];
	int err = lkm_modname_copy(step->module, name);
	bool asked = err == 0;

	err = err ? err : lkm_retire_as(x->host, name, &x->unload, &result, x->report);
	/* Somebody else removed it. */
	if (err < 0 && asked && result.refusal == LKM_UNLOAD_NOT_LOADED)
		return 0;
	if (err < 0)
		tell(x, &(struct lkm_failure){ .step = step, .err = err, .unload = &result });
	return err;
}

/* Only now it shows whether the last user has gone. */
static bool is_passed_over(const struct lkm_execution *x, const struct lkm_step *step)
{
	lkm_autofree char *name = NULL;
	int64_t users = 0;

	if (!step->if_unused || x->dry_run)
		return step->if_unused;
	name = strndup(step->module.ptr, step->module.len);
	return !name || (lkm_module_refcnt(x->host, name, &users) == 0 && users > 0);
}

int lkm_execute_remove(const struct lkm_execution *x, const struct lkm_plan *plan)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		const struct lkm_step *step = &plan->steps.ptr[i];
		int err = 0;

		if (is_passed_over(x, step))
			continue;
		if (x->announce)
			x->announce(x->ctx, step);
		if (!x->dry_run)
			err = step->kind == LKM_STEP_REMOVE ? run_command(x, step) :
							      unload(x, step);
		if (err < 0 && step->group == 0)
			return err;
	}
	return 0;
}
