/* fmt/index: a sound sample and its damages, then random tries against the naive reader. */
#include "check.h"

#include <stdlib.h>

#include "fmt/index.h"
#include "mkindex.h"

/* Three keys: "ab" -> m1; "ac*" -> m2, m3. */
static const uint8_t sample[] = {
	0xb0, 0x07, 0xf4, 0x57, 0, 2, 0, 1, 0xa0, 0, 0, 12, /* root at 12 */
	'a', 0, 'b', 'c', 0x40, 0, 0, 24, 0xc0, 0, 0, 35,   /* prefix, children */
	0, 0, 0, 1, 0, 0, 0, 7, 'm', '1', 0,		    /* 24: one value */
	'*', 0, 0, 0, 0, 2,				    /* 35: prefix, two values */
	0, 0, 0, 3, 'm', '2', 0, 0, 0, 0, 9, 'm', '3', 0,
};

/* Every operation on the bytes; the first error, and its diagnosis. */
static int use_all(struct lkm_bytes bytes, struct lkm_diag *diag, struct lkm_buf *ret_text)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 }, all = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf keys = LKM_BUF_INIT;
	struct lkm_source src = lkm_source_memory(bytes);
	struct lkm_index_hit hit;
	struct lkm_index index;
	int err = lkm_index_init(&index, &src, &arena, diag);

	if (err < 0)
		return err;
	err = lkm_index_find(&index, lkm_str("ab"), &hit, diag);
	if (err == 0)
		lkm_buf_printf(ret_text, "%.*s %u;", LKM_STR_ARG(hit.value), hit.priority);
	err = err == -ENODATA ? 0 : err;
	err = err ? err : lkm_index_match(&index, lkm_str("acx"), &hits, diag);
	for (size_t i = 0; i < hits.len; i++)
		lkm_buf_printf(ret_text, "%.*s %.*s %u;", LKM_STR_ARG(hits.ptr[i].key),
			       LKM_STR_ARG(hits.ptr[i].value), hits.ptr[i].priority);
	err = err ? err : lkm_index_entries(&index, &keys, &all, diag);
	for (size_t i = 0; i < all.len; i++)
		lkm_buf_printf(ret_text, "%.*s=%.*s;", LKM_STR_ARG(all.ptr[i].key),
			       LKM_STR_ARG(all.ptr[i].value));
	return err;
}

static void reads_the_sample(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;

	(void)state;
	assert_int_equal(use_all((struct lkm_bytes){ sample, sizeof(sample) }, &diag, &text), 0);
	assert_str(lkm_buf_view(&text), "m1 7;ac* m2 3;ac* m3 9;ab=m1;ac*=m2;ac*=m3;");
}

static const struct damage {
	const char *name;
	size_t at;
	size_t len;
	const char *bytes;
	int want;
	int64_t offset;
	const char *text; /* where no error is wanted: what is read */
} damages[] = {
	{ "magic", 3, 1, "X", -ENOEXEC, 0 },
	{ "major version 1", 5, 1, "\1", -ENOEXEC, 4 },
	{ "major version 3", 5, 1, "\3", -ENOEXEC, 4 },
	{ "minor version 9", 7, 1, "\11", 0, 0, "m1 7;ac* m2 3;ac* m3 9;ab=m1;ac*=m2;ac*=m3;" },
	{ "root beyond the end", 8, 4, "\xa0\0\0\x80", -EBADMSG, 128 },
	{ "root at the end", 11, 1, "\x37", -EBADMSG, 55 },
	{ "root in the header", 11, 1, "\4", -EBADMSG, 4 },
	{ "no root", 8, 4, "\0\0\0\0", -EBADMSG, 0 },
	{ "first > last", 14, 2, "cb", -EBADMSG, 14 },
	{ "children beyond the end", 15, 1, "\377", -EBADMSG, 16 },
	{ "child loops to its parent", 16, 4, "\xa0\0\0\x0c", -EBADMSG, -2 },
	{ "both children loop", 16, 8, "\xa0\0\0\x0c\xa0\0\0\x0c", -EBADMSG, -2 },
	{ "both children are one node", 16, 8, "\xc0\0\0\x23\xc0\0\0\x23", -EBADMSG, -2 },
	{ "one child is absent", 16, 4, "\0\0\0\0", 0, 0, "ac* m2 3;ac* m3 9;ac*=m2;ac*=m3;" },
	{ "absent child with a flag", 16, 4, "\x40\0\0\0", 0, 0, "ac* m2 3;ac* m3 9;ac*=m2;ac*=m3;" },
	{ "count of values is huge", 24, 4, "\377\377\377\377", -EBADMSG, -2 },
	{ "count of values is 0", 24, 4, "\0\0\0\0", -EBADMSG, 24 },
	{ "value without an end", 54, 1, "x", -EBADMSG, 52 },
	{ "prefix flag on values", 16, 1, "\xc0", -EBADMSG, -2 },
};

static void reports_damage_with_its_offset(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		const struct damage *d = &damages[i];
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		uint8_t bytes[sizeof(sample)];

		memcpy(bytes, sample, sizeof(sample));
		memcpy(bytes + d->at, d->bytes, d->len);
		assert_row(d->name, use_all((struct lkm_bytes){ bytes, sizeof(bytes) }, &diag, &text),
			   d->want);
		assert_row(d->name, diag.err, d->want);
		if (d->want && d->offset >= 0)
			assert_row(d->name, diag.offset, d->offset);
		assert_row(d->name, diag.offset >= 0, d->want != 0);
		if (d->want == 0)
			assert_str(lkm_buf_view(&text), d->text);
	}
}

/* Wherever a sound file is cut or one byte is changed, every operation ends. */
static void survives_every_cut_and_every_byte(void **state)
{
	static const uint8_t values[] = { 0, 1, 12, 24, 35, 0x7f, 0x80, 0xa0, 0xe0, 0xff };
	uint8_t bytes[sizeof(sample)];
	size_t broken = 0;

	(void)state;
	for (size_t len = 0; len < sizeof(sample); len++) {
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		int err = use_all((struct lkm_bytes){ sample, len }, NULL, &text);

		assert_int_equal(err, len < 12 ? -ENOEXEC : -EBADMSG);
	}
	for (size_t i = 0; i < sizeof(sample) * COUNT(values); i++) {
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

		memcpy(bytes, sample, sizeof(sample));
		bytes[i / COUNT(values)] = values[i % COUNT(values)];
		broken += use_all((struct lkm_bytes){ bytes, sizeof(bytes) }, NULL, &text) < 0;
	}
	assert_true(broken > 100);
}

/* 63 levels of two references to the next level: 2^63 ways, 8 bytes each. */
static void a_doubling_index_ends(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;

	(void)state;
	lkm_buf_add(&file, "\xb0\x07\xf4\x57\0\2\0\1\x20\0\0\x0c", 12);
	for (unsigned int i = 1; i < 64; i++) {
		unsigned char low = (unsigned char)(12 + 10 * i), high = (unsigned char)((12 + 10 * i) >> 8);
		const unsigned char node[] = { 'a', 'b', 0x20, 0, high, low, 0x20, 0, high, low };

		lkm_buf_add(&file, node, sizeof(node));
	}
	lkm_buf_add(&file, "a*\0\0\0\0\0\0\0\0", 10);
	assert_int_equal(use_all(lkm_str_bytes(lkm_buf_view(&file)), &diag, &text), -EBADMSG);
	assert_true(diag.offset >= 12);
}

/* Children of 'a' that point back at the root: keys of any length, then no more. */
static void a_key_has_a_limit(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;

	(void)state;
	lkm_buf_add(&file, "\xb0\x07\xf4\x57\0\2\0\1\x80\0\0\x0c", 12);
	for (size_t i = 0; i <= LKM_INDEX_KEY_MAX; i++)
		lkm_buf_putc(&file, 'k');
	lkm_buf_putc(&file, '\0');
	assert_int_equal(use_all(lkm_str_bytes(lkm_buf_view(&file)), &diag, &text), -EBADMSG);
	file.ptr[12 + LKM_INDEX_KEY_MAX] = '\0';
	assert_int_equal(use_all(lkm_str_bytes(lkm_buf_view(&file)), NULL, &text), 0);
}

/* Every entry is one line: as the entries have it, and as the lines have it. */
static void check_lines(const struct lkm_index *index, const struct mkindex_entry *entries,
			size_t count)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf keys = LKM_BUF_INIT, lines = LKM_BUF_INIT;
	struct lkm_str left, line;

	assert_int_equal(lkm_index_entries(index, &keys, &hits, NULL), 0);
	assert_int_equal(lkm_index_lines(index, lkm_str(">"), &lines, NULL), 0);
	assert_int_equal(hits.len, count);
	left = lkm_buf_view(&lines);
	for (size_t i = 0; i < count; i++) {
		size_t key = strlen(entries[i].key);

		assert_str(hits.ptr[i].key, entries[i].key);
		assert_str(hits.ptr[i].value, entries[i].value);
		assert_true(lkm_str_next_line(&left, &line));
		assert_int_equal(line.len, 1 + key + 1 + hits.ptr[i].value.len);
		assert_memory_equal(line.ptr + 1, entries[i].key, key);
		assert_memory_equal(line.ptr + 1 + key + 1, entries[i].value, hits.ptr[i].value.len);
	}
	assert_int_equal(left.len, 0);
}

static void check_lines_of(const struct mkindex_entry *entries, size_t count)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_autofree uint8_t *exact = NULL;
	struct lkm_source src;
	struct lkm_index index;

	mkindex_write(&file, entries, count, true);
	/* Nothing behind its end: the sanitizers see who reads there. */
	exact = malloc(file.len);
	assert_non_null(exact);
	memcpy(exact, file.ptr, file.len);
	src = lkm_source_memory((struct lkm_bytes){ exact, file.len });
	assert_int_equal(lkm_index_init(&index, &src, &arena, NULL), 0);
	check_lines(&index, entries, count);
}

/* Texts are copied in pieces, the last of them byte by byte where the file ends. */
static void texts_may_have_any_length(void **state)
{
	char text[2][60];

	(void)state;
	for (size_t key = 0; key < 40; key++)
		for (size_t value = 0; value < 40; value++) {
			memset(text, 'k', sizeof(text));
			text[0][key] = text[1][value] = '\0';
			check_lines_of(&(struct mkindex_entry){ text[0], 7, text[1] }, 1);
		}
}

/* A long key of many values: far more text than the file has, for which it has to grow. */
static void lines_may_outgrow_the_file(void **state)
{
	static struct mkindex_entry entries[1000];
	char key[2001];

	(void)state;
	memset(key, 'k', sizeof(key));
	key[sizeof(key) - 1] = '\0';
	for (size_t i = 0; i < COUNT(entries); i++)
		entries[i] = (struct mkindex_entry){ key, 1, "value" };
	check_lines_of(entries, COUNT(entries));
}

/* One key with very many values. */
static void hits_have_a_limit(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;

	(void)state;
	lkm_buf_add(&file, "\xb0\x07\xf4\x57\0\2\0\1\xc0\0\0\x0c*\0\0\1\0\1", 18);
	for (size_t i = 0; i <= LKM_INDEX_HITS_MAX; i++)
		lkm_buf_add(&file, "\0\0\0\1", 5);
	assert_int_equal(use_all(lkm_str_bytes(lkm_buf_view(&file)), &diag, &text), -EFBIG);
	file.ptr[15] = 0; /* 256 values instead of 65,537 */
	file.ptr[16] = 1;
	assert_int_equal(use_all(lkm_str_bytes(lkm_buf_view(&file)), NULL, &text), 0);
}

/* Stars in the text are followed as bytes and as patterns: more than one visit is sound. */
static void a_text_of_stars_is_no_loop(void **state)
{
	static const struct mkindex_entry entries[] = {
		{ "*", 1, "a" }, { "**", 1, "b" }, { "***", 1, "c" }, { "****", 1, "d" }, { "*****", 1, "e" },
		{ "a", 1, "f" },
	};
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_source src;
	struct lkm_index index;

	(void)state;
	mkindex_write(&file, entries, COUNT(entries), true);
	src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&file)));
	assert_int_equal(lkm_index_init(&index, &src, &arena, NULL), 0);
	assert_int_equal(lkm_index_match(&index, lkm_str("*****"), &hits, NULL), 0);
	assert_true(hits.len > COUNT(entries));
}

/* kmod's order among equal priorities, seen with an index of these keys. */
static void orders_hits_as_kmod(void **state)
{
	static const struct mkindex_entry entries[] = {
		{ "abc", 5, "exact" }, { "ab*", 5, "starab" }, { "a*", 5, "star_a" }, { "a?c", 5, "quest" },
		{ "[a]bc", 5, "brack" }, { "*", 5, "star" }, { "ab[c]", 5, "br2" }, { "abc*", 5, "endstar" },
		{ "x*c", 5, "m1" }, { "x*", 5, "m2" }, { "x*b*", 5, "m3" }, { "x*bc", 5, "m4" },
		{ "x**", 5, "m5" }, { "x*?", 5, "m6" }, { "y", 5, "v1" }, { "y", 5, "v2" }, { "y", 3, "v3" },
		{ "kbc", 5, "m" }, { "k*c", 5, "n" }, { "k?c", 5, "q" }, { "k[b]c", 5, "br" },
		{ "a_c", 1, "later" }, { "z*", 9, "z9" }, { "z?", 8, "z8" }, { "za", 10, "z10" },
	};
	static const struct { const char *text, *want; } texts[] = {
		{ "abc", "exact endstar br2 starab quest star_a brack star " },
		{ "xbc", "m2 m1 m4 m3 m6 m5 star " },
		{ "y", "v3 v2 v1 star " },
		{ "za", "star z8 z9 z10 " },
		{ "k*c", "n q n star " },
		{ "k?c", "q q n star " },
		{ "k[b]c", "br n star " },
		{ "", "star " },
		{ "zab", "star z9 " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts) * 2; i++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		struct lkm_source src;
		struct lkm_index index;

		mkindex_write(&file, entries, COUNT(entries), i % 2);
		src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&file)));
		assert_int_equal(lkm_index_init(&index, &src, &arena, NULL), 0);
		assert_int_equal(lkm_index_match(&index, lkm_str(texts[i / 2].text), &hits, NULL), 0);
		for (size_t j = 0; j < hits.len; j++)
			lkm_buf_printf(&text, "%.*s ", LKM_STR_ARG(hits.ptr[j].value));
		assert_str(lkm_buf_view(&text), texts[i / 2].want);
	}
}

#define KEYS 60
#define KEY_LEN 7

struct trial {
	char keys[KEYS][KEY_LEN];
	char values[KEYS][8];
	struct mkindex_entry entries[KEYS];
	struct lkm_buf file;
};

static void random_key(unsigned int *seed, const char *alphabet, char key[static KEY_LEN])
{
	size_t len = (size_t)rand_r(seed) % KEY_LEN;

	for (size_t i = 0; i < len; i++)
		key[i] = alphabet[(size_t)rand_r(seed) % strlen(alphabet)];
	key[len] = '\0';
}

static void make_trial(unsigned int *seed, struct trial *t)
{
	*t = (struct trial){ 0 };
	for (size_t i = 0; i < KEYS; i++) {
		random_key(seed, "aab*?[]", t->keys[i]);
		snprintf(t->values[i], sizeof(t->values[i]), "v%zu", i);
		t->entries[i] = (struct mkindex_entry){ t->keys[i], (uint32_t)rand_r(seed) % 50,
							t->values[i] };
	}
	mkindex_write(&t->file, t->entries, KEYS, rand_r(seed) % 2);
}

static void check_order(const struct lkm_index_hits *all, const struct lkm_index *index)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf keys = LKM_BUF_INIT, lines = LKM_BUF_INIT, want = LKM_BUF_INIT;

	assert_int_equal(lkm_index_entries(index, &keys, &hits, NULL), 0);
	assert_int_equal(hits.len, all->len);
	lkm_buf_puts(&want, "before\n");
	for (size_t i = 0; i < hits.len; i++) {
		const struct lkm_index_hit *hit = &hits.ptr[i];

		assert_true(lkm_str_eq(hit->key, all->ptr[i].key));
		assert_true(lkm_str_eq(hit->value, all->ptr[i].value));
		assert_int_equal(hit->priority, all->ptr[i].priority);
		lkm_buf_printf(&want, "head %.*s %.*s\n", LKM_STR_ARG(hit->key),
			       LKM_STR_ARG(hit->value));
	}
	lkm_buf_puts(&lines, "before\n");
	assert_int_equal(lkm_index_lines(index, lkm_str("head "), &lines, NULL), 0);
	assert_true(lkm_str_eq(lkm_buf_view(&lines), lkm_buf_view(&want)));
}

static void check_look_ups(const struct lkm_index_hits *all, const struct lkm_index *index,
			   const char *text)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	struct lkm_index_hit hit;
	size_t wanted = 0, first = all->len;

	for (size_t i = all->len; i-- > 0;) {
		wanted += mkindex_matches(all->ptr[i].key, text);
		if (lkm_str_is(all->ptr[i].key, text))
			first = i;
	}
	assert_int_equal(lkm_index_match(index, lkm_str(text), &hits, NULL), 0);
	assert_row(text, hits.len, wanted);
	for (size_t i = 0; i < hits.len; i++) {
		assert_true(mkindex_matches(hits.ptr[i].key, text));
		assert_true(i == 0 || hits.ptr[i - 1].priority <= hits.ptr[i].priority);
	}
	assert_row(text, lkm_index_find(index, lkm_str(text), &hit, NULL),
		   first < all->len ? 0 : -ENODATA);
	if (first < all->len)
		assert_true(lkm_str_eq(hit.value, all->ptr[first].value));
}

static void agrees_with_the_naive_reader(void **state)
{
	unsigned int seed = 3;

	(void)state;
	for (int round = 0; round < 300; round++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		lkm_auto(lkm_index_hits) struct lkm_index_hits all = { 0 };
		struct lkm_source src;
		struct lkm_index index;
		struct trial t;

		make_trial(&seed, &t);
		mkindex_read(lkm_str_bytes(lkm_buf_view(&t.file)), &arena, &all);
		assert_int_equal(all.len, KEYS);
		src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&t.file)));
		assert_int_equal(lkm_index_init(&index, &src, &arena, NULL), 0);
		check_order(&all, &index);
		for (int i = 0; i < 50; i++) {
			char text[KEY_LEN];

			random_key(&seed, i % 2 ? "aab" : "ab]", text);
			check_look_ups(&all, &index, text);
		}
		lkm_buf_release(&t.file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_sample),
		cmocka_unit_test(reports_damage_with_its_offset),
		cmocka_unit_test(survives_every_cut_and_every_byte),
		cmocka_unit_test(a_doubling_index_ends),
		cmocka_unit_test(a_key_has_a_limit),
		cmocka_unit_test(texts_may_have_any_length),
		cmocka_unit_test(lines_may_outgrow_the_file),
		cmocka_unit_test(hits_have_a_limit),
		cmocka_unit_test(a_text_of_stars_is_no_loop),
		cmocka_unit_test(orders_hits_as_kmod),
		cmocka_unit_test(agrees_with_the_naive_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
