/*
 * lkm check - what the kernel will say when a module is loaded, and why.
 *
 * Exit code: 0 everything would load, 2 something would be refused, 1 something
 * could not be checked.
 */
#include "tools/lkm/check.h"

#include "base/path.h"
#include "plan/resolve.h"
#include "tools/lkm/failures.h"
#include "tools/lkm/tools.h"
#include "tools/log.h"
#include "tools/notices.h"
#include "tools/out.h"
#include "tree/lookup.h"

#define EXIT_REFUSED 2

static const struct lkm_opt opts[] = {
	{ 'k', "kernel", LKM_OPT_TEXT, offsetof(struct check_options, release), .arg = "RELEASE",
	  .help = "check against kernel RELEASE, not the running one" },
	{ 'i', "image", LKM_OPT_TEXT, offsetof(struct check_options, image), .arg = "FILE",
	  .help = "check against this kernel image" },
	{ 'b', "basedir", LKM_OPT_TEXT, offsetof(struct check_options, base), .arg = "DIR",
	  .help = "the root of boot and lib/modules is DIR" },
	{ 'a', "all", LKM_OPT_TRUE, offsetof(struct check_options, all),
	  .help = "check every module of the module directory" },
	{ 'R', "reboot", LKM_OPT_TRUE, offsetof(struct check_options, reboot),
	  .help = "check what is loaded now, and what is configured\nto be, against RELEASE, or the newest other kernel" },
	{ 'v', "verbose", LKM_OPT_TRUE, offsetof(struct check_options, verbose),
	  .help = "show every finding, and with --all every module that has one" },
	{ 'J', "json", LKM_OPT_TRUE, offsetof(struct check_options, json), .help = "print JSON" },
	LKM_OPTS_HELP,
};

struct call {
	struct check_options options;
	struct lkm_buf release; /* of the running kernel */
	struct lkm_kernelview kernel;
	struct lkm_tree tree;
	struct lkm_checker checker;
	struct lkm_config config; /* counts for modules that are given by name */
	struct lkm_json json;
	struct lkm_buf out;
	struct check_sums sums;
	bool refused;
	struct failures failures;
};

static void call_release(struct call *call)
{
	failures_release(&call->failures);
	lkm_checker_release(&call->checker);
	lkm_config_release(&call->config);
	lkm_tree_release(&call->tree);
	lkm_kernelview_release(&call->kernel);
	lkm_buf_release(&call->release);
	lkm_buf_release(&call->out);
}
LKM_DEFINE_AUTO(call)

static void answer(struct call *call, const struct check_answer *answer)
{
	if (answer->verdict && answer->verdict->outcome == LKM_OUTCOME_REFUSED)
		call->refused = true;
	if (call->options.json)
		check_json_module(answer, &call->json);
	else
		check_print_module(answer, call->options.verbose, &call->out);
}

static void check_file(struct call *call, const char *path, struct lkm_str params,
		       const struct lkm_config *config)
{
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	char name[LKM_MODNAME_MAX] = "";

	call->checker.config = config;
	if (lkm_checker_file(&call->checker, path, params, &checked, &diag) < 0) {
		failures_add(&call->failures, path, &diag);
		return;
	}
	(void)lkm_modname_from_path(lkm_str(path), name);
	answer(call, &(struct check_answer){
		.name = checked.subject.name.len ? checked.subject.name : lkm_str(name),
		.path = path, .subject = &checked.subject, .verdict = &checked.verdict,
		.checked = &checked });
}

static void check_found(struct call *call, const char *argument, struct lkm_str name,
			struct lkm_str params)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_depline line;
	int err = lkm_lookup_file(&call->tree, name, &line, &diag);
	const char *path = err ? NULL : lkm_tree_path(&call->tree, line.path);

	if (path)
		check_file(call, path, params, &call->config);
	else if (err == -ENODATA && lkm_lookup_builtin(&call->tree, name, NULL) == 1)
		answer(call, &(struct check_answer){ .name = name });
	else {
		lkm_diag_set(&diag, err ? err : -ENOMEM, "module %.*s has no file", LKM_STR_ARG(name));
		failures_add(&call->failures, argument, &diag);
	}
}

static void check_name(struct call *call, const char *argument, struct lkm_str params)
{
	const struct lkm_plan_env env = { .tree = &call->tree, .config = &call->config };
	lkm_auto(lkm_targets) struct lkm_targets found = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT, why = LKM_DIAG_INIT;
	int err = lkm_resolve(&env, lkm_str(argument), &found, &diag);

	if (err == 0 && found.len == 0) {
		err = lkm_tree_check(&call->tree, &why);
		lkm_diag_set(&diag, err ? err : -ENODATA, "module %s not found%s%s", argument,
			     err ? ": " : " in ", err ? why.what : call->tree.dir);
	}
	if (diag.err < 0)
		failures_add(&call->failures, argument, &diag);
	for (size_t i = 0; i < found.len; i++) {
		call->checker.alias = found.ptr[i].alias;
		check_found(call, argument, found.ptr[i].module, params);
	}
	call->checker.alias = lkm_str("");
}

/* Words NAME=VALUE behind a module are its parameters. */
static size_t take_params(char **args, size_t count, struct lkm_buf *ret)
{
	size_t taken = 0;

	while (taken < count && strchr(args[taken], '=') && !strchr(args[taken], '/')) {
		lkm_buf_printf(ret, "%s%s", taken ? " " : "", args[taken]);
		taken++;
	}
	return taken;
}

static int check_arguments(struct call *call, char **args, size_t count)
{
	for (size_t i = 0; i < count;) {
		lkm_auto(lkm_buf) struct lkm_buf params = LKM_BUF_INIT;
		const char *argument = args[i++];

		i += take_params(args + i, count - i, &params);
		if (lkm_buf_error(&params)) {
			lkm_error("out of memory");
			return lkm_buf_error(&params);
		}
		if (strchr(argument, '/') || lkm_path_is_module(lkm_str(argument)))
			check_file(call, argument, lkm_buf_view(&params), NULL);
		else
			check_name(call, argument, lkm_buf_view(&params));
		if (call->out.len >= LKM_OUT_CHUNK && lkm_out_flush(&call->out) < 0)
			return -EIO;
	}
	return 0;
}

/* One module of a whole tree. */
static int each(void *ctx, const char *path, const struct lkm_subject *subject,
		const struct lkm_verdict *verdict)
{
	struct call *call = ctx;
	char name[LKM_MODNAME_MAX] = "";
	struct check_answer one = { .path = path, .subject = subject, .verdict = verdict };

	(void)lkm_modname_from_path(lkm_str(path), name);
	one.name = lkm_str(name);
	check_count(&call->sums, &one);
	if (call->options.json || (call->options.verbose && verdict->findings.len))
		answer(call, &one);
	else if (verdict->outcome == LKM_OUTCOME_REFUSED)
		call->refused = true;
	return call->out.len >= LKM_OUT_CHUNK ? lkm_out_flush(&call->out) : 0;
}

static int check_all(struct call *call)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_checker_tree(&call->checker, 0, each, call, &diag);

	if (err < 0)
		failures_add(&call->failures, call->tree.dir, &diag);
	else if (call->sums.modules == 0) {
		lkm_diag_set(&diag, -ENOENT, "no modules in %s", call->tree.dir);
		failures_add(&call->failures, call->tree.dir, &diag);
	}
	if (!call->options.json)
		check_print_sums(&call->sums, &call->out);
	return 0;
}

static int check_everything(struct call *call, char **args, size_t count)
{
	bool json = call->options.json;
	int err;

	if (json) {
		lkm_json_begin(&call->json, NULL, '{');
		check_json_kernel(&call->kernel, &call->json);
		lkm_json_begin(&call->json, "modules", '[');
	} else {
		check_print_kernel(&call->kernel, &call->out);
	}
	err = call->options.all ? check_all(call) : check_arguments(call, args, count);
	lkm_notices_tell(&call->tree);
	if (json) {
		lkm_json_end(&call->json, ']');
		if (call->options.all)
			check_json_sums(&call->sums, &call->json);
		failures_json(&call->failures, &call->json);
		lkm_json_end(&call->json, '}');
	}
	if (err < 0 || lkm_out_flush(&call->out) < 0 || lkm_out_close() < 0)
		return 1;
	return call->failures.any ? 1 : call->refused ? EXIT_REFUSED : 0;
}

/* Which kernel, which module directory: the running one's unless something else is said. */
static int open_kernel(struct call *call)
{
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	const struct lkm_host *host = lkm_host_linux();
	const struct check_options *o = &call->options;
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_kernelview_request request = { .host = host, .base = o->base, .image = o->image,
						  .release = o->release,
						  .cache = LKM_KERNELVIEW_CACHE };
	const char *running;
	int err = host->uname(host, &call->release, &machine);

	running = err ? NULL : lkm_buf_cstr(&call->release);
	if (!running) {
		lkm_error("cannot tell the running kernel: %s", strerror(err ? -err : ENOMEM));
		return -1;
	}
	request.running = !o->image && (!o->base || !o->base[0]) &&
			  (!o->release || strcmp(o->release, running) == 0);
	if (!request.release && !o->image)
		request.release = running;
	err = lkm_kernelview_open(&call->kernel, &request, &diag);
	if (err < 0 && (err != -ENOENT || o->image)) {
		lkm_diag_file(&diag, o->image ? o->image : "");
		lkm_error_diag(&diag);
		return -1;
	}
	if (err == -ENOENT)
		lkm_warning("%s: a symbol that is missing cannot be told", diag.what);
	call->checker.host = request.running ? host : NULL;
	return 0;
}

static int open_tree(struct call *call)
{
	lkm_autofree char *image_release = strndup(call->kernel.judge.release.ptr,
						   call->kernel.judge.release.len);
	const char *release = call->options.release ? call->options.release : image_release;
	int err = release ? lkm_tree_open(&call->tree, call->options.base, release) : -ENOMEM;

	if (err < 0)
		lkm_error("cannot tell the module directory: %s", strerror(-err));
	call->checker.kernel = &call->kernel;
	call->checker.tree = &call->tree;
	call->checker.verify = check_verify;
	return err;
}

/* What modprobe would add to the parameters. */
static int read_config(struct call *call)
{
	lkm_auto(lkm_blob) struct lkm_blob cmdline = LKM_BLOB_INIT;
	const struct lkm_host *host = call->checker.host;
	struct lkm_config_sources sources = { .base = call->options.base ? call->options.base : "" };
	struct lkm_report report = { .say = lkm_log_say };
	int err = 0;

	if (host)
		err = host->read_file(host, "/proc/cmdline", LKM_HOST_FILE_MAX, &cmdline);
	if (err < 0 && err != -ENOENT)
		lkm_warning("/proc/cmdline: cannot read: %s", strerror(-err));
	sources.cmdline = lkm_bytes_str(lkm_blob_view(&cmdline));
	err = lkm_config_load(&call->config, &sources, &report);
	if (err < 0)
		lkm_error("cannot read the configuration: %s", strerror(-err));
	return err;
}

static int run(int argc, char **argv)
{
	lkm_auto(call) struct call call = { 0 };
	int first;

	switch (lkm_cli_parse(&lkm_tool_check, argc, argv, &call.options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	if (call.options.reboot)
		return check_reboot(&call.options, argv + first, argc - first);
	if ((first == argc) != call.options.all) {
		lkm_error("%s; see lkm check --help",
			  call.options.all ? "--all checks the whole tree and takes no module"
					   : "which module?");
		return 1;
	}
	if (open_kernel(&call) < 0 || open_tree(&call) < 0 ||
	    (!call.options.all && read_config(&call) < 0))
		return 1;
	call.json = lkm_json(&call.out);
	return check_everything(&call, argv + first, (size_t)(argc - first));
}

const struct lkm_tool lkm_tool_check = {
	.name = "lkm check",
	.synopsis = "[options] FILE|NAME [PARAMETER=VALUE...] ...",
	.about = "say what the kernel will answer when modules are loaded, and why",
	.notes = "Exit status: 0 all would load, 2 some would be refused, 1 some could not be checked.\n",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
