/*
 * tools/kmod/modprobe.h - what the parts of modprobe share: private to
 * tools/kmod/modprobe*.c.
 *
 * modprobe.c          options, and which of the jobs below it is
 * modprobe_env.c      MODPROBE_OPTIONS, and the environment of the kernel's requests
 * modprobe_jobs.c     -a --jobs
 * modprobe_insert.c   load, or print what would be loaded (-D, -n)
 * modprobe_list.c     -l
 * modprobe_remove.c   unload
 * modprobe_show.c     -c, -R, --show-modversions, --show-exports
 */
#ifndef LKM_TOOLS_KMOD_MODPROBE_H
#define LKM_TOOLS_KMOD_MODPROBE_H

#include "base/path.h"
#include "plan/insert.h"
#include "plan/turns.h"
#include "plan/unload.h"
#include "tools/kmod/tools.h"

/* The job: one option each; the last one given counts. */
enum modprobe_job {
	MODPROBE_INSERT,
	MODPROBE_LIST,
	MODPROBE_REMOVE,
	MODPROBE_RESOLVE,
	MODPROBE_SHOW_CONFIG,
	MODPROBE_SHOW_DEPENDS,
	MODPROBE_SHOW_MODVERSIONS,
	MODPROBE_SHOW_EXPORTS,
};

/* Exit codes. */
enum {
	MODPROBE_DONE = 0,
	MODPROBE_FAILED = 1,
	MODPROBE_FORBIDDEN = 3, /* nothing but a forbid or allow-only line stood against it */
};

struct modprobe_options {
	int job; /* enum modprobe_job */
	bool all;
	bool any;
	bool autoclean;
	bool dry_run;
	bool first_time;
	bool ignore_command;
	bool ignore_forbid;
	bool quiet;
	bool remove_holders;
	bool syslog;
	bool use_blacklist;
	int verbose;
	unsigned int force; /* LKM_FINIT_IGNORE_* */
	const char *base;
	const char *name; /* -o: load it as this module */
	const char *jobs;
	const char *release;
	const char *type;
	const char *wait;
	struct lkm_opt_list configs;
};

/* One run of modprobe. */
struct modprobe {
	struct modprobe_options options;
	char name[LKM_MODNAME_MAX]; /* room for options.name */
	const struct lkm_host *host;
	struct lkm_tree tree;
	struct lkm_config config;
	bool config_is_complete;
	struct lkm_report report;
	struct lkm_plan_env env; /* its host is NULL where loaded modules do not count */
	struct lkm_unload_options unload; /* -r: how */
	struct lkm_map asked;		  /* -r: modules, 1 once they are gone (or would be) */
	struct lkm_buf command_options; /* MODPROBE_OPTIONS of commands */
	struct lkm_buf out;
};

/* The loading of what one name stands for: what is to be done, and what there is to say. */
struct modprobe_work {
	struct modprobe *m;
	const char *name;
	struct lkm_buf params;
	LKM_VEC(struct lkm_plan) plans; /* one for each module */
	LKM_VEC(struct lkm_turn) turns; /* their places among all, or none */
	struct lkm_buf loaded;		/* names of modules, each with a blank in front */
	struct lkm_buf out, said;	/* for standard output and error, while others are at work */
	bool failed;
	bool forbidden; /* the policy refused something */
};

/* Plan what `work->name` with `work->params` stands for; messages are printed. */
void modprobe_plan_work(struct modprobe_work *work);

/* Execute the plans. */
void modprobe_do_work(struct modprobe_work *work);

/* The exit code of what was planned and done. */
int modprobe_work_code(const struct modprobe_work *work);

/* Give the contents back. */
void modprobe_work_release(struct modprobe_work *work);

/* -a --jobs: all names, several at once, with the outcome of one after the other: exit code. */
int modprobe_insert_together(struct modprobe *m, char **names, int count);

/* The worse of two exit codes. */
static inline int modprobe_worse(int a, int b)
{
	return a == MODPROBE_FAILED || b == MODPROBE_DONE ? a : b;
}

/* Were we called by the kernel, or with the environment that it gives? */
bool modprobe_is_kernels(void);

/* The command line with the words of MODPROBE_OPTIONS behind argv[0]. */
struct modprobe_args {
	int argc;
	char **argv;
	char *text;
};

/* Put them together.  -ENOMEM.  Release in any case. */
int modprobe_add_environment(struct modprobe_args *args, int argc, char **argv);
void modprobe_args_release(struct modprobe_args *args);

/*
 * MODPROBE_OPTIONS of install and remove commands: ours, then -C, -q, -s and -v if given,
 * unless it ends in them already.
 */
void modprobe_command_options(const struct modprobe_options *options, struct lkm_buf *ret);

/* Each does its job for the names (and parameters) of the command line: exit code. */
int modprobe_insert(struct modprobe *m, char **names, int count);
int modprobe_list(struct modprobe *m, char **patterns, int count);
int modprobe_remove(struct modprobe *m, char **names, int count);
int modprobe_autoclean(struct modprobe *m); /* -r -k without names: one pass */
int modprobe_resolve(struct modprobe *m, char **names, int count);
int modprobe_show_config(struct modprobe *m);
int modprobe_show_symbols(struct modprobe *m, const char *name);

/* The end of the work, or, where there are other names, only of that for this one. */
#define modprobe_fatal(m, ...)                                                                \
	((m)->options.all || (m)->options.any ? lkm_warning(__VA_ARGS__) : lkm_fatal(__VA_ARGS__))

/* "Module NAME not found in directory DIR": fatal, or a warning among several names. */
void modprobe_not_found(struct modprobe *m, const char *name);

/*
 * Add to the files of the configuration what only a plan asks for: the kernel's
 * command line, modules.softdep and modules.weakdep.  False after a message.
 */
bool modprobe_complete_config(struct modprobe *m);

#endif
