/* fmt/compress: what encoders write, then damage, bombs and what the kernel would say. */
#include "base/reader.h"
#include "check.h"
#include "fmt/compress_codec.h"

#include <libdeflate.h>
#include <lzma.h>
#include <zstd.h>

#define ROOM ((size_t)8 << 20)

/* Text with some repetition, so that it shrinks about as a module does. */
static struct lkm_blob plain(size_t len)
{
	struct lkm_blob blob = { malloc(len + 1), len };
	uint32_t state = 1;

	assert_non_null(blob.ptr);
	for (size_t i = 0; i < len; i++) {
		state = state * 1103515245u + 12345u;
		blob.ptr[i] = (uint8_t)(state >> 16 & (i & 64 ? 0x0f : 0));
	}
	return blob;
}

static size_t pack_gzip(struct lkm_bytes in, uint8_t *out)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	size_t len = libdeflate_gzip_compress(c, in.ptr, in.len, out, ROOM);

	libdeflate_free_compressor(c);
	return len;
}

static size_t pack_xz(struct lkm_bytes in, uint8_t *out)
{
	size_t len = 0;

	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, in.ptr, in.len, out,
						 &len, ROOM), LZMA_OK);
	return len;
}

static size_t pack_zstd_as(struct lkm_bytes in, uint8_t *out, ZSTD_cParameter parameter, int value)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t len;

	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(c, parameter, value);
	len = ZSTD_compress2(c, out, ROOM, in.ptr, in.len);
	assert_false(ZSTD_isError(len));
	ZSTD_freeCCtx(c);
	return len;
}

static size_t pack_zstd(struct lkm_bytes in, uint8_t *out)
{
	return pack_zstd_as(in, out, ZSTD_c_compressionLevel, 3);
}

static size_t pack_zstd_unsized(struct lkm_bytes in, uint8_t *out)
{
	return pack_zstd_as(in, out, ZSTD_c_contentSizeFlag, 0);
}

static const struct packer {
	const char *name;
	enum lkm_codec codec;
	size_t (*pack)(struct lkm_bytes in, uint8_t *out);
} packers[] = {
	{ "gzip", LKM_CODEC_GZIP, pack_gzip },
	{ "xz", LKM_CODEC_XZ, pack_xz },
	{ "zstd", LKM_CODEC_ZSTD, pack_zstd },
	{ "zstd without a size", LKM_CODEC_ZSTD, pack_zstd_unsized },
};

static int unpack(enum lkm_codec codec, const uint8_t *ptr, size_t len, size_t max,
		  struct lkm_blob *ret)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_decompress(codec, (struct lkm_bytes){ ptr, len }, max, ret, &diag);

	assert_int_equal(diag.err, err);
	return err;
}

static void finds_the_format_by_content(void **state)
{
	static const struct {
		enum lkm_codec want;
		const char *name;
		struct lkm_str head;
	} rows[] = {
		{ LKM_CODEC_NONE, "none", LKM_STR("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0") },
		{ LKM_CODEC_NONE, "none", LKM_STR("") },
		{ LKM_CODEC_NONE, "none", LKM_STR("\x1f") },
		{ LKM_CODEC_GZIP, "gzip", LKM_STR("\x1f\x8b\x08\0") },
		{ LKM_CODEC_XZ, "xz", LKM_STR("\xfd" "7zXZ\0\0\4") },
		{ LKM_CODEC_NONE, "none", LKM_STR("\xfd" "7zXZ") },
		{ LKM_CODEC_ZSTD, "zstd", LKM_STR("\x28\xb5\x2f\xfd\x24") },
		{ LKM_CODEC_ZSTD, "zstd", LKM_STR("\x5f\x2a\x4d\x18\4\0\0\0") },
		{ LKM_CODEC_BZIP2, "bzip2", LKM_STR("BZh91AY&SY") },
		{ LKM_CODEC_COMPRESS, "compress", LKM_STR("\x1f\x9d\x90") },
		{ LKM_CODEC_LZ4, "lz4", LKM_STR("\x04\x22\x4d\x18\x64") },
		{ LKM_CODEC_LZ4, "lz4", LKM_STR("\x02\x21\x4c\x18") },
		{ LKM_CODEC_LZIP, "lzip", LKM_STR("LZIP\1") },
		{ LKM_CODEC_LZO, "lzo", LKM_STR("\x89LZO\0\r\n\x1a\n\x10") },
		{ LKM_CODEC_ZIP, "zip", LKM_STR("PK\3\4") },
		{ LKM_CODEC_LZMA, "lzma", LKM_STR("]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0") },
		{ LKM_CODEC_LZMA, "lzma", LKM_STR("]\0\0\xc0\0\x46\1\0\0\0\0\0\0\0") },
		{ LKM_CODEC_NONE, "none", LKM_STR("^\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0") },
		{ LKM_CODEC_NONE, "none", LKM_STR("]\0\0\xa0\0\xff\xff\xff\xff\xff\xff\xff\xff\0") },
		{ LKM_CODEC_NONE, "none", LKM_STR("]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\0\0") },
		{ LKM_CODEC_NONE, "none", LKM_STR("]\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0") },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum lkm_codec got = lkm_codec_detect(lkm_str_bytes(rows[i].head));

		assert_row(rows[i].name, got, rows[i].want);
		assert_string_equal(lkm_codec_name(got), rows[i].name);
	}
	assert_string_equal(lkm_codec_name((enum lkm_codec)99), "none");
	assert_false(lkm_codec_handled(LKM_CODEC_NONE));
	assert_false(lkm_codec_handled(LKM_CODEC_BZIP2));
	assert_true(lkm_codec_handled(LKM_CODEC_ZSTD));
}

static void decodes_what_encoders_write(void **state)
{
	static const size_t sizes[] = { 0, 1, 4096, 100000, 3000000 };
	lkm_autofree uint8_t *packed = malloc(ROOM);

	(void)state;
	for (size_t i = 0; i < COUNT(packers) * COUNT(sizes); i++) {
		const struct packer *p = &packers[i / COUNT(sizes)];
		lkm_auto(lkm_blob) struct lkm_blob in = plain(sizes[i % COUNT(sizes)]);
		lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;
		size_t len = p->pack(lkm_blob_view(&in), packed);

		assert_row(p->name, lkm_codec_detect((struct lkm_bytes){ packed, len }), p->codec);
		assert_row(p->name, unpack(p->codec, packed, len, in.len, &out), 0);
		assert_row(p->name, out.len, in.len);
		assert_memory_equal(out.ptr, in.ptr, in.len);
	}
}

/* The output limit is exact, also when the output had to grow: zeros shrink very much. */
static void keeps_its_limit(void **state)
{
	lkm_autofree uint8_t *packed = malloc(ROOM);
	lkm_autofree uint8_t *zeros = calloc(1, 200000);
	struct lkm_bytes in = { zeros, 200000 };

	(void)state;
	for (size_t i = 0; i < COUNT(packers); i++) {
		const struct packer *p = &packers[i];
		lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;
		size_t len = p->pack(in, packed);

		assert_row(p->name, unpack(p->codec, packed, len, in.len - 1, &out), -EFBIG);
		assert_row(p->name, unpack(p->codec, packed, len, 0, &out), -EFBIG);
		assert_null(out.ptr);
		assert_row(p->name, unpack(p->codec, packed, len, in.len, &out), 0);
	}
}

/* Where the container states the size: once if it fits, not at all if it cannot. */
static void allocates_once(void **state)
{
	static int (*const decoders[])(struct lkm_unpack *un) = {
		lkm_unpack_gzip, lkm_unpack_xz, lkm_unpack_zstd,
	};
	lkm_autofree uint8_t *packed = malloc(ROOM);
	lkm_auto(lkm_blob) struct lkm_blob in = plain(200000);

	(void)state;
	for (size_t i = 0; i < COUNT(decoders); i++) {
		struct lkm_unpack un = { .max = in.len - 1 };

		un.in = (struct lkm_bytes){ packed, packers[i].pack(lkm_blob_view(&in), packed) };
		assert_row(packers[i].name, decoders[i](&un), -EFBIG);
		assert_row(packers[i].name, un.ptr != NULL, packers[i].codec == LKM_CODEC_GZIP);
		free(un.ptr);
		un = (struct lkm_unpack){ .in = un.in, .max = SIZE_MAX };
		assert_row(packers[i].name, decoders[i](&un), 0);
		assert_row(packers[i].name, un.cap, in.len);
		free(un.ptr);
	}
}

/* 64 MiB of zeros, and sizes that lie: the memory used is bounded by the input. */
static void is_not_filled_by_bombs(void **state)
{
	lkm_autofree uint8_t *packed = malloc(ROOM);
	lkm_autofree uint8_t *zeros = calloc(64, 1 << 20);
	struct lkm_unpack un = { .in = { packed, 1000 }, .max = SIZE_MAX };
	lkm_auto(lkm_blob) struct lkm_blob in = plain(1000);
	lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT(packers); i++) {
		len = packers[i].pack((struct lkm_bytes){ zeros, 64 << 20 }, packed);
		assert_row(packers[i].name, unpack(packers[i].codec, packed, len, 1 << 20, &out),
			   -EFBIG);
		assert_null(out.ptr);
	}
	assert_int_equal(lkm_unpack_start(&un, UINT64_MAX), 0);
	assert_true(un.cap <= 1 << 20);
	free(un.ptr);
	len = pack_gzip(lkm_blob_view(&in), packed);
	memset(packed + len - 4, 0xff, 4);
	assert_int_equal(unpack(LKM_CODEC_GZIP, packed, len, SIZE_MAX, &out), -EBADMSG);
}

/* Every shorter file is an error; no flipped bit passes for other contents. */
static void refuses_damage(void **state)
{
	lkm_autofree uint8_t *packed = malloc(ROOM);
	lkm_auto(lkm_blob) struct lkm_blob in = plain(600);

	(void)state;
	for (size_t i = 0; i < COUNT(packers); i++) {
		const struct packer *p = &packers[i];
		size_t len = p->pack(lkm_blob_view(&in), packed);

		for (size_t cut = 0; cut < len; cut++) {
			struct lkm_blob out = LKM_BLOB_INIT;

			assert_row(p->name, unpack(p->codec, packed, cut, ROOM, &out), -EBADMSG);
		}
		for (size_t bit = 0; bit < len * 8; bit++) {
			lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;

			packed[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (unpack(p->codec, packed, len, ROOM, &out) == 0) {
				assert_row(p->name, out.len, in.len);
				assert_memory_equal(out.ptr, in.ptr, in.len);
			}
			packed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

/* Rows: what stands behind one whole member, and what comes of it. */
static void goes_on_to_the_next_member(void **state)
{
	static const struct {
		const char *name;
		enum lkm_codec codec;
		bool twice; /* the member once more */
		struct lkm_str tail;
		int want;
	} rows[] = {
		{ "gzip, two members", LKM_CODEC_GZIP, true, LKM_STR(""), 0 },
		{ "gzip, zeros behind", LKM_CODEC_GZIP, true, LKM_STR("\0\0\0\0\0"), 0 },
		{ "gzip, garbage behind", LKM_CODEC_GZIP, false, LKM_STR("\0x"), -EBADMSG },
		{ "xz, two streams", LKM_CODEC_XZ, true, LKM_STR(""), 0 },
		{ "xz, padding", LKM_CODEC_XZ, true, LKM_STR("\0\0\0\0\0\0\0\0"), 0 },
		{ "xz, padding not a multiple of 4", LKM_CODEC_XZ, false, LKM_STR("\0\0"), -EBADMSG },
		{ "xz, garbage behind", LKM_CODEC_XZ, false, LKM_STR("garbage, garbage"), -EBADMSG },
		{ "zstd, two frames", LKM_CODEC_ZSTD, true, LKM_STR(""), 0 },
		{ "zstd, skippable frame", LKM_CODEC_ZSTD, true,
		  LKM_STR("\x51\x2a\x4d\x18\3\0\0\0abc"), 0 },
		{ "zstd, skippable frame cut off", LKM_CODEC_ZSTD, false,
		  LKM_STR("\x51\x2a\x4d\x18\3\0\0\0ab"), -EBADMSG },
		{ "zstd, garbage behind", LKM_CODEC_ZSTD, false, LKM_STR("garbage"), -EBADMSG },
	};
	lkm_autofree uint8_t *packed = malloc(ROOM);
	lkm_auto(lkm_blob) struct lkm_blob in = plain(30000);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct packer *p = &packers[rows[i].codec - LKM_CODEC_GZIP];
		lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;
		size_t len = p->pack(lkm_blob_view(&in), packed);

		if (rows[i].twice) {
			memcpy(packed + len, packed, len);
			len *= 2;
		}
		memcpy(packed + len, rows[i].tail.ptr, rows[i].tail.len);
		len += rows[i].tail.len;
		assert_row(rows[i].name, unpack(p->codec, packed, len, ROOM, &out), rows[i].want);
		if (rows[i].want == 0) {
			assert_row(rows[i].name, out.len, in.len * 2);
			assert_memory_equal(out.ptr + in.len, in.ptr, in.len);
		}
	}
}

static void refuses_other_formats(void **state)
{
	struct lkm_bytes in = { (const uint8_t *)"BZh9", 4 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_blob out = LKM_BLOB_INIT;

	(void)state;
	assert_int_equal(lkm_decompress(LKM_CODEC_NONE, in, ROOM, &out, NULL), -EINVAL);
	assert_int_equal(lkm_decompress(LKM_CODEC_BZIP2, in, ROOM, &out, &diag), -ENOTSUP);
	assert_string_equal(diag.what, "bzip2 compression is not supported");
}

/* The head of an xz file with the given check, dictionary and first filter. */
static size_t xz_head(uint8_t *out, lzma_check check, uint32_t dict, lzma_vli filter)
{
	lzma_options_lzma lzma2 = { 0 };
	lzma_options_delta delta = { .type = LZMA_DELTA_TYPE_BYTE, .dist = 1 };
	lzma_filter filters[] = {
		{ filter, filter == LZMA_FILTER_DELTA ? &delta : NULL },
		{ LZMA_FILTER_LZMA2, &lzma2 },
		{ LZMA_VLI_UNKNOWN, NULL },
	};
	lzma_block block = { .version = 1, .check = check, .filters = filters,
			     .compressed_size = LZMA_VLI_UNKNOWN,
			     .uncompressed_size = LZMA_VLI_UNKNOWN };
	lzma_stream_flags flags = { .check = check };

	lzma_lzma_preset(&lzma2, 1);
	lzma2.dict_size = dict;
	if (filter == LZMA_FILTER_LZMA2)
		block.filters++;
	assert_int_equal(lzma_stream_header_encode(&flags, out), LZMA_OK);
	assert_int_equal(lzma_block_header_size(&block), LZMA_OK);
	assert_int_equal(lzma_block_header_encode(&block, out + LZMA_STREAM_HEADER_SIZE), LZMA_OK);
	return LZMA_STREAM_HEADER_SIZE + block.header_size;
}

/* The kernel can (want is NULL), or cannot and the reason has the word `want` in it. */
static void judge_kernel(enum lkm_codec codec, struct lkm_bytes head, const char *want)
{
	const char *reason = "untouched";
	bool can = lkm_codec_kernel_can(codec, head, &reason);

	assert_row(want ? want : "can", can, want == NULL);
	assert_int_equal(lkm_codec_kernel_can(codec, head, NULL), can);
	if (!strstr(reason, want ? want : "untouched"))
		fail_msg("\"%s\" does not say \"%s\"", reason, want ? want : "untouched");
}

static void knows_which_xz_the_kernel_takes(void **state)
{
	static const struct {
		const char *reason; /* a word of it */
		lzma_check check;
		uint32_t dict;
		lzma_vli filter;
	} rows[] = {
		{ NULL, LZMA_CHECK_CRC32, 1 << 20, LZMA_FILTER_LZMA2 },
		{ NULL, LZMA_CHECK_NONE, 1 << 20, LZMA_FILTER_LZMA2 },
		{ NULL, LZMA_CHECK_CRC32, 64 << 20, LZMA_FILTER_LZMA2 },
		{ "CRC64", LZMA_CHECK_CRC64, 1 << 20, LZMA_FILTER_LZMA2 },
		{ "check other", LZMA_CHECK_SHA256, 1 << 20, LZMA_FILTER_LZMA2 },
		{ "dictionary", LZMA_CHECK_CRC32, 96 << 20, LZMA_FILTER_LZMA2 },
		{ "filter", LZMA_CHECK_CRC32, 1 << 20, LZMA_FILTER_X86 },
		{ "filter", LZMA_CHECK_CRC32, 1 << 20, LZMA_FILTER_DELTA },
	};
	uint8_t head[LKM_CODEC_HEAD] = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = xz_head(head, rows[i].check, rows[i].dict, rows[i].filter);

		judge_kernel(LKM_CODEC_XZ, (struct lkm_bytes){ head, len }, rows[i].reason);
	}
}

/* Rows: a head, and a word of the reason, or NULL if the kernel can. */
static void knows_what_else_the_kernel_takes(void **state)
{
	static const struct {
		const char *reason;
		enum lkm_codec codec;
		struct lkm_str head;
	} rows[] = {
		{ NULL, LKM_CODEC_GZIP, LKM_STR("\x1f\x8b\x08\0....\0\3") },
		{ NULL, LKM_CODEC_GZIP, LKM_STR("\x1f\x8b\x08\x09....\0\3x.ko\0") },
		{ "optional", LKM_CODEC_GZIP, LKM_STR("\x1f\x8b\x08\x04....\0\3\2\0xx") },
		{ "optional", LKM_CODEC_GZIP, LKM_STR("\x1f\x8b\x08\x02....\0\3xx") },
		{ "method", LKM_CODEC_GZIP, LKM_STR("\x1f\x8b\x07\0....\0\3") },
		{ "cut off", LKM_CODEC_GZIP, LKM_STR("\x1f\x8b\x08\0....\0") },
		{ "cut off", LKM_CODEC_XZ, LKM_STR("\xfd" "7zXZ\0\0\1") },
		{ "damaged", LKM_CODEC_XZ, LKM_STR("\xfd" "7zXZ\0\0\1\x69\x22\xde\x37\2\0\x21\1") },
		{ "empty", LKM_CODEC_XZ, LKM_STR("\xfd" "7zXZ\0\0\1\x69\x22\xde\x36\0\0\0\0") },
		{ "damaged", LKM_CODEC_XZ, LKM_STR("\xfd" "7zXZ\0\0\1\x69\x22\xde\x36\2\0\x21\1") },
		{ NULL, LKM_CODEC_ZSTD, LKM_STR("\x28\xb5\x2f\xfd\x04\x88") }, /* 2^27 */
		{ "window", LKM_CODEC_ZSTD, LKM_STR("\x28\xb5\x2f\xfd\x04\x89") },
		{ NULL, LKM_CODEC_ZSTD, LKM_STR("\x28\xb5\x2f\xfd\xa4\0\0\0\x08") },
		{ "window", LKM_CODEC_ZSTD, LKM_STR("\x28\xb5\x2f\xfd\xa4\1\0\0\x08") },
		{ "skippable", LKM_CODEC_ZSTD, LKM_STR("\x50\x2a\x4d\x18\4\0\0\0") },
		{ "cut off", LKM_CODEC_ZSTD, LKM_STR("\x28\xb5\x2f\xfd\x04") },
		{ "no kernel", LKM_CODEC_BZIP2, LKM_STR("BZh9") },
		{ "no kernel", LKM_CODEC_NONE, LKM_STR("\177ELF") },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		judge_kernel(rows[i].codec, lkm_str_bytes(rows[i].head), rows[i].reason);
}

/* The index is looked for where the footer says, if that is inside the file. */
static void does_not_trust_the_xz_footer(void **state)
{
	lkm_autofree uint8_t *packed = malloc(ROOM);
	lkm_auto(lkm_blob) struct lkm_blob in = plain(1000);
	lzma_stream_flags footer = { .check = LZMA_CHECK_CRC32, .backward_size = 1 << 30 };
	struct lkm_blob out = LKM_BLOB_INIT;
	size_t len = pack_xz(lkm_blob_view(&in), packed);

	(void)state;
	assert_int_equal(lzma_stream_footer_encode(&footer, packed + len - 12), LZMA_OK);
	assert_int_equal(unpack(LKM_CODEC_XZ, packed, len, ROOM, &out), -EBADMSG);
}

/* A decoder that would need too much memory is refused before it gets it. */
static void limits_the_dictionary(void **state)
{
	uint8_t head[LKM_CODEC_HEAD] = { 0 };
	struct lkm_blob out = LKM_BLOB_INIT;

	(void)state;
	xz_head(head, LZMA_CHECK_CRC32, 1536u << 20, LZMA_FILTER_LZMA2);
	assert_int_equal(unpack(LKM_CODEC_XZ, head, sizeof(head), ROOM, &out), -EFBIG);
	xz_head(head, LZMA_CHECK_CRC32, 128 << 20, LZMA_FILTER_LZMA2);
	assert_int_equal(unpack(LKM_CODEC_XZ, head, sizeof(head), ROOM, &out), -EBADMSG);
	memcpy(head, "\x28\xb5\x2f\xfd\x04\x98", 6); /* 2^29 */
	assert_int_equal(unpack(LKM_CODEC_ZSTD, head, sizeof(head), ROOM, &out), -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_format_by_content),
		cmocka_unit_test(decodes_what_encoders_write),
		cmocka_unit_test(keeps_its_limit),
		cmocka_unit_test(allocates_once),
		cmocka_unit_test(is_not_filled_by_bombs),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(goes_on_to_the_next_member),
		cmocka_unit_test(refuses_other_formats),
		cmocka_unit_test(knows_which_xz_the_kernel_takes),
		cmocka_unit_test(knows_what_else_the_kernel_takes),
		cmocka_unit_test(does_not_trust_the_xz_footer),
		cmocka_unit_test(limits_the_dictionary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
