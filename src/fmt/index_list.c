#include "fmt/index_node.h"

/* Children of a node that are not visited yet. */
struct frame {
	const uint8_t *next; /* the reference of the next one */
	const uint8_t *end;
	uint32_t len;  /* of the line with the node's key, to which the child's byte is added */
	uint32_t last; /* the byte of the last child, and 1; 0: there is no node above */
};

/* A node that has children has at least so many bytes. */
#define PARENT_SIZE 6u

/* What stands in front of the key where entries are wanted and not lines. */
struct record {
	uint32_t value; /* where that stands in the file */
	uint32_t len;	/* of the line up to the end of its key */
};

/* Texts and keys are short: so many bytes are copied at once. */
typedef uint8_t chunk __attribute__((vector_size(16)));

/*
 * Everything is visited, so the file is read as a whole and walked in memory.
 * The text ends with the line of the next entry: its head, and the key up to the
 * node that the walk is at.  Behind it is room for whatever a file of this size
 * can still add to the line, and for a chunk, so that nobody asks on the way.
 *
 * Only inline functions get the address of this: what the walk works with stays in
 * registers.
 */
struct list {
	const uint8_t *body, *end; /* the file behind its header */
	uint64_t budget;	    /* bytes that may still be read: see Trust in fmt/index.h */
	struct frame *top;
	struct lkm_buf *text;
	char *line;	  /* where the line begins */
	char *to;	  /* where it goes on */
	const char *full; /* a line that would begin behind this has no room */
	size_t room;	  /* what a line needs */
	size_t longest;	  /* head and key of a line */
	bool records;
	enum lkm_index_flaw flaw;
	uint64_t flaw_at;
};

/* What hardly ever happens gets no registers. */
#define RARELY(condition) __builtin_expect(condition, 0)

/* The node or value at hand is damaged: the NULL that its reader returns. */
static inline const uint8_t *stop(struct list *l, enum lkm_index_flaw flaw, const uint8_t *at)
{
	l->flaw = flaw;
	l->flaw_at = (uint64_t)(at - l->body) + LKM_INDEX_HEADER_SIZE;
	return NULL;
}

/* Add the text at `from` to the line; what follows its end.  More may be copied than it has. */
static inline const uint8_t *add_text(struct list *l, const uint8_t *from)
{
	const uint8_t *text = from;

	for (; l->end - from >= (ptrdiff_t)sizeof(chunk); from += sizeof(chunk), l->to += sizeof(chunk)) {
		chunk bytes;
		uint8_t nuls[sizeof(chunk)]; /* 255 for each byte that is NUL, 0 for the others */
		uint64_t half;
		unsigned int len;

		memcpy(&bytes, from, sizeof(bytes));
		memcpy(l->to, &bytes, sizeof(bytes));
		bytes = (chunk)(bytes == 0);
		memcpy(nuls, &bytes, sizeof(nuls));
		if ((half = lkm_load_u64(nuls, false)) != 0)
			len = (unsigned int)__builtin_ctzll(half) / 8;
		else if ((half = lkm_load_u64(nuls + 8, false)) != 0)
			len = (unsigned int)__builtin_ctzll(half) / 8 + 8;
		else
			continue;
		l->to += len;
		return from + len + 1;
	}
	for (; from != l->end; from++, l->to++) {
		if (*from == '\0')
			return from + 1;
		*l->to = (char)*from;
	}
	return stop(l, LKM_INDEX_NO_END, text);
}

/* Remember the children at `p`; what follows them. */
static inline const uint8_t *add_children(struct list *l, const uint8_t *p)
{
	struct frame *top = l->top + 1;

	if (RARELY(l->end - p < 2))
		return stop(l, LKM_INDEX_CUT, p);
	if (RARELY(p[0] > p[1]))
		return stop(l, LKM_INDEX_DOWNWARD, p);
	top->last = p[1] + 1u;
	top->next = p + 2;
	if (RARELY(l->end - top->next < (ptrdiff_t)(top->last - p[0]) * 4))
		return stop(l, LKM_INDEX_CUT, top->next);
	top->end = top->next + (ptrdiff_t)(top->last - p[0]) * 4;
	top->len = (uint32_t)(l->to - l->line);
	l->top = top;
	return top->end;
}

static __attribute__((cold)) char *make_room(struct lkm_buf *text, const char *to, size_t room)
{
	text->len = (size_t)(to - text->ptr);
	return lkm_buf_reserve(text, room);
}

/* The line is whole: begin the next one, which has its first `len` bytes too.  False: no room. */
static inline bool begin_line(struct list *l, size_t len)
{
	size_t done = 0;

	if (RARELY(l->to > l->full)) {
		size_t whole = (size_t)(l->to - l->line);
		char *to = make_room(l->text, l->to, l->room);

		if (!to)
			return false;
		l->to = to;
		l->line = to - whole;
		l->full = l->text->ptr + l->text->cap - l->room;
	}
	/* The last chunk may reach into what it is copied to. */
	do
		memmove(l->to + done, l->line + done, sizeof(chunk));
	while ((done += sizeof(chunk)) < len);
	l->line = l->to;
	l->to += len;
	return true;
}

/* End the line with the value at `p`; what follows it, NULL also if there is no room. */
static inline __attribute__((always_inline)) const uint8_t *add_value(struct list *l, const uint8_t *p)
{
	size_t len = (size_t)(l->to - l->line);

	if (RARELY(l->end - p < 4))
		return stop(l, LKM_INDEX_CUT, p);
	if (RARELY(l->records)) {
		struct record record = { (uint32_t)(p - l->body) + LKM_INDEX_HEADER_SIZE,
					 (uint32_t)len };

		memcpy(l->line, &record, sizeof(record));
	}
	*l->to++ = ' ';
	p = add_text(l, p + 4);
	if (RARELY(!p))
		return NULL;
	*l->to++ = '\n';
	return begin_line(l, len) ? p : NULL;
}

/* Make a line of each of the values at `p`; what follows them, NULL also if there is no room. */
static inline const uint8_t *add_values(struct list *l, const uint8_t *p)
{
	uint32_t left;

	if (RARELY(l->end - p < 4))
		return stop(l, LKM_INDEX_CUT, p);
	left = lkm_load_be32(p);
	if (RARELY(left == 0))
		return stop(l, LKM_INDEX_NO_VALUES, p);
	p = add_value(l, p + 4);
	/* Apart from the loop: most keys have one value. */
	while (RARELY(--left && p))
		p = add_value(l, p);
	return p;
}

/* Read a node, whose byte is in the line already.  False: see flaw, or there is no room. */
static inline bool enter(struct list *l, uint32_t ref)
{
	size_t pos = (size_t)(ref & LKM_INDEX_REF_OFFSET) - LKM_INDEX_HEADER_SIZE;
	const uint8_t *node, *p;

	if (RARELY(pos > (size_t)(l->end - l->body))) {
		l->flaw_at = ref & LKM_INDEX_REF_OFFSET;
		l->flaw = l->flaw_at < LKM_INDEX_HEADER_SIZE ? LKM_INDEX_IN_HEADER : LKM_INDEX_CUT;
		return false;
	}
	node = p = l->body + pos;
	if (ref & LKM_INDEX_REF_PREFIX)
		p = add_text(l, p);
	if (RARELY(!p))
		return false;
	if (RARELY((size_t)(l->to - l->line) > l->longest))
		return stop(l, LKM_INDEX_LONG_KEY, node);
	if (ref & LKM_INDEX_REF_CHILDREN)
		p = add_children(l, p);
	if (RARELY(!p))
		return false;
	if (ref & LKM_INDEX_REF_VALUES)
		p = add_values(l, p);
	if (RARELY(!p))
		return false;
	if (RARELY(__builtin_sub_overflow(l->budget, (uint64_t)(p - node), &l->budget)))
		return stop(l, LKM_INDEX_LOOP, node);
	return true;
}

/* The reference of the next node, whose byte is added to the line; 0: there is none. */
static inline uint32_t next_node(struct list *l)
{
	for (;; l->top--) {
		struct frame *top = l->top;
		const uint8_t *at = top->next, *end = top->end;

		while (at != end && !(lkm_load_be32(at) & LKM_INDEX_REF_OFFSET))
			at += 4;
		if (at != end) {
			top->next = at + 4;
			l->to = l->line + top->len;
			*l->to++ = (char)(top->last - (size_t)(end - at) / 4);
			return lkm_load_be32(at);
		}
		if (top->last == 0)
			return 0;
	}
}

/*
 * The frames of nodes that a key can go through: each of them adds a byte to it,
 * and none is there twice, or the budget ends.
 */
static struct frame *make_stack(size_t file)
{
	size_t parents = file / PARENT_SIZE;
	struct frame *stack;

	parents = parents < LKM_INDEX_KEY_MAX + 1 ? parents : LKM_INDEX_KEY_MAX + 1;
	stack = malloc((parents + 2) * sizeof(*stack));
	if (stack)
		stack[0] = (struct frame){ 0 };
	return stack;
}

static int no_room(const struct lkm_buf *text, struct lkm_diag *diag)
{
	int err = lkm_buf_error(text);

	return err == -EFBIG ? lkm_diag_set(diag, err, "the entries of the index are too long") :
			       lkm_diag_set(diag, -ENOMEM, "out of memory");
}

/* Append a line for each entry of the file. */
static int list(const struct lkm_index *index, struct lkm_bytes file, struct lkm_str head,
		bool records, struct lkm_buf *text, struct lkm_diag *diag)
{
	struct lkm_index_access access = lkm_index_access(index, 1, diag);
	lkm_autofree struct frame *stack = make_stack(file.len);
	struct list l = {
		.body = file.ptr + LKM_INDEX_HEADER_SIZE,
		.end = file.ptr + file.len,
		.budget = access.budget,
		.top = stack,
		.text = text,
		.room = head.len + LKM_INDEX_KEY_MAX + file.len + 2 * sizeof(chunk),
		.longest = head.len + LKM_INDEX_KEY_MAX,
		.records = records,
	};
	uint32_t ref = index->root;

	/* All lines have about as many bytes as the index. */
	l.line = stack ? lkm_buf_reserve(text, file.len + l.room) : NULL;
	if (!l.line)
		return no_room(text, diag);
	if (head.len)
		memcpy(l.line, head.ptr, head.len);
	l.to = l.line + head.len;
	l.full = text->ptr + text->cap - l.room;
	while (enter(&l, ref) && (ref = next_node(&l)) != 0)
		;
	text->len = (size_t)(l.line - text->ptr);
	if (l.flaw != LKM_INDEX_SOUND)
		return lkm_index_flawed(&access, l.flaw, l.flaw_at);
	return lkm_buf_error(text) ? no_room(text, diag) : 0;
}

static int read_file(const struct lkm_index *index, struct lkm_bytes *ret, struct lkm_diag *diag)
{
	int err = lkm_source_get(index->src, 0, index->src->size, ret);

	return err < 0 ? lkm_diag_set(diag, err, "cannot read the index") : 0;
}

int lkm_index_lines(const struct lkm_index *index, struct lkm_str head, struct lkm_buf *text,
		    struct lkm_diag *diag)
{
	struct lkm_bytes file;
	int err = read_file(index, &file, diag);

	return err ? err : list(index, file, head, false, text, diag);
}

/* The entries of lines that begin with records. */
static int take_entries(const struct lkm_buf *lines, struct lkm_bytes file,
			struct lkm_index_hits *ret)
{
	for (size_t at = 0; at != lines->len;) {
		struct lkm_index_hit *hit = lkm_vec_push(ret);
		const char *line = lines->ptr + at;
		struct record record;
		const uint8_t *value;

		if (!hit)
			return -ENOMEM;
		memcpy(&record, line, sizeof(record));
		value = file.ptr + record.value;
		hit->key = (struct lkm_str){ line + sizeof(record), record.len - sizeof(record) };
		hit->value.ptr = (const char *)value + 4;
		hit->value.len = lkm_index_text_len(value + 4, file.len - record.value - 4);
		hit->offset = record.value + 4;
		hit->priority = lkm_load_be32(value);
		at += record.len + 1 + hit->value.len + 1;
	}
	return 0;
}

int lkm_index_entries(const struct lkm_index *index, struct lkm_buf *keys,
		      struct lkm_index_hits *ret, struct lkm_diag *diag)
{
	static const struct record none;
	const struct lkm_str head = { (const char *)&none, sizeof(none) };
	struct lkm_bytes file;
	int err = read_file(index, &file, diag);

	if (err < 0)
		return err;
	err = list(index, file, head, true, keys, diag);
	return take_entries(keys, file, ret) < 0 ? no_room(keys, diag) : err;
}
