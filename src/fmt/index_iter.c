#include "fmt/index_walk.h"

struct lkm_index_cursor {
	struct lkm_index_access access;
	struct lkm_index_walk walk;
};

int lkm_index_iter_init(struct lkm_index_iter *iter, const struct lkm_index *index,
			struct lkm_diag *diag)
{
	lkm_auto(lkm_index_iter) struct lkm_index_iter new = { 0 };
	struct lkm_index_node root;
	struct lkm_bytes all;
	int err;

	new.cursor = calloc(1, sizeof(*new.cursor));
	if (!new.cursor)
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	/* Everything will be visited: one large read instead of many small ones. */
	err = lkm_source_get(index->src, 0, index->src->size, &all);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the index");
	new.cursor->access = lkm_index_access(index, 1, diag);
	err = lkm_index_node_read(&new.cursor->access, index->root, &root);
	err = err ? err : lkm_index_walk_start(&new.cursor->walk, &new.cursor->access, &root);
	if (err < 0)
		return err;
	*iter = new;
	new.cursor = NULL;
	return 0;
}

/* Go on to the next node that has values; 0 at the end. */
static int next_key(struct lkm_index_iter *iter)
{
	struct lkm_index_walk *walk = &iter->cursor->walk;
	enum lkm_index_event event;
	int more;

	while ((more = lkm_index_walk_next(walk, &event)) > 0) {
		iter->values = lkm_index_walk_top(walk)->node.values;
		if (event == LKM_INDEX_LEAVE || !iter->values)
			continue;
		more = lkm_index_values_count(&iter->cursor->access, &iter->values, &iter->left);
		return more < 0 ? more : 1;
	}
	return more;
}

int lkm_index_iter_next(struct lkm_index_iter *iter, struct lkm_index_hit *ret)
{
	struct lkm_index_hit hit;
	int err;

	if (iter->left == 0) {
		err = next_key(iter);
		if (err <= 0)
			return err;
	}
	err = lkm_index_values_next(&iter->cursor->access, &iter->values, &hit);
	if (err < 0)
		return err;
	iter->left--;
	hit.key = lkm_buf_view(&iter->cursor->walk.key);
	*ret = hit;
	return 1;
}

void lkm_index_iter_release(struct lkm_index_iter *iter)
{
	if (!iter || !iter->cursor)
		return;
	lkm_index_walk_release(&iter->cursor->walk);
	free(iter->cursor);
	*iter = (struct lkm_index_iter){ 0 };
}
