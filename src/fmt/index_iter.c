#include "fmt/index_node.h"

/* A node whose children are not all visited yet. */
struct frame {
	const uint8_t *refs; /* all references */
	const uint8_t *next; /* the next child's */
	const uint8_t *end;
	uint32_t key_len; /* of the node's own key, to which the child's byte is added */
	uint8_t first;	  /* the byte of the first child */
};

/* Everything is visited, so the file is read as a whole and walked in memory. */
struct lkm_index_cursor {
	struct lkm_index_access access;
	struct lkm_bytes file;
	LKM_VEC(struct frame) stack;
	size_t key_len;
	bool started;
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

/* Put the children of the current node on the stack. */
static int push(struct lkm_index_cursor *c, const struct lkm_index_node *node)
{
	struct frame *frame = lkm_vec_push(&c->stack);

	if (!frame)
		return lkm_diag_set(c->access.diag, -ENOMEM, "out of memory");
	frame->refs = frame->next = node->refs.ptr;
	frame->end = node->refs.ptr + node->refs.len;
	frame->key_len = (uint32_t)c->key_len;
	frame->first = node->first;
	return 0;
}

/* Come to a node: the key grows, its children are put on the stack, its values are next. */
static inline int enter(struct lkm_index_iter *iter, struct lkm_index_cursor *c, uint32_t ref)
{
	uint64_t pos = ref & LKM_INDEX_REF_OFFSET;
	struct lkm_index_node node;
	enum lkm_index_flaw flaw;
	size_t size, left;

	if (pos < LKM_INDEX_HEADER_SIZE)
		return lkm_diag_at(c->access.diag, -EBADMSG, pos,
				   "a node of the index is said to be in its header");
	if (pos > c->file.len)
		return lkm_index_flawed(&c->access, LKM_INDEX_CUT, pos);
	left = c->file.len - pos;
	flaw = lkm_index_node_parse(ref, (struct lkm_bytes){ c->file.ptr + pos, left }, &node,
				    &size);
	if (flaw)
		return lkm_index_flawed(&c->access, flaw, pos + size);
	if (node.prefix.len && add_to_key(c, node.prefix, pos) < 0)
		return -EBADMSG;
	if (node.refs.len && push(c, &node) < 0)
		return -ENOMEM;
	if (!node.values)
		return lkm_index_pay(&c->access, pos, size);
	if (left - size < 4)
		return lkm_index_flawed(&c->access, LKM_INDEX_CUT, node.values);
	iter->left = lkm_load_be32(c->file.ptr + node.values);
	iter->values = node.values + 4;
	if (iter->left == 0)
		return lkm_index_flawed(&c->access, LKM_INDEX_NO_VALUES, node.values);
	return lkm_index_pay(&c->access, pos, size + 4);
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
	new.cursor->started = false;
	err = lkm_source_get(index->src, 0, index->src->size, &new.cursor->file);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the index");
	new.cursor->access = lkm_index_access(index, 1, diag);
	*iter = new;
	new.cursor = NULL;
	return 0;
}

/* Behind the empty references at `refs`, most of which stand in long runs: four at once. */
static const uint8_t *skip_empty(const uint8_t *refs, const uint8_t *end)
{
	uint64_t four[2];

	for (; end - refs >= (ptrdiff_t)sizeof(four); refs += sizeof(four)) {
		memcpy(four, refs, sizeof(four));
		if (four[0] | four[1])
			break;
	}
	while (refs != end && !(lkm_load_be32(refs) & LKM_INDEX_REF_OFFSET))
		refs += 4;
	return refs;
}

/*
 * The reference of the next node, to whose key its byte has been added; 0 at the
 * end.  A node whose last child comes is not needed any more.
 */
static inline int next_child(struct lkm_index_cursor *c, uint32_t *ret)
{
	while (c->stack.len) {
		struct frame *top = &c->stack.ptr[c->stack.len - 1];
		const uint8_t *end = top->end;
		const uint8_t *at = skip_empty(top->next, end);

		top->next = at + 4;
		if (at == end || at + 4 == end)
			c->stack.len--;
		if (at == end)
			continue;
		*ret = lkm_load_be32(at);
		if (top->key_len == LKM_INDEX_KEY_MAX)
			return long_key(c, *ret & LKM_INDEX_REF_OFFSET);
		c->key[top->key_len] = (char)(top->first + (size_t)(at - top->refs) / 4);
		c->key_len = top->key_len + 1;
		return 1;
	}
	return 0;
}

/* Go on to the next node with values; 0 at the end. */
static inline int next_key(struct lkm_index_iter *iter, struct lkm_index_cursor *c)
{
	uint32_t ref = c->access.index->root;
	int more = 1;

	if (c->started)
		more = next_child(c, &ref);
	c->started = true;
	while (more > 0) {
		int err = enter(iter, c, ref);

		if (err < 0)
			return err;
		if (iter->left)
			return 1;
		more = next_child(c, &ref);
	}
	return more;
}

int lkm_index_iter_next(struct lkm_index_iter *iter, struct lkm_index_hit *ret)
{
	struct lkm_index_cursor *c = iter->cursor;
	uint64_t pos;
	enum lkm_index_flaw flaw;
	size_t size;
	int more = iter->left ? 1 : next_key(iter, c);

	if (more <= 0)
		return more;
	pos = iter->values;
	if (pos > c->file.len)
		return lkm_index_flawed(&c->access, LKM_INDEX_CUT, pos);
	flaw = lkm_index_value_parse((struct lkm_bytes){ c->file.ptr + pos, c->file.len - pos },
				     ret, &size);
	if (flaw)
		return lkm_index_flawed(&c->access, flaw, pos + size);
	ret->offset = pos + 4;
	iter->values = pos + size;
	iter->left--;
	ret->key = (struct lkm_str){ c->key, c->key_len };
	return lkm_index_pay(&c->access, pos, size) < 0 ? -EBADMSG : 1;
}

void lkm_index_iter_release(struct lkm_index_iter *iter)
{
	if (!iter || !iter->cursor)
		return;
	lkm_vec_release(&iter->cursor->stack);
	free(iter->cursor);
	*iter = (struct lkm_index_iter){ 0 };
}
