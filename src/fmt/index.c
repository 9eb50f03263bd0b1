#include "fmt/index.h"

#include "base/reader.h"
#include "fmt/index_node.h"

#define MAGIC 0xb007f457u
#define VERSION_MAJOR 2u

bool lkm_index_has_magic(struct lkm_bytes head)
{
	return head.len >= 4 && lkm_load_be32(head.ptr) == MAGIC;
}

int lkm_index_init(struct lkm_index *index, struct lkm_source *src, struct lkm_arena *arena,
		   struct lkm_diag *diag)
{
	struct lkm_bytes head;
	uint32_t version;
	int err;

	if (src->size < LKM_INDEX_HEADER_SIZE)
		return lkm_diag_set(diag, -ENOEXEC, "not an index: only %llu bytes long",
				    (unsigned long long)src->size);
	err = lkm_source_get(src, 0, LKM_INDEX_HEADER_SIZE, &head);
	if (err < 0)
		return lkm_diag_at(diag, err, 0, "cannot read the index");
	if (!lkm_index_has_magic(head))
		return lkm_diag_at(diag, -ENOEXEC, 0, "not an index: it begins with other bytes");
	version = lkm_load_be32(head.ptr + 4);
	if (version >> 16 != VERSION_MAJOR)
		return lkm_diag_at(diag, -ENOEXEC, 4, "index version %u.%u is not %u", version >> 16,
				   version & 0xffff, VERSION_MAJOR);
	if (src->size > LKM_INDEX_SIZE_MAX)
		return lkm_diag_set(diag, -EFBIG, "an index has at most %llu bytes",
				    (unsigned long long)LKM_INDEX_SIZE_MAX);
	*index = (struct lkm_index){
		.src = src,
		.arena = arena,
		.root = lkm_load_be32(head.ptr + 8),
	};
	return 0;
}

/* Follow the key from the root; -ENODATA where the trie does not go on. */
static int descend(struct lkm_index_access *access, struct lkm_str key, struct lkm_index_node *ret)
{
	uint32_t ref = access->index->root;
	int err;

	for (;;) {
		err = lkm_index_node_read(access, ref, ret);
		if (err < 0)
			return err;
		if (key.len < ret->prefix.len ||
		    (ret->prefix.len && memcmp(key.ptr, ret->prefix.ptr, ret->prefix.len) != 0))
			return -ENODATA;
		key.ptr += ret->prefix.len;
		key.len -= ret->prefix.len;
		if (key.len == 0)
			return 0;
		ref = lkm_index_node_child(ret, (uint8_t)key.ptr[0]);
		if (!ref)
			return -ENODATA;
		key.ptr++;
		key.len--;
	}
}

int lkm_index_find(const struct lkm_index *index, struct lkm_str key, struct lkm_index_hit *ret,
		   struct lkm_diag *diag)
{
	struct lkm_index_access access = lkm_index_access(index, 1, diag);
	struct lkm_index_node node;
	struct lkm_index_hit hit;
	uint64_t pos;
	uint32_t count;
	int err;

	err = descend(&access, key, &node);
	if (err < 0)
		return err;
	pos = node.values;
	if (!pos)
		return -ENODATA;
	err = lkm_index_values_count(&access, &pos, &count);
	if (err < 0)
		return err;
	err = lkm_index_values_next(&access, &pos, &hit);
	if (err < 0)
		return err;
	hit.key = key;
	*ret = hit;
	return 0;
}

void lkm_index_hits_release(struct lkm_index_hits *hits)
{
	if (hits)
		lkm_vec_release(hits);
}
