/*
 * lkm lint - what is wrong with the configuration of modprobe.
 */
#include "plan/lint.h"

#include "tools/lkm/json.h"
#include "tools/lkm/machine.h"
#include "tools/log.h"
#include "tools/notices.h"
#include "tools/out.h"

enum {
	CODE_CLEAN = 0, /* also when there are only notes */
	CODE_FOUND = 1,
	CODE_FAILED = 2,
};

struct options {
	struct lkm_machine_options machine; /* first: see LKM_OPTS_MACHINE */
	bool quiet;
};

static const struct lkm_opt opts[] = {
	{ 'q', "quiet", LKM_OPT_TRUE, offsetof(struct options, quiet), .help = "print no notes" },
	LKM_OPTS_MACHINE,
};

static bool is_shown(const struct lkm_finding *f, const struct options *options)
{
	return f->severity != LKM_LINT_NOTE || !options->quiet;
}

/* ---- text ---- */

/* What a file says must not steer the terminal. */
static int put_clean(struct lkm_buf *out, const char *text)
{
	lkm_autofree char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	lkm_clean(copy);
	lkm_buf_puts(out, copy);
	return lkm_buf_error(out);
}

static int print_finding(const struct lkm_finding *f, struct lkm_buf *out)
{
	int err = put_clean(out, f->file);

	if (f->line)
		lkm_buf_printf(out, ":%u", f->line);
	lkm_buf_printf(out, "%s%s: ", f->file[0] ? ": " : "", lkm_lint_severity_name(f->severity));
	err = err ? err : put_clean(out, f->what);
	lkm_buf_printf(out, " [%s]\n  %s\n", lkm_lint_kind_name(f->kind), f->why);
	if (!err && f->advice[0]) {
		lkm_buf_puts(out, "  instead: ");
		err = put_clean(out, f->advice);
		lkm_buf_putc(out, '\n');
	}
	return err;
}

static int print(const struct lkm_lint *lint, const struct options *options, struct lkm_buf *out)
{
	int err = 0;

	for (size_t i = 0; i < lint->findings.len && !err; i++)
		if (is_shown(&lint->findings.ptr[i], options))
			err = print_finding(&lint->findings.ptr[i], out);
	return err;
}

/* ---- JSON ---- */

static int print_json(const struct lkm_lint *lint, const struct options *options,
		      struct lkm_buf *out)
{
	struct lkm_json json = lkm_json(out);

	lkm_json_begin(&json, NULL, '{');
	lkm_json_begin(&json, "findings", '[');
	for (size_t i = 0; i < lint->findings.len; i++) {
		const struct lkm_finding *f = &lint->findings.ptr[i];

		if (!is_shown(f, options))
			continue;
		lkm_json_begin(&json, NULL, '{');
		lkm_json_text_or_null(&json, "file", lkm_str(f->file));
		lkm_json_unsigned(&json, "line", f->line);
		lkm_json_text(&json, "severity", lkm_str(lkm_lint_severity_name(f->severity)));
		lkm_json_text(&json, "kind", lkm_str(lkm_lint_kind_name(f->kind)));
		lkm_json_text(&json, "what", lkm_str(f->what));
		lkm_json_text(&json, "why", lkm_str(f->why));
		lkm_json_text_or_null(&json, "instead", lkm_str(f->advice));
		lkm_json_end(&json, '}');
	}
	lkm_json_end(&json, ']');
	lkm_json_end(&json, '}');
	return lkm_buf_error(out);
}

/* ---- the command ---- */

static int code_of(const struct lkm_lint *lint)
{
	for (size_t i = 0; i < lint->findings.len; i++)
		if (lint->findings.ptr[i].severity != LKM_LINT_NOTE)
			return CODE_FOUND;
	return CODE_CLEAN;
}

/* Print what was found: exit code. */
static int answer(const struct lkm_lint *lint, const struct options *options)
{
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	int err = options->machine.show.json ? print_json(lint, options, &out) :
					       print(lint, options, &out);

	if (err < 0) {
		lkm_error("cannot show what was found: %s", strerror(-err));
		return CODE_FAILED;
	}
	if (lint->unchecked.err < 0)
		lkm_warning("names of modules are not checked: %s", lint->unchecked.what);
	return lkm_out_flush(&out) < 0 || lkm_out_close() < 0 ? CODE_FAILED : code_of(lint);
}

static int check(const struct options *options)
{
	lkm_auto(lkm_machine) struct lkm_machine m = { 0 };
	lkm_auto(lkm_lint) struct lkm_lint lint = LKM_LINT_INIT;
	struct lkm_report nobody = { 0 }; /* it will be a finding */
	struct lkm_plan_env env = { .tree = &m.tree, .config = &m.config };
	int err, code;

	if (lkm_machine_open(&m, &options->machine, &nobody) < 0)
		return CODE_FAILED;
	err = lkm_lint_run(&env, &m.sources, &lint);
	lkm_notices_tell(&m.tree);
	if (err < 0) {
		lkm_error("cannot check: %s", strerror(-err));
		return CODE_FAILED;
	}
	code = answer(&lint, options);
	if (code == CODE_FAILED || (!m.config.incomplete && !lint.incomplete))
		return code;
	lkm_error("not everything could be checked");
	return CODE_FAILED;
}

static int run(int argc, char **argv)
{
	struct options options = { 0 };
	int code = CODE_FAILED, first;

	switch (lkm_cli_parse(&lkm_tool_lint, argc, argv, &options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return CODE_CLEAN;
	case LKM_CLI_FAILED:
		return CODE_FAILED;
	}
	if (first < argc)
		lkm_error("too many arguments: %s", argv[first]);
	else
		code = check(&options);
	free(options.machine.configs.items);
	return code;
}

const struct lkm_tool lkm_tool_lint = {
	.name = "lkm lint",
	.synopsis = "[options]",
	.about = "check the configuration of modprobe",
	.notes = "Exit code: 0 nothing, or only notes; 1 errors or warnings; 2 it could not be checked.\n",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
