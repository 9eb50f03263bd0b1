/*
 * fmt/index_write.h - write a binary index modules.*.bin.
 *
 * The layout is in fmt/index.h.  Every key ends at its own node; a node has a
 * prefix when all keys below it go on with the same bytes.  Nodes follow their
 * parent in the order of the keys, so that a look-up moves forward through the
 * file.  No two references lead to the same node.
 *
 * Values of a key stand by priority, lowest first; among equals the one given
 * last is first, as kmod has it.  Equal entries are kept: so does kmod.
 *
 * Units      Keys and values may hold any byte but NUL.
 * Ownership  Entries and their texts are borrowed for the call.
 * Errors     -EINVAL  a key or value holds a NUL
 *            -EFBIG   a key over LKM_INDEX_WRITE_KEY_MAX, or more than 28 bits
 *                     of offset can reach
 *            -ENOMEM
 * Threads    No state: call from any thread.
 */
#ifndef LKM_FMT_INDEX_WRITE_H
#define LKM_FMT_INDEX_WRITE_H

#include "base/buf.h"

/* kmod's tools copy keys into PATH_MAX bytes; the longest real alias has some 400. */
#define LKM_INDEX_WRITE_KEY_MAX 4095u

struct lkm_index_entry {
	struct lkm_str key;
	struct lkm_str value;
	uint32_t priority;
};

/* Sort entries as they stand in a file: by key, then as the values of a key. */
void lkm_index_sort(const struct lkm_index_entry **entries, size_t count);

/*
 * Append the index of `count` entries, in any order, to `buf`, which must be
 * empty.  See Errors; then the buffer's contents are of no use.
 */
int lkm_index_write(const struct lkm_index_entry *entries, size_t count, struct lkm_buf *buf);

#endif
