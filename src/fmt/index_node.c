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

int lkm_index_flawed(struct lkm_index_access *a, enum lkm_index_flaw flaw, uint64_t pos)
{
	static const char *const what[] = {
		[LKM_INDEX_NO_END] = "a text in the index has no end",
		[LKM_INDEX_CUT] = "a node reaches beyond the end of the index",
		[LKM_INDEX_NO_VALUES] = "a key of the index is said to have values and has none",
		[LKM_INDEX_DOWNWARD] = "the children of a node run from a byte down to another",
		[LKM_INDEX_IN_HEADER] = "a node of the index is said to be in its header",
		[LKM_INDEX_LONG_KEY] = "a key of the index is too long",
		[LKM_INDEX_LOOP] = "the index has nodes that loop or overlap",
	};

	return lkm_diag_at(a->diag, -EBADMSG, pos, "%s", what[flaw]);
}

/* Every byte that is read is paid for: see Trust in fmt/index.h.  -EBADMSG. */
static int pay(struct lkm_index_access *access, uint64_t pos, uint64_t len)
{
	if (len > access->budget)
		return lkm_index_flawed(access, LKM_INDEX_LOOP, pos);
	access->budget -= len;
	return 0;
}

/*
 * Read a node (not its values) from bytes that begin where `ref` points.
 * *ret_size: its size, or where the flawed part begins.
 */
static enum lkm_index_flaw parse_node(uint32_t ref, struct lkm_bytes bytes,
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
static enum lkm_index_flaw parse_value(struct lkm_bytes bytes, struct lkm_index_hit *ret,
				       size_t *ret_size)
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
		return lkm_index_flawed(access, LKM_INDEX_IN_HEADER, pos);
	do {
		err = look(access, pos, want, &bytes);
		if (err < 0)
			return err;
		flaw = parse_node(ref, bytes, &node, &size);
	} while (flaw != LKM_INDEX_SOUND && flaw != LKM_INDEX_DOWNWARD &&
		 look_further(access, pos, bytes, &want));
	err = flaw ? lkm_index_flawed(access, flaw, pos + size) : pay(access, pos, size);
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
	err = err ? err : pay(access, *pos, 4);
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
		flaw = parse_value(bytes, &hit, &size);
	} while (flaw != LKM_INDEX_SOUND && look_further(access, *pos, bytes, &want));
	err = flaw ? lkm_index_flawed(access, flaw, *pos + size) :
		     pay(access, *pos, size);
	if (err < 0)
		return err;
	hit.offset = *pos + 4;
	*pos += size;
	*ret = hit;
	return 0;
}
