#include "fmt/compress_codec.h"

#include <lzma.h>

/*
 * The kernel allocates the dictionary that a file asks for and knows no limit
 * of its own, so that only memory decides: 64 MiB (xz -9) was seen to load in a
 * small machine, 1.5 GiB was refused.  Past this size we do not try.
 */
#define KERNEL_DICT_MAX (64u << 20)

/* An index larger than this is not read: its size is only a first guess. */
#define INDEX_MEMORY_MAX (1u << 20)

/* The size of the last stream, as its index states it; 0 when it cannot be told.  -ENOMEM. */
static int stated_size(struct lkm_bytes in, uint64_t *ret)
{
	const size_t footer_size = LZMA_STREAM_HEADER_SIZE;
	uint64_t memory = INDEX_MEMORY_MAX;
	lzma_stream_flags footer;
	lzma_index *index = NULL;
	size_t pos = 0, start;
	lzma_ret got;

	*ret = 0;
	if (in.len < 2 * footer_size ||
	    lzma_stream_footer_decode(&footer, in.ptr + in.len - footer_size) != LZMA_OK ||
	    footer.backward_size > in.len - footer_size)
		return 0;
	start = in.len - footer_size - (size_t)footer.backward_size;
	got = lzma_index_buffer_decode(&index, &memory, NULL, in.ptr + start, &pos,
				       (size_t)footer.backward_size);
	if (got != LZMA_OK)
		return got == LZMA_MEM_ERROR ? -ENOMEM : 0;
	*ret = lzma_index_uncompressed_size(index);
	lzma_index_end(index, NULL);
	return 0;
}

/* Turn a failure of liblzma into ours. */
static int failed(struct lkm_unpack *un, const lzma_stream *lzma, lzma_ret ret)
{
	switch (ret) {
	case LZMA_MEM_ERROR:
		return lkm_diag_set(un->diag, -ENOMEM, "out of memory");
	case LZMA_MEMLIMIT_ERROR:
		return lkm_diag_set(un->diag, -EFBIG,
				    "the xz data asks for a dictionary of about %llu MiB",
				    (unsigned long long)lzma_memusage(lzma) >> 20);
	case LZMA_OPTIONS_ERROR:
		return lkm_diag_at(un->diag, -ENOTSUP, lzma->total_in,
				   "the xz data uses a filter or an option that is not supported");
	case LZMA_BUF_ERROR:
		return lkm_diag_at(un->diag, -EBADMSG, un->in.len, "the xz data is cut off");
	default:
		return lkm_diag_at(un->diag, -EBADMSG, lzma->total_in, "the xz data is damaged");
	}
}

int lkm_unpack_xz(struct lkm_unpack *un)
{
	__attribute__((cleanup(lzma_end))) lzma_stream lzma = LZMA_STREAM_INIT;
	uint64_t stated;
	lzma_ret ret;
	int err;

	err = stated_size(un->in, &stated);
	if (err < 0)
		return lkm_diag_set(un->diag, err, "out of memory");
	if (stated > un->max)
		return lkm_unpack_too_big(un);
	err = lkm_unpack_start(un, stated);
	if (err < 0)
		return err;
	ret = lzma_stream_decoder(&lzma, LKM_DECODER_MEMORY_MAX, LZMA_CONCATENATED);
	lzma.next_in = un->in.ptr;
	lzma.avail_in = un->in.len;
	while (ret == LZMA_OK) {
		lzma.next_out = un->ptr + un->len;
		lzma.avail_out = un->cap - un->len;
		ret = lzma_code(&lzma, LZMA_FINISH);
		un->len = un->cap - lzma.avail_out;
		/* No progress: the output is full, or the input is at its end. */
		if (ret == LZMA_BUF_ERROR && lzma.avail_out == 0) {
			err = lkm_unpack_grow(un);
			if (err < 0)
				return err;
			ret = LZMA_OK;
		}
	}
	return ret == LZMA_STREAM_END ? 0 : failed(un, &lzma, ret);
}

/* Is every filter one that kernels have, with the settings they accept? */
static const char *filters_kernel_cannot(const lzma_filter *filters)
{
	for (size_t i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++) {
		const lzma_options_lzma *lzma2 = filters[i].options;

		if (filters[i].id != LZMA_FILTER_LZMA2)
			return "the xz data uses a filter that the kernel may be built without";
		if (lzma2->dict_size > KERNEL_DICT_MAX)
			return "the xz dictionary is larger than 64 MiB";
	}
	return NULL;
}

/* The filters of the first block, which every encoder repeats in the others. */
static const char *block_kernel_cannot(struct lkm_bytes rest, lzma_check check)
{
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	lzma_block block = { .version = 1, .check = check, .filters = filters };
	const char *reason;

	if (rest.len == 0 || rest.ptr[0] == 0)
		return "the xz file is empty";
	block.header_size = lzma_block_header_size_decode(rest.ptr[0]);
	if (block.header_size > rest.len ||
	    lzma_block_header_decode(&block, NULL, rest.ptr) != LZMA_OK)
		return "the xz header is damaged or unknown";
	reason = filters_kernel_cannot(filters);
	for (size_t i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++)
		free(filters[i].options);
	return reason;
}

const char *lkm_xz_kernel_cannot(struct lkm_bytes head)
{
	struct lkm_bytes rest;
	lzma_stream_flags flags;

	if (head.len < LZMA_STREAM_HEADER_SIZE ||
	    lzma_stream_header_decode(&flags, head.ptr) != LZMA_OK)
		return "the xz header is damaged or cut off";
	if (flags.check == LZMA_CHECK_CRC64)
		return "the xz data carries a CRC64 check; kernels know CRC32 only";
	if (flags.check != LZMA_CHECK_NONE && flags.check != LZMA_CHECK_CRC32)
		return "the xz data carries a check other than CRC32, the only one kernels know";
	rest = (struct lkm_bytes){ head.ptr + LZMA_STREAM_HEADER_SIZE,
				   head.len - LZMA_STREAM_HEADER_SIZE };
	return block_kernel_cannot(rest, flags.check);
}
