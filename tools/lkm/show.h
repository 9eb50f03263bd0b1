/*
 * lkm/show.h - what the commands that describe module files have in common.
 *
 * An argument is a file if it has a '/' or ends like a module file; otherwise
 * it is the name or an alias of a module of the running (or given) kernel, and
 * may stand for several.  Each module is opened and handed to the command,
 * which appends text or JSON; an argument that fails is reported, the others
 * are still shown, and the exit code is 1.
 *
 *	{ "modules": [ ... one object per module ... ],
 *	  "errors": [ { "argument", "errno", "message" } ... ] }
 */
#ifndef LKM_TOOLS_LKM_SHOW_H
#define LKM_TOOLS_LKM_SHOW_H

#include "tools/lkm/json.h"
#include "tools/lkm/machine.h"
#include "tree/modfile.h"

/* One module to be shown. */
struct lkm_target {
	struct lkm_str name;
	const char *path; /* NULL: built into the kernel */
	struct lkm_modfile *file; /* open; NULL: built into the kernel */
	struct lkm_tree *tree;
	struct lkm_json *json; /* NULL: text is wanted, into `out` */
	struct lkm_buf *out;
	bool several; /* there is more than one argument: say whose facts these are */
	bool later;   /* something has been shown before */
};

/*
 * Append what the command has to say: with json, members of an object that is
 * open and has "name" and "filename".  A negative errno with a diagnosis.
 */
typedef int lkm_show_module(const struct lkm_target *target, const void *options,
			    struct lkm_diag *diag);

/*
 * The whole of a command's run(): parse, resolve, show, report; the exit code.
 * `options` begins with a struct lkm_show_options.
 */
int lkm_show_run(const struct lkm_tool *tool, int argc, char **argv, void *options,
		 lkm_show_module *show);

#endif
