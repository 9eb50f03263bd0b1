/*
 * fmt/index_node.h - nodes of an index: private to fmt/index*.c.
 *
 * An access is one operation (a look-up, a walk) and what it may still read.
 * Look-ups read nodes one by one, from whatever bytes are at hand; only
 * index_list.c, which takes all of them, reads them where they stand.
 *
 * Ownership  Views into the index's source.
 * Errors     -EBADMSG with the offset; -ENOMEM, -EIO.
 */
#ifndef LKM_FMT_INDEX_NODE_H
#define LKM_FMT_INDEX_NODE_H

#include "base/reader.h"
#include "fmt/index.h"

#define LKM_INDEX_HEADER_SIZE 12u

#define LKM_INDEX_REF_OFFSET   0x0fffffffu
#define LKM_INDEX_REF_PREFIX   0x80000000u
#define LKM_INDEX_REF_VALUES   0x40000000u
#define LKM_INDEX_REF_CHILDREN 0x20000000u

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

/* What is wrong with the bytes of a node or a value; none of them is an errno. */
enum lkm_index_flaw {
	LKM_INDEX_SOUND,
	LKM_INDEX_NO_END,    /* a text goes on behind the bytes */
	LKM_INDEX_CUT,	     /* so does something else */
	LKM_INDEX_NO_VALUES, /* of a key that is said to have some */
	LKM_INDEX_DOWNWARD,  /* children from a byte to a lower one */
	LKM_INDEX_IN_HEADER, /* where no node can be */
	LKM_INDEX_LONG_KEY,
	LKM_INDEX_LOOP,	     /* more bytes were read than there are */
};

/*
 * Length of the text at `p`, `len` if it has no end there.  Texts are short: eight
 * bytes at once (the lowest bit that is set is that of the first NUL) beat memchr(3).
 */
static inline size_t lkm_index_text_len(const uint8_t *p, size_t len)
{
	const uint64_t ones = 0x0101010101010101u;
	size_t at = 0;

	for (; len - at >= 8; at += 8) {
		uint64_t eight = lkm_load_u64(p + at, false);
		uint64_t nuls = (eight - ones) & ~eight & (ones << 7);

		if (nuls)
			return at + (size_t)__builtin_ctzll(nuls) / 8;
	}
	while (at < len && p[at])
		at++;
	return at;
}

/* Begin an operation that may read `times` as many bytes as the file has. */
struct lkm_index_access lkm_index_access(const struct lkm_index *index, uint64_t times,
					 struct lkm_diag *diag);

/* The diagnosis of a flaw at `pos`: -EBADMSG. */
int lkm_index_flawed(struct lkm_index_access *access, enum lkm_index_flaw flaw, uint64_t pos);

/* Read the node a reference points to (not its values). */
int lkm_index_node_read(struct lkm_index_access *access, uint32_t ref, struct lkm_index_node *ret);

/* The reference of the child for `byte`, 0 if there is none. */
static inline uint32_t lkm_index_node_child(const struct lkm_index_node *node, uint8_t byte)
{
	size_t at = ((size_t)byte - node->first) * 4;
	uint32_t ref;

	if (byte < node->first || at >= node->refs.len)
		return 0;
	ref = lkm_load_be32(node->refs.ptr + at);
	return ref & LKM_INDEX_REF_OFFSET ? ref : 0;
}

/* Read the count of values at *pos, which then stands at the first value. */
int lkm_index_values_count(struct lkm_index_access *access, uint64_t *pos, uint32_t *ret);

/* Read the value at *pos, which then stands behind it. */
int lkm_index_values_next(struct lkm_index_access *access, uint64_t *pos,
			  struct lkm_index_hit *ret);

#endif
