/*
 * tools/kmod/modinfo_describe.h - one argument of modinfo, answered.
 *
 * An argument that ends like a module file and is a file is that file; any
 * other is looked up in the module directory, and may stand for several
 * modules.  Nothing is printed here: arguments are answered on many threads, so
 * the answer and what there is to say about it are collected.
 *
 * Ownership  A describer owns its work space and its view of the module
 *            directory; an answer owns its texts.
 * Threads    One describer for each thread; the request is shared.
 */
#ifndef LKM_TOOLS_KMOD_MODINFO_DESCRIBE_H
#define LKM_TOOLS_KMOD_MODINFO_DESCRIBE_H

#include "tools/kmod/modinfo_text.h"

/* What is the same for all arguments. */
struct modinfo_request {
	struct modinfo_style style;
	const char *base;    /* root of /lib/modules, or NULL */
	const char *release; /* NULL: the running kernel's */
	const char *cwd;     /* NULL when no argument is a relative path */
	bool modname;	     /* arguments are names of modules, nothing else */
};

/* Kinds of talk, the first character of each piece. */
enum {
	MODINFO_ERROR = 'E',
	MODINFO_WARNING = 'W',
	MODINFO_REASON = 'R', /* explains the error before it */
	MODINFO_NOTICE = 'N', /* a warning that is true once for all arguments */
};

struct modinfo_answer {
	struct lkm_buf out;
	struct lkm_buf talk; /* kind, text, NUL; and again */
	bool failed;
	bool missing; /* a name (not a path) was not found in the module directory */
};

struct modinfo_describer {
	const struct modinfo_request *request;
	struct lkm_modfile file;
	struct lkm_info info;
	struct lkm_parminfo parms;
	struct lkm_tree tree;
	bool tree_is_open;
};

/* Fill the caller's struct. */
void modinfo_describer_init(struct modinfo_describer *d, const struct modinfo_request *request);

/* The directory for modules of `release`, or of the running kernel if that is NULL. */
int modinfo_open_tree(const struct modinfo_request *request, struct lkm_tree *tree,
		      struct lkm_diag *diag);

/* Append what there is to say about one argument. */
void modinfo_describe(struct modinfo_describer *d, const char *arg,
		      struct modinfo_answer *answer);

/* Give everything back. */
void modinfo_describer_release(struct modinfo_describer *d);
LKM_DEFINE_AUTO(modinfo_describer)

/* Give the texts back. */
void modinfo_answer_release(struct modinfo_answer *answer);

#endif
