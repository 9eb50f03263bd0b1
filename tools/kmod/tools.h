/*
 * tools/kmod/tools.h - the commands inside the kmod program.
 *
 * Each lives in a file of its name: an option table and a run function.  The
 * list that main() picks from is in main.c.
 */
#ifndef LKM_TOOLS_KMOD_TOOLS_H
#define LKM_TOOLS_KMOD_TOOLS_H

#include "tools/cli.h"

/* Make the indexes of a module directory: depmod.c. */
extern const struct lkm_tool lkm_tool_depmod;

/* Load one file: insmod.c. */
extern const struct lkm_tool lkm_tool_insmod;

/* Show what is loaded: lsmod.c. */
extern const struct lkm_tool lkm_tool_lsmod;

/* Describe modules: modinfo.c. */
extern const struct lkm_tool lkm_tool_modinfo;

/* Load and unload modules with what they need: modprobe.c. */
extern const struct lkm_tool lkm_tool_modprobe;

/* Unload modules: rmmod.c. */
extern const struct lkm_tool lkm_tool_rmmod;

/* Print the device nodes that load a module: static_nodes.c. */
extern const struct lkm_tool lkm_tool_static_nodes;

#endif
