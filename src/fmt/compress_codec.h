/*
 * fmt/compress_codec.h - what the decoders of compress.c share; for them only.
 *
 * Each decoder appends to a struct lkm_unpack, which grows by doubling up to
 * its limit, and tells from the head of a file why the kernel cannot take it.
 *
 * Ownership  The output belongs to the lkm_unpack until compress.c takes it.
 * Errors     As in fmt/compress.h.
 */
#ifndef LKM_FMT_COMPRESS_CODEC_H
#define LKM_FMT_COMPRESS_CODEC_H

#include "fmt/compress.h"

struct lkm_unpack {
	struct lkm_bytes in;
	struct lkm_diag *diag;
	uint8_t *ptr; /* output: len bytes written of cap allocated */
	size_t len;
	size_t cap;
	size_t max; /* the caller's limit */
};

/*
 * Allocate the first output: `stated` bytes if the input is large enough to
 * make that likely, 0 for a size that is not stated.  -ENOMEM.
 */
int lkm_unpack_start(struct lkm_unpack *un, uint64_t stated);

/* Double the output; -EFBIG when it is as large as it may be, -ENOMEM. */
int lkm_unpack_grow(struct lkm_unpack *un);

/* Record that the output would pass its limit; returns -EFBIG. */
int lkm_unpack_too_big(struct lkm_unpack *un);

/* Decode un->in into un.  -EBADMSG, -EFBIG, -ENOTSUP, -ENOMEM. */
int lkm_unpack_gzip(struct lkm_unpack *un);
int lkm_unpack_xz(struct lkm_unpack *un);
int lkm_unpack_zstd(struct lkm_unpack *un);

/* Why the kernel's decoder cannot take a file that begins so; NULL if it can. */
const char *lkm_gzip_kernel_cannot(struct lkm_bytes head);
const char *lkm_xz_kernel_cannot(struct lkm_bytes head);
const char *lkm_zstd_kernel_cannot(struct lkm_bytes head);

#endif
