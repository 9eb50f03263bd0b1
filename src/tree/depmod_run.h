/*
 * tree/depmod_run.h - one run of depmod: private to tree/depmod*.c and
 * tree/verify*.c.
 *
 * Errors     Those of tree/depmod.h.
 */
#ifndef LKM_TREE_DEPMOD_RUN_H
#define LKM_TREE_DEPMOD_RUN_H

#include "base/file.h"
#include "tree/depmod.h"
#include "tree/harvest.h"
#include "tree/indexset.h"

/* What the kernel build leaves in a module directory. */
enum lkm_depmod_input {
	LKM_DEPMOD_ORDER,
	LKM_DEPMOD_BUILTIN,
	LKM_DEPMOD_BUILTIN_MODINFO,
	LKM_DEPMOD_INPUT_COUNT,
};

struct lkm_depmod_run {
	const struct lkm_depmod_request *req;
	struct lkm_diag *diag;
	struct timespec newest; /* youngest change of anything that goes in */
	bool doubt;		/* or something of it could not be looked at */
	struct lkm_depmodconf conf;
	struct lkm_scan scan;
	struct lkm_blob inputs[LKM_DEPMOD_INPUT_COUNT];
	bool have[LKM_DEPMOD_INPUT_COUNT];
	struct lkm_harvest harvest;
	struct lkm_graph graph;
	struct lkm_indexset set;

	bool caching;		  /* a cache is read and written */
	struct timespec started;  /* before anything was looked at */
	bool has_cache;		  /* there is one, and it is sound */
	struct lkm_depcache cache;
	struct lkm_arena cache_arena; /* what was read of it */
	struct lkm_source cache_source;
	bool cache_is_open;
	int cache_fd;
	bool unchanged; /* nothing was built: the indexes are right as they are */
	bool silent;	/* building had nothing to tell */
	bool kept_old;	/* an old index was not replaced */

	int out_fd; /* the directory of the indexes, locked; -1 when printing */
};

/*
 * All but writing: what the files would be is in run->set, and what they are
 * made from in the other members.  `run` has its req and diag; release it.
 */
int lkm_depmod_make(struct lkm_depmod_run *run);

/* Give everything back. */
void lkm_depmod_run_release(struct lkm_depmod_run *run);

/* Read depmod.d into run->conf.  -ENOMEM. */
int lkm_depmod_configure(struct lkm_depmod_run *run);

/*
 * For -A: has this file or directory changed later than all before?  A directory
 * changes when a file in it is made or removed; a device, by use: that tells nothing.
 * What cannot be looked at may have.
 */
void lkm_depmod_see_time(struct lkm_depmod_run *run, const char *path);

/* Read modules.order and the lists of what is built in; what is missing is told. */
int lkm_depmod_read_inputs(struct lkm_depmod_run *run);

/* Are all indexes there, and younger than everything that goes into them? */
bool lkm_depmod_up_to_date(const struct lkm_depmod_run *run);

/* Open the directory of the indexes, making it if it is not the modules' own, and lock it. */
int lkm_depmod_open_output(struct lkm_depmod_run *run);

/* Read the cache, if there is to be one.  What is wrong with it is told, and it is not used. */
void lkm_depmod_cache_load(struct lkm_depmod_run *run);

/* Are the indexes what would be made now?  Asked when the files are in module order.  -ENOMEM. */
int lkm_depmod_unchanged(const struct lkm_depmod_run *run, bool *ret);

/* They are not: let the records of the cache be found, unless something is wrong with them. */
void lkm_depmod_cache_texts(struct lkm_depmod_run *run);

/* Write the cache, if that is of use.  A failure is told, and no failure of the run. */
void lkm_depmod_cache_store(const struct lkm_depmod_run *run);

/* Remove what crashed runs left beside the indexes. */
void lkm_depmod_clean(const struct lkm_depmod_run *run);

/* Append the texts to the request's buffer.  -ENOMEM. */
int lkm_depmod_print(struct lkm_depmod_run *run);

/* Replace the indexes by the new ones.  Errors of lkm_commit_files(), -ENOTEMPTY. */
int lkm_depmod_write(struct lkm_depmod_run *run);

#endif
