#include "fmt/index_write.h"

#include <errno.h>

#include "base/vec.h"

#define MAGIC	    0xb007f457u
#define VERSION	    0x00020001u
#define ROOT_AT	    8u
#define HEADER_SIZE 12u

#define HAS_PREFIX   0x80000000u
#define HAS_VALUES   0x40000000u
#define HAS_CHILDREN 0x20000000u
#define OFFSET_MAX   0x0fffffffu

typedef const struct lkm_index_entry *entry_ptr;

/* What follows the end of a key in the sort order: before every byte. */
#define END_OF_KEY (-1)

static int byte_at(entry_ptr e, size_t depth)
{
	return depth < e->key.len ? (uint8_t)e->key.ptr[depth] : END_OF_KEY;
}

/* Entries of one key: by priority, and the later one (at the higher address) first. */
static int compare_values(const void *a, const void *b)
{
	entry_ptr x = *(const entry_ptr *)a, y = *(const entry_ptr *)b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x > y ? -1 : x < y;
}

static int median_byte(const entry_ptr *e, size_t count, size_t depth)
{
	int a = byte_at(e[0], depth);
	int b = byte_at(e[count / 2], depth);
	int c = byte_at(e[count - 1], depth);

	if (a > b)
		return b > c ? b : (a > c ? c : a);
	return a > c ? a : (b > c ? c : b);
}

static void swap(entry_ptr *a, entry_ptr *b)
{
	entry_ptr was = *a;

	*a = *b;
	*b = was;
}

/* A run of entries whose keys agree in their first `depth` bytes. */
struct run {
	entry_ptr *at;
	size_t count;
	size_t depth;
};

/* Cut a run by the byte at its depth into less, equal, more; ret[1] is equal. */
static void partition(struct run run, int pivot, struct run ret[3])
{
	size_t less = 0, i = 0, more = run.count;

	while (i < more) {
		int byte = byte_at(run.at[i], run.depth);

		if (byte < pivot)
			swap(&run.at[less++], &run.at[i++]);
		else if (byte > pivot)
			swap(&run.at[i], &run.at[--more]);
		else
			i++;
	}
	ret[0] = (struct run){ run.at, less, run.depth };
	ret[1] = (struct run){ run.at + less, more - less, run.depth + 1 };
	ret[2] = (struct run){ run.at + more, run.count - more, run.depth };
}

/* Move the largest of three runs to the end of the array. */
static void largest_last(struct run runs[3])
{
	size_t largest = 2;
	struct run was;

	for (size_t i = 0; i < 2; i++)
		if (runs[i].count > runs[largest].count)
			largest = i;
	was = runs[2];
	runs[2] = runs[largest];
	runs[largest] = was;
}

/*
 * Quicksort on one byte at a time: most keys share long beginnings, which are
 * compared once.  Only the two smaller parts recurse, so the depth of the
 * recursion is at most log2(count).
 */
static void sort(struct run run)
{
	while (run.count > 1) {
		int pivot = median_byte(run.at, run.count, run.depth);
		struct run parts[3];

		partition(run, pivot, parts);
		if (pivot == END_OF_KEY) {
			qsort(parts[1].at, parts[1].count, sizeof(*parts[1].at), compare_values);
			parts[1].count = 0;
		}
		largest_last(parts);
		sort(parts[0]);
		sort(parts[1]);
		run = parts[2];
	}
}

void lkm_index_sort(entry_ptr *entries, size_t count)
{
	sort((struct run){ entries, count, 0 });
}

static void put_be32(struct lkm_buf *buf, uint32_t value)
{
	uint8_t bytes[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
			     (uint8_t)value };

	lkm_buf_add(buf, bytes, sizeof(bytes));
}

static void patch_be32(struct lkm_buf *buf, size_t at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		buf->ptr[at + i] = (char)(value >> (24 - 8 * i));
}

/* A node that is still to be written: its entries, and where its reference goes. */
struct node {
	struct run run;
	size_t reference;
};

struct writer {
	struct lkm_buf *buf;
	LKM_VEC(struct node) todo; /* a stack: the last one is next */
};

/* Bytes after `depth` that all keys of a sorted run share. */
static size_t shared_prefix(struct run run)
{
	entry_ptr first = run.at[0], last = run.at[run.count - 1];
	size_t len = 0;

	while (byte_at(first, run.depth + len) != END_OF_KEY &&
	       byte_at(first, run.depth + len) == byte_at(last, run.depth + len))
		len++;
	return len;
}

static void put_values(struct lkm_buf *buf, const entry_ptr *entries, size_t count)
{
	put_be32(buf, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		put_be32(buf, entries[i]->priority);
		lkm_buf_str(buf, entries[i]->value);
		lkm_buf_putc(buf, '\0');
	}
}

/* How many entries at the start of a sorted run have this byte at its depth. */
static size_t count_equal(struct run run, int byte)
{
	size_t n = 0;

	while (n < run.count && byte_at(run.at[n], run.depth) == byte)
		n++;
	return n;
}

/* Write the table of children with empty references; the children wait on the stack. */
static int put_children(struct writer *w, struct run run)
{
	int first = byte_at(run.at[0], run.depth);
	int last = byte_at(run.at[run.count - 1], run.depth);
	size_t table = w->buf->len + 2;
	size_t pushed = w->todo.len;

	lkm_buf_putc(w->buf, (char)first);
	lkm_buf_putc(w->buf, (char)last);
	for (int byte = first; byte <= last; byte++)
		put_be32(w->buf, 0);
	while (run.count) {
		int byte = byte_at(run.at[0], run.depth);
		size_t n = count_equal(run, byte);
		struct node *child = lkm_vec_push(&w->todo);

		if (!child)
			return -ENOMEM;
		*child = (struct node){ .run = { run.at, n, run.depth + 1 },
					.reference = table + 4 * (size_t)(byte - first) };
		run.at += n;
		run.count -= n;
	}
	/* The first child has to be on top. */
	for (size_t i = pushed, j = w->todo.len; i + 1 < j; i++) {
		struct node was = w->todo.ptr[--j];

		w->todo.ptr[j] = w->todo.ptr[i];
		w->todo.ptr[i] = was;
	}
	return 0;
}

/* prefix, children, values: in this order. */
static int put_node(struct writer *w, struct node node)
{
	struct run run = node.run;
	size_t at = w->buf->len, prefix = shared_prefix(run), ended;
	uint32_t flags = 0;
	int err = 0;

	if (at > OFFSET_MAX)
		return -EFBIG;
	if (prefix) {
		flags |= HAS_PREFIX;
		lkm_buf_add(w->buf, run.at[0]->key.ptr + run.depth, prefix);
		lkm_buf_putc(w->buf, '\0');
	}
	run.depth += prefix;
	ended = count_equal(run, END_OF_KEY);
	if (ended < run.count) {
		flags |= HAS_CHILDREN;
		err = put_children(w, (struct run){ run.at + ended, run.count - ended, run.depth });
	}
	if (ended) {
		flags |= HAS_VALUES;
		put_values(w->buf, run.at, ended);
	}
	if (!err)
		err = lkm_buf_error(w->buf);
	if (!err)
		patch_be32(w->buf, node.reference, (uint32_t)at | flags);
	return err;
}

static int put_nodes(entry_ptr *sorted, size_t count, struct lkm_buf *buf)
{
	struct writer w = { .buf = buf };
	int err = put_node(&w, (struct node){ { sorted, count, 0 }, ROOT_AT });

	while (!err && w.todo.len)
		err = put_node(&w, w.todo.ptr[--w.todo.len]);
	lkm_vec_release(&w.todo);
	return err;
}

static bool has_nul(struct lkm_str text)
{
	return text.len && memchr(text.ptr, 0, text.len);
}

static int check_entry(entry_ptr e)
{
	if (e->key.len > LKM_INDEX_WRITE_KEY_MAX)
		return -EFBIG;
	return has_nul(e->key) || has_nul(e->value) ? -EINVAL : 0;
}

int lkm_index_write(const struct lkm_index_entry *entries, size_t count, struct lkm_buf *buf)
{
	lkm_autofree entry_ptr *sorted = NULL;

	put_be32(buf, MAGIC);
	put_be32(buf, VERSION);
	/* The root of an empty index: nothing stands there. */
	put_be32(buf, HEADER_SIZE);
	if (count == 0)
		return lkm_buf_error(buf);
	sorted = calloc(count, sizeof(entry_ptr));
	if (!sorted || lkm_buf_error(buf))
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		int err = check_entry(&entries[i]);

		if (err < 0)
			return err;
		sorted[i] = &entries[i];
	}
	lkm_index_sort(sorted, count);
	return put_nodes(sorted, count, buf);
}
