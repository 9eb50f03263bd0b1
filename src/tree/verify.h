/*
 * tree/verify.h - do the indexes of a module directory fit its modules?
 *
 * What depmod would write now is made in memory, by the code of depmod, and
 * compared with the files that are there, entry by entry.  Nothing is written.
 * Each thing found is a finding: what, how many, and the first of them.  A note
 * is worth knowing and no fault: look-ups are right all the same.
 *
 * Not compared is what has no meaning: how an index lays out its nodes, the
 * numbers of priorities as long as their order is right, the order of what
 * modules.order does not list, and of dependencies that do not need each other.
 *
 * Ownership  Texts of the findings belong to the result: release it.
 * Errors     0 whatever was found; a negative errno with a diagnosis when the
 *            directory cannot be looked at: those of tree/scan.h, -ENOMEM.
 * Trust      Any bytes, in modules and indexes.
 * Threads    One call for one result.
 */
#ifndef LKM_TREE_VERIFY_H
#define LKM_TREE_VERIFY_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"
#include "fmt/compress.h"

enum lkm_finding_kind {
	LKM_FINDING_MODULE,    /* module files that cannot be in an index */
	LKM_FINDING_DUPLICATE, /* several files of one module */
	LKM_FINDING_MISSING,   /* an index that is not there */
	LKM_FINDING_DAMAGED,   /* an index that cannot be read */
	LKM_FINDING_CONTENT,   /* an index says something else than the modules */
	LKM_FINDING_TWINS,     /* an index says something else than its text */
	LKM_FINDING_DANGLING,  /* an index names files that are not there */
	LKM_FINDING_LEFTOVER,  /* temporary files of a depmod that did not end well */
	LKM_FINDING_NEWER,     /* modules that are newer than the indexes */
	LKM_FINDING_DECODER,   /* compressed so that no kernel can decode it itself */
	LKM_FINDING_REMARK,    /* what depmod would warn of */
	LKM_FINDING_KINDS,
};

/* A word for it: "module", "duplicate", ... */
const char *lkm_finding_name(enum lkm_finding_kind kind);

struct lkm_finding {
	enum lkm_finding_kind kind;
	bool note;
	const char *file; /* the index, "" if it is not about one */
	const char *what; /* one sentence */
	size_t count;	  /* of the things it is about */
	LKM_VEC(const char *) examples;
};

struct lkm_verify_request {
	const char *release;
	const char *dir; /* the module directory */

	/* depmod.d: these files and directories; count 0: the standard ones. */
	const char *const *config;
	size_t config_count;

	size_t examples; /* of each finding, at most; 0: all */

	/* Called now and then with how much is read; may be NULL. */
	void (*progress)(void *ctx, size_t done, size_t all);
	void *ctx;
};

struct lkm_verify {
	struct lkm_arena arena;
	LKM_VEC(struct lkm_finding) list; /* without notes first */
	size_t faults;			  /* of them are no notes */
	size_t modules;			  /* that can be looked up, if all is right */
};

#define LKM_VERIFY_INIT { 0 }

/* Look at everything.  See Errors. */
int lkm_verify_run(const struct lkm_verify_request *request, struct lkm_verify *ret,
		   struct lkm_diag *diag);

/* Give the findings back. */
void lkm_verify_release(struct lkm_verify *verify);
LKM_DEFINE_AUTO(lkm_verify)

#endif
