/* base/: views, reader, source, buffers, map, arena, files, paths, pool. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/map.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/reader.h"
#include "base/source.h"
#include "base/vec.h"

static void cuts_text(void **state)
{
	struct lkm_str rest = lkm_str(" one\ttwo \n");
	struct lkm_str word, tail;

	(void)state;
	assert_true(lkm_str_next_word(&rest, &word));
	assert_str(word, "one");
	assert_true(lkm_str_next_word(&rest, &word));
	assert_str(word, "two");
	assert_false(lkm_str_next_word(&rest, &word));
	assert_true(lkm_str_cut(lkm_str("a=b=c"), '=', &word, &tail));
	assert_str(word, "a");
	assert_str(tail, "b=c");
	assert_false(lkm_str_cut(lkm_str("abc"), '=', &word, &tail));
	assert_str(word, "abc");
	assert_str(tail, "");
	assert_str(lkm_str_trim(lkm_str(" \n x y\v")), "x y");
	rest = lkm_str("a\n\nb");
	assert_true(lkm_str_next_line(&rest, &word));
	assert_true(lkm_str_next_line(&rest, &word));
	assert_str(word, "");
	assert_true(lkm_str_next_line(&rest, &word));
	assert_str(word, "b");
	assert_false(lkm_str_next_line(&rest, &word));
	assert_true(lkm_str_cmp(lkm_str("a"), lkm_str("ab")) < 0);
	assert_true(lkm_str_cmp(lkm_str("\xff"), lkm_str("a")) > 0);
	assert_true(lkm_str_cmp(lkm_str("x"), lkm_str("x")) == 0);
}

static void makes_text_harmless(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "plain text", "plain text" },
		{ "\x1b[2J\x7f\t", "?[2J??" },
		{ "\xc3\xa9 and \xe2\x82\xac", "\xc3\xa9 and \xe2\x82\xac" },
		{ "\xc2\x9b" "31m", "??31m" },
		{ "\xc2\xa0", "\xc2\xa0" },
		{ "cut \xc2", "cut \xc2" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[32];

		snprintf(text, sizeof(text), "%s", rows[i].text);
		lkm_clean(text);
		assert_string_equal(text, rows[i].want);
	}
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *text;
		int base, err;
		uint64_t value;
	} rows[] = {
		{ "0", 10, 0, 0 },
		{ "18446744073709551615", 10, 0, UINT64_MAX },
		{ "18446744073709551616", 10, -ERANGE, 0 },
		{ "", 10, -EINVAL, 0 },
		{ "12a", 10, -EINVAL, 0 },
		{ "-1", 10, -EINVAL, 0 },
		{ " 1", 10, -EINVAL, 0 },
		{ "0xfFf", 16, 0, 0xfff },
		{ "0x", 16, -EINVAL, 0 },
		{ "10000000000000000", 16, -ERANGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t value = 0;

		assert_row(rows[i].text, lkm_str_to_u64(lkm_str(rows[i].text), rows[i].base, &value),
			   rows[i].err);
		assert_row(rows[i].text, value, rows[i].value);
	}
}

static void reader_advances_or_fails(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 'x', 0 };
	struct lkm_reader r = lkm_reader((struct lkm_bytes){ bytes, sizeof(bytes) }, true);
	struct lkm_bytes part;
	struct lkm_str text;
	uint64_t u64;
	uint32_t u32 = 0;

	(void)state;
	assert_int_equal(lkm_read_u64(&r, &u64), 0);
	assert_true(u64 == 0x0102030405060708u);
	assert_int_equal(lkm_read_u32(&r, &u32), -EBADMSG);
	assert_int_equal(r.pos, 8);
	assert_int_equal(lkm_read_cstr(&r, &text), 0);
	assert_str(text, "x");
	assert_int_equal(lkm_read_cstr(&r, &text), -EBADMSG);
	assert_int_equal(lkm_read_seek(&r, sizeof(bytes) + 1), -EBADMSG);
	assert_int_equal(lkm_read_seek(&r, 0), 0);
	r.big_endian = false;
	assert_int_equal(lkm_read_u32(&r, &u32), 0);
	assert_int_equal(u32, 0x04030201);
	assert_int_equal(lkm_read_bytes(&r, UINT64_MAX, &part), -EBADMSG);
	assert_int_equal(lkm_read_skip(&r, 7), -EBADMSG);
	assert_int_equal(lkm_bytes_slice(r.data, 9, 1, &part), 0);
	assert_int_equal(lkm_bytes_slice(r.data, 9, 2, &part), -EBADMSG);
	assert_int_equal(lkm_bytes_slice(r.data, 11, 0, &part), -EBADMSG);
	assert_int_equal(lkm_bytes_slice(r.data, 1, UINT64_MAX, &part), -EBADMSG);
}

static void buffer_grows_and_keeps_its_error(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	(void)state;
	for (int i = 0; i < 1000; i++)
		lkm_buf_printf(&buf, "%d,", i);
	assert_int_equal(lkm_buf_error(&buf), 0);
	assert_int_equal(buf.len, 3890);
	assert_int_equal(strlen(lkm_buf_cstr(&buf)), 3890);
	assert_null(lkm_buf_reserve(&buf, LKM_BUF_MAX));
	lkm_buf_puts(&buf, "lost");
	assert_int_equal(lkm_buf_error(&buf), -EFBIG);
	assert_int_equal(buf.len, 3890);
	assert_null(lkm_buf_cstr(&buf));
	lkm_buf_clear(&buf);
	lkm_buf_puts(&buf, "again");
	assert_str(lkm_buf_view(&buf), "again");
}

static void map_finds_what_was_put(void **state)
{
	lkm_auto(lkm_map) struct lkm_map map = LKM_MAP_INIT;
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	bool is_new;

	(void)state;
	assert_null(lkm_map_get(&map, lkm_str("x")));
	for (unsigned int i = 0; i < 5000; i++) {
		char key[16];

		snprintf(key, sizeof(key), "k%u", i);
		lkm_map_put(&map, lkm_str(lkm_arena_strdup(&arena, lkm_str(key))), &is_new)->num = i;
		assert_true(is_new);
	}
	assert_int_equal(map.len, 5000);
	assert_int_equal(lkm_map_get(&map, lkm_str("k4711"))->num, 4711);
	assert_int_equal(lkm_map_put(&map, lkm_str("k7"), &is_new)->num, 7);
	assert_false(is_new);
	assert_null(lkm_map_get(&map, lkm_str("k5000")));
	assert_str(map.entries[42].key, "k42");
	lkm_map_clear(&map);
	assert_null(lkm_map_get(&map, lkm_str("k42")));
	lkm_map_put(&map, lkm_str("k42"), &is_new);
	assert_true(is_new);
	assert_int_equal(map.len, 1);
}

static void arena_hands_out_apart(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	char *a = lkm_arena_alloc(&arena, 100000);
	char *b = lkm_arena_strdup(&arena, lkm_str("text"));

	(void)state;
	memset(a, 'a', 100000);
	assert_string_equal(b, "text");
	assert_null(lkm_arena_alloc(&arena, SIZE_MAX));
	lkm_arena_clear(&arena);
	assert_ptr_equal(lkm_arena_alloc(&arena, 1), b);
}

static void vector_zeroes_new_items(void **state)
{
	LKM_VEC(struct { int a; char b[40]; }) vec = LKM_VEC_INIT;

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(lkm_vec_push(&vec)->a, 0);
		vec.ptr[i].a = i;
	}
	assert_int_equal(vec.ptr[77].a, 77);
	lkm_vec_clear(&vec);
	assert_int_equal(lkm_vec_push(&vec)->a, 0);
	lkm_vec_release(&vec);
	assert_null(vec.ptr);
}

static void diagnosis_keeps_the_first(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;

	(void)state;
	assert_int_equal(lkm_diag_set(NULL, -EIO, "nobody listens"), -EIO);
	assert_int_equal(lkm_diag_at(&diag, -EBADMSG, 12, "bad %s", "thing"), -EBADMSG);
	lkm_diag_set(&diag, -EIO, "later");
	lkm_diag_file(&diag, "x.ko");
	lkm_diag_file(&diag, "y.ko");
	lkm_diag_print(&diag, &buf);
	assert_str(lkm_buf_view(&buf), "x.ko: bad thing (at offset 12)");
	lkm_diag_clear(&diag);
	lkm_buf_clear(&buf);
	lkm_diag_line(&diag, -EINVAL, 3, "odd");
	lkm_diag_file(&diag, "c");
	lkm_diag_print(&diag, &buf);
	assert_str(lkm_buf_view(&buf), "c:3: odd");
}

static void names_modules(void **state)
{
	static const struct {
		const char *path, *name;
		int err;
	} rows[] = {
		{ "/lib/a-b.ko.xz", "a_b", 0 },
		{ "x", "x", 0 },
		{ "dir.d/snd-hda.ko", "snd_hda", 0 },
		{ "dir/", "", -EINVAL },
		{ ".ko", "", -EINVAL },
	};
	char name[LKM_MODNAME_MAX];
	lkm_autofree char *joined = lkm_path_join("/a/", "b");
	lkm_autofree char *rooted = lkm_path_join("/a", "/b");
	char longest[LKM_MODNAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		name[0] = '\0';
		assert_row(rows[i].path, lkm_modname_from_path(lkm_str(rows[i].path), name),
			   rows[i].err);
		assert_string_equal(name, rows[i].name);
	}
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(lkm_modname_copy((struct lkm_str){ longest, LKM_MODNAME_MAX }, name),
			 -ENAMETOOLONG);
	assert_string_equal(joined, "/a/b");
	assert_string_equal(rooted, "/b");
	assert_true(lkm_modname_eq(lkm_str("a-b"), lkm_str("a_b")));
	assert_false(lkm_modname_eq(lkm_str("a-b"), lkm_str("a_c")));
	assert_true(lkm_path_is_module(lkm_str("x.ko.zst")));
	assert_false(lkm_path_is_module(lkm_str("x.ko.bz2")));
}

static void files_are_read_whole_or_not(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	char path[] = "/tmp/lkm-test-XXXXXX";
	lkm_autoclose int fd = mkstemp(path);
	char fifo[sizeof(path) + 8];

	(void)state;
	assert_int_equal(lkm_fd_write(fd, lkm_str_bytes(lkm_str("hello"))), 0);
	assert_int_equal(lkm_file_read(AT_FDCWD, path, 5, &blob), 0);
	assert_str(lkm_bytes_str(lkm_blob_view(&blob)), "hello");
	lkm_blob_release(&blob);
	assert_int_equal(lkm_file_read(AT_FDCWD, path, 4, &blob), -EFBIG);
	assert_int_equal(lkm_file_read(AT_FDCWD, "/proc/self/status", 1 << 20, &blob), 0);
	assert_true(blob.len > 100);
	lkm_blob_release(&blob);
	assert_int_equal(lkm_file_read(AT_FDCWD, "/proc/self/status", 100, &blob), -EFBIG);
	assert_int_equal(lkm_file_read(AT_FDCWD, "/tmp", 100, &blob), -EISDIR);
	assert_int_equal(lkm_file_read(AT_FDCWD, "/dev/zero", 100, &blob), -EINVAL);
	snprintf(fifo, sizeof(fifo), "%s.fifo", path);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(lkm_file_read(AT_FDCWD, fifo, 100, &blob), -EINVAL);
	unlink(fifo);
	unlink(path);
}

static void source_reads_ranges(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	static uint8_t data[40000];
	char path[] = "/tmp/lkm-test-XXXXXX";
	lkm_autoclose int fd = mkstemp(path);
	struct lkm_source src = lkm_source_file(fd, sizeof(data), &arena);
	struct lkm_source sparse = lkm_source_sparse(fd, sizeof(data), &arena);
	static const struct { uint64_t offset, len; } ranges[] = {
		{ 0, 64 }, { 100, 3000 }, { 20000, 10 }, { 31809, 5 }, { 39999, 1 }, { 0, 40000 }, { 40000, 0 },
	};
	struct lkm_bytes got;

	(void)state;
	unlink(path);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 / 3);
	assert_int_equal(lkm_fd_write(fd, (struct lkm_bytes){ data, sizeof(data) }), 0);
	for (size_t i = 0; i < COUNT(ranges); i++) {
		assert_int_equal(lkm_source_get(&src, ranges[i].offset, ranges[i].len, &got), 0);
		assert_int_equal(got.len, ranges[i].len);
		assert_memory_equal(got.ptr, data + ranges[i].offset, got.len);
		assert_int_equal(lkm_source_get(&sparse, ranges[i].offset, ranges[i].len, &got), 0);
		assert_int_equal(got.len, ranges[i].len);
		assert_memory_equal(got.ptr, data + ranges[i].offset, got.len);
	}
	assert_int_equal(lkm_source_get(&sparse, 39999, 2, &got), -EBADMSG);
	assert_int_equal(lkm_source_get(&src, 39999, 2, &got), -EBADMSG);
	assert_int_equal(lkm_source_get(&src, UINT64_MAX, 2, &got), -EBADMSG);
	assert_int_equal(lkm_source_get(&src, 2, UINT64_MAX, &got), -EBADMSG);
	src = lkm_source_file(fd, sizeof(data) + 1, &arena);
	assert_int_equal(lkm_source_get(&src, 39000, 1001, &got), -EIO);
	sparse = lkm_source_sparse(fd, sizeof(data) + 1, &arena);
	assert_int_equal(lkm_source_get(&sparse, 0, 100, &got), 0);
	assert_int_equal(lkm_source_get(&sparse, 39000, 1001, &got), -EIO);
}

/* What a sparse source has read once it does not read again. */
static void sparse_source_keeps_its_blocks(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	static uint8_t data[100000];
	char path[] = "/tmp/lkm-test-XXXXXX";
	lkm_autoclose int fd = mkstemp(path);
	struct lkm_source src = lkm_source_sparse(fd, sizeof(data), &arena);
	struct lkm_bytes got;

	(void)state;
	unlink(path);
	assert_int_equal(lkm_fd_write(fd, (struct lkm_bytes){ data, sizeof(data) }), 0);
	assert_int_equal(lkm_source_get(&src, 50000, 10, &got), 0);
	assert_int_equal(pwrite(fd, "x", 1, 50000), 1);
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_int_equal(lkm_source_get(&src, 0, sizeof(data), &got), 0);
	assert_int_equal(got.ptr[50000], 0);
	assert_int_equal(got.ptr[0], 'x');
}

struct squares {
	uint64_t result[1000];
	size_t emitted;
	size_t stop_at;
};

static void square(void *ctx, size_t i, unsigned int worker)
{
	struct squares *s = ctx;

	(void)worker;
	s->result[i] = i * i;
}

static int collect(void *ctx, size_t i)
{
	struct squares *s = ctx;

	if (i != s->emitted || s->result[i] != i * i)
		return -EINVAL;
	s->emitted++;
	return s->emitted == s->stop_at ? -ECANCELED : 0;
}

static void pool_emits_in_order(void **state)
{
	(void)state;
	for (unsigned int threads = 0; threads < 5; threads++) {
		struct squares s = { 0 };
		struct lkm_pool_job job = { .count = 1000, .threads = threads, .work = square,
					    .emit = collect, .ctx = &s };

		assert_int_equal(lkm_pool_run(&job), 0);
		assert_int_equal(s.emitted, 1000);
		s = (struct squares){ .stop_at = 10 };
		assert_int_equal(lkm_pool_run(&job), -ECANCELED);
		assert_int_equal(s.emitted, 10);
	}
	assert_true(lkm_pool_processors() >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_text),
		cmocka_unit_test(makes_text_harmless),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(reader_advances_or_fails),
		cmocka_unit_test(buffer_grows_and_keeps_its_error),
		cmocka_unit_test(map_finds_what_was_put),
		cmocka_unit_test(arena_hands_out_apart),
		cmocka_unit_test(vector_zeroes_new_items),
		cmocka_unit_test(diagnosis_keeps_the_first),
		cmocka_unit_test(names_modules),
		cmocka_unit_test(files_are_read_whole_or_not),
		cmocka_unit_test(source_reads_ranges),
		cmocka_unit_test(sparse_source_keeps_its_blocks),
		cmocka_unit_test(pool_emits_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
