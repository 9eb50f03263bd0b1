/*
 * lkm/why.h - the two forms in which `lkm why` shows what it found: private to
 * tools/lkm/why*.c.
 */
#ifndef LKM_TOOLS_LKM_WHY_H
#define LKM_TOOLS_LKM_WHY_H

#include "plan/why.h"
#include "tools/lkm/json.h"

/* Append a tree of sentences.  -ENOMEM. */
int lkm_why_print(const struct lkm_why *why, const struct lkm_tree *tree, struct lkm_buf *out);

/* Append an object of the array "names". */
void lkm_why_print_json(const struct lkm_why *why, const struct lkm_tree *tree,
			struct lkm_json *json);

#endif
