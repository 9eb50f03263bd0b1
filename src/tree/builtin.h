/*
 * tree/builtin.h - what is known of the modules that are built into the kernel.
 *
 * Their names are in the table "builtin"; what modinfo shows of them is in
 * modules.builtin.modinfo, as `MODULE.KEY=VALUE` strings, each ended by NUL.
 *
 * Ownership  The bytes live as long as the tree.
 * Errors     Those of lkm_file_read(), with a diagnosis.
 * Source     linux scripts/Makefile.vmlinux (since 5.2).
 */
#ifndef LKM_TREE_BUILTIN_H
#define LKM_TREE_BUILTIN_H

#include "tree/tree.h"

/* The whole of modules.builtin.modinfo.  -ENOENT: a kernel without it. */
int lkm_builtin_modinfo(struct lkm_tree *tree, struct lkm_bytes *ret, struct lkm_diag *diag);

#endif
