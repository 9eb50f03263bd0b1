#include "check.h"

#include <errno.h>

#include "fmt/index.h"
#include "fmt/index_write.h"

#define KEYS_MAX 4

struct row {
	const char *name;
	struct lkm_index_entry entries[KEYS_MAX];
	const char *file; /* in hex, without magic and version */
};

#define E(k, v, p) { .key = LKM_STR(k), .value = LKM_STR(v), .priority = p }

static const struct row rows[] = {
	{ "an empty index points behind its header", { { { 0 } } }, "0000000C" },
	{ "one key is a prefix and its value", { E("ab", "m", 7) },
	  "C000000C 616200 00000001 00000007 6D00" },
	{ "the empty key is a value of the root", { E("", "m", 1) },
	  "4000000C 00000001 00000001 6D00" },
	{ "children stand by byte, gaps are 0", { E("c", "y", 0), E("a", "x", 1) },
	  "2000000C 6163 4000001A 00000000 40000024"
	  "00000001 00000001 7800  00000001 00000000 7900" },
	{ "a key that ends inside another one", { E("ab", "y", 0), E("a", "x", 0) },
	  "E000000C 6100 6262 4000001E 00000001 00000000 7800  00000001 00000000 7900" },
	{ "values by priority, the later of equals first",
	  { E("k", "a", 2), E("k", "b", 1), E("k", "c", 2), E("k", "", 2) },
	  "C000000C 6B00 00000004 00000001 6200 00000002 00 00000002 6300 00000002 6100" },
	{ "bytes above 0x7f sort as unsigned", { E("\xff", "y", 0), E("\xfe", "x", 0) },
	  "2000000C FEFF 40000016 40000020 00000001 00000000 7800  00000001 00000000 7900" },
};

static size_t entry_count(const struct row *row)
{
	size_t n = 0;

	while (n < KEYS_MAX && row->entries[n].key.ptr)
		n++;
	return n;
}

static void print_hex(struct lkm_str bytes, struct lkm_buf *ret)
{
	for (size_t i = 0; i < bytes.len; i++)
		lkm_buf_printf(ret, "%02X", (unsigned int)(uint8_t)bytes.ptr[i]);
}

static void files_are_as_documented(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(rows); r++) {
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT, hex = LKM_BUF_INIT,
						 want = LKM_BUF_INIT;

		lkm_buf_puts(&want, "B007F45700020001");
		for (const char *c = rows[r].file; *c; c++)
			if (*c != ' ')
				lkm_buf_putc(&want, *c);
		assert_row(rows[r].name,
			   lkm_index_write(rows[r].entries, entry_count(&rows[r]), &file), 0);
		print_hex(lkm_buf_view(&file), &hex);
		if (strcmp(lkm_buf_cstr(&hex), lkm_buf_cstr(&want)) != 0)
			fail_msg("row \"%s\":\n%s, wanted\n%s", rows[r].name, hex.ptr, want.ptr);
	}
}

static void refused(void **state)
{
	static char key[LKM_INDEX_WRITE_KEY_MAX + 1];
	struct lkm_index_entry e = { .key = { key, sizeof(key) } };
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;

	(void)state;
	memset(key, 'k', sizeof(key));
	assert_row("key one byte too long", lkm_index_write(&e, 1, &file), -EFBIG);
	e.key.len--;
	lkm_buf_clear(&file);
	assert_row("longest key", lkm_index_write(&e, 1, &file), 0);
	e = (struct lkm_index_entry)E("a\0b", "v", 0);
	assert_row("NUL in a key", lkm_index_write(&e, 1, &file), -EINVAL);
	e = (struct lkm_index_entry)E("ab", "v\0w", 0);
	assert_row("NUL in a value", lkm_index_write(&e, 1, &file), -EINVAL);
}

#define MANY 3000

/* Keys that share beginnings of many lengths, some of them equal. */
static void make_many(struct lkm_arena *arena, struct lkm_index_entry *entries)
{
	uint32_t state = 1;

	for (uint32_t i = 0; i < MANY; i++) {
		char key[12];
		size_t len = 1 + state % 10;

		for (size_t k = 0; k < len; k++) {
			state = state * 1103515245u + 12345u;
			key[k] = "aab\xf0"[state >> 30];
		}
		entries[i].key = (struct lkm_str){ key, len };
		entries[i].key.ptr = lkm_arena_strdup(arena, entries[i].key);
		entries[i].value = lkm_str("m");
		entries[i].priority = i;
		assert_non_null(entries[i].key.ptr);
	}
}

/* What the reader makes of it: the same entries, in the order of keys and priorities. */
static void the_reader_finds_the_same(void **state)
{
	static struct lkm_index_entry entries[MANY];
	static bool seen[MANY];
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf keys = LKM_BUF_INIT;
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	struct lkm_source source;
	struct lkm_index index;
	uint32_t last = 0;

	(void)state;
	make_many(&arena, entries);
	assert_int_equal(lkm_index_write(entries, MANY, &file), 0);
	source = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&file)));
	assert_int_equal(lkm_index_init(&index, &source, &arena, NULL), 0);
	assert_int_equal(lkm_index_entries(&index, &keys, &hits, NULL), 0);
	assert_int_equal(hits.len, MANY);
	for (size_t i = 0; i < MANY; i++) {
		struct lkm_index_hit hit = hits.ptr[i];
		int order;

		assert_in_range(hit.priority, 0, MANY - 1);
		assert_true(lkm_str_eq(hit.key, entries[hit.priority].key));
		assert_false(seen[hit.priority]);
		seen[hit.priority] = true;
		order = i ? lkm_str_cmp(entries[last].key, hit.key) : -1;
		assert_true(order < 0 || (order == 0 && last < hit.priority));
		last = hit.priority;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_as_documented),
		cmocka_unit_test(refused),
		cmocka_unit_test(the_reader_finds_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
