/*
 * tools/notices.h - tell what a module directory has noticed about its files.
 *
 * That an index is damaged, or missing, and its text was used instead: a warning,
 * once for each file (tree/tree.h).
 */
#ifndef LKM_TOOLS_NOTICES_H
#define LKM_TOOLS_NOTICES_H

#include "tree/tree.h"

/* Warn of each notice that was not told yet. */
void lkm_notices_tell(struct lkm_tree *tree);

#endif
