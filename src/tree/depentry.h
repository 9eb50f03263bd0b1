/*
 * tree/depentry.h - can this be what depmod wrote for a module?  Private to
 * tree/tables.c.
 *
 * An index has no checksum; but an entry of modules.dep.bin says some things
 * twice: the key is the name of the file in the value, and files are there.  So
 * a flipped bit that leaves the index well formed shows all the same, mostly.
 * What does not show is told in docs/formats/index.md.
 */
#ifndef LKM_TREE_DEPENTRY_H
#define LKM_TREE_DEPENTRY_H

#include "tree/tree.h"

/*
 * Does a path follow the value that ends at this offset?  Then its end is missing:
 * the bit that makes a blank of a NUL.  What follows a sound one is another node,
 * and no name of a module has a dot or a slash.
 */
bool lkm_depentry_cut(struct lkm_source *src, uint64_t end);

/* Is `value` a line of modules.dep for the module `key`, as far as names tell? */
bool lkm_depentry_sound(struct lkm_str key, struct lkm_str value);

/*
 * Are the files of a sound entry there?  1 yes, 0 no, -ENOMEM.  Its text must
 * live as long as the tree.
 */
int lkm_depentry_present(struct lkm_tree *tree, struct lkm_str value);

#endif
