/*
 * tools/cli.h - options as data: one table per tool.
 *
 * The table gives parsing (getopt_long(3): clusters, abbreviations of long
 * names, options after operands, "--"), --help and --version.  A value goes
 * straight into the tool's own options struct:
 *
 *	struct options { bool force; const char *base; };
 *
 *	static const struct lkm_opt opts[] = {
 *		{ 'f', "force", LKM_OPT_TRUE, offsetof(struct options, force), .help = "..." },
 *		{ 'b', "basedir", LKM_OPT_TEXT, offsetof(struct options, base),
 *		  .arg = "DIR", .help = "..." },
 *		LKM_OPTS_COMMON,
 *	};
 *
 * Ownership  Texts point into argv.
 * Threads    None: getopt has global state.
 * Source     What scripts rely on: options after operands (dkms, iptables),
 *            bundles (-qab), unique abbreviations, getopt's own messages.
 */
#ifndef LKM_TOOLS_CLI_H
#define LKM_TOOLS_CLI_H

#include <stdbool.h>
#include <stddef.h>

/* What kmod calls itself; scripts compare the third word of --version. */
#define LKM_KMOD_VERSION "34"

enum lkm_opt_kind {
	LKM_OPT_TRUE,	  /* bool: becomes true */
	LKM_OPT_BITS,	  /* unsigned int: `value` is or-ed in */
	LKM_OPT_SET,	  /* int: becomes `value` */
	LKM_OPT_COUNT,	  /* int: goes up by one */
	LKM_OPT_TEXT,	  /* const char *: the option's argument */
	LKM_OPT_MAYBE,	  /* const char *: the argument if one is attached, else "" */
	LKM_OPT_CONSTANT, /* const char *: becomes `constant` */
	LKM_OPT_LIST,	  /* struct lkm_opt_list: every argument, in order */
	LKM_OPT_HELP,
	LKM_OPT_VERSION,
};

/* Arguments of an option that may be repeated; for LKM_OPT_LIST. */
struct lkm_opt_list {
	const char **items; /* room for as many as there are arguments; free it */
	size_t len;
};

struct lkm_opt {
	char letter;	  /* 0: long form only */
	const char *name; /* NULL: short form only */
	enum lkm_opt_kind kind;
	size_t offset; /* into the tool's options struct */
	int value;
	const char *constant;
	const char *arg;  /* name of the argument in --help */
	const char *help; /* NULL: accepted, not shown */
};

#define LKM_OPTS_COMMON                                                               \
	{ .letter = 'V', .name = "version", .kind = LKM_OPT_VERSION, .help = "show version" }, \
	{ .letter = 'h', .name = "help", .kind = LKM_OPT_HELP, .help = "show this help" }

struct lkm_tool {
	const char *name;     /* as in "insmod": how it calls itself in messages */
	const char *synopsis; /* what follows the name in the usage line */
	const char *about;    /* one line for the list of commands */
	const char *notes;    /* extra text under the options of --help, or NULL */
	const struct lkm_opt *opts;
	size_t opt_count;
	int (*run)(int argc, char **argv); /* exit code */
};

enum lkm_cli_next {
	LKM_CLI_RUN,	/* options are filled in */
	LKM_CLI_DONE,	/* help or version was printed: exit 0 */
	LKM_CLI_FAILED, /* a message was printed: exit 1 */
};

/*
 * Parse argv into *options by the tool's table.  *ret_first receives the index
 * of the first operand (operands are moved to the end of argv).
 */
enum lkm_cli_next lkm_cli_parse(const struct lkm_tool *tool, int argc, char **argv, void *options,
				int *ret_first);

/* Print the help text of a tool to standard output; 0 or 1, the exit code. */
int lkm_cli_help(const struct lkm_tool *tool);

/* Print the version lines to standard output; 0 or 1, the exit code. */
int lkm_cli_version(void);

/*
 * Open /dev/null where descriptor 0, 1 or 2 is closed, so that no file gets that
 * number; the root folder, unreadable and unwritable, where there is no /dev.
 * True if standard error was closed.
 */
bool lkm_cli_claim_standard_fds(void);

#endif
