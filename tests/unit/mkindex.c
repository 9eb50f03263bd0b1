#include "mkindex.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/reader.h"

/* A node while writing: entries[0, count) share their first `depth` bytes. */
struct part {
	const struct mkindex_entry *entries;
	size_t count;
	size_t depth;
};

static void put_u32(struct lkm_buf *buf, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		lkm_buf_putc(buf, (char)(value >> shift));
}

static void set_u32(struct lkm_buf *buf, size_t at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		buf->ptr[at + i] = (char)(value >> (24 - 8 * i));
}

static unsigned char byte_of(const struct part *part, size_t i)
{
	return (unsigned char)part->entries[i].key[part->depth];
}

static void put_values(struct lkm_buf *buf, const struct part *part, size_t count)
{
	put_u32(buf, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		put_u32(buf, part->entries[i].priority);
		lkm_buf_add(buf, part->entries[i].value, strlen(part->entries[i].value) + 1);
	}
}

static uint32_t write_node(struct lkm_buf *buf, struct part part, bool parents_first);

/* One child for each run of entries with the same next byte. */
static void write_children(struct lkm_buf *buf, struct part part, bool parents_first,
			   uint32_t refs[static 256])
{
	for (size_t i = 0, end; i < part.count; i = end) {
		unsigned char byte = byte_of(&part, i);

		for (end = i; end < part.count && byte_of(&part, end) == byte;)
			end++;
		refs[byte] = write_node(buf, (struct part){ part.entries + i, end - i, part.depth + 1 },
					parents_first);
	}
}

/* The bytes that all entries have in common from here on. */
static size_t common_len(const struct part *part)
{
	const char *first = part->entries[0].key + part->depth;
	const char *last = part->entries[part->count - 1].key + part->depth;
	size_t len = 0;

	while (first[len] && first[len] == last[len])
		len++;
	return len;
}

static uint32_t write_node(struct lkm_buf *buf, struct part part, bool parents_first)
{
	size_t prefix = common_len(&part);
	const char *text = part.entries[0].key + part.depth;
	uint32_t refs[256] = { 0 };
	size_t values = 0, table, at;
	uint32_t flags = 0;

	part.depth += prefix;
	while (values < part.count && byte_of(&part, values) == '\0')
		values++;
	struct part below = { part.entries + values, part.count - values, part.depth };

	if (!parents_first)
		write_children(buf, below, parents_first, refs);
	at = buf->len;
	if (prefix) {
		flags |= 0x80000000u;
		lkm_buf_add(buf, text, prefix);
		lkm_buf_putc(buf, '\0');
	}
	table = buf->len + 2;
	if (below.count) {
		flags |= 0x20000000u;
		lkm_buf_putc(buf, (char)byte_of(&below, 0));
		lkm_buf_putc(buf, (char)byte_of(&below, below.count - 1));
		for (size_t i = byte_of(&below, 0); i <= byte_of(&below, below.count - 1); i++)
			put_u32(buf, refs[i]);
	}
	if (values) {
		flags |= 0x40000000u;
		put_values(buf, &part, values);
	}
	if (parents_first && below.count) {
		write_children(buf, below, parents_first, refs);
		for (size_t i = byte_of(&below, 0); i <= byte_of(&below, below.count - 1); i++, table += 4)
			set_u32(buf, table, refs[i]);
	}
	return flags | (uint32_t)at;
}

static int by_key(const void *a, const void *b)
{
	const struct mkindex_entry *const *x = a;
	const struct mkindex_entry *const *y = b;
	int order = lkm_str_cmp(lkm_str((*x)->key), lkm_str((*y)->key));

	return order ? order : *x < *y ? -1 : 1;
}

void mkindex_write(struct lkm_buf *buf, const struct mkindex_entry *entries, size_t count,
		   bool parents_first)
{
	lkm_autofree const struct mkindex_entry **order = calloc(count + 1, sizeof(*order));
	lkm_autofree struct mkindex_entry *sorted = calloc(count + 1, sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		order[i] = &entries[i];
	qsort(order, count, sizeof(*order), by_key);
	for (size_t i = 0; i < count; i++)
		sorted[i] = *order[i];
	put_u32(buf, 0xb007f457u);
	put_u32(buf, 0x00020001u);
	put_u32(buf, 0);
	set_u32(buf, 8, count ? write_node(buf, (struct part){ sorted, count, 0 }, parents_first) : 12);
}

/* Read the node at `ref`; key[0, len) leads to it. */
static void read_node(struct lkm_bytes file, uint32_t ref, struct lkm_buf *key,
		      struct lkm_arena *arena, struct lkm_index_hits *hits)
{
	const uint8_t *p = file.ptr + (ref & 0x0fffffffu);
	const uint8_t *refs = NULL;
	size_t len = key->len;
	uint8_t first = 0, last = 0;

	if (ref & 0x80000000u) {
		lkm_buf_puts(key, (const char *)p);
		p += strlen((const char *)p) + 1;
	}
	if (ref & 0x20000000u) {
		first = p[0];
		last = p[1];
		refs = p + 2;
		p = refs + (size_t)(last - first + 1) * 4;
	}
	if (ref & 0x40000000u) {
		uint32_t count = lkm_load_be32(p);

		for (p += 4; count > 0; count--) {
			struct lkm_index_hit *hit = lkm_vec_push(hits);

			hit->key = lkm_str(lkm_arena_strdup(arena, lkm_buf_view(key)));
			hit->priority = lkm_load_be32(p);
			hit->value = lkm_str((const char *)p + 4);
			p += 4 + hit->value.len + 1;
		}
	}
	for (unsigned int c = first; refs && c <= last; c++, refs += 4)
		if (lkm_load_be32(refs) & 0x0fffffffu) {
			lkm_buf_putc(key, (char)c);
			read_node(file, lkm_load_be32(refs), key, arena, hits);
			key->len--;
		}
	key->len = len;
}

void mkindex_read(struct lkm_bytes file, struct lkm_arena *arena, struct lkm_index_hits *hits)
{
	lkm_auto(lkm_buf) struct lkm_buf key = LKM_BUF_INIT;

	read_node(file, lkm_load_be32(file.ptr + 8), &key, arena, hits);
}

bool mkindex_matches(struct lkm_str key, const char *text)
{
	lkm_auto(lkm_buf) struct lkm_buf pattern = LKM_BUF_INIT;
	size_t plain = 0;

	while (plain < key.len && !memchr("*?[", key.ptr[plain], 3))
		plain++;
	if (strncmp(key.ptr, text, plain) != 0)
		return false;
	lkm_buf_str(&pattern, (struct lkm_str){ key.ptr + plain, key.len - plain });
	return fnmatch(lkm_buf_cstr(&pattern), text + plain, 0) == 0;
}
