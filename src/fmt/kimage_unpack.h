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
 *
 * Errors     As lkm_decompress(): -EBADMSG, -EFBIG, -ENOTSUP, -ENOMEM.
 * Trust      Any bytes.
 * Source     lz4 doc/lz4_Block_format.md, lz4_Frame_format.md; linux lib/decompress_unlz4.c.
 */
#ifndef LKM_FMT_KIMAGE_UNPACK_H
#define LKM_FMT_KIMAGE_UNPACK_H

#include "fmt/compress.h"

/* Decode a kernel that is packed with any codec we know; others are named in the diagnosis. */
int lkm_kimage_unpack(enum lkm_codec codec, struct lkm_bytes in, size_t max, struct lkm_blob *ret,
		      struct lkm_diag *diag);

#endif
