/*
 * rmmod - unload modules by name or by the name of their file.
 */
#include <syslog.h>

#include "host/modules.h"
#include "plan/autoclean.h"
#include "plan/persist.h"
#include "plan/retire.h"
#include "plan/snapshot.h"
#include "tools/kmod/tools.h"
#include "tools/log.h"
#include "tools/why.h"
#include "tree/lookup.h"

struct options {
	bool all;
	bool force;
	bool save;
	bool stacks;
	bool syslog;
	bool verbose;
	const char *wait; /* NULL: not asked for; "": without a limit */
};

static const struct lkm_opt opts[] = {
	{ 'a', "all", LKM_OPT_TRUE, offsetof(struct options, all),
	  .help = "remove what insmod -k loaded and nobody uses any more" },
	{ 'e', "persist", LKM_OPT_TRUE, offsetof(struct options, save),
	  .help = "only save the parameters that insmod -e keeps" },
	{ 'f', "force", LKM_OPT_TRUE, offsetof(struct options, force),
	  .help = "forces a module unload and may crash your\n"
		  "machine. This requires Forced Module Removal\n"
		  "option in your kernel. DANGEROUS" },
	{ 'r', "stacks", LKM_OPT_TRUE, offsetof(struct options, stacks),
	  .help = "also remove what only the named modules used" },
	{ 's', "syslog", LKM_OPT_TRUE, offsetof(struct options, syslog),
	  .help = "print to syslog, not stderr" },
	{ 'v', "verbose", LKM_OPT_TRUE, offsetof(struct options, verbose),
	  .help = "enables more messages" },
	{ 'w', "wait", LKM_OPT_MAYBE, offsetof(struct options, wait), .arg = "SECONDS",
	  .help = "wait until the module is free, at most so long;\n"
		  "new users are not kept out meanwhile" },
	LKM_OPTS_COMMON,
};

/* Longest wait that can be given: a year. */
#define WAIT_MAX_S 31536000u

static int parse_wait(const char *text, struct lkm_unload_options *unload)
{
	uint64_t seconds;

	unload->wait = text != NULL;
	if (!text || !text[0])
		return 0;
	if (lkm_str_to_u64(lkm_str(text), 10, &seconds) < 0 || seconds > WAIT_MAX_S) {
		lkm_error("'%s' is no number of seconds to wait", text);
		return -EINVAL;
	}
	/* Zero seconds is not "for ever": one look, and no more. */
	unload->wait = seconds > 0;
	unload->wait_ms = seconds * 1000;
	return 0;
}

/* The module directory of the running kernel; NULL when its name cannot be had. */
static struct lkm_tree *open_tree(const struct lkm_host *host, struct lkm_tree *tree)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;

	if (host->uname(host, &release, &machine) < 0 || !lkm_buf_cstr(&release) ||
	    lkm_tree_open(tree, NULL, lkm_buf_cstr(&release)) < 0)
		return NULL;
	return tree;
}

/* Many built-in modules have no trace in /sys: ask the list of the running kernel. */
static bool is_builtin(const struct lkm_unload_refused *refused)
{
	if (refused->result->refusal == LKM_UNLOAD_BUILTIN)
		return true;
	return refused->result->refusal == LKM_UNLOAD_NOT_LOADED && refused->tree &&
	       lkm_lookup_builtin(refused->tree, lkm_str(refused->name), NULL) > 0;
}

static void print_holders(const struct lkm_unload_refused *refused)
{
	lkm_auto(lkm_buf) struct lkm_buf list = LKM_BUF_INIT;
	struct lkm_str rest = lkm_buf_view(&refused->result->holders), holder;

	while (lkm_host_next_name(&rest, &holder))
		lkm_buf_printf(&list, " %.*s", LKM_STR_ARG(holder));
	lkm_error("Module %s is in use by:%.*s", refused->name, LKM_STR_ARG(lkm_buf_view(&list)));
}

/* The first line, which is kmod's. */
static void print_error(const struct lkm_unload_refused *refused, bool force)
{
	enum lkm_unload_refusal refusal = refused->result->refusal;

	if (!force && is_builtin(refused))
		lkm_error("Module %s is builtin.", refused->name);
	else if (force)
		lkm_error("could not remove module %s: %s", refused->name, strerror(-refused->err));
	else if (refusal == LKM_UNLOAD_NOT_LOADED)
		lkm_error("Module %s is not currently loaded", refused->name);
	else if (refusal == LKM_UNLOAD_HELD)
		print_holders(refused);
	else if (refusal == LKM_UNLOAD_IN_USE)
		lkm_error("Module %s is in use", refused->name);
	else if (refusal == LKM_UNLOAD_UNSUPPORTED)
		lkm_error("Module unloading is not supported");
	else
		lkm_error("could not remove module %s: %s", refused->name, strerror(-refused->err));
}

/* One run of rmmod. */
struct run {
	const struct lkm_host *host;
	const struct options *options;
	struct lkm_unload_options how;
	struct lkm_report report;
	bool changed; /* the list of modules is another one now */
};

static int print_refused(const struct run *r, struct lkm_unload_refused *refused)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };

	refused->tree = open_tree(r->host, &tree);
	print_error(refused, r->how.force);
	lkm_why_unload(r->host, refused);
	return refused->err;
}

static int unload(struct run *r, const char *name)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	lkm_auto(lkm_buf) struct lkm_buf below = LKM_BUF_INIT;
	struct lkm_unload_refused refused = { .name = name, .result = &result };

	if (r->options->stacks)
		(void)lkm_stack_below(r->host, name, &below);
	refused.err = lkm_retire_as(r->host, name, &r->how, &result, &r->report);
	if (refused.err < 0)
		return print_refused(r, &refused);
	r->changed = true;
	lkm_info("removed module %s", name);
	return lkm_stack_unload(r->host, lkm_buf_view(&below), &r->report);
}

/* -e: save its parameters, no more. */
static int save(struct run *r, const char *name)
{
	enum lkm_modstate state;
	int err = lkm_module_state(r->host, name, &state);

	if (err == 0 && (state == LKM_MODSTATE_ABSENT || state == LKM_MODSTATE_BUILTIN)) {
		lkm_error("Module %s is not currently loaded", name);
		return -ENOENT;
	}
	return lkm_persist_save(r->host, name, &r->report);
}

static int do_one(struct run *r, const char *argument)
{
	char name[LKM_MODNAME_MAX];

	if (lkm_modname_from_path(lkm_str(argument), name) < 0) {
		lkm_error("'%s' is no name of a module", argument);
		return -EINVAL;
	}
	return r->options->save ? save(r, name) : unload(r, name);
}

/* Without names: -a and -e are about all modules that insmod remembers. */
static int do_all(struct run *r)
{
	if (r->options->save)
		return lkm_persist_save_all(r->host, &r->report);
	if (r->options->all) {
		int removed = lkm_autoclean_pass(r->host, &r->report);

		r->changed = removed > 0;
		return removed < 0 ? removed : r->report.errors ? -EBUSY : 0;
	}
	lkm_error("missing module name.");
	return -EINVAL;
}

static bool do_names(struct run *r, char **names, int count)
{
	bool failed = false;

	if (r->options->all) {
		lkm_error("-a takes no names: it removes what insmod -k loaded");
		return true;
	}
	for (int i = 0; i < count; i++)
		failed = do_one(r, names[i]) < 0 || failed;
	return failed;
}

static int run(int argc, char **argv)
{
	struct options options = { 0 };
	struct run r = { .host = lkm_host_linux(), .options = &options,
			 .report.say = lkm_log_say };
	bool failed;
	int first;

	switch (lkm_cli_parse(&lkm_tool_rmmod, argc, argv, &options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	lkm_log_change(options.syslog, options.verbose ? LOG_INFO : LOG_WARNING);
	r.report.verbose = options.verbose;
	r.how.force = options.force;
	if (parse_wait(options.wait, &r.how) < 0)
		return 1;
	failed = first < argc ? do_names(&r, argv + first, argc - first) : do_all(&r) < 0;
	if (r.changed)
		(void)lkm_snapshot_take(r.host, &r.report);
	return failed;
}

const struct lkm_tool lkm_tool_rmmod = {
	.name = "rmmod",
	.synopsis = "[options] NAME|FILE ...",
	.about = "Unload modules",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
