/*
 * lkm verify - do the indexes of a module directory fit its modules?
 */
#include <dirent.h>

#include "host/host.h"
#include "tools/lkm/json.h"
#include "tools/lkm/tools.h"
#include "tools/log.h"
#include "tools/out.h"
#include "tools/progress.h"
#include "tree/tree.h"
#include "tree/verify.h"

/* Examples of each finding, unless all are wanted. */
#define EXAMPLES 3

struct options {
	const char *release;
	const char *base;
	struct lkm_opt_list config;
	bool all;
	bool json;
};

static const struct lkm_opt opts[] = {
	{ 'k', "kernel", LKM_OPT_TEXT, offsetof(struct options, release), .arg = "RELEASE",
	  .help = "check the modules of kernel RELEASE, not of the running one" },
	{ 'b', "basedir", LKM_OPT_TEXT, offsetof(struct options, base), .arg = "DIR",
	  .help = "the root of lib/modules is DIR; without -k\nall releases there are checked" },
	{ 'C', "config", LKM_OPT_LIST, offsetof(struct options, config), .arg = "PATH",
	  .help = "read PATH, a file or directory, instead of depmod.d" },
	{ 'a', "all", LKM_OPT_TRUE, offsetof(struct options, all),
	  .help = "name everything that was found, not only the first" },
	{ 'J', "json", LKM_OPT_TRUE, offsetof(struct options, json), .help = "print JSON" },
	LKM_OPTS_HELP,
};

struct call {
	struct options options;
	struct lkm_progress progress;
	struct lkm_buf out;
	struct lkm_json json;
	bool bad; /* there was a finding, or a failure */
};

static void show_progress(void *ctx, size_t done, size_t all)
{
	lkm_progress_show(&((struct call *)ctx)->progress, done, all);
}

/* ---- text ---- */

/* What comes from files must not do anything to a terminal. */
static void put_clean(struct lkm_buf *out, const char *text)
{
	lkm_autofree char *copy = strdup(text);

	if (copy)
		lkm_clean(copy);
	else
		lkm_buf_fail(out, -ENOMEM);
	lkm_buf_puts(out, copy ? copy : "");
}

static void print_finding(const struct lkm_finding *f, struct lkm_buf *out)
{
	lkm_buf_printf(out, "%s%s%s", f->note ? "note: " : "", f->file, f->file[0] ? ": " : "");
	put_clean(out, f->what);
	lkm_buf_putc(out, '\n');
	for (size_t i = 0; i < f->examples.len; i++) {
		lkm_buf_puts(out, "    ");
		put_clean(out, f->examples.ptr[i]);
		lkm_buf_putc(out, '\n');
	}
	if (f->examples.len && f->examples.len < f->count)
		lkm_buf_printf(out, "    ... and %zu more\n", f->count - f->examples.len);
}

static void print_text(const char *release, const struct lkm_verify *verify, struct lkm_buf *out)
{
	size_t notes = verify->list.len - verify->faults;

	for (size_t i = 0; i < verify->list.len; i++)
		print_finding(&verify->list.ptr[i], out);
	lkm_buf_printf(out, "%s: %zu module%s", release, verify->modules,
		       verify->modules == 1 ? "" : "s");
	if (verify->faults)
		lkm_buf_printf(out, ", %zu finding%s", verify->faults,
			       verify->faults == 1 ? "" : "s");
	else
		lkm_buf_puts(out, ", their indexes fit");
	if (notes)
		lkm_buf_printf(out, ", %zu note%s", notes, notes == 1 ? "" : "s");
	lkm_buf_putc(out, '\n');
}

/* ---- JSON ---- */

static void print_json_finding(struct lkm_json *json, const struct lkm_finding *f)
{
	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "kind", lkm_str(lkm_finding_name(f->kind)));
	lkm_json_bool(json, "note", f->note);
	lkm_json_text_or_null(json, "filename", lkm_str(f->file));
	lkm_json_text(json, "message", lkm_str(f->what));
	lkm_json_unsigned(json, "count", f->count);
	lkm_json_begin(json, "examples", '[');
	for (size_t i = 0; i < f->examples.len; i++)
		lkm_json_text(json, NULL, lkm_str(f->examples.ptr[i]));
	lkm_json_end(json, ']');
	lkm_json_end(json, '}');
}

static void print_json(const struct lkm_tree *tree, const struct lkm_verify *verify,
		       const struct lkm_diag *diag, struct lkm_json *json)
{
	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "release", lkm_str(tree->release));
	lkm_json_text(json, "directory", lkm_str(tree->dir));
	lkm_json_text_or_null(json, "error", lkm_str(diag->what));
	lkm_json_unsigned(json, "module_count", verify->modules);
	lkm_json_unsigned(json, "fault_count", verify->faults);
	lkm_json_begin(json, "findings", '[');
	for (size_t i = 0; i < verify->list.len; i++)
		print_json_finding(json, &verify->list.ptr[i]);
	lkm_json_end(json, ']');
	lkm_json_end(json, '}');
}

/* ---- the command ---- */

static void check_tree(struct call *call, const struct lkm_tree *tree)
{
	lkm_auto(lkm_verify) struct lkm_verify verify = LKM_VERIFY_INIT;
	const struct lkm_verify_request request = {
		.release = tree->release,
		.dir = tree->dir,
		.config = call->options.config.items,
		.config_count = call->options.config.len,
		.examples = call->options.all ? 0 : EXAMPLES,
		.progress = show_progress,
		.ctx = call,
	};
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_verify_run(&request, &verify, &diag);

	lkm_progress_wipe(&call->progress);
	if (err < 0)
		lkm_error_diag(&diag);
	if (call->options.json)
		print_json(tree, &verify, &diag, &call->json);
	else if (err == 0)
		print_text(tree->release, &verify, &call->out);
	call->bad |= err < 0 || verify.faults > 0;
}

static void check_release(struct call *call, const char *release)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };

	if (lkm_tree_open(&tree, call->options.base, release) == 0) {
		check_tree(call, &tree);
		return;
	}
	lkm_error("out of memory");
	call->bad = true;
}

static int is_release(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && (entry->d_type == DT_DIR || entry->d_type == DT_LNK ||
					   entry->d_type == DT_UNKNOWN);
}

/* Every directory of DIR/lib/modules. */
static void check_releases(struct call *call)
{
	lkm_autofree struct dirent **entries = NULL;
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	int count;

	lkm_buf_printf(&path, "%s/lib/modules", call->options.base);
	count = lkm_buf_cstr(&path) ? scandir(path.ptr, &entries, is_release, versionsort) : -1;
	if (count < 0)
		lkm_error("%s: %s", path.ptr ? path.ptr : "", strerror(errno));
	else if (count == 0)
		lkm_error("%s: there are no modules of any kernel", path.ptr);
	call->bad |= count <= 0;
	for (int i = 0; i < count; i++) {
		check_release(call, entries[i]->d_name);
		free(entries[i]);
	}
}

static void check_running(struct call *call)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT, machine = LKM_BUF_INIT;
	const struct lkm_host *host = lkm_host_linux();
	int err = host->uname(host, &release, &machine);

	if (err == 0 && lkm_buf_cstr(&release)) {
		check_release(call, release.ptr);
		return;
	}
	lkm_error("cannot get the release of the running kernel: %s", strerror(-err));
	call->bad = true;
}

static int check(struct call *call)
{
	call->json = lkm_json(&call->out);
	if (call->options.json) {
		lkm_json_begin(&call->json, NULL, '{');
		lkm_json_begin(&call->json, "trees", '[');
	}
	if (call->options.release)
		check_release(call, call->options.release);
	else if (call->options.base)
		check_releases(call);
	else
		check_running(call);
	if (call->options.json) {
		lkm_json_end(&call->json, ']');
		lkm_json_end(&call->json, '}');
	}
	if (lkm_out_flush(&call->out) < 0 || lkm_out_close() < 0)
		return 1;
	return call->bad;
}

static int run(int argc, char **argv)
{
	struct call call = { 0 };
	int first, status;

	switch (lkm_cli_parse(&lkm_tool_verify, argc, argv, &call.options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	if (first < argc) {
		lkm_error("too many arguments: %s", argv[first]);
		return 1;
	}
	lkm_progress_start(&call.progress, "lkm verify");
	status = check(&call);
	lkm_buf_release(&call.out);
	free(call.options.config.items);
	return status;
}

const struct lkm_tool lkm_tool_verify = {
	.name = "lkm verify",
	.synopsis = "[options]",
	.about = "check whether indexes fit the modules",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
