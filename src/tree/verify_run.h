/*
 * tree/verify_run.h - one run of verify: private to tree/verify*.c.
 *
 * A finding is begun as a local, gets its examples, and is put into the result.
 * Memory that runs out sticks in the run, and is asked for at its end.
 */
#ifndef LKM_TREE_VERIFY_RUN_H
#define LKM_TREE_VERIFY_RUN_H

#include "tree/depmod_run.h"
#include "tree/indexfile.h"
#include "tree/verify.h"

struct lkm_verify_run {
	const struct lkm_verify_request *req;
	struct lkm_verify *out;
	struct lkm_depmod_run made;	/* what depmod would do now */
	struct lkm_finding problems;	/* its errors, and */
	struct lkm_finding remarks;	/* its warnings */
	struct lkm_map files;		/* paths of all module files */
	struct lkm_map priorities;	/* module -> its priority in modules.dep.bin */
	struct lkm_indexfile have[LKM_TABLE_COUNT]; /* the indexes that are there */
	bool differs[LKM_INDEXSET_COUNT];	    /* from what it should be */
	int err;
};

/* Begin a finding about an index file ("": none). */
struct lkm_finding lkm_finding_begin(enum lkm_finding_kind kind, const char *file);

/* Count one more thing, with its text while there is room for examples. */
void lkm_finding_add(struct lkm_verify_run *v, struct lkm_finding *finding, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Give the finding its sentence and take it over. */
void lkm_finding_put(struct lkm_verify_run *v, struct lkm_finding *finding, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Compare entries with those that should be there; what differs goes into the
 * finding, which is then put, and true comes back.  `table` says what they mean
 * (LKM_TABLE_COUNT: lines of a text, as keys).
 */
bool lkm_verify_compare(struct lkm_verify_run *v, struct lkm_finding *finding,
			enum lkm_table table, const struct lkm_index_hits *want,
			const struct lkm_index_hits *have);

/* Read all index files and compare them: verify_index.c. */
void lkm_verify_indexes(struct lkm_verify_run *v);

/* Look at the module files and at the names in the directory: verify_files.c. */
void lkm_verify_files(struct lkm_verify_run *v);

#endif
