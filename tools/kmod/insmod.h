/*
 * tools/kmod/insmod.h - what the parts of insmod share: private to
 * tools/kmod/insmod*.c.
 *
 * insmod.c        options, and the order of the work
 * insmod_load.c   the load itself, and what is said about it
 */
#ifndef LKM_TOOLS_KMOD_INSMOD_H
#define LKM_TOOLS_KMOD_INSMOD_H

#include "base/report.h"
#include "plan/edit.h"
#include "plan/load.h"
#include "tools/kmod/tools.h"

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
	bool lock;
	bool numeric_only;
	bool quiet;
	bool syslog;
	bool verbose;
	const char *name;
};

/* One run of insmod. */
struct insmod {
	struct insmod_options options;
	const struct lkm_host *host;
	const char *path; /* as given, "-" for standard input */
	struct lkm_image image;
	struct lkm_report report;
	struct lkm_buf params;
};

/* Edit the image as the options say, and tell.  Negative after a message. */
int insmod_edit(struct insmod *in);

/* Load it, and tell what happened.  Negative after a message. */
int insmod_load(struct insmod *in);

/* The line for what could not be done with the file, kmod's words. */
void insmod_print_error(const struct insmod *in, int err, enum lkm_load_way way);

#endif
