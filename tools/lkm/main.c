/*
 * lkm - look at kernel modules: the commands for people.
 *
 * `lkm COMMAND ...`; each command has its own option table and --help.
 */
#include "tools/lkm/tools.h"
#include "tools/log.h"
#include "tools/out.h"

static const struct lkm_tool *const commands[] = {
	&lkm_tool_list,
	&lkm_tool_info,
	&lkm_tool_check,
	&lkm_tool_exports,
	&lkm_tool_needs,
	&lkm_tool_signature,
	&lkm_tool_index,
	&lkm_tool_why,
	&lkm_tool_verify,
	&lkm_tool_lint,
};

/* The word behind "lkm" in a command's name. */
static const char *word_of(const struct lkm_tool *tool)
{
	return tool->name + strlen("lkm ");
}

static int print_help(void)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	lkm_buf_puts(&buf, "lkm - look at kernel modules\n"
			   "Usage:\n\tlkm COMMAND [options] [arguments]\n\n"
			   "Commands:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		lkm_buf_printf(&buf, "\t%-12s %s\n", word_of(commands[i]), commands[i]->about);
	lkm_buf_puts(&buf, "\nOptions:\n"
			   "\t-V, --version  show version\n"
			   "\t-h, --help     show this help, or that of a command\n");
	return lkm_out_flush(&buf) < 0 || lkm_out_close() < 0;
}

static int print_version(void)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	lkm_buf_puts(&buf, "lkm version " LKM_VERSION "\n");
	return lkm_out_flush(&buf) < 0 || lkm_out_close() < 0;
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

/* Run a command; in its messages it is "lkm COMMAND", also in those of getopt. */
static int run_command(const struct lkm_tool *tool, int argc, char **argv)
{
	lkm_autofree char *name = strdup(tool->name);

	if (!name) {
		lkm_error("out of memory");
		return 1;
	}
	lkm_log_open(&(struct lkm_log_settings){ .name = tool->name, .level = 4 });
	argv[0] = name;
	return tool->run(argc, argv);
}

int main(int argc, char **argv)
{
	lkm_cli_claim_standard_fds();
	lkm_log_open(&(struct lkm_log_settings){ .name = "lkm", .level = 4 });
	if (argc < 2) {
		lkm_error("missing command; see lkm --help");
		return 1;
	}
	if (is_one_of(argv[1], "-h", "--help") || (argc == 2 && strcmp(argv[1], "help") == 0))
		return print_help();
	if (is_one_of(argv[1], "-V", "--version"))
		return print_version();
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], word_of(commands[i])) == 0)
			return run_command(commands[i], argc - 1, argv + 1);
		if (argc == 3 && strcmp(argv[1], "help") == 0 &&
		    strcmp(argv[2], word_of(commands[i])) == 0)
			return lkm_cli_help(commands[i]);
	}
	lkm_error("there is no command %s; see lkm --help", argv[1]);
	return 1;
}
