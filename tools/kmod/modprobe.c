/*
 * modprobe - load and unload modules with what they need.
 */
#include "tools/kmod/modprobe.h"

#include <malloc.h>
#include <syslog.h>

#include "tools/log.h"
#include "tools/notices.h"
#include "tools/out.h"
#include "tools/why.h"

#define AT(field) offsetof(struct modprobe_options, field)

#define FORCE_ALL (LKM_FINIT_IGNORE_VERMAGIC | LKM_FINIT_IGNORE_MODVERSIONS)

static const struct lkm_opt opts[] = {
	{ 'a', "all", LKM_OPT_TRUE, AT(all), .help = "every word is the name of a module" },
	{ 'j', "jobs", LKM_OPT_TEXT, AT(jobs), .arg = "N",
	  .help = "with -a: load as many at once as do not need each\n"
		  "other; 0 for as many as there are processors" },
	{ 'A', "any", LKM_OPT_TRUE, AT(any),
	  .help = "names of alternatives, each with its parameters:\n"
		  "load the first one that can be loaded" },
	{ 'r', "remove", LKM_OPT_SET, AT(job), .value = MODPROBE_REMOVE,
	  .help = "unload modules, and what only they needed" },
	{ 0, "remove-dependencies", LKM_OPT_SET, AT(job), .value = MODPROBE_REMOVE },
	{ 0, "remove-holders", LKM_OPT_TRUE, AT(remove_holders),
	  .help = "unload modules with those that use them" },
	{ 'w', "wait", LKM_OPT_TEXT, AT(wait), .arg = "MSEC",
	  .help = "with -r: so long for a module to become free" },
	{ 'R', "resolve-alias", LKM_OPT_SET, AT(job), .value = MODPROBE_RESOLVE,
	  .help = "print the modules that a name stands for" },
	{ 0, "show-alias", LKM_OPT_SET, AT(job), .value = MODPROBE_RESOLVE },
	{ 'l', "list", LKM_OPT_SET, AT(job), .value = MODPROBE_LIST,
	  .help = "print the files of all modules, or of those whose\n"
		  "name matches the pattern that follows" },
	{ 't', "type", LKM_OPT_TEXT, AT(type), .arg = "DIR",
	  .help = "with -l: only files that are below such a directory" },
	{ 0, "first-time", LKM_OPT_TRUE, AT(first_time),
	  .help = "fail if the module is there already, or not there" },
	{ 'i', "ignore-install", LKM_OPT_TRUE, AT(ignore_command),
	  .help = "no install command for the module itself" },
	{ 'i', "ignore-remove", LKM_OPT_TRUE, AT(ignore_command),
	  .help = "no remove command for the module itself" },
	{ 0, "ignore-forbid", LKM_OPT_TRUE, AT(ignore_forbid),
	  .help = "load it although a line of the configuration\n"
		  "forbids or does not allow it" },
	{ 'b', "use-blacklist", LKM_OPT_TRUE, AT(use_blacklist),
	  .help = "the blacklist counts for names too, not only for aliases" },
	{ 'f', "force", LKM_OPT_BITS, AT(force), .value = FORCE_ALL,
	  .help = "--force-vermagic and --force-modversion" },
	{ 0, "force-vermagic", LKM_OPT_BITS, AT(force), .value = LKM_FINIT_IGNORE_VERMAGIC,
	  .help = "ignore for which kernel it was built" },
	{ 0, "force-modversion", LKM_OPT_BITS, AT(force), .value = LKM_FINIT_IGNORE_MODVERSIONS,
	  .help = "ignore the versions of symbols" },
	{ 'o', "name", LKM_OPT_TEXT, AT(name), .arg = "NAME",
	  .help = "load the module under this name; drops its signature" },
	{ 'D', "show-depends", LKM_OPT_SET, AT(job), .value = MODPROBE_SHOW_DEPENDS,
	  .help = "print what would be loaded, also what is loaded" },
	{ 'c', "show-config", LKM_OPT_SET, AT(job), .value = MODPROBE_SHOW_CONFIG,
	  .help = "print the configuration and the indexes" },
	{ 0, "showconfig", LKM_OPT_SET, AT(job), .value = MODPROBE_SHOW_CONFIG },
	{ 0, "show-modversions", LKM_OPT_SET, AT(job), .value = MODPROBE_SHOW_MODVERSIONS,
	  .help = "print the versions of symbols a module wants" },
	{ 0, "dump-modversions", LKM_OPT_SET, AT(job), .value = MODPROBE_SHOW_MODVERSIONS },
	{ 0, "show-exports", LKM_OPT_SET, AT(job), .value = MODPROBE_SHOW_EXPORTS,
	  .help = "print the symbols a module exports" },
	{ 'n', "dry-run", LKM_OPT_TRUE, AT(dry_run), .help = "print what would be done" },
	{ 0, "show", LKM_OPT_TRUE, AT(dry_run) },
	{ 'C', "config", LKM_OPT_LIST, AT(configs), .arg = "FILE",
	  .help = "read this file or directory instead of the\n"
		  "directories of modprobe.d(5); may be repeated" },
	{ 'd', "dirname", LKM_OPT_TEXT, AT(base), .arg = "DIR",
	  .help = "root of lib/modules instead of /" },
	{ 'S', "set-version", LKM_OPT_TEXT, AT(release), .arg = "VERSION",
	  .help = "this kernel release instead of `uname -r`" },
	{ 'k', "autoclean", LKM_OPT_TRUE, AT(autoclean),
	  .help = "mark what is loaded; with -r and no names: remove\n"
		  "what is marked and unused; as -q, unless -v is given" },
	{ 's', "syslog", LKM_OPT_TRUE, AT(syslog), .help = "print to syslog, not stderr" },
	{ 'q', "quiet", LKM_OPT_TRUE, AT(quiet), .help = "no error messages" },
	{ 'v', "verbose", LKM_OPT_COUNT, AT(verbose), .help = "enables more messages" },
	LKM_OPTS_COMMON,
};

void modprobe_not_found(struct modprobe *m, const char *name)
{
	struct lkm_plan_env env = m->env;

	env.host = m->host;
	modprobe_fatal(m, "Module %s not found in directory %s", name, m->tree.dir);
	if (!m->options.quiet)
		lkm_why_missing(&env, name);
}

bool modprobe_complete_config(struct modprobe *m)
{
	lkm_auto(lkm_blob) struct lkm_blob cmdline = LKM_BLOB_INIT;
	int err;

	if (m->config_is_complete)
		return true;
	m->config_is_complete = true;
	err = m->host->read_file(m->host, "/proc/cmdline", LKM_HOST_FILE_MAX, &cmdline);
	/* Without /proc there is no command line to take parameters from. */
	if (err < 0 && err != -ENOENT && err != -ENOMEM) {
		lkm_warning("/proc/cmdline: cannot read: %s", strerror(-err));
		m->config.incomplete = true;
	}
	err = err == -ENOMEM ? err : 0;
	if (err == 0)
		err = lkm_config_add_cmdline(&m->config, lkm_bytes_str(lkm_blob_view(&cmdline)));
	if (err == 0)
		err = lkm_config_add_modules(&m->config, m->tree.dir, &m->report);
	if (err < 0)
		lkm_error("out of memory");
	return err == 0;
}

/* The tree of the release that was asked for, or of the running kernel. */
static int open_tree(struct modprobe *m)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	int err = 0;

	if (m->options.release)
		lkm_buf_puts(&release, m->options.release);
	else
		err = m->host->uname(m->host, &release, &machine);
	if (err == 0 && lkm_buf_cstr(&release))
		return lkm_tree_open(&m->tree, m->options.base, release.ptr);
	return err ? err : -ENOMEM;
}

static int load_config(struct modprobe *m)
{
	struct lkm_config_sources sources = {
		.paths = m->options.configs.items,
		.count = m->options.configs.len,
		.base = "",
	};

	return lkm_config_load(&m->config, &sources, &m->report);
}

/* -o: for one module that is loaded.  Modules are known with '_'. */
static bool take_name(struct modprobe *m)
{
	if (!m->options.name)
		return true;
	if (m->options.all || m->options.any || m->options.job == MODPROBE_REMOVE) {
		lkm_error(m->options.job == MODPROBE_REMOVE
				  ? "-o is for loading: rmmod removes a module by the name it has"
				  : "-o gives a name to one module");
		return false;
	}
	if (lkm_modname_copy(lkm_str(m->options.name), m->name) == 0)
		m->options.name = m->name;
	return true;
}

static int dispatch(struct modprobe *m, char **names, int count)
{
	if (m->options.job == MODPROBE_SHOW_CONFIG)
		return modprobe_show_config(m);
	if (m->options.job == MODPROBE_LIST)
		return modprobe_list(m, names, count);
	if (m->options.type) {
		lkm_fatal("-t only supported with -l");
		return MODPROBE_FAILED;
	}
	if (count == 0 && m->options.job == MODPROBE_REMOVE && m->options.autoclean)
		return modprobe_autoclean(m);
	if (count == 0) {
		lkm_error("missing parameters. See -h.");
		return 1;
	}
	if (!take_name(m))
		return MODPROBE_FAILED;
	switch (m->options.job) {
	case MODPROBE_RESOLVE:
		return modprobe_resolve(m, names, count);
	case MODPROBE_REMOVE:
		return modprobe_remove(m, names, count);
	case MODPROBE_SHOW_MODVERSIONS:
	case MODPROBE_SHOW_EXPORTS:
		return modprobe_show_symbols(m, names[0]);
	default:
		return modprobe_insert(m, names, count);
	}
}

/* Everything behind the options. */
static int run_job(struct modprobe *m, char **names, int count)
{
	int err = open_tree(m);
	int code;

	err = err ? err : load_config(m);
	if (err < 0) {
		lkm_error("cannot begin: %s", strerror(-err));
		return 1;
	}
	code = dispatch(m, names, count);
	/* Done, but perhaps otherwise than configured. */
	if (code == MODPROBE_DONE && m->config.incomplete)
		code = MODPROBE_FAILED;
	lkm_notices_tell(&m->tree);
	return lkm_out_flush(&m->out) < 0 || lkm_out_close() < 0 ? 1 : code;
}

static int run_args(int argc, char **argv)
{
	struct modprobe m = { .host = lkm_host_linux(), .report.say = lkm_log_say };
	int first, code = MODPROBE_FAILED;

	switch (lkm_cli_parse(&lkm_tool_modprobe, argc, argv, &m.options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	if (m.options.remove_holders)
		m.options.job = MODPROBE_REMOVE;
	if (m.options.autoclean && !m.options.verbose)
		m.options.quiet = true;
	lkm_log_change(m.options.syslog, m.options.quiet     ? LOG_EMERG
					 : m.options.verbose ? LOG_INFO
							     : LOG_WARNING);
	modprobe_command_options(&m.options, &m.command_options);
	m.env = (struct lkm_plan_env){ .tree = &m.tree, .config = &m.config, .host = m.host };
	if (lkm_buf_cstr(&m.command_options))
		code = run_job(&m, argv + first, argc - first);
	else
		lkm_error("out of memory");
	free(m.options.configs.items);
	lkm_buf_release(&m.command_options);
	lkm_buf_release(&m.out);
	lkm_map_release(&m.asked);
	lkm_config_release(&m.config);
	lkm_tree_release(&m.tree);
	return code;
}

/* It runs shortly and often: memory comes in larger pieces, and none goes back before the end. */
static void tune_malloc(void)
{
#ifdef M_TOP_PAD
	mallopt(M_TOP_PAD, 1 << 19);
	mallopt(M_TRIM_THRESHOLD, 1 << 24);
#endif
}

static int run(int argc, char **argv)
{
	struct modprobe_args args = { 0 };
	int code = 1;

	tune_malloc();
	if (modprobe_add_environment(&args, argc, argv) < 0)
		lkm_error("out of memory");
	else
		code = run_args(args.argc, args.argv);
	modprobe_args_release(&args);
	return code;
}

const struct lkm_tool lkm_tool_modprobe = {
	.name = "modprobe",
	.synopsis = "[options] NAME [PARAM=VALUE ...]\n"
		    "\tmodprobe [options] -a|-r NAME...\n"
		    "\tmodprobe [options] -A NAME [PARAM=VALUE ...] NAME ...\n"
		    "\tmodprobe [options] -l [PATTERN]",
	.about = "Load and unload modules with what they need",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
