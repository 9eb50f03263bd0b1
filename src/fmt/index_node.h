/*
 * fmt/index_node.h - nodes of an index: private to fmt/index*.c.
 *
 * An access is one operation (a look-up, a walk) and what it may still read.
 * What stands in a node is read in one place, lkm_index_node_parse(), from
 * whatever bytes are at hand.
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

/*
 * Read a node (not its values) from bytes that begin where `ref` points.
 * *ret_size: its size, or where the flawed part begins.
 */
static inline enum lkm_index_flaw lkm_index_node_parse(uint32_t ref, struct lkm_bytes bytes,
						       struct lkm_index_node *ret, size_t *ret_size)
{
	const uint8_t *p = bytes.ptr, *end = bytes.ptr + bytes.len;
	size_t len;

	ret->offset = ref & LKM_INDEX_REF_OFFSET;
	ret->prefix = (struct lkm_str){ "", 0 };
	ret->refs = (struct lkm_bytes){ NULL, 0 };
	ret->first = 0;
	*ret_size = 0;
	if (ref & LKM_INDEX_REF_PREFIX) {
		len = lkm_index_text_len(p, bytes.len);
		if (len == bytes.len)
			return LKM_INDEX_NO_END;
		ret->prefix = (struct lkm_str){ (const char *)p, len };
		p += len + 1;
	}
	*ret_size = (size_t)(p - bytes.ptr);
	if (ref & LKM_INDEX_REF_CHILDREN) {
		if (end - p < 2)
			return LKM_INDEX_CUT;
		if (p[0] > p[1])
			return LKM_INDEX_DOWNWARD;
		ret->first = p[0];
		ret->refs = (struct lkm_bytes){ p + 2, (p[1] - p[0] + 1u) * 4 };
		p += 2;
		*ret_size += 2;
		if ((size_t)(end - p) < ret->refs.len)
			return LKM_INDEX_CUT;
		p += ret->refs.len;
	}
	*ret_size = (size_t)(p - bytes.ptr);
	ret->values = ref & LKM_INDEX_REF_VALUES ? ret->offset + *ret_size : 0;
	return LKM_INDEX_SOUND;
}

/* Read one value of a node, as above. */
static inline enum lkm_index_flaw lkm_index_value_parse(struct lkm_bytes bytes,
							struct lkm_index_hit *ret, size_t *ret_size)
{
	size_t len;

	*ret_size = 0;
	if (bytes.len < 4)
		return LKM_INDEX_CUT;
	*ret_size = 4;
	len = lkm_index_text_len(bytes.ptr + 4, bytes.len - 4);
	if (len == bytes.len - 4)
		return LKM_INDEX_NO_END;
	*ret = (struct lkm_index_hit){
		.value = { (const char *)bytes.ptr + 4, len },
		.priority = lkm_load_be32(bytes.ptr),
	};
	*ret_size = len + 5;
	return LKM_INDEX_SOUND;
}

/* Begin an operation that may read `times` as many bytes as the file has. */
struct lkm_index_access lkm_index_access(const struct lkm_index *index, uint64_t times,
					 struct lkm_diag *diag);

/* More was read than there is: -EBADMSG. */
int lkm_index_overdrawn(struct lkm_index_access *access, uint64_t pos);

/* Every byte that is read is paid for: see Trust in fmt/index.h.  -EBADMSG. */
static inline int lkm_index_pay(struct lkm_index_access *access, uint64_t pos, uint64_t len)
{
	if (len > access->budget)
		return lkm_index_overdrawn(access, pos);
	access->budget -= len;
	return 0;
}

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
