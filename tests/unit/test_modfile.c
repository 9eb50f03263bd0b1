/* tree/modfile: plain, compressed, in memory; and files that are none of these. */
#include "check.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <stdio.h>

#include "mkelf.h"
#include "tree/modfile.h"

static const char modinfo[] = "license=GPL";

static void sample(struct mkelf *m)
{
	mkelf_init(m, true, false);
	mkelf_section(m, ".modinfo", LKM_SHT_PROGBITS, modinfo, sizeof(modinfo));
	mkelf_finish(m);
}

/* The sample as one gzip member; the caller frees it. */
static struct lkm_blob packed(const struct mkelf *m)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	struct lkm_blob out = { malloc(m->buf.len + 100), 0 };

	out.len = libdeflate_gzip_compress(c, m->buf.ptr, m->buf.len, out.ptr, m->buf.len + 100);
	libdeflate_free_compressor(c);
	return out;
}

static void put(char *path, struct lkm_bytes bytes)
{
	lkm_autoclose int fd = mkstemp(path);

	assert_int_equal(lkm_fd_write(fd, bytes), 0);
}

static void assert_modinfo(struct lkm_modfile *file)
{
	struct lkm_bytes got;

	assert_int_equal(lkm_elf_contents_of(&file->elf, ".modinfo", &got), 0);
	assert_int_equal(got.len, sizeof(modinfo));
	assert_memory_equal(got.ptr, modinfo, sizeof(modinfo));
}

static void opens_plain_and_compressed(void **state)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	char plain[] = "/tmp/lkm-test-XXXXXX";
	char gz[] = "/tmp/lkm-test-XXXXXX";
	lkm_auto(lkm_blob) struct lkm_blob zipped = LKM_BLOB_INIT;
	struct mkelf m;

	(void)state;
	sample(&m);
	zipped = packed(&m);
	put(plain, lkm_str_bytes(lkm_buf_view(&m.buf)));
	put(gz, lkm_blob_view(&zipped));

	assert_int_equal(lkm_modfile_open(&file, plain, NULL), 0);
	assert_int_equal(file.codec, LKM_CODEC_NONE);
	assert_modinfo(&file);
	lkm_modfile_clear(&file);
	assert_int_equal(lkm_modfile_open(&file, gz, NULL), 0);
	assert_int_equal(file.codec, LKM_CODEC_GZIP);
	assert_modinfo(&file);
	lkm_modfile_clear(&file);
	assert_int_equal(lkm_modfile_memory(&file, lkm_blob_view(&zipped), NULL), 0);
	assert_modinfo(&file);

	unlink(plain);
	unlink(gz);
	mkelf_release(&m);
}

static void says_what_is_wrong_with_a_file(void **state)
{
	static const struct {
		const char *name, *path;
		int err;
	} rows[] = {
		{ "missing", "/nonexistent/x.ko", -ENOENT },
		{ "directory", "/tmp", -EISDIR },
		{ "device", "/dev/null", -EINVAL },
		{ "empty", "/proc/self/maps", -ENOEXEC }, /* its size reads as 0 */
		{ "text", "/etc/passwd", -ENOEXEC },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;

		assert_row(rows[i].name, lkm_modfile_open(&file, rows[i].path, &diag), rows[i].err);
		assert_row(rows[i].name, diag.err, rows[i].err);
		assert_string_equal(diag.file, rows[i].path);
	}
}

static void refuses_a_cut_off_archive(void **state)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	lkm_auto(lkm_blob) struct lkm_blob zipped = LKM_BLOB_INIT;
	struct lkm_bytes half;
	struct mkelf m;

	(void)state;
	sample(&m);
	zipped = packed(&m);
	half = (struct lkm_bytes){ zipped.ptr, zipped.len / 2 };
	assert_int_equal(lkm_modfile_memory(&file, half, NULL), -EBADMSG);
	mkelf_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_plain_and_compressed),
		cmocka_unit_test(says_what_is_wrong_with_a_file),
		cmocka_unit_test(refuses_a_cut_off_archive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
