#include "fmt/index_node.h"

#include "base/reader.h"

#define REF_OFFSET   0x0fffffffu
#define REF_PREFIX   0x80000000u
#define REF_VALUES   0x40000000u
#define REF_CHILDREN 0x20000000u

/* First guess at the length of a text: most prefixes and module names fit. */
#define TEXT_GUESS 64u

struct lkm_index_access lkm_index_access(const struct lkm_index *index, uint64_t times,
					 struct lkm_diag *diag)
{
	return (struct lkm_index_access){
		.index = index,
		.budget = (index->src->size - LKM_INDEX_HEADER_SIZE) * times,
		.diag = diag,
	};
}

/* Every byte that is read is paid for; see Trust in fmt/index.h. */
static int pay(struct lkm_index_access *a, uint64_t pos, uint64_t len)
{
	if (len > a->budget)
		return lkm_diag_at(a->diag, -EBADMSG, pos, "the index has nodes that loop or overlap");
	a->budget -= len;
	return 0;
}

static int take(struct lkm_index_access *a, uint64_t *pos, uint64_t len, struct lkm_bytes *ret)
{
	int err = pay(a, *pos, len);

	if (err < 0)
		return err;
	err = lkm_source_get(a->index->src, *pos, len, ret);
	if (err == -EBADMSG)
		return lkm_diag_at(a->diag, err, *pos, "a node reaches beyond the end of the index");
	if (err < 0)
		return lkm_diag_at(a->diag, err, *pos, "cannot read the index");
	*pos += len;
	return 0;
}

static int take_u32(struct lkm_index_access *a, uint64_t *pos, uint32_t *ret)
{
	struct lkm_bytes bytes;
	int err = take(a, pos, 4, &bytes);

	if (err == 0)
		*ret = lkm_load_be32(bytes.ptr);
	return err;
}

/* Text up to its NUL; how far that is shows only as it is read. */
static int take_text(struct lkm_index_access *a, uint64_t *pos, struct lkm_str *ret)
{
	uint64_t size = a->index->src->size;
	uint64_t left = *pos < size ? size - *pos : 0;
	struct lkm_bytes bytes;
	const uint8_t *nul = NULL;
	int err;

	for (uint64_t len = TEXT_GUESS; !nul; len *= 4) {
		uint64_t part = len < left ? len : left;

		err = lkm_source_get(a->index->src, *pos, part, &bytes);
		if (err < 0 && err != -EBADMSG)
			return lkm_diag_at(a->diag, err, *pos, "cannot read the index");
		nul = err == 0 && part ? memchr(bytes.ptr, '\0', (size_t)part) : NULL;
		if (!nul && part == left)
			return lkm_diag_at(a->diag, -EBADMSG, *pos, "a text in the index has no end");
	}
	*ret = (struct lkm_str){ (const char *)bytes.ptr, (size_t)(nul - bytes.ptr) };
	err = pay(a, *pos, ret->len + 1);
	*pos += ret->len + 1;
	return err;
}

static int take_children(struct lkm_index_access *a, uint64_t *pos, struct lkm_index_node *node)
{
	uint64_t start = *pos;
	struct lkm_bytes range;
	int err = take(a, pos, 2, &range);

	if (err < 0)
		return err;
	if (range.ptr[0] > range.ptr[1])
		return lkm_diag_at(a->diag, -EBADMSG, start,
				   "the children of a node run from byte %u down to %u",
				   range.ptr[0], range.ptr[1]);
	node->first = range.ptr[0];
	return take(a, pos, (range.ptr[1] - range.ptr[0] + 1u) * 4, &node->refs);
}

int lkm_index_node_read(struct lkm_index_access *access, uint32_t ref, struct lkm_index_node *ret)
{
	struct lkm_index_node node = { .offset = ref & REF_OFFSET, .prefix = lkm_str("") };
	uint64_t pos = node.offset;
	int err = 0;

	if (node.offset < LKM_INDEX_HEADER_SIZE)
		return lkm_diag_at(access->diag, -EBADMSG, node.offset,
				   "a node of the index is said to be in its header");
	if (ref & REF_PREFIX)
		err = take_text(access, &pos, &node.prefix);
	if (err == 0 && ref & REF_CHILDREN)
		err = take_children(access, &pos, &node);
	if (err == 0 && ref & REF_VALUES)
		node.values = pos;
	if (err == 0)
		*ret = node;
	return err;
}

uint32_t lkm_index_node_child(const struct lkm_index_node *node, uint8_t byte)
{
	size_t at = ((size_t)byte - node->first) * 4;
	uint32_t ref;

	if (byte < node->first || at >= node->refs.len)
		return 0;
	ref = lkm_load_be32(node->refs.ptr + at);
	return ref & REF_OFFSET ? ref : 0;
}

int lkm_index_values_count(struct lkm_index_access *access, uint64_t *pos, uint32_t *ret)
{
	uint64_t start = *pos;
	uint32_t count;
	int err = take_u32(access, pos, &count);

	if (err == 0 && count == 0)
		return lkm_diag_at(access->diag, -EBADMSG, start,
				   "a key of the index is said to have values and has none");
	if (err == 0)
		*ret = count;
	return err;
}

int lkm_index_values_next(struct lkm_index_access *access, uint64_t *pos,
			  struct lkm_index_hit *ret)
{
	struct lkm_index_hit hit = { 0 };
	int err = take_u32(access, pos, &hit.priority);

	hit.offset = *pos;
	err = err ? err : take_text(access, pos, &hit.value);
	if (err == 0)
		*ret = hit;
	return err;
}
