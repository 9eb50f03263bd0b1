/* tree/depcache: what is kept comes back, and no damage of a cache is believed. */
#include "check.h"

#include <errno.h>

#include "base/hash.h"
#include "mkrecord.h"
#include "tree/depcache.h"

static const char modules[] = "a +sa -sb ~sc a=pci:* s=pre:_b; b +sb +sb2 w=a; c; d -sa a=";
static const struct lkm_stamp stamp = { 100, 7, -5, 1700000000, 999999999, 1 };

/* A cache of those modules; that of module N has inode 7 + N. */
static void make(struct lkm_depcache_writer *writer)
{
	struct mkrecord tree;

	mkrecord_tree(&tree, modules);
	for (uint32_t i = 0; i < tree.count; i++) {
		struct lkm_stamp own = stamp;

		own.inode += i;
		lkm_depcache_add(writer, lkm_str(tree.scan.files.ptr[i].path), &own,
				 tree.records[i]);
	}
	assert_int_equal(lkm_depcache_finish(writer, 0x1122334455667788, 42), 0);
	mkrecord_release(&tree);
}

/* What is needed to read one. */
struct reading {
	struct lkm_source source;
	struct lkm_depcache cache;
	struct lkm_diag diag;
};

static int open_bytes(struct reading *r, const void *bytes, size_t len)
{
	*r = (struct reading){ .source = lkm_source_memory((struct lkm_bytes){ bytes, len }),
			       .diag = LKM_DIAG_INIT };
	return lkm_depcache_open(&r->cache, &r->source, &r->diag);
}

/* All of it: the error of the table, or that of the texts. */
static int read_bytes(struct reading *r, const void *bytes, size_t len)
{
	int err = open_bytes(r, bytes, len);

	if (!err)
		err = lkm_depcache_read_texts(&r->cache, &r->diag);
	if (err)
		lkm_depcache_release(&r->cache);
	return err;
}

static void comes_back(void **state)
{
	lkm_auto(lkm_depcache_writer) struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;
	struct mkrecord tree;
	struct reading r;

	(void)state;
	make(&writer);
	mkrecord_tree(&tree, modules);
	assert_int_equal(read_bytes(&r, writer.all.ptr, writer.all.len), 0);
	assert_int_equal(r.cache.entries.len, tree.count);
	assert_true(r.cache.inputs == 0x1122334455667788 && r.cache.indexes == 42);
	for (uint32_t i = 0; i < tree.count; i++) {
		const struct lkm_record *want = tree.records[i];
		struct lkm_stamp own = stamp;
		struct lkm_record got;

		own.inode += i;
		assert_true(lkm_depcache_find(&r.cache, lkm_str(tree.scan.files.ptr[i].path), &own,
					      &got));
		assert_true(lkm_str_eq(got.texts, want->texts));
		assert_int_equal(got.export_count, want->export_count);
		assert_int_equal(got.need_count, want->need_count);
		assert_int_equal(got.info_count, want->info_count);
		assert_int_equal(got.info_at, want->info_at);
		assert_null(got.crcs);
	}
	lkm_depcache_release(&r.cache);
	mkrecord_release(&tree);
}

static void an_empty_one(void **state)
{
	lkm_auto(lkm_depcache_writer) struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;
	struct reading r;

	(void)state;
	assert_int_equal(lkm_depcache_finish(&writer, 0, 0), 0);
	assert_int_equal(read_bytes(&r, writer.all.ptr, writer.all.len), 0);
	assert_int_equal(r.cache.entries.len, 0);
	lkm_depcache_release(&r.cache);
}

/* Each part of a stamp counts, and so does the path; records are there only with the texts. */
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
	lkm_auto(lkm_depcache_writer) struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;
	struct lkm_record record;
	struct reading r;

	(void)state;
	make(&writer);
	assert_int_equal(open_bytes(&r, writer.all.ptr, writer.all.len), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_str path = lkm_str(rows[i].path);

		assert_row(rows[i].name, lkm_depcache_knows(&r.cache, path, &rows[i].stamp),
			   rows[i].found);
		assert_row(rows[i].name, lkm_depcache_find(&r.cache, path, &rows[i].stamp, &record),
			   false);
	}
	assert_int_equal(lkm_depcache_read_texts(&r.cache, NULL), 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_row(rows[i].name, lkm_depcache_find(&r.cache, lkm_str(rows[i].path),
							   &rows[i].stamp, &record), rows[i].found);
	lkm_depcache_release(&r.cache);
}

/* Not one byte can be another, and none be missing or too many. */
static void damage_anywhere(void **state)
{
	lkm_auto(lkm_depcache_writer) struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;
	struct lkm_buf *all = &writer.all;
	struct reading r;

	(void)state;
	make(&writer);
	for (size_t i = 0; i < all->len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			all->ptr[i] = (char)(all->ptr[i] ^ 1 << bit);
			assert_true(read_bytes(&r, all->ptr, all->len) < 0);
			all->ptr[i] = (char)(all->ptr[i] ^ 1 << bit);
		}
		assert_true(read_bytes(&r, all->ptr, i) < 0);
	}
	lkm_buf_putc(all, '\0');
	assert_true(read_bytes(&r, all->ptr, all->len) < 0);
}

enum { ENTRY = LKM_DEPCACHE_HEADER_SIZE, TEXTS = ENTRY + 72 + 11 };

/* One byte of the only entry (of kernel/a.ko) or of its texts is another, and the checksums are right. */
static const struct {
	const char *name;
	size_t at; /* from the start of the file */
	char value;
	uint32_t count;
	int err;    /* of the parser */
	bool found; /* by the look-up, if there was no error */
} rows[] = {
	{ "sound", ENTRY, 100, 1, 0, true },
	{ "fewer entries than it says", ENTRY, 100, 2, -EBADMSG, false },
	{ "more entries than it says", ENTRY, 100, 0, -EBADMSG, false },
	{ "the path goes past the end", ENTRY + 68, 127, 1, -EBADMSG, false },
	{ "the path ends before the table", ENTRY + 68, 1, 1, -EBADMSG, false },
	{ "the texts begin past the end", ENTRY + 57, 127, 1, 0, false },
	{ "the texts begin far past the end", ENTRY + 63, 127, 1, 0, false },
	{ "the texts go past the end", ENTRY + 64, 127, 1, 0, false },
	{ "the texts end early", ENTRY + 64, 1, 1, 0, false },
	{ "more exports than texts", ENTRY + 40, 127, 1, 0, false },
	{ "fewer exports than texts", ENTRY + 40, 0, 1, 0, false },
	{ "more needs than texts", ENTRY + 44, 3, 1, 0, false },
	{ "more infos than texts", ENTRY + 48, 3, 1, 0, false },
	{ "fewer infos than texts", ENTRY + 48, 1, 1, 0, false },
	{ "infos begin elsewhere", ENTRY + 52, 1, 1, 0, false },
	{ "a need without its mark", TEXTS + 3, 'x', 1, 0, false },
	{ "an empty need", TEXTS + 3, '\0', 1, 0, false },
	{ "an info without its mark", TEXTS + 11, 'n', 1, 0, false },
	{ "the last text does not end", TEXTS + 23, 'x', 1, 0, false },
};

static void damage_with_right_checksums(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_depcache_writer)
			struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;
		struct lkm_record record;
		struct mkrecord tree;
		struct reading r;
		int err;

		mkrecord_tree(&tree, "a +sa -sb ~sc a=pci:* s=p:_b");
		lkm_depcache_add(&writer, lkm_str("kernel/a.ko"), &stamp, tree.records[0]);
		if (rows[i].at < TEXTS)
			writer.all.ptr[rows[i].at] = rows[i].value;
		else
			writer.texts.ptr[rows[i].at - TEXTS] = rows[i].value;
		writer.count = rows[i].count;
		assert_int_equal(lkm_depcache_finish(&writer, 0, 0), 0);
		err = read_bytes(&r, writer.all.ptr, writer.all.len);
		assert_row(rows[i].name, err, rows[i].err);
		assert_row(rows[i].name, r.diag.err, rows[i].err);
		if (!err)
			assert_row(rows[i].name,
				   lkm_depcache_find(&r.cache, lkm_str("kernel/a.ko"), &stamp,
						     &record), rows[i].found);
		lkm_depcache_release(&r.cache);
		mkrecord_release(&tree);
	}
}

static void one_path_twice(void **state)
{
	lkm_auto(lkm_depcache_writer) struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;
	struct mkrecord tree;
	struct reading r;

	(void)state;
	mkrecord_tree(&tree, "a");
	lkm_depcache_add(&writer, lkm_str("a.ko"), &stamp, tree.records[0]);
	lkm_depcache_add(&writer, lkm_str("a.ko"), &stamp, tree.records[0]);
	assert_int_equal(lkm_depcache_finish(&writer, 0, 0), 0);
	assert_int_equal(read_bytes(&r, writer.all.ptr, writer.all.len), -EBADMSG);
	mkrecord_release(&tree);
}

/* Give a changed table its right checksum again. */
static void sum_again(struct lkm_depcache_writer *writer)
{
	const uint8_t *bytes = (const uint8_t *)writer->all.ptr;
	size_t table = writer->all.len - writer->texts.len;
	uint64_t sum = lkm_hash64(0, (struct lkm_bytes){ bytes + 32, table - 32 });

	for (size_t i = 0; i < 8; i++)
		writer->all.ptr[24 + i] = (char)(sum >> 8 * i);
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
		{ "another version of lkm", 56, -ENOTSUP },
	};
	struct reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		lkm_auto(lkm_depcache_writer)
			struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;

		make(&writer);
		writer.all.ptr[others[i].at]++;
		sum_again(&writer);
		assert_row(others[i].name, read_bytes(&r, writer.all.ptr, writer.all.len),
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
		{ "not known", { 0, 0, 0, 0, 0, 0 }, false },
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
		cmocka_unit_test(damage_with_right_checksums),
		cmocka_unit_test(one_path_twice),
		cmocka_unit_test(those_of_others),
		cmocka_unit_test(racy_times),
		cmocka_unit_test(sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
