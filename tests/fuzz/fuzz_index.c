/*
 * Binary indexes.  Whatever the file, walking it ends and stays inside; every
 * entry of the walk is found by its key and matches itself; written again, the
 * index holds the same entries.
 */
#include "fmt/alias.h"
#include "fmt/index.h"
#include "fmt/index_write.h"
#include "fuzz.h"

/* Entries looked up, spread over all; each look-up may read the whole file. */
#define LOOKUPS 8u

struct entries {
	LKM_VEC(struct lkm_index_entry) list;
	struct lkm_buf keys;
};

static int open_index(struct lkm_index *index, struct lkm_source *src, struct lkm_arena *arena,
		      struct lkm_bytes file)
{
	*src = lkm_source_memory(file);
	return lkm_index_init(index, src, arena, NULL);
}

/* All entries, as far as the file is sound; 0 if it is to its end. */
static int collect(const struct lkm_index *index, struct lkm_bytes file, struct entries *ret)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf lines = LKM_BUF_INIT;
	int err = lkm_index_entries(index, &ret->keys, &hits, NULL);
	size_t len = 0;

	fuzz_check(hits.len <= file.len);
	fuzz_check(lkm_index_lines(index, lkm_str("head "), &lines, NULL) == err);
	for (size_t i = 0; i < hits.len; i++) {
		const struct lkm_index_hit *hit = &hits.ptr[i];
		struct lkm_index_entry *e = lkm_vec_push(&ret->list);

		fuzz_check(e);
		fuzz_check(fuzz_inside(lkm_str_bytes(hit->value), file));
		*e = (struct lkm_index_entry){ hit->key, hit->value, hit->priority };
		len += strlen("head  \n") + hit->key.len + hit->value.len;
	}
	fuzz_check(len == lines.len);
	return err;
}

static bool hits_have(const struct lkm_index_hits *hits, const struct lkm_index_entry *e)
{
	for (size_t i = 0; i < hits->len; i++)
		if (lkm_str_eq(hits->ptr[i].value, e->value) &&
		    lkm_str_eq(hits->ptr[i].key, e->key) && hits->ptr[i].priority == e->priority)
			return true;
	return false;
}

/* A pattern begins with the first *, ? or [: what stands before it, `\` too, is compared. */
static bool matches(struct lkm_str key, struct lkm_str text)
{
	size_t at = 0;

	while (at < key.len && !lkm_alias_is_glob(key.ptr[at]))
		at++;
	return text.len >= at && memcmp(key.ptr, text.ptr, at) == 0 &&
	       lkm_alias_match((struct lkm_str){ key.ptr + at, key.len - at },
			       (struct lkm_str){ text.ptr + at, text.len - at });
}

static void look_up(const struct lkm_index *index, const struct lkm_index_entry *e)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	struct lkm_index_hit hit;

	fuzz_check(lkm_index_find(index, e->key, &hit, NULL) == 0);
	if (lkm_index_match(index, e->key, &hits, NULL) < 0)
		return;
	for (size_t i = 0; i < hits.len; i++) {
		fuzz_check(matches(hits.ptr[i].key, e->key));
		fuzz_check(i == 0 || hits.ptr[i - 1].priority <= hits.ptr[i].priority);
	}
	/* A pattern mostly matches its own text, but not [ab] or *\b. */
	if (matches(e->key, e->key))
		fuzz_check(hits_have(&hits, e));
}

static int by_key(const void *a, const void *b)
{
	return lkm_str_cmp(((const struct lkm_index_entry *)a)->key,
			   ((const struct lkm_index_entry *)b)->key);
}

static void write_again(const struct entries *all)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct entries again = { 0 };
	struct lkm_source src;
	struct lkm_index index;
	int err = lkm_index_write(all->list.ptr, all->list.len, &file);

	if (err == 0) {
		struct lkm_bytes bytes = lkm_str_bytes(lkm_buf_view(&file));

		fuzz_check(open_index(&index, &src, &arena, bytes) == 0);
		fuzz_check(collect(&index, bytes, &again) == 0);
		fuzz_check(again.list.len == all->list.len);
		/* The walk is in the order of keys already, also that of a hostile file? */
		for (size_t i = 1; i < again.list.len; i++)
			fuzz_check(by_key(&again.list.ptr[i - 1], &again.list.ptr[i]) <= 0);
	}
	lkm_vec_release(&again.list);
	lkm_buf_release(&again.keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_bytes file = { data, size };
	struct entries all = { 0 };
	struct lkm_source src;
	struct lkm_index index;
	int err;

	if (open_index(&index, &src, &arena, file) < 0)
		return 0;
	err = collect(&index, file, &all);
	for (size_t i = 0; err == 0 && i < all.list.len; i += all.list.len / LOOKUPS + 1)
		look_up(&index, &all.list.ptr[i]);
	if (err == 0)
		write_again(&all);
	lkm_vec_release(&all.list);
	lkm_buf_release(&all.keys);
	return 0;
}
