/*
 * kmod - the boot path: all classic commands in one small program.
 *
 * The name it is called by (a link) picks the command; as `kmod`, its first
 * argument does.  `kmod insmod ...` is ours: with one static file and no links
 * everything can still be reached.
 */
#include "base/path.h"
#include "tools/cli.h"
#include "tools/kmod/tools.h"
#include "tools/log.h"
#include "tools/out.h"

static const struct lkm_tool lkm_tool_help;

/* A command and the tool behind it; `list` is lsmod under its newer name. */
static const struct command {
	const char *name;
	const struct lkm_tool *tool;
} commands[] = {
	{ "depmod", &lkm_tool_depmod },
	{ "help", &lkm_tool_help },
	{ "insmod", &lkm_tool_insmod },
	{ "list", &lkm_tool_lsmod },
	{ "lsmod", &lkm_tool_lsmod },
	{ "modinfo", &lkm_tool_modinfo },
	{ "modprobe", &lkm_tool_modprobe },
	{ "rmmod", &lkm_tool_rmmod },
	{ "static-nodes", &lkm_tool_static_nodes },
};

static const struct lkm_opt opts[] = { LKM_OPTS_COMMON };
static const struct lkm_tool kmod;

static const struct lkm_tool *find_tool(struct lkm_str name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (lkm_str_is(name, commands[i].name))
			return commands[i].tool;
	return NULL;
}

/* `kmod help`, with whatever follows it. */
static int run_help(int argc, char **argv)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	(void)argc;
	(void)argv;
	lkm_buf_puts(&buf, "kmod - Manage kernel modules: list, load, unload, etc\n"
			   "Usage:\n\tkmod [options] command [command_options]\n\n"
			   "Options:\n"
			   "\t-V, --version     show version\n"
			   "\t-h, --help        show this help\n\n"
			   "Commands:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		lkm_buf_printf(&buf, "  %-12s %s\n", commands[i].name, commands[i].tool->about);
	lkm_buf_puts(&buf, "\nA link with the name of a command runs that command.\n");
	return lkm_out_flush(&buf) < 0 || lkm_out_close() < 0;
}

static const struct lkm_tool lkm_tool_help = {
	.name = "help",
	.about = "Show help message",
	.run = run_help,
};

/* `kmod COMMAND ...`: what argv[0] is to the command, "kmod" is to its messages. */
static int run_command(int argc, char **argv)
{
	const struct lkm_tool *tool;

	if (argc < 2) {
		run_help(argc, argv);
		fprintf(stderr, "missing command\n");
		return 1;
	}
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)
		return run_help(argc, argv);
	if (argv[1][0] == '-') {
		int first;

		return lkm_cli_parse(&kmod, argc, argv, NULL, &first) != LKM_CLI_DONE;
	}
	tool = find_tool(lkm_str(argv[1]));
	if (!tool) {
		run_help(argc, argv);
		fprintf(stderr, "invalid command '%s'\n", argv[1]);
		return 1;
	}
	return tool->run(argc - 1, argv + 1);
}

static const struct lkm_tool kmod = {
	.name = "kmod",
	.synopsis = "[options] command [command_options]",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run_command,
};

int main(int argc, char **argv)
{
	struct lkm_str called = lkm_path_base(lkm_str(argc > 0 ? argv[0] : "kmod"));
	const struct lkm_tool *tool = find_tool(called);
	bool no_stderr = lkm_cli_claim_standard_fds();

	if (!tool)
		tool = &kmod;
	lkm_log_open(&(struct lkm_log_settings){
		.name = tool->name, .no_stderr = no_stderr, .level = 4 });
	return tool->run(argc, argv);
}
