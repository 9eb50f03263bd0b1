/*
 * lkm why - what modprobe would do about a name, and why.
 */
#include "tools/lkm/why.h"

#include "tools/lkm/failures.h"
#include "tools/lkm/machine.h"
#include "tools/log.h"
#include "tools/notices.h"
#include "tools/out.h"

/* Exit codes; of several arguments the highest one counts. */
enum {
	CODE_DONE = 0,	  /* it is there, or would be */
	CODE_ERROR = 1,
	CODE_NOTHING = 2, /* it stands for nothing that can be loaded */
	CODE_BLOCKED = 3, /* the configuration keeps it from being loaded */
};

static const struct lkm_opt opts[] = { LKM_OPTS_MACHINE };

struct call {
	struct lkm_machine_options options;
	struct lkm_machine machine;
	struct lkm_symbolcache cache;
	struct lkm_why_env env;
	struct lkm_buf out;
	struct lkm_json json;
	struct failures failures;
	bool later; /* something was shown before */
	int code;
};

static void call_release(struct call *call)
{
	failures_release(&call->failures);
	lkm_symbolcache_release(&call->cache);
	lkm_machine_release(&call->machine);
	lkm_buf_release(&call->out);
	free(call->options.configs.items);
}
LKM_DEFINE_AUTO(call)

/* One of the modules that are there or would be is enough. */
static int code_of(const struct lkm_why *why)
{
	int code = CODE_NOTHING;

	for (size_t i = 0; i < why->targets.len; i++) {
		enum lkm_why_verdict verdict = why->targets.ptr[i].verdict;

		if (verdict == LKM_WHY_BLACKLISTED || verdict == LKM_WHY_REFUSED)
			code = CODE_BLOCKED;
		else if (verdict != LKM_WHY_NO_FILE)
			return CODE_DONE;
	}
	return code;
}

static void fail(struct call *call, const char *argument, const struct lkm_diag *diag)
{
	failures_add(&call->failures, argument, diag);
	if (call->code < CODE_ERROR)
		call->code = CODE_ERROR;
}

/* It is to be loaded, and is not there or is none: a failure to come.  Or it cannot be looked into. */
static bool is_bad(const struct lkm_why_module *m)
{
	bool is_file = !m->gone && m->unreadable.err != -ENOEXEC && m->unreadable.err != -EBADMSG;

	return m->unreadable.err < 0 && (is_file || (m->required && !m->loaded));
}

static void judge_files(struct call *call, const char *argument, const struct lkm_why *why)
{
	for (size_t i = 0; i < why->targets.len; i++) {
		const struct lkm_why_target *t = &why->targets.ptr[i];

		for (size_t k = 0; k < t->modules.len; k++) {
			const struct lkm_why_module *m = &t->modules.ptr[k];

			if (is_bad(m))
				fail(call, argument, &m->unreadable);
		}
	}
}

static void explain(struct call *call, const char *argument)
{
	lkm_auto(lkm_why) struct lkm_why why = LKM_WHY_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_why_find(&call->env, lkm_str(argument), &why, &diag);
	int code = err < 0 ? CODE_ERROR : code_of(&why);

	if (err == 0 && call->options.show.json) {
		lkm_why_print_json(&why, &call->machine.tree, &call->json);
	} else if (err == 0) {
		if (call->later)
			lkm_buf_putc(&call->out, '\n');
		err = lkm_why_print(&why, &call->machine.tree, &call->out);
		call->later = true;
	}
	if (err < 0) {
		lkm_diag_set(&diag, err, "%s: %s", argument, strerror(-err));
		fail(call, argument, &diag);
	}
	if (call->code < code)
		call->code = code;
	judge_files(call, argument, &why);
}

static int explain_all(struct call *call, char **args, int count)
{
	if (call->options.show.json) {
		lkm_json_begin(&call->json, NULL, '{');
		lkm_json_begin(&call->json, "names", '[');
	}
	for (int i = 0; i < count; i++) {
		explain(call, args[i]);
		if (call->out.len >= LKM_OUT_CHUNK && lkm_out_flush(&call->out) < 0)
			return CODE_ERROR;
	}
	lkm_notices_tell(&call->machine.tree);
	if (call->options.show.json) {
		lkm_json_end(&call->json, ']');
		failures_json(&call->failures, &call->json);
		lkm_json_end(&call->json, '}');
	}
	if (lkm_out_flush(&call->out) < 0 || lkm_out_close() < 0)
		return CODE_ERROR;
	return call->code;
}

static void say(void *ctx, enum lkm_report_level level, const char *text)
{
	(void)ctx;
	(void)level;
	lkm_warning("%s", text);
}

static bool prepare(struct call *call)
{
	struct lkm_report report = { .say = say };
	struct lkm_machine *m = &call->machine;

	if (lkm_machine_open(m, &call->options, &report) < 0)
		return false;
	if (lkm_config_add_modules(&m->config, m->tree.dir, &report) < 0) {
		lkm_error("out of memory");
		return false;
	}
	/* What is not known of the configuration may change everything. */
	call->code = m->config.incomplete ? CODE_ERROR : CODE_DONE;
	call->env = (struct lkm_why_env){
		.plan = { .tree = &m->tree, .config = &m->config, .host = m->host },
		.devices = lkm_host_linux(),
		.cache = &call->cache,
	};
	call->json = lkm_json(&call->out);
	return true;
}

static int run(int argc, char **argv)
{
	lkm_auto(call) struct call call = { .cache = LKM_SYMBOLCACHE_INIT };
	int first;

	switch (lkm_cli_parse(&lkm_tool_why, argc, argv, &call.options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return CODE_DONE;
	case LKM_CLI_FAILED:
		return CODE_ERROR;
	}
	if (first == argc) {
		lkm_error("which name, alias or device? see lkm why --help");
		return CODE_ERROR;
	}
	return prepare(&call) ? explain_all(&call, argv + first, argc - first) : CODE_ERROR;
}

const struct lkm_tool lkm_tool_why = {
	.name = "lkm why",
	.synopsis = "[options] NAME|ALIAS|DEVICE...",
	.about = "show what modprobe would do about a name, and why",
	.notes = "DEVICE is a directory below /sys.\n"
		 "Exit code: 0 it is there or would be loaded, 1 error, 2 there is no such module,\n"
		 "3 the configuration keeps it from being loaded.\n",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
