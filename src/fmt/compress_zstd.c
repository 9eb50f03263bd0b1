#include "base/reader.h"
#include "fmt/compress_codec.h"

#include <zstd.h>
#include <zstd_errors.h>

/* Largest window the kernel's decoder takes, as a power of two (ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
#define KERNEL_WINDOW_LOG 27u

/* A window that needs LKM_DECODER_MEMORY_MAX, as a power of two. */
#define WINDOW_LOG_MAX 28

#define FRAME_MAGIC 0x28b52ffdu /* as the bytes stand in the file */
#define SINGLE_SEGMENT 0x20	/* flag of the frame descriptor: the window is the content */

typedef ZSTD_DCtx *decoder;

static void free_decoder(const decoder *local)
{
	ZSTD_freeDCtx(*local);
}

/* The size that the first frame states; 0 when it does not. */
static uint64_t stated_size(struct lkm_bytes in)
{
	unsigned long long size = ZSTD_getFrameContentSize(in.ptr, in.len);

	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
		return 0;
	return size;
}

static int failed(struct lkm_unpack *un, size_t pos, size_t result)
{
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_memory_allocation:
		return lkm_diag_set(un->diag, -ENOMEM, "out of memory");
	case ZSTD_error_frameParameter_windowTooLarge:
		return lkm_diag_at(un->diag, -EFBIG, pos, "the zstd window is larger than %zu MiB",
				   LKM_DECODER_MEMORY_MAX >> 20);
	case ZSTD_error_dictionary_wrong:
		return lkm_diag_at(un->diag, -ENOTSUP, pos, "the zstd data needs a dictionary");
	default:
		return lkm_diag_at(un->diag, -EBADMSG, pos, "the zstd data is damaged: %s",
				   ZSTD_getErrorName(result));
	}
}

/* One call of the decoder; *ret_left is 0 at the end of a frame. */
static int step(struct lkm_unpack *un, decoder dec, ZSTD_inBuffer *in, size_t *ret_left)
{
	ZSTD_outBuffer out = { .dst = un->ptr, .size = un->cap, .pos = un->len };
	size_t before = in->pos;
	size_t left = ZSTD_decompressStream(dec, &out, in);

	if (ZSTD_isError(left))
		return failed(un, in->pos, left);
	*ret_left = left;
	if (left == 0 || in->pos > before || out.pos > un->len) {
		un->len = out.pos;
		return 0;
	}
	/* No progress: the output is full, or the input is at its end. */
	if (un->len == un->cap)
		return lkm_unpack_grow(un);
	return lkm_diag_at(un->diag, -EBADMSG, in->size, "the zstd data is cut off");
}

int lkm_unpack_zstd(struct lkm_unpack *un)
{
	__attribute__((cleanup(free_decoder))) decoder dec = ZSTD_createDCtx();
	ZSTD_inBuffer in = { .src = un->in.ptr, .size = un->in.len };
	uint64_t stated = stated_size(un->in);
	size_t left = 1;
	int err;

	if (!dec)
		return lkm_diag_set(un->diag, -ENOMEM, "out of memory");
	ZSTD_DCtx_setParameter(dec, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	if (stated > un->max)
		return lkm_unpack_too_big(un);
	err = lkm_unpack_start(un, stated);
	while (err == 0 && (left != 0 || in.pos < in.size))
		err = step(un, dec, &in, &left);
	return err;
}

/* The window that a frame asks for: RFC 8878, 3.1.1.1. */
static int read_window(struct lkm_bytes head, uint64_t *ret)
{
	struct lkm_reader r = lkm_reader(head, false);
	uint8_t descriptor = 0, window = 0;
	uint32_t magic;
	int err;

	err = lkm_read_u32(&r, &magic);
	err = err ? err : lkm_read_u8(&r, &descriptor);
	err = err ? err : lkm_read_u8(&r, &window);
	if (err < 0)
		return err;
	if (descriptor & SINGLE_SEGMENT)
		*ret = stated_size(head);
	else
		*ret = ((uint64_t)1 << (10 + (window >> 3))) / 8 * (8 + (window & 7));
	return 0;
}

const char *lkm_zstd_kernel_cannot(struct lkm_bytes head)
{
	uint64_t window;

	if (read_window(head, &window) < 0)
		return "the zstd header is cut off";
	if (lkm_load_be32(head.ptr) != FRAME_MAGIC)
		return "the zstd data begins with a skippable frame";
	if (window > (uint64_t)1 << KERNEL_WINDOW_LOG)
		return "the zstd window is larger than the kernel's limit of 128 MiB";
	return NULL;
}
