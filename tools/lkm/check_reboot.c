/*
 * lkm check --reboot [RELEASE] - will what is loaded now, and what is configured
 * to be, be there under another kernel?
 *
 * Exit code: 0 all of it, 2 not all, 1 something could not be checked.
 */
#include "tools/lkm/check_reboot.h"

#include "tools/lkm/tools.h"
#include "tools/log.h"
#include "tools/out.h"
#include "tree/config.h"

#define EXIT_TROUBLE 2

struct call {
	const struct lkm_host *host;
	const char *base;
	struct lkm_buf running; /* release of the kernel that runs */
	struct lkm_releases releases;
	struct reboot_answer answer;
	struct lkm_blob cmdline;
	struct lkm_report report;
	struct lkm_config config;
	struct lkm_wanted wanted;
	struct lkm_kernelview kernel;
	struct lkm_tree tree, now;
	struct lkm_checker checker;
	struct lkm_reboot reboot;
	struct lkm_buf out;
};

static void call_release(struct call *call)
{
	lkm_reboot_release(&call->reboot);
	lkm_checker_release(&call->checker);
	lkm_tree_release(&call->now);
	lkm_tree_release(&call->tree);
	lkm_kernelview_release(&call->kernel);
	lkm_wanted_release(&call->wanted);
	lkm_config_release(&call->config);
	lkm_blob_release(&call->cmdline);
	lkm_releases_release(&call->releases);
	lkm_buf_release(&call->running);
	lkm_buf_release(&call->out);
}
LKM_DEFINE_AUTO(call)

static void say(void *ctx, enum lkm_report_level level, const char *text)
{
	(void)ctx;
	if (level == LKM_REPORT_ERROR)
		lkm_error("%s", text);
	else
		lkm_warning("%s", text);
}

static bool options_fit(const struct check_options *o, int count)
{
	const char *what = o->all	? "--reboot and --all are two questions" :
			   o->image	? "--reboot takes the image of an installed kernel, not --image" :
			   o->release	? "the kernel stands behind --reboot, without --kernel" :
			   count > 1	? "one kernel at a time" :
					  NULL;

	if (what)
		lkm_error("%s; see lkm check --help", what);
	return !what;
}

/* Which kernel runs, and which one comes next. */
static int choose(struct call *call, const char *asked)
{
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	struct reboot_answer *a = &call->answer;
	int err = call->host->uname(call->host, &call->running, &machine);

	a->running = err ? NULL : lkm_buf_cstr(&call->running);
	a->release = asked;
	if (a->running)
		err = lkm_releases_find(&call->releases, call->base);
	if (a->running && !err && !asked)
		err = lkm_releases_next(&call->releases, call->base, a->running, &a->release);
	if (!a->running || err < 0) {
		lkm_error("cannot tell the kernels: %s", strerror(err ? -err : ENOMEM));
		return -1;
	}
	for (size_t i = 0; i < call->releases.list.len; i++)
		a->others += strcmp(call->releases.list.ptr[i], a->running) != 0;
	a->chosen = !asked;
	if (!a->release)
		lkm_error("no kernel but %s is installed in %s/lib/modules", a->running, call->base);
	return a->release ? 0 : -1;
}

/* What is wanted, and what modprobe's configuration says. */
static int read_wishes(struct call *call)
{
	struct lkm_config_sources sources = { .base = call->base };
	int err = call->host->read_file(call->host, "/proc/cmdline", LKM_HOST_FILE_MAX, &call->cmdline);

	if (err < 0 && err != -ENOENT)
		lkm_report(&call->report, LKM_REPORT_ERROR, "cannot read /proc/cmdline: %s", strerror(-err));
	sources.cmdline = lkm_bytes_str(lkm_blob_view(&call->cmdline));
	err = lkm_config_load(&call->config, &sources, &call->report);
	err = err ? err : lkm_wanted_find(&call->wanted, call->host, call->base, sources.cmdline,
					  &call->report);
	if (err < 0)
		lkm_error("cannot tell which modules are loaded or wanted: %s", strerror(-err));
	return err;
}

static int open_kernel(struct call *call)
{
	struct lkm_kernelview_request request = {
		.host = call->host, .base = call->base, .release = call->answer.release,
		.cache = LKM_KERNELVIEW_CACHE,
		.running = strcmp(call->answer.release, call->answer.running) == 0,
	};
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_kernelview_open(&call->kernel, &request, &diag);

	if (err == -ENOENT)
		lkm_warning("%s: a symbol that is missing cannot be told", diag.what);
	else if (err < 0)
		lkm_error_diag(&diag);
	return err == -ENOENT ? 0 : err;
}

static int open_all(struct call *call)
{
	int err = lkm_tree_open(&call->tree, call->base, call->answer.release);

	err = err ? err : lkm_tree_open(&call->now, call->base, call->answer.running);
	if (err < 0) {
		lkm_error("cannot tell the module directory: %s", strerror(-err));
		return err;
	}
	if (access(call->tree.dir, F_OK) < 0) {
		lkm_error("kernel %s is not installed: there is no %s", call->answer.release, call->tree.dir);
		return -ENOENT;
	}
	err = read_wishes(call);
	err = err ? err : open_kernel(call);
	call->checker.kernel = &call->kernel;
	call->checker.tree = &call->tree;
	call->checker.verify = check_verify;
	return err;
}

static int find(struct call *call)
{
	const struct lkm_reboot_request request = {
		.host = call->host, .running = call->answer.running, .base = call->base,
		.plan = { .tree = &call->tree, .config = &call->config },
		.checker = &call->checker, .now = &call->now, .wanted = &call->wanted,
	};
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_reboot_find(&request, &call->reboot, &diag);

	if (err < 0)
		lkm_error_diag(&diag);
	call->answer.kernel = &call->kernel;
	call->answer.wanted = &call->wanted;
	call->answer.reboot = &call->reboot;
	call->answer.incomplete = call->report.errors || call->config.incomplete;
	return err;
}

/* A failure is told on standard error too. */
static void tell_unchecked(const struct reboot_answer *answer)
{
	const struct lkm_reboot *r = answer->reboot;

	for (size_t i = 0; i < r->reasons.len; i++) {
		size_t module = r->reasons.ptr[i].module;

		if (module < r->modules.len && r->modules.ptr[module].state == LKM_REBOOT_UNCHECKED)
			lkm_error("cannot check %.*s: %s",
				  LKM_STR_ARG(answer->wanted->modules.ptr[module].name),
				  r->reasons.ptr[i].what);
	}
}

static int exit_code(const struct reboot_answer *answer)
{
	const struct lkm_reboot *r = answer->reboot;
	size_t troubles = r->kernel;

	if (answer->incomplete || r->counts[LKM_REBOOT_UNCHECKED])
		return 1;
	for (size_t i = 0; i < LKM_REBOOT_STATES; i++)
		troubles += lkm_reboot_is_fine((enum lkm_reboot_state)i) ? 0 : r->counts[i];
	return troubles ? EXIT_TROUBLE : 0;
}

int check_reboot(const struct check_options *options, char **args, int count)
{
	lkm_auto(call) struct call call = { .host = lkm_host_linux(),
					    .base = options->base ? options->base : "",
					    .report = { .say = say } };
	struct lkm_json json = lkm_json(&call.out);

	if (!options_fit(options, count) || choose(&call, count ? args[0] : NULL) < 0 ||
	    open_all(&call) < 0 || find(&call) < 0)
		return 1;
	tell_unchecked(&call.answer);
	if (options->json)
		check_reboot_json(&call.answer, &json);
	else
		check_reboot_print(&call.answer, options->verbose, &call.out);
	if (lkm_out_flush(&call.out) < 0 || lkm_out_close() < 0)
		return 1;
	return exit_code(&call.answer);
}
