#include "plan/reboot.h"

#include "fmt/installcmd.h"
#include "fmt/procmodules.h"
#include "host/policy.h"
#include "plan/insert.h"
#include "plan/permit.h"
#include "plan/rebooting.h"
#include "tree/lookup.h"

const char *lkm_reboot_state_name(enum lkm_reboot_state state)
{
	static const char *const names[LKM_REBOOT_STATES] = {
		[LKM_REBOOT_PRESENT] = "present",   [LKM_REBOOT_BUILTIN] = "builtin",
		[LKM_REBOOT_UNNEEDED] = "unneeded", [LKM_REBOOT_MISSING] = "missing",
		[LKM_REBOOT_BLOCKED] = "blocked",   [LKM_REBOOT_REFUSED] = "refused",
		[LKM_REBOOT_UNCHECKED] = "unchecked",
	};

	return names[state];
}

bool lkm_reboot_is_fine(enum lkm_reboot_state state)
{
	return state == LKM_REBOOT_PRESENT || state == LKM_REBOOT_BUILTIN ||
	       state == LKM_REBOOT_UNNEEDED;
}

int lkm_reboot_add(struct lkm_reboot *reboot, size_t module, const char *advice, const char *what,
		   ...)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_reboot_reason *reason = lkm_vec_push(&reboot->reasons);
	va_list args;

	va_start(args, what);
	lkm_buf_vprintf(&text, what, args);
	va_end(args);
	if (!reason || lkm_buf_error(&text))
		return -ENOMEM;
	*reason = (struct lkm_reboot_reason){
		.module = module,
		.what = lkm_arena_strdup(&reboot->arena, lkm_buf_view(&text)),
		.advice = lkm_arena_strdup(&reboot->arena, lkm_str(advice)),
	};
	return reason->what && reason->advice ? 0 : -ENOMEM;
}

/* One wanted module while it is judged. */
struct judging {
	const struct lkm_reboot_request *request;
	struct lkm_reboot *reboot;
	const struct lkm_wanted_module *wanted;
	struct lkm_reboot_module *module;
	size_t index;
};

/* ---- what the configuration says ---- */

static int block_by_line(struct judging *j, const struct lkm_config_entry *e, struct lkm_str module,
			 const char *what)
{
	bool own = lkm_str_eq(module, j->module->module);

	j->module->state = LKM_REBOOT_BLOCKED;
	return lkm_reboot_add(j->reboot, j->index, "", "%s%.*s%s%s by %s:%u", own ? "" : "module ",
			      own ? 0 : (int)module.len, module.ptr, own ? "" : ", which it needs, is ",
			      what, e->file, e->line.number);
}

static int block_at_boot(struct judging *j, struct lkm_str module)
{
	j->module->state = LKM_REBOOT_BLOCKED;
	return lkm_reboot_add(j->reboot, j->index, "",
			      "the boot option module_blacklist= of the running kernel names %.*s",
			      LKM_STR_ARG(module));
}

/* One step that has to be done; the last one is the module itself. */
static int judge_step(struct judging *j, const struct lkm_step *step)
{
	lkm_autofree char *name = strndup(step->module.ptr, step->module.len);

	if (!name)
		return -ENOMEM;
	if (step->kind == LKM_STEP_INSTALL && lkm_installcmd_is_block(step->entry->line.value))
		return block_by_line(j, step->entry, step->module, "blocked");
	if (step->kind == LKM_STEP_INSTALL)
		return lkm_reboot_add(j->reboot, j->index, "", "%s:%u: instead of loading %s this is run: %.*s",
				      step->entry->file, step->entry->line.number, name,
				      LKM_STR_ARG(step->entry->line.value));
	if (step->kind == LKM_STEP_LOAD && lkm_kernel_blacklists(j->request->host, name) == LKM_ANSWER_YES)
		return block_at_boot(j, step->module);
	return 0;
}

/* The plan as modprobe would make it; *ret_step is the module's own step. */
static int make_plan(struct judging *j, const struct lkm_target *target, struct lkm_plan *plan,
		     const struct lkm_step **ret_step)
{
	struct lkm_insert_options options = { .params = j->wanted->params };
	struct lkm_report report = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	lkm_auto(lkm_buf) struct lkm_buf why = LKM_BUF_INIT;
	int err = lkm_plan_insert(&j->request->plan, target, &options, plan, &diag);

	err = err ? err : lkm_permit_plan(j->request->plan.config, plan, &report, &diag);
	for (size_t i = 0; i < plan->steps.len && !err; i++) {
		const struct lkm_step *step = &plan->steps.ptr[i];

		if (step->group)
			continue;
		err = judge_step(j, step);
		if (lkm_str_eq(step->module, target->module))
			*ret_step = step;
	}
	if (err == 0 || err == -ENOMEM)
		return err;
	lkm_diag_print(&diag, &why);
	j->module->state = err == -EPERM ? LKM_REBOOT_BLOCKED : LKM_REBOOT_UNCHECKED;
	return lkm_buf_cstr(&why) ? lkm_reboot_add(j->reboot, j->index, "", "%s", why.ptr) : -ENOMEM;
}

/* ---- what the kernel says ---- */

/* The first finding of each check that weighs as much; the others are counted. */
static int add_findings(struct judging *j, const struct lkm_verdict *verdict, enum lkm_weight weight)
{
	size_t counts[LKM_CHECK_COUNT] = { 0 };
	int err = 0;

	for (size_t i = 0; i < verdict->findings.len; i++)
		counts[verdict->findings.ptr[i].check] += verdict->findings.ptr[i].weight == weight;
	for (size_t i = 0; i < verdict->findings.len && !err; i++) {
		const struct lkm_finding *f = &verdict->findings.ptr[i];
		size_t count = counts[f->check];

		if (f->weight != weight || count == 0)
			continue;
		counts[f->check] = 0;
		if (count == 1)
			err = lkm_reboot_add(j->reboot, j->index, lkm_check_advice(f->check), "%s: %s",
					     lkm_check_name(f->check), f->what);
		else
			err = lkm_reboot_add(j->reboot, j->index, lkm_check_advice(f->check),
					     "%s: %s; %zu more like it", lkm_check_name(f->check),
					     f->what, count - 1);
	}
	return err;
}

static int judge_file(struct judging *j, const struct lkm_step *step)
{
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_checker_file(j->request->checker, step->path, step->options, &checked, &diag);

	if (err == -ENOMEM)
		return err;
	if (err == -ENOENT) {
		j->module->state = LKM_REBOOT_MISSING;
		j->module->path = NULL;
		return lkm_reboot_add(j->reboot, j->index, "run depmod for that kernel, or install the file again",
				      "modules.dep names %s, which is not there", step->path);
	}
	if (err < 0) {
		j->module->state = LKM_REBOOT_UNCHECKED;
		return lkm_reboot_add(j->reboot, j->index, "", "%s: %s", step->path, diag.what);
	}
	if (checked.verdict.outcome != LKM_OUTCOME_REFUSED) {
		err = add_findings(j, &checked.verdict, LKM_WEIGHT_LIKELY);
		return err ? err : add_findings(j, &checked.verdict, LKM_WEIGHT_NOTE);
	}
	j->module->state = LKM_REBOOT_REFUSED;
	j->module->err = checked.verdict.err;
	return add_findings(j, &checked.verdict, LKM_WEIGHT_REFUSES);
}

/* ---- one module ---- */

/* The blacklist is systemd's too; others load by name what they load by name. */
static const struct lkm_config_entry *find_blacklist(const struct judging *j,
						     const struct lkm_target *target)
{
	return lkm_config_blacklists(j->request->plan.config, target, j->wanted->by_heedful);
}

static int judge_target(struct judging *j, const struct lkm_target *target)
{
	lkm_auto(lkm_plan) struct lkm_plan plan = LKM_PLAN_INIT;
	const struct lkm_config_entry *blacklist = find_blacklist(j, target);
	const struct lkm_step *step = NULL;
	const char *copy = lkm_arena_strdup(&j->reboot->arena, target->module);
	int err;

	if (!copy)
		return -ENOMEM;
	*j->module = (struct lkm_reboot_module){ .module = { copy, target->module.len } };
	if (blacklist)
		return block_by_line(j, blacklist, target->module, "blacklisted");
	if (j->wanted->avoided && lkm_reboot_add(j->reboot, j->index, "",
			"the boot option rd.driver.blacklist= of the running kernel keeps the initramfs from loading it") < 0)
		return -ENOMEM;
	err = make_plan(j, target, &plan, &step);
	if (err < 0 || j->module->state != LKM_REBOOT_PRESENT || !step)
		return err;
	j->module->path = step->path;
	switch (step->kind) {
	case LKM_STEP_LOAD:
		return judge_file(j, step);
	case LKM_STEP_BUILTIN:
		j->module->state = LKM_REBOOT_BUILTIN;
		return 0;
	case LKM_STEP_MISSING:
		j->module->state = LKM_REBOOT_MISSING;
		return !target->entry ? 0 : lkm_reboot_add(j->reboot, j->index, "", "%s:%u makes it module %s, which is not there",
							  target->entry->file, target->entry->line.number, copy);
	default:
		return 0;
	}
}

/* Of several modules that a name stands for, one that will be there is enough. */
static int judge_targets(struct judging *j, const struct lkm_targets *targets)
{
	size_t before = j->reboot->reasons.len;
	int err = 0;

	for (size_t i = 0; i < targets->len; i++) {
		struct lkm_reboot_module first = *j->module;
		size_t behind = j->reboot->reasons.len;

		err = judge_target(j, &targets->ptr[i]);
		if (err < 0)
			return err;
		if (lkm_reboot_is_fine(j->module->state)) {
			if (behind > before)
				memmove(j->reboot->reasons.ptr + before, j->reboot->reasons.ptr + behind,
					(j->reboot->reasons.len - behind) *
						sizeof(*j->reboot->reasons.ptr));
			j->reboot->reasons.len -= behind - before;
			return 0;
		}
		if (i > 0) {
			*j->module = first;
			j->reboot->reasons.len = behind;
		}
	}
	return 0;
}

static int judge(const struct lkm_reboot_request *request, struct lkm_reboot *reboot, size_t i)
{
	lkm_auto(lkm_targets) struct lkm_targets targets = { 0 };
	struct judging j = { .request = request, .reboot = reboot, .index = i,
			     .wanted = &request->wanted->modules.ptr[i],
			     .module = &reboot->modules.ptr[i] };
	/* Brackets that do not pair: it stands for nothing. */
	int err = lkm_resolve(&request->plan, j.wanted->name, &targets, NULL);

	if (err == -ENOMEM)
		return err;
	j.module->state = LKM_REBOOT_MISSING;
	j.module->module = lkm_str("");
	return judge_targets(&j, &targets);
}

/* ---- modules that are not needed any more ---- */

static const struct lkm_reboot_module *find(const struct lkm_reboot_request *request,
					    const struct lkm_reboot *reboot, struct lkm_str name)
{
	for (size_t i = 0; i < request->wanted->modules.len; i++)
		if (lkm_str_eq(request->wanted->modules.ptr[i].name, name))
			return &reboot->modules.ptr[i];
	return NULL;
}

/* Was it loaded only for others, and will all of these be there? */
static bool is_unneeded(const struct lkm_reboot_request *request, const struct lkm_reboot *reboot,
			size_t i)
{
	const struct lkm_wanted_module *wanted = &request->wanted->modules.ptr[i];
	struct lkm_str users = wanted->users, user;
	size_t count = 0;

	if (reboot->modules.ptr[i].state != LKM_REBOOT_MISSING || wanted->listed || wanted->out_of_tree)
		return false;
	for (; lkm_procmodule_next_user(&users, &user); count++) {
		const struct lkm_reboot_module *m = find(request, reboot, user);

		if (!m || !lkm_reboot_is_fine(m->state))
			return false;
	}
	return count > 0;
}

/* One may hang on another. */
static void mark_unneeded(const struct lkm_reboot_request *request, struct lkm_reboot *reboot)
{
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < reboot->modules.len; i++)
			if (is_unneeded(request, reboot, i)) {
				reboot->modules.ptr[i].state = LKM_REBOOT_UNNEEDED;
				again = true;
			}
	}
}

/* ---- all of it ---- */

/* A turn at judging: who uses more modules comes later, so that those are judged by then. */
struct turn {
	size_t needs, module;
};

static int by_needs(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	return x->needs != y->needs ? (x->needs < y->needs ? -1 : 1) : (x->module > y->module) - (x->module < y->module);
}

static struct turn *make_turns(const struct lkm_reboot_request *request, struct lkm_reboot *reboot)
{
	size_t count = request->wanted->modules.len;
	struct turn *turns = lkm_arena_alloc(&reboot->arena, (count + 1) * sizeof(*turns));

	for (size_t i = 0; turns && i < count; i++) {
		struct lkm_depline line;
		struct lkm_str word;

		turns[i] = (struct turn){ .module = i };
		if (lkm_lookup_file(request->plan.tree, request->wanted->modules.ptr[i].name, &line, NULL) < 0)
			continue;
		while (lkm_str_next_word(&line.deps, &word))
			turns[i].needs++;
	}
	if (turns && count)
		qsort(turns, count, sizeof(*turns), by_needs);
	return turns;
}

static int judge_all(const struct lkm_reboot_request *request, struct lkm_reboot *reboot)
{
	struct turn *turns = make_turns(request, reboot);
	int err = turns ? 0 : -ENOMEM;

	for (size_t i = 0; i < request->wanted->modules.len; i++)
		if (!lkm_vec_push(&reboot->modules))
			return -ENOMEM;
	for (size_t i = 0; i < reboot->modules.len && !err; i++)
		err = judge(request, reboot, turns[i].module);
	if (err < 0)
		return err;
	mark_unneeded(request, reboot);
	for (size_t i = 0; i < reboot->modules.len && !err; i++) {
		reboot->counts[reboot->modules.ptr[i].state]++;
		if (reboot->modules.ptr[i].state == LKM_REBOOT_MISSING)
			err = lkm_reboot_explain_missing(request, reboot, i);
	}
	return err;
}

/* What the machine demands of the kernel that runs, it will demand of the next one. */
static void expect_policy(const struct lkm_reboot_request *request)
{
	struct lkm_judge *judge = &request->checker->kernel->judge;

	if (lkm_kernel_lockdown(request->host) >= LKM_LOCKDOWN_INTEGRITY)
		judge->locked_down = LKM_TRI_YES;
	if (lkm_kernel_enforces_signatures(request->host) == LKM_ANSWER_YES)
		judge->enforces = LKM_TRI_YES;
	if (judge->signatures == LKM_TRI_UNKNOWN &&
	    (judge->locked_down == LKM_TRI_YES || judge->enforces == LKM_TRI_YES))
		judge->signatures = LKM_TRI_YES;
	request->checker->machine = request->host;
}

int lkm_reboot_find(const struct lkm_reboot_request *request, struct lkm_reboot *ret,
		    struct lkm_diag *diag)
{
	lkm_auto(lkm_reboot) struct lkm_reboot reboot = LKM_REBOOT_INIT;
	struct lkm_tree *tree = request->plan.tree;
	struct lkm_diag why = LKM_DIAG_INIT;
	int err;

	expect_policy(request);
	err = lkm_reboot_check_kernel(request, &reboot);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot look at the files of kernel %s: %s", tree->release,
				    strerror(-err));
	err = lkm_tree_check(tree, &why);
	if (err < 0 && err != -ENOENT)
		return lkm_diag_set(diag, err, "%s", why.what);
	if (err < 0)
		err = lkm_reboot_add(&reboot, LKM_REBOOT_KERNEL, "run depmod for that kernel",
				     "no module can be found there: %s", why.what);
	else
		err = judge_all(request, &reboot);
	err = err ? err : lkm_reboot_check_initramfs(request, &reboot);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot tell what kernel %s has: %s", tree->release, strerror(-err));
	for (size_t i = 0; i < reboot.reasons.len; i++)
		reboot.kernel += reboot.reasons.ptr[i].module == LKM_REBOOT_KERNEL;
	*ret = reboot;
	reboot = (struct lkm_reboot)LKM_REBOOT_INIT;
	return 0;
}

void lkm_reboot_release(struct lkm_reboot *reboot)
{
	if (!reboot)
		return;
	lkm_vec_release(&reboot->modules);
	lkm_vec_release(&reboot->reasons);
	lkm_arena_release(&reboot->arena);
}
