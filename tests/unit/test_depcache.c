/* tree/depcache: what is kept comes back, and no damage of a cache is believed. */
#include "check.h"

#include <errno.h>

#include "base/hash.h"
#include "mkrecord.h"
#include "tree/depcache.h"

static const char modules[] = "a +sa -sb ~sc a=pci:* s=pre:_b; b +sb +sb2 w=a; c; d -sa a=";
static const struct lkm_stamp stamp = { 100, 7, -5, 1700000000, 999999999, 1 };

/* A cache of those modules; that of module N has inode 7 + N. */
static void make(struct lkm_buf *buf)
{
	struct mkrecord tree;

	mkrecord_tree(&tree, modules);
	lkm_depcache_begin(buf);
	for (uint32_t i = 0; i < tree.count; i++) {
		struct lkm_stamp own = stamp;

		own.inode += i;
		lkm_depcache_add(buf, lkm_str(tree.scan.files.ptr[i].path), &own, tree.records[i]);
	}
	lkm_depcache_finish(buf, tree.count, 0x1122334455667788, 42);
	assert_int_equal(lkm_buf_error(buf), 0);
	mkrecord_release(&tree);
}

static struct lkm_bytes bytes_of(const struct lkm_buf *buf)
{
	return lkm_str_bytes(lkm_buf_view(buf));
}

static void comes_back(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	lkm_auto(lkm_depcache) struct lkm_depcache cache = LKM_DEPCACHE_INIT;
	struct mkrecord tree;

	(void)state;
	make(&buf);
	mkrecord_tree(&tree, modules);
	assert_int_equal(lkm_depcache_parse(&cache, bytes_of(&buf), NULL), 0);
	assert_int_equal(cache.entries.len, tree.count);
	assert_true(cache.inputs == 0x1122334455667788 && cache.indexes == 42);
	for (uint32_t i = 0; i < tree.count; i++) {
		const struct lkm_record *want = tree.records[i];
		struct lkm_stamp own = stamp;
		struct lkm_record got;

		own.inode += i;
		assert_true(lkm_depcache_find(&cache, lkm_str(tree.scan.files.ptr[i].path), &own,
					      &got));
		assert_true(lkm_str_eq(got.texts, want->texts));
		assert_int_equal(got.export_count, want->export_count);
		assert_int_equal(got.need_count, want->need_count);
		assert_int_equal(got.info_count, want->info_count);
		assert_int_equal(got.info_at, want->info_at);
		assert_null(got.crcs);
	}
	mkrecord_release(&tree);
}

static void an_empty_one(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	lkm_auto(lkm_depcache) struct lkm_depcache cache = LKM_DEPCACHE_INIT;

	(void)state;
	lkm_depcache_begin(&buf);
	lkm_depcache_finish(&buf, 0, 0, 0);
	assert_int_equal(lkm_depcache_parse(&cache, bytes_of(&buf), NULL), 0);
	assert_int_equal(cache.entries.len, 0);
}

/* Each part of a stamp counts, and so does the path. */
static void only_the_same_file(void **state)
{
	static const struct {
		const char *name, *path;
		struct lkm_stamp stamp;
		bool found;
	} rows[] = {
		{ "the same", "kernel/a.ko", { 100, 7, -5, 1700000000, 999999999, 1 }, true },
		{ "another size", "kernel/a.ko", { 101, 7, -5, 1700000000, 999999999, 1 }, false },
		{ "another inode", "kernel/a.ko", { 100, 8, -5, 1700000000, 999999999, 1 }, false },
		{ "another mtime", "kernel/a.ko", { 100, 7, -6, 1700000000, 999999999, 1 }, false },
		{ "another ctime", "kernel/a.ko", { 100, 7, -5, 1700000001, 999999999, 1 }, false },
		{ "another ns of mtime", "kernel/a.ko", { 100, 7, -5, 1700000000, 0, 1 }, false },
		{ "another ns of ctime", "kernel/a.ko", { 100, 7, -5, 1700000000, 999999999, 2 },
		  false },
		{ "another path", "kernel/a.ko.xz", { 100, 7, -5, 1700000000, 999999999, 1 },
		  false },
		{ "another file's path", "kernel/b.ko", { 100, 7, -5, 1700000000, 999999999, 1 },
		  false },
	};
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	lkm_auto(lkm_depcache) struct lkm_depcache cache = LKM_DEPCACHE_INIT;
	struct lkm_record record;

	(void)state;
	make(&buf);
	assert_int_equal(lkm_depcache_parse(&cache, bytes_of(&buf), NULL), 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_row(rows[i].name, lkm_depcache_find(&cache, lkm_str(rows[i].path),
							   &rows[i].stamp, &record), rows[i].found);
}

/* Not one byte can be another, and none be missing or too many. */
static void damage_anywhere(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_depcache cache = LKM_DEPCACHE_INIT;

	(void)state;
	make(&buf);
	for (size_t i = 0; i < buf.len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			buf.ptr[i] = (char)(buf.ptr[i] ^ 1 << bit);
			assert_true(lkm_depcache_parse(&cache, bytes_of(&buf), NULL) < 0);
			buf.ptr[i] = (char)(buf.ptr[i] ^ 1 << bit);
		}
		assert_true(lkm_depcache_parse(&cache, (struct lkm_bytes){ bytes_of(&buf).ptr, i },
					       NULL) < 0);
	}
	lkm_buf_putc(&buf, '\0');
	assert_true(lkm_depcache_parse(&cache, bytes_of(&buf), NULL) < 0);
}

/* One field of the only entry (of kernel/a.ko) has another value, and the checksum is right. */
static const struct {
	const char *name;
	size_t at; /* from the start of the file */
	char value;
	uint32_t count;
	int err;    /* of the parser */
	bool found; /* by the look-up, if there was no error */
} rows[] = {
	{ "sound", 64, 100, 1, 0, true },
	{ "fewer entries than it says", 64, 100, 2, -EBADMSG, false },
	{ "more entries than it says", 64, 100, 0, -EBADMSG, false },
	{ "the path goes past the end", 64 + 60, 127, 1, -EBADMSG, false },
	{ "the texts go past the end", 64 + 56, 127, 1, -EBADMSG, false },
	{ "the texts end before the file", 64 + 56, 1, 1, -EBADMSG, false },
	{ "more exports than texts", 64 + 40, 127, 1, 0, false },
	{ "fewer exports than texts", 64 + 40, 0, 1, 0, false },
	{ "more needs than texts", 64 + 44, 3, 1, 0, false },
	{ "more infos than texts", 64 + 48, 3, 1, 0, false },
	{ "fewer infos than texts", 64 + 48, 1, 1, 0, false },
	{ "infos begin elsewhere", 64 + 52, 1, 1, 0, false },
	{ "a need without its mark", 64 + 64 + 11 + 3, 'x', 1, 0, false },
	{ "an empty need", 64 + 64 + 11 + 3, '\0', 1, 0, false },
	{ "an info without its mark", 64 + 64 + 11 + 11, 'n', 1, 0, false },
	{ "the last text does not end", 64 + 64 + 11 + 23, 'x', 1, 0, false },
};

static void damage_with_a_right_checksum(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		lkm_auto(lkm_depcache) struct lkm_depcache cache = LKM_DEPCACHE_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct lkm_record record;
		struct mkrecord tree;
		int err;

		mkrecord_tree(&tree, "a +sa -sb ~sc a=pci:* s=p:_b");
		lkm_depcache_begin(&buf);
		lkm_depcache_add(&buf, lkm_str("kernel/a.ko"), &stamp, tree.records[0]);
		buf.ptr[rows[i].at] = rows[i].value;
		lkm_depcache_finish(&buf, rows[i].count, 0, 0);
		err = lkm_depcache_parse(&cache, bytes_of(&buf), &diag);
		assert_row(rows[i].name, err, rows[i].err);
		assert_row(rows[i].name, diag.err, rows[i].err);
		if (!err)
			assert_row(rows[i].name, lkm_depcache_find(&cache, lkm_str("kernel/a.ko"),
								   &stamp, &record), rows[i].found);
		mkrecord_release(&tree);
	}
}

static void one_path_twice(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_depcache cache = LKM_DEPCACHE_INIT;
	struct mkrecord tree;

	(void)state;
	mkrecord_tree(&tree, "a");
	lkm_depcache_begin(&buf);
	lkm_depcache_add(&buf, lkm_str("a.ko"), &stamp, tree.records[0]);
	lkm_depcache_add(&buf, lkm_str("a.ko"), &stamp, tree.records[0]);
	lkm_depcache_finish(&buf, 2, 0, 0);
	assert_int_equal(lkm_depcache_parse(&cache, bytes_of(&buf), NULL), -EBADMSG);
	mkrecord_release(&tree);
}

/* Give a changed header its right checksum again. */
static void sum_again(struct lkm_buf *buf)
{
	uint64_t sum = lkm_hash64(0, (struct lkm_bytes){ bytes_of(buf).ptr + 40, buf->len - 40 });

	for (size_t i = 0; i < 8; i++)
		buf->ptr[32 + i] = (char)(sum >> 8 * i);
}

static void those_of_others(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		int err;
	} others[] = {
		{ "something else", 0, -ENOEXEC },
		{ "another format", 16, -ENOTSUP },
		{ "another version of lkm", 40, -ENOTSUP },
	};
	struct lkm_depcache cache = LKM_DEPCACHE_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

		make(&buf);
		buf.ptr[others[i].at]++;
		sum_again(&buf);
		assert_row(others[i].name, lkm_depcache_parse(&cache, bytes_of(&buf), NULL),
			   others[i].err);
	}
}

static void racy_times(void **state)
{
	static const struct timespec now = { 1000, 500000000 };
	static const struct {
		const char *name;
		struct lkm_stamp stamp;
		bool settled;
	} times[] = {
		{ "long ago", { 0, 0, 900, 900, 1, 1 }, true },
		{ "before any epoch", { 0, 0, INT64_MIN, INT64_MIN, 0, 0 }, true },
		{ "just long enough ago", { 0, 0, 900, 1000, 1, 399999999 }, true },
		{ "just not", { 0, 0, 900, 1000, 1, 400000000 }, false },
		{ "now", { 0, 0, 900, 1000, 1, 500000000 }, false },
		{ "in the future", { 0, 0, 900, 1001, 1, 1 }, false },
		{ "in the far future", { 0, 0, 900, INT64_MAX, 1, 1 }, false },
		{ "contents in the future", { 0, 0, 1001, 900, 1, 1 }, false },
		{ "contents just now", { 0, 0, 1000, 900, 450000000, 1 }, false },
		{ "a coarse clock, 3.5 s ago", { 0, 0, 900, 997, 0, 0 }, true },
		{ "a coarse clock, 2.5 s ago", { 0, 0, 900, 998, 0, 0 }, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++)
		assert_row(times[i].name, lkm_depcache_settled(&times[i].stamp, &now),
			   times[i].settled);
}

/* Order and borders count. */
static void sums(void **state)
{
	static const char *const texts[] = { "", "a", "ab", "ba", "abcdefgh", "abcdefgha" };
	uint64_t sums[COUNT(texts)];

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		sums[i] = lkm_hash64(0, lkm_str_bytes(lkm_str(texts[i])));
		for (size_t j = 0; j < i; j++)
			assert_true(sums[i] != sums[j]);
	}
	assert_true(lkm_hash64(sums[1], lkm_str_bytes(lkm_str("ba"))) !=
		    lkm_hash64(sums[2], lkm_str_bytes(lkm_str("a"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(an_empty_one),
		cmocka_unit_test(only_the_same_file),
		cmocka_unit_test(damage_anywhere),
		cmocka_unit_test(damage_with_a_right_checksum),
		cmocka_unit_test(one_path_twice),
		cmocka_unit_test(those_of_others),
		cmocka_unit_test(racy_times),
		cmocka_unit_test(sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
