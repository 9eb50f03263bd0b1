/*
 * plan/checker.h - check modules against a kernel: files and trees.
 *
 * Puts together what link/verdict.h judges by: the kernel (plan/kernelview.h), the
 * modules that a module uses, from the module directory, and the state of the
 * system, if the kernel is the one that runs.
 *
 * Ownership  The checker borrows kernel and tree; both must outlive it.
 * Errors     -ENOMEM and errors of opening a file, with a diagnosis.  A damaged
 *            file is no error: its verdict says so.
 * Threads    One checker, one thread; lkm_checker_tree() starts its own.
 */
#ifndef LKM_PLAN_CHECKER_H
#define LKM_PLAN_CHECKER_H

#include "base/map.h"
#include "fmt/signature.h"
#include "link/subject.h"
#include "plan/kernelview.h"
#include "tree/config.h"
#include "tree/modfile.h"
#include "tree/tree.h"

/*
 * Does the signature of `module` (without signature) fit a certificate?
 * LKM_SIGCHECK_VALID, _WRONG, or _NAME when that cannot be told: *ret_why, a
 * text that stays, is the reason.
 */
typedef enum lkm_sigcheck lkm_verify_signature(struct lkm_bytes module,
					       const struct lkm_signature *signature,
					       struct lkm_bytes certificate, const char **ret_why);

struct lkm_checker {
	const struct lkm_host *host; /* NULL: not the kernel that runs */
	const struct lkm_host *machine; /* whose keys the kernel will have too; NULL: not known */
	struct lkm_kernelview *kernel;
	struct lkm_tree *tree;
	const struct lkm_config *config; /* its `options` lines count too; NULL: no lines do */
	struct lkm_str alias; /* by which the next module is asked for: its lines count; "" */
	lkm_verify_signature *verify; /* NULL: keys are told by name only */
	struct lkm_map known;	      /* modules whose exports the view has */
	struct lkm_map judged;	      /* by path: how those without parameters of their own fare */
	struct lkm_arena arena;	      /* what these two hold */
	bool tree_read;		      /* all modules of the tree are in the view */
};

#define LKM_CHECKER_INIT { 0 }

/* A module that the checked one uses, directly or not. */
struct lkm_checked_need {
	const char *name;
	const char *path;
	enum lkm_presence presence;
	int err; /* 0, or the negative errno with which it is refused */
};

struct lkm_checked {
	struct lkm_arena arena;
	struct lkm_subject subject;
	struct lkm_verdict verdict;
	LKM_VEC(struct lkm_checked_need) needs; /* in the order in which they are to be loaded */
};

#define LKM_CHECKED_INIT { 0 }

/* Check one file, to be loaded with these parameters. */
int lkm_checker_file(struct lkm_checker *checker, const char *path, struct lkm_str params,
		     struct lkm_checked *ret, struct lkm_diag *diag);

/*
 * Check a module that is open, without the modules it uses: whether these would load is
 * not looked into, and a kernel whose exports nothing tells stays unknown.
 */
int lkm_checker_module(struct lkm_checker *checker, struct lkm_modfile *file, struct lkm_str params,
		       struct lkm_checked *ret);

/* Called for each module of a tree, in module order. */
typedef int lkm_checker_each(void *ctx, const char *path, const struct lkm_subject *subject,
			     const struct lkm_verdict *verdict);

/*
 * Check all modules of the tree against the kernel, each as if those it uses
 * were loaded; the state of the system does not count.  Ends with the first
 * error of `each`.
 */
int lkm_checker_tree(struct lkm_checker *checker, unsigned int threads, lkm_checker_each *each,
		     void *ctx, struct lkm_diag *diag);

/* Give an answer back. */
void lkm_checked_release(struct lkm_checked *checked);
LKM_DEFINE_AUTO(lkm_checked)

/* Give back what the checker itself has. */
void lkm_checker_release(struct lkm_checker *checker);
LKM_DEFINE_AUTO(lkm_checker)

#endif
