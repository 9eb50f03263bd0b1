/*
 * plan/checking.h - the parts of plan/checker.h: private to plan/check*.c.
 */
#ifndef LKM_PLAN_CHECKING_H
#define LKM_PLAN_CHECKING_H

#include "base/path.h"
#include "plan/checker.h"
#include "tree/modfile.h"

/* What the running kernel knows by that name; NONE if it is not the kernel in question. */
enum lkm_presence lkm_checker_state(const struct lkm_checker *checker, const char *name);

/* Copy a view into a C string that is cut if it is too long. */
void lkm_checker_name(struct lkm_str name, char ret[static LKM_MODNAME_MAX]);

/* Take into the view all that has a say about the symbols this module takes and gives. */
int lkm_checker_know(struct lkm_checker *checker, const struct lkm_subject *subject,
		     struct lkm_diag *diag);

/* What the kernel would say of the signature of a file, into `about`.  -ENOMEM. */
int lkm_checker_signature(const struct lkm_checker *checker, struct lkm_source *file,
			  struct lkm_case *about);

/* The same of a file that is closed again, by the key that its signature names. */
enum lkm_sigcheck lkm_checker_key(const struct lkm_checker *checker, struct lkm_bytes key,
				  struct lkm_str signer);

/* Take into the view what one module gives.  -ENOMEM. */
int lkm_checker_add_gives(struct lkm_checker *checker, const struct lkm_subject *subject);

/*
 * Take into the view what all modules of the tree give; where the kernel's own
 * exports are not known, what their versions agree on.  -ENOMEM.
 */
int lkm_checker_read_tree(struct lkm_checker *checker, unsigned int threads,
			  struct lkm_subject **ret_subjects, char ***ret_paths, size_t *ret_count,
			  struct lkm_diag *diag);

#endif
