/*
 * lkm/facts.h - what a module says about itself, sorted out for people.
 *
 * Unlike modinfo's flat list, what is in the file's .modinfo is kept apart from
 * what was computed from the file: a module cannot pass off a string
 * "signer=" as its signature.
 *
 * Ownership  Texts live in the module file or the tree; arrays in the struct.
 * Errors     Those of lkm_elf_contents_of(), lkm_info_builtin() and
 *            lkm_signature_read(), with a diagnosis.
 */
#ifndef LKM_TOOLS_LKM_FACTS_H
#define LKM_TOOLS_LKM_FACTS_H

#include "fmt/parminfo.h"
#include "fmt/signature.h"
#include "tools/lkm/show.h"

struct lkm_facts {
	LKM_VEC(struct lkm_modinfo_item) items; /* without those of parameters, in the file's order */
	LKM_VEC(struct lkm_str) keys;		/* each once: well-known ones first */
	struct lkm_parminfo parms;
	struct lkm_bytes build_id; /* empty: none */
	bool is_signed;
	struct lkm_signature signature;
};

/* Read the facts of an open module file or of a built-in module.  See Errors. */
int lkm_facts_read(struct lkm_facts *facts, const struct lkm_target *target,
		   struct lkm_diag *diag);

/* Take the next value of a key; *pos starts at 0.  False when there is none. */
bool lkm_facts_next(const struct lkm_facts *facts, struct lkm_str key, size_t *pos,
		    struct lkm_str *ret);

/* Give the memory back. */
void lkm_facts_release(struct lkm_facts *facts);
LKM_DEFINE_AUTO(lkm_facts)

#endif
