#include "base/reader.h"
#include "fmt/compress_codec.h"

#include <libdeflate.h>

/* Offsets and flags of a member's header (RFC 1952). */
enum {
	GZIP_METHOD = 2,
	GZIP_FLAGS = 3,
	GZIP_HEADER = 10,
	GZIP_DEFLATE = 8,
	GZIP_FTEXT = 1,
	GZIP_FNAME = 8,
};

typedef struct libdeflate_decompressor *decoder;

static void free_decoder(const decoder *local)
{
	libdeflate_free_decompressor(*local);
}

/* The last four bytes of a member are its size, modulo 2^32. */
static uint64_t stated_size(struct lkm_bytes in)
{
	struct lkm_reader r = lkm_reader(in, false);
	uint32_t size = 0;

	if (in.len >= 4 && lkm_read_seek(&r, in.len - 4) == 0)
		(void)lkm_read_u32(&r, &size);
	return size;
}

static bool all_zero(struct lkm_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.ptr[i] != 0)
			return false;
	return true;
}

/* Decode the member at *pos, growing the output as needed, and step over it. */
static int unpack_member(struct lkm_unpack *un, decoder dec, size_t *pos)
{
	size_t used = 0, made = 0;
	int err;

	for (;;) {
		enum libdeflate_result result = libdeflate_gzip_decompress_ex(
			dec, un->in.ptr + *pos, un->in.len - *pos, un->ptr + un->len,
			un->cap - un->len, &used, &made);

		if (result == LIBDEFLATE_SUCCESS)
			break;
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
			return lkm_diag_at(un->diag, -EBADMSG, *pos,
					   "the gzip data that begins here is damaged or cut off");
		err = lkm_unpack_grow(un);
		if (err < 0)
			return err;
	}
	*pos += used;
	un->len += made;
	return 0;
}

int lkm_unpack_gzip(struct lkm_unpack *un)
{
	__attribute__((cleanup(free_decoder))) decoder dec = libdeflate_alloc_decompressor();
	size_t pos = 0;
	int err;

	if (!dec)
		return lkm_diag_set(un->diag, -ENOMEM, "out of memory");
	err = lkm_unpack_start(un, stated_size(un->in));
	if (err < 0)
		return err;
	do {
		err = unpack_member(un, dec, &pos);
		if (err < 0)
			return err;
		/* Zeros behind the last member are padding, as for gzip(1). */
	} while (!all_zero((struct lkm_bytes){ un->in.ptr + pos, un->in.len - pos }));
	return 0;
}

/* The kernel skips a file name in the header and no other optional field. */
const char *lkm_gzip_kernel_cannot(struct lkm_bytes head)
{
	if (head.len < GZIP_HEADER)
		return "the gzip header is cut off";
	if (head.ptr[GZIP_METHOD] != GZIP_DEFLATE)
		return "the gzip header names a method other than deflate";
	if (head.ptr[GZIP_FLAGS] & ~(GZIP_FTEXT | GZIP_FNAME))
		return "the gzip header has optional fields that the kernel does not skip";
	return NULL;
}
