#include "fmt/index_node.h"

/* A node whose children are not all visited yet. */
struct frame {
	const uint8_t *refs; /* the next child's reference */
	const uint8_t *end;  /* of all references */
	uint32_t key_len;    /* of the node's own key, to which the child's byte is added */
	uint8_t byte;	     /* of the next child */
};

/* Everything is visited, so the file is read as a whole and walked in memory. */
struct lkm_index_cursor {
	struct lkm_index_access access;
	struct lkm_bytes file;
	LKM_VEC(struct frame) stack;
	size_t key_len;
	char key[LKM_INDEX_KEY_MAX];
};

static int long_key(struct lkm_index_cursor *c, uint64_t pos)
{
	return lkm_diag_at(c->access.diag, -EBADMSG, pos,
			   "a key of the index is longer than %u bytes", LKM_INDEX_KEY_MAX);
}

static int add_to_key(struct lkm_index_cursor *c, struct lkm_str text, uint64_t pos)
{
	if (text.len > sizeof(c->key) - c->key_len)
		return long_key(c, pos);
	memcpy(c->key + c->key_len, text.ptr, text.len);
	c->key_len += text.len;
	return 0;
}

static int begin_values(struct lkm_index_iter *iter, uint64_t pos)
{
	struct lkm_index_cursor *c = iter->cursor;

	if (c->file.len - pos < 4)
		return lkm_index_flawed(&c->access, LKM_INDEX_CUT, pos);
	iter->left = lkm_load_be32(c->file.ptr + pos);
	if (iter->left == 0)
		return lkm_index_flawed(&c->access, LKM_INDEX_NO_VALUES, pos);
	iter->values = pos + 4;
	return lkm_index_pay(&c->access, pos, 4);
}

/* Come to a node: the key grows, its children are put on the stack, its values are next. */
static int enter(struct lkm_index_iter *iter, uint32_t ref)
{
	struct lkm_index_cursor *c = iter->cursor;
	uint64_t pos = ref & LKM_INDEX_REF_OFFSET;
	struct lkm_index_node node;
	enum lkm_index_flaw flaw;
	struct frame *frame;
	size_t size;
	int err;

	if (pos < LKM_INDEX_HEADER_SIZE)
		return lkm_diag_at(c->access.diag, -EBADMSG, pos,
				   "a node of the index is said to be in its header");
	if (pos > c->file.len)
		return lkm_index_flawed(&c->access, LKM_INDEX_CUT, pos);
	flaw = lkm_index_node_parse(ref, (struct lkm_bytes){ c->file.ptr + pos, c->file.len - pos },
				    &node, &size);
	if (flaw)
		return lkm_index_flawed(&c->access, flaw, pos + size);
	err = lkm_index_pay(&c->access, pos, size);
	err = err ? err : add_to_key(c, node.prefix, pos);
	if (err < 0)
		return err;
	if (node.refs.len) {
		frame = lkm_vec_push(&c->stack);
		if (!frame)
			return lkm_diag_set(c->access.diag, -ENOMEM, "out of memory");
		*frame = (struct frame){ node.refs.ptr, node.refs.ptr + node.refs.len,
					 (uint32_t)c->key_len, node.first };
	}
	return node.values ? begin_values(iter, node.values) : 0;
}

int lkm_index_iter_init(struct lkm_index_iter *iter, const struct lkm_index *index,
			struct lkm_diag *diag)
{
	lkm_auto(lkm_index_iter) struct lkm_index_iter new = { 0 };
	int err;

	new.cursor = malloc(sizeof(*new.cursor));
	if (!new.cursor)
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	new.cursor->stack.ptr = NULL;
	new.cursor->stack.len = new.cursor->stack.cap = 0;
	new.cursor->key_len = 0;
	err = lkm_source_get(index->src, 0, index->src->size, &new.cursor->file);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the index");
	new.cursor->access = lkm_index_access(index, 1, diag);
	err = enter(&new, index->root);
	if (err < 0)
		return err;
	*iter = new;
	new.cursor = NULL;
	return 0;
}

/* The next child that the node on top of the stack has, and its byte; 0: none is left. */
static uint32_t next_child(struct frame *top, uint8_t *ret_byte)
{
	const uint8_t *refs = top->refs;
	const uint8_t *end = top->end;
	uint32_t ref = 0;

	while (refs != end && !(ref & LKM_INDEX_REF_OFFSET)) {
		ref = lkm_load_be32(refs);
		refs += 4;
	}
	*ret_byte = (uint8_t)(top->byte + (refs - top->refs) / 4 - 1);
	top->byte = (uint8_t)(*ret_byte + 1);
	top->refs = refs;
	return ref & LKM_INDEX_REF_OFFSET ? ref : 0;
}

/* Go on to the next node; 0 at the end. */
static int next_node(struct lkm_index_iter *iter)
{
	struct lkm_index_cursor *c = iter->cursor;

	while (c->stack.len) {
		struct frame *top = &c->stack.ptr[c->stack.len - 1];
		uint8_t byte;
		uint32_t ref = next_child(top, &byte);
		int err;

		if (!ref) {
			c->stack.len--;
			continue;
		}
		c->key_len = top->key_len;
		if (c->key_len == sizeof(c->key))
			return long_key(c, ref & LKM_INDEX_REF_OFFSET);
		c->key[c->key_len++] = (char)byte;
		err = enter(iter, ref);
		return err < 0 ? err : 1;
	}
	return 0;
}

int lkm_index_iter_next(struct lkm_index_iter *iter, struct lkm_index_hit *ret)
{
	struct lkm_index_cursor *c = iter->cursor;
	enum lkm_index_flaw flaw;
	size_t size;
	int err;

	while (iter->left == 0) {
		err = next_node(iter);
		if (err <= 0)
			return err;
	}
	if (iter->values >= c->file.len)
		return lkm_index_flawed(&c->access, LKM_INDEX_CUT, iter->values);
	flaw = lkm_index_value_parse((struct lkm_bytes){ c->file.ptr + iter->values,
							 c->file.len - iter->values },
				     ret, &size);
	if (flaw)
		return lkm_index_flawed(&c->access, flaw, iter->values + size);
	err = lkm_index_pay(&c->access, iter->values, size);
	if (err < 0)
		return err;
	ret->offset = iter->values + 4;
	iter->values += size;
	iter->left--;
	ret->key = (struct lkm_str){ c->key, c->key_len };
	return 1;
}

void lkm_index_iter_release(struct lkm_index_iter *iter)
{
	if (!iter || !iter->cursor)
		return;
	lkm_vec_release(&iter->cursor->stack);
	free(iter->cursor);
	*iter = (struct lkm_index_iter){ 0 };
}
