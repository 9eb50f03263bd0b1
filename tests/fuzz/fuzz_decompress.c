/*
 * gzip, xz, zstd by content: never more than the limit.  Input of no known
 * format is packed and has to come out again as it was.
 */
#include "fmt/compress.h"
#include "fuzz.h"

#include <libdeflate.h>
#include <zstd.h>

#define OUTPUT_MAX ((size_t)64 << 10)

static void decode(enum lkm_codec codec, struct lkm_bytes in)
{
	lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT, exact = LKM_BLOB_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_decompress(codec, in, OUTPUT_MAX, &out, &diag);

	fuzz_check(diag.err == err);
	fuzz_check(diag.offset >= -1 && diag.offset <= (int64_t)in.len);
	fuzz_check(err == 0 || !out.ptr);
	if (err < 0)
		return;
	fuzz_check(out.len <= OUTPUT_MAX);
	fuzz_touch(lkm_blob_view(&out));
	/* The limit is exact. */
	fuzz_check(lkm_decompress(codec, in, out.len, &exact, NULL) == 0);
	fuzz_check(exact.len == out.len && memcmp(exact.ptr, out.ptr, out.len) == 0);
	lkm_blob_release(&exact);
	if (out.len > 0)
		fuzz_check(lkm_decompress(codec, in, out.len - 1, &exact, NULL) == -EFBIG);
}

static void comes_back(enum lkm_codec codec, struct lkm_bytes packed, struct lkm_bytes plain)
{
	lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;

	fuzz_check(lkm_codec_detect(packed) == codec);
	fuzz_check(lkm_codec_kernel_can(codec, packed, NULL));
	fuzz_check(lkm_decompress(codec, packed, plain.len, &out, NULL) == 0);
	fuzz_check(out.len == plain.len && memcmp(out.ptr, plain.ptr, plain.len) == 0);
}

static void pack_and_unpack(struct lkm_bytes plain)
{
	struct libdeflate_compressor *deflate = libdeflate_alloc_compressor(1);
	size_t room = plain.len * 2 + 1024;
	lkm_autofree uint8_t *packed = malloc(room);
	size_t len;

	if (deflate && packed) {
		len = libdeflate_gzip_compress(deflate, plain.ptr, plain.len, packed, room);
		comes_back(LKM_CODEC_GZIP, (struct lkm_bytes){ packed, len }, plain);
		len = ZSTD_compress(packed, room, plain.ptr, plain.len, 1);
		comes_back(LKM_CODEC_ZSTD, (struct lkm_bytes){ packed, len }, plain);
	}
	libdeflate_free_compressor(deflate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_bytes in = { data, size };
	enum lkm_codec codec = lkm_codec_detect(in);
	const char *reason = NULL;

	fuzz_check(lkm_codec_kernel_can(codec, in, &reason) == !reason);
	if (codec == LKM_CODEC_NONE)
		pack_and_unpack(in);
	else
		decode(codec, in);
	return 0;
}
