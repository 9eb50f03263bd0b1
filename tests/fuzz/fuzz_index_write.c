/*
 * Writing an index: lines `KEY PRIORITY-BYTE VALUE`.  What is written reads
 * back: as many entries, in the order of their keys, each found.
 */
#include "fmt/index.h"
#include "fmt/index_write.h"
#include "fuzz.h"

#define ENTRIES_MAX 512

/* The entry of one line: its key ends at a blank, its priority is one byte. */
static struct lkm_index_entry parse(struct lkm_str line)
{
	struct lkm_index_entry e = { .value = lkm_str("v") };
	struct lkm_str rest;

	if (lkm_str_cut(line, ' ', &e.key, &rest) && rest.len > 0) {
		e.priority = (uint32_t)(unsigned char)rest.ptr[0];
		e.value = (struct lkm_str){ rest.ptr + 1, rest.len - 1 };
	}
	return e;
}

static bool same(const struct lkm_index_entry *e, const struct lkm_index_hit *hit)
{
	return lkm_str_eq(e->key, hit->key) && lkm_str_eq(e->value, hit->value) &&
	       e->priority == hit->priority;
}

static size_t count_same(const struct lkm_index_entry *entries, size_t count,
			 const struct lkm_index_hit *hit)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += same(&entries[i], hit);
	return found;
}

/* The walk gives every entry, ordered by key and then by priority. */
static void walk(const struct lkm_index *index, const struct lkm_index_entry *entries, size_t count)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf keys = LKM_BUF_INIT;

	fuzz_check(lkm_index_entries(index, &keys, &hits, NULL) == 0);
	fuzz_check(hits.len == count);
	for (size_t i = 0; i < hits.len; i++) {
		const struct lkm_index_hit *hit = &hits.ptr[i];
		int order = i ? lkm_str_cmp(hit[-1].key, hit->key) : -1;

		fuzz_check(order < 0 || (order == 0 && hit[-1].priority <= hit->priority));
		fuzz_check(count_same(entries, count, hit) > 0);
	}
}

static void read_back(struct lkm_bytes file, const struct lkm_index_entry *entries, size_t count)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source src = lkm_source_memory(file);
	struct lkm_index index;
	struct lkm_index_hit hit;

	fuzz_check(lkm_index_init(&index, &src, &arena, NULL) == 0);
	walk(&index, entries, count);
	for (size_t i = 0; i < count; i++)
		fuzz_check(lkm_index_find(&index, entries[i].key, &hit, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_str rest = lkm_bytes_str((struct lkm_bytes){ data, size }), line;
	struct lkm_index_entry entries[ENTRIES_MAX];
	size_t count = 0;
	int err;

	while (count < ENTRIES_MAX && lkm_str_next_line(&rest, &line))
		entries[count++] = parse(line);
	err = lkm_index_write(entries, count, &file);
	if (err == 0)
		read_back(lkm_str_bytes(lkm_buf_view(&file)), entries, count);
	else
		fuzz_check(err == -EINVAL || err == -EFBIG);
	return 0;
}
