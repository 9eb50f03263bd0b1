/*
 * tools/kmod/insmod.h - what the parts of insmod share: private to
 * tools/kmod/insmod*.c.
 *
 * insmod.c        options, and the order of the work
 * insmod_dry.c    -n, -p, -m, -O: what is told of a module
 * insmod_find.c   which file: the one that is named, or one of that name
 * insmod_load.c   edits, the load itself, what is said and kept of it
 */
#ifndef LKM_TOOLS_KMOD_INSMOD_H
#define LKM_TOOLS_KMOD_INSMOD_H

#include "base/report.h"
#include "plan/edit.h"
#include "plan/load.h"
#include "plan/watch.h"
#include "tools/kmod/tools.h"
#include "tree/search.h"

/* Of two options that say the opposite the last one counts. */
enum insmod_exports {
	INSMOD_EXPORTS_KEEP,
	INSMOD_EXPORTS_HIDE, /* -x */
	INSMOD_EXPORTS_ALL,  /* -X */
};

struct insmod_options {
	unsigned int force; /* LKM_FINIT_IGNORE_* */
	int exports;	    /* enum insmod_exports */
	int marks;	    /* -Y: 1, -y: 0 */
	bool allow_unknown;
	bool any_owner;
	bool autoclean;
	bool lock;
	bool kallsyms;
	bool map;
	bool noload;
	bool numeric_only;
	bool probe;
	bool quiet;
	bool syslog;
	bool verbose;
	const char *blob;
	const char *name;
	const char *prefix;
	const char *persist; /* as given: "", FILE or FILE:PARAMETERS */
};

/* Of a name that comes from standard input. */
#define INSMOD_TYPED_MAX 1024

/* One run of insmod. */
struct insmod {
	struct insmod_options options;
	const struct lkm_host *host;
	const char *path; /* the file as given or found, "-" for standard input */
	bool searched;	  /* it was given by a bare name */
	char typed[INSMOD_TYPED_MAX]; /* the name that standard input gave */
	struct lkm_buf release; /* of the running kernel, once it was asked for */
	struct lkm_search search;
	struct lkm_image image;
	struct lkm_report report;
	struct lkm_buf params;
	struct lkm_buf object;	/* the file, absolute; "" for standard input */
	struct lkm_buf persist; /* -e: the file of parameters; empty: none */
	struct lkm_str persist_which; /* -e: the parameters, "" for all */

	/* -m, -O: where it is */
	char module[LKM_MODNAME_MAX];
	struct lkm_placed placed;
	int placed_err; /* why it has no layout, or 0 */
	struct lkm_diag placed_diag;
	struct lkm_watch watch;
	bool map_shown;
};

/* Which file: in->path.  Negative after a message. */
int insmod_find(struct insmod *in, const char *word);

/*
 * What came from standard input is no module, but the name of one: a single word.  Then
 * in->typed is that, and the image is empty again.
 */
bool insmod_is_name(struct insmod *in);

/* -e: which file of parameters.  Negative after a message. */
int insmod_find_persist(struct insmod *in);

/* Edit the image as the options say, and tell.  Negative after a message. */
int insmod_edit(struct insmod *in);

/* Load it, tell what happened, and keep what is to be kept.  Negative after a message. */
int insmod_load(struct insmod *in);

/* -n, -p: say what the kernel would answer; then -m and -O.  Negative after a message. */
int insmod_rehearse(struct insmod *in);

/* -m, -O: look where it is while it is loaded. */
void insmod_watch(struct insmod *in);

/* -m, -O, -S of a module that was just loaded.  Negative after a message. */
int insmod_show(struct insmod *in);

/* -m, -O of a module whose load ended with this error: if it was in the kernel, it was somewhere. */
void insmod_show_failed(struct insmod *in, int err);

/* The line for what could not be done with the file, kmod's words. */
void insmod_print_error(const struct insmod *in, int err, enum lkm_load_way way);

#endif
