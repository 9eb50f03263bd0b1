/*
 * lsmod - show what is loaded.  Also `kmod list`.
 *
 * Everything comes from one reading of /proc/modules, so the lines agree with
 * each other and no module is half there.  Only the order in which the users
 * of a module are printed is asked from its holders folder, because that is the
 * order people know.
 */
#include <syslog.h>

#include "base/path.h"
#include "fmt/procmodules.h"
#include "host/modules.h"
#include "tools/kmod/tools.h"
#include "tools/log.h"
#include "tools/out.h"

struct options {
	bool syslog;
	bool verbose;
};

static const struct lkm_opt opts[] = {
	{ 's', "syslog", LKM_OPT_TRUE, offsetof(struct options, syslog),
	  .help = "print to syslog, not stderr" },
	{ 'v', "verbose", LKM_OPT_TRUE, offsetof(struct options, verbose),
	  .help = "enables more messages" },
	LKM_OPTS_COMMON,
};

static bool is_user(struct lkm_str users, struct lkm_str name)
{
	struct lkm_str user;

	while (lkm_procmodule_next_user(&users, &user))
		if (lkm_str_eq(user, name))
			return true;
	return false;
}

static bool is_holder(struct lkm_str holders, struct lkm_str name)
{
	struct lkm_str holder;

	while (lkm_host_next_name(&holders, &holder))
		if (lkm_str_eq(holder, name))
			return true;
	return false;
}

static void add_name(struct lkm_buf *list, struct lkm_str name)
{
	if (list->len)
		lkm_buf_putc(list, ',');
	lkm_buf_str(list, name);
}

/* The users of the snapshot: first those that the holders folder has, in its order. */
static void list_users(const struct lkm_host *host, const struct lkm_procmodule *module,
		       struct lkm_buf *list)
{
	lkm_auto(lkm_buf) struct lkm_buf holders = LKM_BUF_INIT;
	struct lkm_str rest = module->users, name, second;
	char own[LKM_MODNAME_MAX];
	bool several = lkm_procmodule_next_user(&rest, &name) &&
		       lkm_procmodule_next_user(&rest, &second);

	if (several && lkm_modname_copy(module->name, own) == 0)
		(void)lkm_module_holders(host, own, &holders);
	rest = lkm_buf_view(&holders);
	while (lkm_host_next_name(&rest, &name))
		if (is_user(module->users, name))
			add_name(list, name);
	rest = module->users;
	while (lkm_procmodule_next_user(&rest, &name))
		if (!is_holder(lkm_buf_view(&holders), name))
			add_name(list, name);
}

static void print_module(const struct lkm_host *host, const struct lkm_procmodule *module,
			 struct lkm_buf *out)
{
	lkm_auto(lkm_buf) struct lkm_buf users = LKM_BUF_INIT;
	int padding = module->name.len < 19 ? (int)(19 - module->name.len) : 0;

	lkm_buf_printf(out, "%.*s%*s %8llu  ", LKM_STR_ARG(module->name), padding, "",
		       (unsigned long long)module->size);
	if (module->counted) /* -1 while it is being removed: nobody uses it */
		lkm_buf_printf(out, "%lld", module->refcnt > 0 ? (long long)module->refcnt : 0);
	else
		lkm_buf_putc(out, '-');
	list_users(host, module, &users);
	lkm_buf_fail(out, lkm_buf_error(&users));
	if (users.len)
		lkm_buf_printf(out, " %.*s", LKM_STR_ARG(lkm_buf_view(&users)));
	lkm_buf_putc(out, '\n');
}

/* Print all lines; 1 if one of them cannot be understood or written. */
static int print_modules(const struct lkm_host *host, struct lkm_str text)
{
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	struct lkm_procmodules iter = lkm_procmodules(text);
	struct lkm_procmodule module;
	int got, failed = 0;

	lkm_buf_puts(&out, "Module                  Size  Used by\n");
	do {
		struct lkm_diag diag = LKM_DIAG_INIT;

		got = lkm_procmodules_next(&iter, &module, &diag);
		if (got > 0)
			print_module(host, &module, &out);
		if (got < 0) {
			lkm_diag_file(&diag, "/proc/modules");
			lkm_error_diag(&diag);
			failed = 1;
		}
		if (out.len >= LKM_OUT_CHUNK && lkm_out_flush(&out) < 0)
			return 1;
	} while (got != 0);
	if (lkm_out_flush(&out) < 0 || lkm_out_close() < 0)
		return 1;
	return failed;
}

static int run(int argc, char **argv)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	const struct lkm_host *host = lkm_host_linux();
	struct options options = { 0 };
	int first, err;

	switch (lkm_cli_parse(&lkm_tool_lsmod, argc, argv, &options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	lkm_log_change(options.syslog, options.verbose ? LOG_INFO : LOG_WARNING);
	if (first < argc) {
		lkm_error("too many arguments provided.");
		return 1;
	}
	err = lkm_modules_snapshot(host, &blob);
	if (err < 0) {
		lkm_error("could not open /proc/modules: %s", strerror(-err));
		return 1;
	}
	return print_modules(host, lkm_bytes_str(lkm_blob_view(&blob)));
}

const struct lkm_tool lkm_tool_lsmod = {
	.name = "lsmod",
	.synopsis = "[options]",
	.about = "List currently loaded modules",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
