#include "fmt/kimage_unpack.h"

#include <lzma.h>

#include "base/buf.h"
#include "base/reader.h"

#define LZ4_LEGACY    0x184c2102u
#define LZ4_BLOCK_MAX ((size_t)8 << 20)
#define LZ4_MATCH_MIN 4u

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

/* A length of four bits, and the bytes that carry it on. */
static int read_length(struct lkm_reader *in, unsigned int nibble, size_t *ret)
{
	size_t length = nibble;
	uint8_t more = 255;

	while (nibble == 15 && more == 255) {
		if (lkm_read_u8(in, &more) < 0)
			return -EBADMSG;
		length += more;
	}
	*ret = length;
	return 0;
}

/* Repeat `length` bytes from `offset` bytes back; they may overlap what is being written. */
static int copy_match(struct lkm_buf *out, size_t start, size_t offset, size_t length, size_t room)
{
	char *to;

	if (offset == 0 || offset > out->len - start || length > room)
		return -EBADMSG;
	to = lkm_buf_reserve(out, length);
	if (!to)
		return lkm_buf_error(out);
	for (size_t i = 0; i < length; i++)
		to[i] = to[(ptrdiff_t)i - (ptrdiff_t)offset];
	out->len += length;
	return 0;
}

/* One block, whose matches do not reach back before it. */
static int unpack_block(struct lkm_bytes block, struct lkm_buf *out)
{
	struct lkm_reader in = lkm_reader(block, false);
	size_t start = out->len;

	while (lkm_reader_left(&in)) {
		struct lkm_bytes literals;
		uint16_t offset;
		uint8_t token = 0;
		size_t length;
		int err = lkm_read_u8(&in, &token);

		err = err ? err : read_length(&in, token >> 4, &length);
		err = err ? err : lkm_read_bytes(&in, length, &literals);
		if (err || literals.len > LZ4_BLOCK_MAX - (out->len - start))
			return -EBADMSG;
		lkm_buf_add(out, literals.ptr, literals.len);
		if (lkm_buf_error(out))
			return lkm_buf_error(out);
		if (lkm_reader_left(&in) == 0)
			return 0;
		err = lkm_read_u16(&in, &offset);
		err = err ? err : read_length(&in, token & 15, &length);
		err = err ? err : copy_match(out, start, offset, length + LZ4_MATCH_MIN,
					     LZ4_BLOCK_MAX - (out->len - start));
		if (err < 0)
			return err;
	}
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
