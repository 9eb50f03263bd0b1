#include <bzlib.h>
#include <limits.h>

#include "base/buf.h"
#include "fmt/kimage_unpack.h"

static int run_bzip2(bz_stream *bz, struct lkm_buf *out, size_t max)
{
	int got = BZ_OK;

	while (got == BZ_OK) {
		unsigned int room = 1u << 20;
		char *to = lkm_buf_reserve(out, room);

		if (!to)
			return -ENOMEM;
		bz->next_out = to;
		bz->avail_out = room;
		got = BZ2_bzDecompress(bz);
		out->len += room - bz->avail_out;
		if (out->len > max)
			return -EFBIG;
		/* It waits for more */
		if (got == BZ_OK && bz->avail_in == 0 && bz->avail_out > 0)
			return -EBADMSG;
	}
	return got == BZ_STREAM_END ? 0 : got == BZ_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

int lkm_kimage_bzip2(struct lkm_bytes in, size_t max, struct lkm_blob *ret, struct lkm_diag *diag)
{
	__attribute__((cleanup(BZ2_bzDecompressEnd))) bz_stream bz = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	int err = in.len > UINT_MAX ? -EBADMSG : BZ2_bzDecompressInit(&bz, 0, 0) == BZ_OK ? 0 : -ENOMEM;

	/* It does not write there */
	bz.next_in = (char *)(uintptr_t)in.ptr;
	bz.avail_in = (unsigned int)in.len;
	err = err ? err : run_bzip2(&bz, &out, max);
	return lkm_kimage_unpacked(err, &(struct lkm_unpacked){ "bzip2", max, in.len - bz.avail_in, &out },
				   ret, diag);
}
