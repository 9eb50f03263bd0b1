/*
 * fmt/compress.h - compressed files: which format, what is inside, and whether
 * the kernel's own decoder can take it.
 *
 * A format is known by its first bytes, never by a file name.  gzip, xz and
 * zstd are decoded; the others are named, so that a refusal can say what the
 * file is.  The size that a container states is believed only as far as the
 * input makes it likely, so that a decompression bomb is -EFBIG before it has
 * used memory; in the normal case the output is allocated once.
 *
 * Units      Sizes are bytes; `max` is the largest output allowed.
 * Ownership  The output is heap memory of the caller.
 * Errors     0, or a negative errno with a diagnosis.  On error no output.
 *              -EBADMSG  damaged or cut off
 *              -EFBIG    more than `max` bytes inside, or the decoder would
 *                        need more memory than LKM_DECODER_MEMORY_MAX
 *              -ENOTSUP  a known format, or a feature of one, not handled here
 *              -EINVAL   LKM_CODEC_NONE
 *              -ENOMEM
 * Trust      Any bytes.
 * Threads    No state: call from any thread.
 * Source     RFC 1952 (gzip), RFC 8878 (zstd), the .xz file format 1.2.0;
 *            linux kernel/module/decompress.c, lib/xz, lib/zstd.
 */
#ifndef LKM_FMT_COMPRESS_H
#define LKM_FMT_COMPRESS_H

#include "base/diag.h"
#include "base/file.h"

/* Work memory of one decoder (its dictionary); xz -9 needs 65 MiB. */
#define LKM_DECODER_MEMORY_MAX ((size_t)256 << 20)

/* First bytes of a file that detection and lkm_codec_kernel_can() make use of. */
#define LKM_CODEC_HEAD 1088u

enum lkm_codec {
	LKM_CODEC_NONE, /* not compressed, as far as we know */
	LKM_CODEC_GZIP,
	LKM_CODEC_XZ,
	LKM_CODEC_ZSTD,
	/* known, not handled */
	LKM_CODEC_BZIP2,
	LKM_CODEC_COMPRESS,
	LKM_CODEC_LZ4,
	LKM_CODEC_LZIP,
	LKM_CODEC_LZMA,
	LKM_CODEC_LZO,
	LKM_CODEC_ZIP,
};

/* The format of a file that begins with these bytes; 16 of them are enough. */
enum lkm_codec lkm_codec_detect(struct lkm_bytes head);

/* "gzip", "xz", "zstd" as /sys/module/compression spells them, "bzip2" ...; "none". */
const char *lkm_codec_name(enum lkm_codec codec);

/* Does lkm_decompress() handle it?  False for LKM_CODEC_NONE. */
bool lkm_codec_handled(enum lkm_codec codec);

/*
 * Decode all of `in`: every member, stream or frame, one after the other.
 * -EBADMSG, -EFBIG, -ENOTSUP, -EINVAL, -ENOMEM.
 */
int lkm_decompress(enum lkm_codec codec, struct lkm_bytes in, size_t max, struct lkm_blob *ret,
		   struct lkm_diag *diag);

/*
 * Would a kernel that is built for this format decode the file that begins
 * with `head` (LKM_CODEC_HEAD bytes or the whole file)?  If not, *ret_reason
 * (may be NULL) is one sentence.  The kernel decodes the first stream only; a
 * second one is not visible here.
 */
bool lkm_codec_kernel_can(enum lkm_codec codec, struct lkm_bytes head, const char **ret_reason);

#endif
