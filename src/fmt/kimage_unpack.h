/*
 * fmt/kimage_unpack.h - codecs that kernels are packed with, and modules are not.
 *
 *	lz4 (older frame)  02 21 4c 18, then blocks: 4 bytes length, little-endian, and
 *	                   that many bytes, which give at most 8 MiB; by liblz4
 *	lzma               the old .lzma format, by liblzma
 *	lzo                the file of lzop, version at 9, then blocks: 4 bytes size, 4
 *	                   bytes length, big-endian, 4 bytes checksum, and that many bytes
 *	                   of LZO1X, or plain if both are the same; a size of 0 ends it
 *	bzip2              by libbz2, but not on the boot path: it would bring a dozen functions
 *	                   of stdio to be bound at each start, for a kernel that nobody packs
 *
 * Errors     As lkm_decompress(): -EBADMSG, -EFBIG, -ENOTSUP, -ENOMEM.
 * Trust      Any bytes.
 * Source     linux lib/decompress_unlz4.c, lib/decompress_unlzo.c,
 *            Documentation/staging/lzo.rst.  LZO1X is decoded here: its library is under the
 *            GPL, and would put whatever is linked with us under it.
 */
#ifndef LKM_FMT_KIMAGE_UNPACK_H
#define LKM_FMT_KIMAGE_UNPACK_H

#include "base/buf.h"
#include "fmt/compress.h"

/* Decode a kernel that is packed with any codec we know; others are named in the diagnosis. */
int lkm_kimage_unpack(enum lkm_codec codec, struct lkm_bytes in, size_t max, struct lkm_blob *ret,
		      struct lkm_diag *diag);

/* One codec each, for the files of their names.  bzip2 is -ENOTSUP in kimage_bzip2_not.c. */
int lkm_kimage_bzip2(struct lkm_bytes in, size_t max, struct lkm_blob *ret, struct lkm_diag *diag);
int lkm_kimage_lzo(struct lkm_bytes in, size_t max, struct lkm_blob *ret, struct lkm_diag *diag);

/* How far one of them came. */
struct lkm_unpacked {
	const char *codec;
	size_t max;
	uint64_t pos; /* in the input */
	struct lkm_buf *out;
};

/* Hand over what came out, or say what was wrong: 0 or -EBADMSG, -EFBIG, -ENOMEM. */
int lkm_kimage_unpacked(int err, const struct lkm_unpacked *so_far, struct lkm_blob *ret,
			struct lkm_diag *diag);

#endif
