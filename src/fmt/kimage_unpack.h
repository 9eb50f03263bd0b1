/*
 * fmt/kimage_unpack.h - codecs that kernels are packed with, and modules are not.
 *
 *	lz4 (older frame)  02 21 4c 18, then blocks: 4 bytes length, little-endian, and
 *	                   that many bytes, which give at most 8 MiB
 *	a block            token, literals, offset, match ...: a token has the number of
 *	                   literals in its upper, of matched bytes - 4 in its lower four
 *	                   bits; 15 goes on in further bytes up to one that is not 255.
 *	                   The last literals have no match behind them
 *	lzma               the old .lzma format, by liblzma
 *	lzo                the file of lzop, version at 9, then blocks: 4 bytes size, 4
 *	                   bytes length, big-endian, 4 bytes checksum, and that many bytes
 *	                   of LZO1X, or plain if both are the same; a size of 0 ends it
 *	bzip2              "BZh" and the size of a block in 100,000 bytes; bits, the highest
 *	                   first: 48 of a block's magic number, 32 of CRC, 1 that is 0, 24
 *	                   of where the text starts, which bytes there are, 3 how many
 *	                   tables and 15 how many groups of 50 symbols, their tables, the
 *	                   tables' lengths of codes, the symbols; 48 of the end's, 32 of CRC
 *
 * Errors     As lkm_decompress(): -EBADMSG, -EFBIG, -ENOTSUP, -ENOMEM.
 * Trust      Any bytes.
 * Source     linux lib/decompress_unlzo.c, Documentation/staging/lzo.rst; bzip2(1); lz4 doc/lz4_Block_format.md, lz4_Frame_format.md; linux lib/decompress_unlz4.c.
 */
#ifndef LKM_FMT_KIMAGE_UNPACK_H
#define LKM_FMT_KIMAGE_UNPACK_H

#include "base/buf.h"
#include "fmt/compress.h"

/* Decode a kernel that is packed with any codec we know; others are named in the diagnosis. */
int lkm_kimage_unpack(enum lkm_codec codec, struct lkm_bytes in, size_t max, struct lkm_blob *ret,
		      struct lkm_diag *diag);

/* For the files kimage_*.c: one codec each. */
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
