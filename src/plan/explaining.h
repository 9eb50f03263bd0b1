/*
 * plan/explaining.h - what the checks behind plan/explain.h work with.
 *
 * Errors     Every check returns 0 or -ENOMEM.
 */
#ifndef LKM_PLAN_EXPLAINING_H
#define LKM_PLAN_EXPLAINING_H

#include "plan/explain.h"

/* One refusal with the file opened as far as it goes. */
struct lkm_explaining {
	const struct lkm_host *host;
	const struct lkm_refusal *refusal;
	struct lkm_reasons *reasons;
	int err;
	const char *module;	   /* the module's name as far as known, or "" */
	struct lkm_bytes plain;	   /* the decoded file; empty if it cannot be had */
	struct lkm_modfile file;   /* of those bytes */
	int file_err;		   /* why it is no ELF file, or 0 */
	struct lkm_diag file_diag;
	struct lkm_bytes modinfo;  /* empty if there is none */
};

/* What the file shows about itself: explain_file.c. */
int lkm_explain_format(struct lkm_explaining *e);
int lkm_explain_machine(struct lkm_explaining *e);
int lkm_explain_contents(struct lkm_explaining *e);
int lkm_explain_vermagic(struct lkm_explaining *e);
int lkm_explain_struct_size(struct lkm_explaining *e);
int lkm_explain_signature(struct lkm_explaining *e);

/* What the file wants and this kernel does not give: explain_check.c. */
int lkm_explain_check(struct lkm_explaining *e);

/* What the system shows: explain_host.c. */
int lkm_explain_rights(struct lkm_explaining *e);
int lkm_explain_blacklist(struct lkm_explaining *e);
int lkm_explain_depends(struct lkm_explaining *e);
int lkm_explain_state(struct lkm_explaining *e);
int lkm_explain_copy(struct lkm_explaining *e);
int lkm_explain_errno(struct lkm_explaining *e);

#endif
