/*
 * fail/tree.h - has anything in a folder changed?
 */
#ifndef LKM_TESTS_TREE_H
#define LKM_TESTS_TREE_H

#include <stdint.h>

/*
 * A number made from the paths, kinds and contents of everything below a folder;
 * not of proc/modules, sys/module, dev/kmsg and removed/, which the fake kernel changes.
 */
uint64_t tree_digest(const char *root);

#endif
