#include "fmt/alias.h"
#include "fmt/index_walk.h"

/* More would let a long text of stars ask for the file over and over. */
#define TIMES_MAX 64u

/* One look-up of a text. */
struct match {
	struct lkm_index_access access;
	struct lkm_str text;
	struct lkm_index_hits *hits;
};

static int oom(struct match *m)
{
	return lkm_diag_set(m->access.diag, -ENOMEM, "out of memory");
}

/* The pattern that a hit matched: the text's first bytes, then the rest of the pattern. */
static int full_key(struct match *m, size_t at, struct lkm_str pattern, struct lkm_str *ret)
{
	char *key = lkm_arena_alloc(m->access.index->arena, at + pattern.len + 1);

	if (!key)
		return oom(m);
	if (at)
		memcpy(key, m->text.ptr, at);
	memcpy(key + at, pattern.ptr, pattern.len);
	*ret = (struct lkm_str){ key, at + pattern.len };
	return 0;
}

/* Every value of a node whose key, text[0, at) and then pattern, matches. */
static int add_values(struct match *m, const struct lkm_index_node *node, size_t at,
		      struct lkm_str pattern)
{
	struct lkm_str key;
	uint64_t pos = node->values;
	uint32_t count;
	int err = pos ? lkm_index_values_count(&m->access, &pos, &count) : 0;

	if (err < 0 || !pos)
		return err;
	err = full_key(m, at, pattern, &key);
	for (uint32_t i = 0; i < count && !err; i++) {
		struct lkm_index_hit *hit = lkm_vec_push(m->hits);

		if (!hit)
			return oom(m);
		if (m->hits->len > LKM_INDEX_HITS_MAX)
			return lkm_diag_at(m->access.diag, -EFBIG, pos,
					   "more than %u entries of the index match",
					   LKM_INDEX_HITS_MAX);
		err = lkm_index_values_next(&m->access, &pos, hit);
		hit->key = key;
		hit->visit = (uint32_t)m->hits->len;
	}
	return err;
}

/*
 * Every key below `node`: a key is text[0, at), then what is in `glob`, then
 * what the nodes add.  Subtrees that the text cannot match are left out, which
 * matters where many patterns begin alike (of:N*T*C...).
 */
static int match_below(struct match *m, const struct lkm_index_node *node, struct lkm_str glob,
		       size_t at)
{
	lkm_auto(lkm_index_walk) struct lkm_index_walk walk = { 0 };
	struct lkm_str rest = { m->text.ptr + at, m->text.len - at };
	enum lkm_index_event event;
	int more;

	lkm_buf_str(&walk.key, glob);
	more = lkm_index_walk_start(&walk, &m->access, node);
	if (more < 0)
		return more;
	while ((more = lkm_index_walk_next(&walk, &event)) > 0) {
		struct lkm_index_frame *top = lkm_index_walk_top(&walk);
		struct lkm_str pattern = lkm_buf_view(&walk.key);

		if (event == LKM_INDEX_ENTER &&
		    !lkm_alias_match_start(pattern, rest, &top->progress))
			lkm_index_walk_skip(&walk);
		if (event == LKM_INDEX_LEAVE && top->node.values &&
		    lkm_alias_match_rest(pattern, rest, top->progress))
			more = add_values(m, &top->node, at, pattern);
		if (more < 0)
			return more;
	}
	return more;
}

/*
 * Compare the node's prefix with the text at *at and move on behind it.
 * 1 they are equal, 0 they differ or a pattern began and has been dealt with.
 */
static int match_prefix(struct match *m, const struct lkm_index_node *node, size_t *at)
{
	struct lkm_index_node tail = *node;
	struct lkm_str *left = &tail.prefix;

	for (; left->len; left->ptr++, left->len--) {
		if (lkm_alias_is_glob(left->ptr[0]))
			return match_below(m, &tail, (struct lkm_str){ 0 }, *at);
		if (*at == m->text.len || left->ptr[0] != m->text.ptr[*at])
			return 0;
		(*at)++;
	}
	return 1;
}

/* The children of a node with which a pattern begins. */
static int match_globs(struct match *m, const struct lkm_index_node *node, size_t at)
{
	static const char globs[] = { '*', '?', '[' };
	struct lkm_index_node child;
	int err = 0;

	for (size_t i = 0; i < sizeof(globs) && !err; i++) {
		uint32_t ref = lkm_index_node_child(node, (uint8_t)globs[i]);

		if (!ref)
			continue;
		err = lkm_index_node_read(&m->access, ref, &child);
		err = err ? err : match_below(m, &child, (struct lkm_str){ &globs[i], 1 }, at);
	}
	return err;
}

/* Walk down the text byte by byte; patterns branch off on the way. */
static int match_path(struct match *m)
{
	uint32_t ref = m->access.index->root;
	struct lkm_index_node node;
	size_t at = 0;
	int err;

	while (ref) {
		err = lkm_index_node_read(&m->access, ref, &node);
		err = err ? err : match_prefix(m, &node, &at);
		if (err <= 0)
			return err;
		err = match_globs(m, &node, at);
		if (err < 0)
			return err;
		if (at == m->text.len)
			return add_values(m, &node, at, lkm_str(""));
		ref = lkm_index_node_child(&node, (uint8_t)m->text.ptr[at++]);
	}
	return 0;
}

static int by_priority(const void *a, const void *b)
{
	const struct lkm_index_hit *x = a;
	const struct lkm_index_hit *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x->visit > y->visit ? -1 : 1;
}

/*
 * How often a byte of a sound file can be visited: once, and once more for
 * each glob byte in the text itself, which is followed as a byte too.
 */
static uint64_t visits(struct lkm_str text)
{
	uint64_t times = 1;

	for (size_t i = 0; i < text.len && times < TIMES_MAX; i++)
		times += lkm_alias_is_glob(text.ptr[i]);
	return times;
}

int lkm_index_match(const struct lkm_index *index, struct lkm_str text, struct lkm_index_hits *ret,
		    struct lkm_diag *diag)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	struct match m = {
		.access = lkm_index_access(index, visits(text), diag),
		.text = text,
		.hits = &hits,
	};
	int err = match_path(&m);

	if (err < 0)
		return err;
	if (hits.len > 1)
		qsort(hits.ptr, hits.len, sizeof(*hits.ptr), by_priority);
	*ret = hits;
	hits = (struct lkm_index_hits){ 0 };
	return 0;
}
