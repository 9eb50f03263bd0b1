#include "fmt/kimage_unpack.h"

#include <limits.h>
#include <lz4.h>
#include <lzma.h>

#include "base/buf.h"
#include "base/reader.h"

#define LZ4_LEGACY    0x184c2102u
#define LZ4_BLOCK_MAX (8 << 20)

/* Kernels are packed to a tenth at best; what gives so many times its size is none. */
#define RATIO_MAX 256u
#define SMALL	  ((size_t)1 << 20)

int lkm_kimage_unpacked(int err, const struct lkm_unpacked *so_far, struct lkm_blob *ret,
			struct lkm_diag *diag)
{
	struct lkm_blob all = { .len = so_far->out->len };

	if (err == -EBADMSG)
		return lkm_diag_at(diag, err, so_far->pos, "the %s data is damaged or cut off",
				   so_far->codec);
	if (err == -EFBIG)
		return lkm_diag_set(diag, err, "more than %zu bytes when decompressed", so_far->max);
	all.ptr = err ? NULL : (uint8_t *)lkm_buf_take(so_far->out);
	if (!all.ptr)
		return lkm_diag_set(diag, err ? err : -ENOMEM, "out of memory");
	*ret = all;
	return 0;
}

/* One block, whose matches do not reach back before it. */
static int unpack_block(struct lkm_bytes block, struct lkm_buf *out)
{
	char *to = lkm_buf_reserve(out, LZ4_BLOCK_MAX);
	int got;

	if (!to)
		return lkm_buf_error(out);
	if (block.len > INT_MAX)
		return -EBADMSG;
	got = LZ4_decompress_safe((const char *)block.ptr, to, (int)block.len, LZ4_BLOCK_MAX);
	if (got < 0)
		return -EBADMSG;
	out->len += (size_t)got;
	return 0;
}

static int unpack_lz4(struct lkm_bytes bytes, size_t max, struct lkm_blob *ret, struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	struct lkm_reader in = lkm_reader(bytes, false);
	uint32_t word;
	int err = lkm_read_u32(&in, &word);

	if (err == 0 && word != LZ4_LEGACY)
		return lkm_diag_set(diag, -ENOTSUP, "compressed with the newer lz4 frame, which no kernel "
						    "unpacks");
	while (!err && lkm_reader_left(&in)) {
		struct lkm_bytes block;

		err = lkm_read_u32(&in, &word);
		if (!err && word == LZ4_LEGACY)
			continue;
		err = err ? err : lkm_read_bytes(&in, word, &block);
		err = err ? err : unpack_block(block, &out);
		if (!err && out.len > max)
			err = -EFBIG;
	}
	return lkm_kimage_unpacked(err, &(struct lkm_unpacked){ "lz4", max, in.pos, &out }, ret, diag);
}

static int run_lzma(lzma_stream *lzma, struct lkm_buf *out, size_t max)
{
	lzma_ret got = LZMA_OK;

	while (got == LZMA_OK) {
		size_t room = (size_t)1 << 20;
		char *to = lkm_buf_reserve(out, room);

		if (!to)
			return -ENOMEM;
		lzma->next_out = (uint8_t *)to;
		lzma->avail_out = room;
		got = lzma_code(lzma, LZMA_FINISH);
		out->len += room - lzma->avail_out;
		if (out->len > max)
			return -EFBIG;
	}
	return got == LZMA_STREAM_END ? 0 : got == LZMA_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

static int unpack_lzma(struct lkm_bytes in, size_t max, struct lkm_blob *ret, struct lkm_diag *diag)
{
	__attribute__((cleanup(lzma_end))) lzma_stream lzma = LZMA_STREAM_INIT;
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	int err = lzma_alone_decoder(&lzma, LKM_DECODER_MEMORY_MAX) == LZMA_OK ? 0 : -ENOMEM;

	lzma.next_in = in.ptr;
	lzma.avail_in = in.len;
	err = err ? err : run_lzma(&lzma, &out, max);
	return lkm_kimage_unpacked(err, &(struct lkm_unpacked){ "lzma", max, lzma.total_in, &out }, ret,
				   diag);
}

int lkm_kimage_unpack(enum lkm_codec codec, struct lkm_bytes in, size_t max, struct lkm_blob *ret,
		      struct lkm_diag *diag)
{
	if (lkm_codec_handled(codec))
		return lkm_decompress(codec, in, max, ret, diag);
	if (in.len < max / RATIO_MAX && max > SMALL + in.len * RATIO_MAX)
		max = SMALL + in.len * RATIO_MAX;
	if (codec == LKM_CODEC_LZ4)
		return unpack_lz4(in, max, ret, diag);
	if (codec == LKM_CODEC_LZMA)
		return unpack_lzma(in, max, ret, diag);
	if (codec == LKM_CODEC_LZO)
		return lkm_kimage_lzo(in, max, ret, diag);
	if (codec == LKM_CODEC_BZIP2)
		return lkm_kimage_bzip2(in, max, ret, diag);
	return lkm_diag_set(diag, -ENOTSUP,
			    "the kernel inside is compressed with %s, which is not handled here",
			    lkm_codec_name(codec));
}
