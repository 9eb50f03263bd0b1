/*
 * lkm/tools.h - the commands inside the lkm program.
 *
 * Each lives in a file of its name: an option table and a run function.  The
 * list that main() picks from is in main.c.
 */
#ifndef LKM_TOOLS_LKM_TOOLS_H
#define LKM_TOOLS_LKM_TOOLS_H

#include "tools/cli.h"

/* Every command has --help; --version belongs to the program. */
#define LKM_OPTS_HELP { .letter = 'h', .name = "help", .kind = LKM_OPT_HELP, .help = "show this help" }

/* What the kernel would answer: check.c. */
extern const struct lkm_tool lkm_tool_check;

/* The symbols a module gives: exports.c. */
extern const struct lkm_tool lkm_tool_exports;

/* What an index holds: index.c. */
extern const struct lkm_tool lkm_tool_index;

/* What modules say about themselves: info.c. */
extern const struct lkm_tool lkm_tool_info;

/* What is wrong with the configuration: lint.c. */
extern const struct lkm_tool lkm_tool_lint;

/* What is loaded: list.c. */
extern const struct lkm_tool lkm_tool_list;

/* The symbols a module takes: needs.c. */
extern const struct lkm_tool lkm_tool_needs;

/* Who signed it: signature.c. */
extern const struct lkm_tool lkm_tool_signature;

/* What modprobe would do, and why: why.c. */
extern const struct lkm_tool lkm_tool_why;

/* Do the indexes fit the modules: verify.c. */
extern const struct lkm_tool lkm_tool_verify;

#endif
