/*
 * fmt/index_node.h - nodes of an index: private to fmt/index*.c.
 *
 * An access is one operation (a look-up, a walk) and what it may still read.
 *
 * Ownership  Views into the index's source.
 * Errors     -EBADMSG with the offset; -ENOMEM, -EIO.
 */
#ifndef LKM_FMT_INDEX_NODE_H
#define LKM_FMT_INDEX_NODE_H

#include "fmt/index.h"

#define LKM_INDEX_HEADER_SIZE 12u

struct lkm_index_access {
	const struct lkm_index *index;
	uint64_t budget; /* bytes that may still be read */
	struct lkm_diag *diag;
};

struct lkm_index_node {
	uint64_t offset;
	struct lkm_str prefix;
	struct lkm_bytes refs; /* four bytes for each child */
	uint8_t first;	       /* the byte of the first child */
	uint64_t values;       /* where its values stand, 0: it has none */
};

/* Begin an operation that may read `times` as many bytes as the file has. */
struct lkm_index_access lkm_index_access(const struct lkm_index *index, uint64_t times,
					 struct lkm_diag *diag);

/* Read the node a reference points to (not its values). */
int lkm_index_node_read(struct lkm_index_access *access, uint32_t ref, struct lkm_index_node *ret);

/* The reference of the child for `byte`, 0 if there is none. */
uint32_t lkm_index_node_child(const struct lkm_index_node *node, uint8_t byte);

/* Read the count of values at *pos, which then stands at the first value. */
int lkm_index_values_count(struct lkm_index_access *access, uint64_t *pos, uint32_t *ret);

/* Read the value at *pos, which then stands behind it. */
int lkm_index_values_next(struct lkm_index_access *access, uint64_t *pos,
			  struct lkm_index_hit *ret);

#endif
