/*
 * lkm/machine.h - the module directory and the configuration that a command looks into.
 *
 * That of the running kernel, unless options name another release or root: then
 * it is another machine, whose loaded modules and command line are not known.
 *
 * Errors     A negative errno after a message on standard error.
 */
#ifndef LKM_TOOLS_LKM_MACHINE_H
#define LKM_TOOLS_LKM_MACHINE_H

#include "host/host.h"
#include "tools/lkm/tools.h"
#include "tree/config.h"
#include "tree/tree.h"

/* The first member of the options struct of a command that looks into a module directory. */
struct lkm_show_options {
	const char *base;
	const char *release;
	bool json;
};

#define LKM_OPTS_SHOW                                                                          \
	{ 'k', "kernel", LKM_OPT_TEXT, offsetof(struct lkm_show_options, release),             \
	  .arg = "RELEASE", .help = "names are those of kernel RELEASE, not of the running one" }, \
	{ 'b', "basedir", LKM_OPT_TEXT, offsetof(struct lkm_show_options, base), .arg = "DIR",  \
	  .help = "the root of lib/modules is DIR" },                                           \
	{ 'J', "json", LKM_OPT_TRUE, offsetof(struct lkm_show_options, json),                   \
	  .help = "print JSON" },                                                               \
	LKM_OPTS_HELP

/* The same for a command that reads the configuration too. */
struct lkm_machine_options {
	struct lkm_show_options show;
	struct lkm_opt_list configs; /* free its items */
};

#define LKM_OPTS_MACHINE                                                                       \
	{ 'C', "config", LKM_OPT_LIST, offsetof(struct lkm_machine_options, configs),          \
	  .arg = "FILE", .help = "read this file or directory instead of the\n"                \
				 "directories of modprobe.d(5); may be repeated" },            \
	LKM_OPTS_SHOW

struct lkm_machine {
	struct lkm_tree tree;
	struct lkm_config config;
	struct lkm_blob cmdline;
	struct lkm_config_sources sources; /* of the configuration */
	const struct lkm_host *host; /* NULL: another machine */
};

/* Open the module directory the options name. */
int lkm_machine_open_tree(struct lkm_tree *tree, const struct lkm_show_options *options);

/* Open it and read the configuration; what is odd in that goes to `report`. */
int lkm_machine_open(struct lkm_machine *machine, const struct lkm_machine_options *options,
		     struct lkm_report *report);

/* Close everything. */
void lkm_machine_release(struct lkm_machine *machine);
LKM_DEFINE_AUTO(lkm_machine)

#endif
