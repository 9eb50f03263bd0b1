#include "fmt/index_node.h"

struct lkm_index_access lkm_index_access(const struct lkm_index *index, uint64_t times,
					 struct lkm_diag *diag)
{
	return (struct lkm_index_access){
		.index = index,
		.budget = (index->src->size - LKM_INDEX_HEADER_SIZE) * times,
		.diag = diag,
	};
}

int lkm_index_overdrawn(struct lkm_index_access *a, uint64_t pos)
{
	return lkm_diag_at(a->diag, -EBADMSG, pos, "the index has nodes that loop or overlap");
}

int lkm_index_flawed(struct lkm_index_access *a, enum lkm_index_flaw flaw, uint64_t pos)
{
	static const char *const what[] = {
		[LKM_INDEX_NO_END] = "a text in the index has no end",
		[LKM_INDEX_CUT] = "a node reaches beyond the end of the index",
		[LKM_INDEX_NO_VALUES] = "a key of the index is said to have values and has none",
		[LKM_INDEX_DOWNWARD] = "the children of a node run from a byte down to another",
	};

	return lkm_diag_at(a->diag, -EBADMSG, pos, "%s", what[flaw]);
}

/*
 * The bytes from `pos` on: what is at hand, or at least `want` of them if the
 * file has them.  None at the end of the file, where a node without parts may be.
 */
static int look(struct lkm_index_access *a, uint64_t pos, uint64_t want, struct lkm_bytes *ret)
{
	struct lkm_source *src = a->index->src;
	uint64_t left = pos < src->size ? src->size - pos : 0;
	int err = 0;

	if (pos == src->size)
		*ret = (struct lkm_bytes){ (const uint8_t *)"", 0 };
	else
		err = lkm_source_peek(src, pos, ret);
	if (err == 0 && ret->len < want && ret->len < left)
		err = lkm_source_get(src, pos, want < left ? want : left, ret);
	if (err == -EBADMSG)
		return lkm_index_flawed(a, LKM_INDEX_CUT, pos);
	return err < 0 ? lkm_diag_at(a->diag, err, pos, "cannot read the index") : 0;
}

/* Is there more of the file behind these bytes?  Then `want` grows beyond them. */
static bool look_further(struct lkm_index_access *a, uint64_t pos, struct lkm_bytes bytes,
			 uint64_t *want)
{
	*want = bytes.len < 64 ? 256 : (uint64_t)bytes.len * 4;
	return pos + bytes.len < a->index->src->size;
}

int lkm_index_node_read(struct lkm_index_access *access, uint32_t ref, struct lkm_index_node *ret)
{
	uint64_t pos = ref & LKM_INDEX_REF_OFFSET;
	uint64_t want = 1;
	struct lkm_index_node node;
	struct lkm_bytes bytes;
	enum lkm_index_flaw flaw;
	size_t size;
	int err;

	if (pos < LKM_INDEX_HEADER_SIZE)
		return lkm_diag_at(access->diag, -EBADMSG, pos,
				   "a node of the index is said to be in its header");
	do {
		err = look(access, pos, want, &bytes);
		if (err < 0)
			return err;
		flaw = lkm_index_node_parse(ref, bytes, &node, &size);
	} while (flaw != LKM_INDEX_SOUND && flaw != LKM_INDEX_DOWNWARD &&
		 look_further(access, pos, bytes, &want));
	err = flaw ? lkm_index_flawed(access, flaw, pos + size) : lkm_index_pay(access, pos, size);
	if (err == 0)
		*ret = node;
	return err;
}

int lkm_index_values_count(struct lkm_index_access *access, uint64_t *pos, uint32_t *ret)
{
	struct lkm_bytes bytes;
	int err = look(access, *pos, 4, &bytes);

	if (err == 0 && bytes.len < 4)
		err = lkm_index_flawed(access, LKM_INDEX_CUT, *pos);
	err = err ? err : lkm_index_pay(access, *pos, 4);
	if (err < 0)
		return err;
	if (lkm_load_be32(bytes.ptr) == 0)
		return lkm_index_flawed(access, LKM_INDEX_NO_VALUES, *pos);
	*ret = lkm_load_be32(bytes.ptr);
	*pos += 4;
	return 0;
}

int lkm_index_values_next(struct lkm_index_access *access, uint64_t *pos,
			  struct lkm_index_hit *ret)
{
	struct lkm_index_hit hit = { 0 };
	uint64_t want = 1;
	struct lkm_bytes bytes;
	enum lkm_index_flaw flaw;
	size_t size;
	int err;

	do {
		err = look(access, *pos, want, &bytes);
		if (err < 0)
			return err;
		flaw = lkm_index_value_parse(bytes, &hit, &size);
	} while (flaw != LKM_INDEX_SOUND && look_further(access, *pos, bytes, &want));
	err = flaw ? lkm_index_flawed(access, flaw, *pos + size) :
		     lkm_index_pay(access, *pos, size);
	if (err < 0)
		return err;
	hit.offset = *pos + 4;
	*pos += size;
	*ret = hit;
	return 0;
}
