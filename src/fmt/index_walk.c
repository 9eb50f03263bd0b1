#include "fmt/index_walk.h"

#include "base/reader.h"

struct lkm_index_frame *lkm_index_walk_top(const struct lkm_index_walk *walk)
{
	return &walk->stack.ptr[walk->stack.len - 1];
}

/* Enter a node; key_len is what leaving it will cut the key back to. */
static int push(struct lkm_index_walk *walk, const struct lkm_index_node *node, size_t key_len)
{
	struct lkm_index_frame *frame = lkm_vec_push(&walk->stack);

	if (!frame)
		return lkm_diag_set(walk->access->diag, -ENOMEM, "out of memory");
	frame->node = *node;
	frame->key_len = key_len;
	if (walk->stack.len > 1)
		frame->progress = frame[-1].progress;
	lkm_buf_str(&walk->key, node->prefix);
	if (lkm_buf_error(&walk->key))
		return lkm_diag_set(walk->access->diag, lkm_buf_error(&walk->key), "out of memory");
	if (walk->key.len > LKM_INDEX_KEY_MAX)
		return lkm_index_flawed(walk->access, LKM_INDEX_LONG_KEY, node->offset);
	return 0;
}

int lkm_index_walk_start(struct lkm_index_walk *walk, struct lkm_index_access *access,
			 const struct lkm_index_node *node)
{
	walk->access = access;
	walk->started = false;
	lkm_vec_clear(&walk->stack);
	return push(walk, node, walk->key.len);
}

/* Enter the next child of the current node; 0 when it has no more. */
static int enter_child(struct lkm_index_walk *walk)
{
	struct lkm_index_frame *frame = lkm_index_walk_top(walk);
	size_t count = frame->node.refs.len / 4;
	size_t key_len = walk->key.len;
	struct lkm_index_node child;
	uint32_t ref = 0;
	int err;

	while (!ref && frame->next < count)
		ref = lkm_index_node_child(&frame->node, (uint8_t)(frame->node.first + frame->next++));
	if (!ref)
		return 0;
	err = lkm_index_node_read(walk->access, ref, &child);
	if (err < 0)
		return err;
	lkm_buf_putc(&walk->key, (char)(frame->node.first + frame->next - 1));
	err = push(walk, &child, key_len);
	return err < 0 ? err : 1;
}

static void leave(struct lkm_index_walk *walk)
{
	walk->key.len = lkm_index_walk_top(walk)->key_len;
	walk->stack.len--;
}

int lkm_index_walk_next(struct lkm_index_walk *walk, enum lkm_index_event *ret)
{
	int more = 1;

	if (!walk->started) {
		walk->started = true;
		*ret = walk->last = LKM_INDEX_ENTER;
		return 1;
	}
	if (walk->last == LKM_INDEX_LEAVE)
		leave(walk);
	if (walk->stack.len == 0)
		return 0;
	more = enter_child(walk);
	if (more < 0)
		return more;
	*ret = walk->last = more ? LKM_INDEX_ENTER : LKM_INDEX_LEAVE;
	return 1;
}

void lkm_index_walk_skip(struct lkm_index_walk *walk)
{
	struct lkm_index_frame *frame = lkm_index_walk_top(walk);

	frame->next = frame->node.refs.len / 4;
}

void lkm_index_walk_release(struct lkm_index_walk *walk)
{
	if (!walk)
		return;
	lkm_vec_release(&walk->stack);
	lkm_buf_release(&walk->key);
}
