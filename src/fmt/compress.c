#include "base/reader.h"
#include "fmt/compress_codec.h"

/* A stated size is believed up to this multiple of the input, or this much in any case. */
#define LIKELY_RATIO 32u
#define LIKELY_MIN (1u << 20)

/* What modules shrink by: the first guess for a size that is not stated. */
#define USUAL_RATIO 4u

#define GROW_MIN ((size_t)4096)

struct codec {
	const char *name;
	int (*unpack)(struct lkm_unpack *un);
	const char *(*kernel_cannot)(struct lkm_bytes head);
};

static const struct codec codecs[] = {
	[LKM_CODEC_NONE] = { "none" },
	[LKM_CODEC_GZIP] = { "gzip", lkm_unpack_gzip, lkm_gzip_kernel_cannot },
	[LKM_CODEC_XZ] = { "xz", lkm_unpack_xz, lkm_xz_kernel_cannot },
	[LKM_CODEC_ZSTD] = { "zstd", lkm_unpack_zstd, lkm_zstd_kernel_cannot },
	[LKM_CODEC_BZIP2] = { "bzip2" },
	[LKM_CODEC_COMPRESS] = { "compress" },
	[LKM_CODEC_LZ4] = { "lz4" },
	[LKM_CODEC_LZIP] = { "lzip" },
	[LKM_CODEC_LZMA] = { "lzma" },
	[LKM_CODEC_LZO] = { "lzo" },
	[LKM_CODEC_ZIP] = { "zip" },
};

static const struct codec *codec_of(enum lkm_codec codec)
{
	size_t i = (size_t)codec;

	return &codecs[i < sizeof(codecs) / sizeof(codecs[0]) ? i : LKM_CODEC_NONE];
}

struct magic {
	enum lkm_codec codec;
	unsigned int len;
	uint8_t bytes[9];
	uint16_t ignore; /* bit i: byte i is compared without its low four bits */
};

static const struct magic magics[] = {
	{ LKM_CODEC_GZIP, 2, { 0x1f, 0x8b } },
	{ LKM_CODEC_XZ, 6, { 0xfd, '7', 'z', 'X', 'Z', 0 } },
	{ LKM_CODEC_ZSTD, 4, { 0x28, 0xb5, 0x2f, 0xfd } },
	{ LKM_CODEC_ZSTD, 4, { 0x50, 0x2a, 0x4d, 0x18 }, 1 }, /* a skippable frame first */
	{ LKM_CODEC_BZIP2, 3, { 'B', 'Z', 'h' } },
	{ LKM_CODEC_COMPRESS, 2, { 0x1f, 0x9d } },
	{ LKM_CODEC_LZ4, 4, { 0x04, 0x22, 0x4d, 0x18 } },
	{ LKM_CODEC_LZ4, 4, { 0x02, 0x21, 0x4c, 0x18 } }, /* the older frame, "lz4 -l" */
	{ LKM_CODEC_LZIP, 4, { 'L', 'Z', 'I', 'P' } },
	{ LKM_CODEC_LZO, 9, { 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n' } },
	{ LKM_CODEC_ZIP, 4, { 'P', 'K', 3, 4 } },
};

static bool has_magic(struct lkm_bytes head, const struct magic *magic)
{
	if (head.len < magic->len)
		return false;
	for (size_t i = 0; i < magic->len; i++) {
		uint8_t mask = magic->ignore >> i & 1 ? 0xf0 : 0xff;

		if ((head.ptr[i] & mask) != magic->bytes[i])
			return false;
	}
	return true;
}

/*
 * The old .lzma format has no magic number: a property byte below 225, a
 * dictionary of 2^n or 2^n + 2^(n-1) bytes, the size or all ones.  Only what
 * encoders write by default (0x5d) is recognised, so that no other file is
 * taken for one.
 */
static bool is_lzma_alone(struct lkm_bytes head)
{
	struct lkm_reader r = lkm_reader(head, false);
	uint32_t dict, top;
	uint64_t size;
	uint8_t props;

	if (lkm_read_u8(&r, &props) < 0 || lkm_read_u32(&r, &dict) < 0 ||
	    lkm_read_u64(&r, &size) < 0 || props != 0x5d || dict == 0)
		return false;
	top = 1u << (31 - __builtin_clz(dict));
	if (dict != top && dict != top + top / 2)
		return false;
	return size == UINT64_MAX || size < (uint64_t)1 << 38;
}

enum lkm_codec lkm_codec_detect(struct lkm_bytes head)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (has_magic(head, &magics[i]))
			return magics[i].codec;
	return is_lzma_alone(head) ? LKM_CODEC_LZMA : LKM_CODEC_NONE;
}

const char *lkm_codec_name(enum lkm_codec codec)
{
	return codec_of(codec)->name;
}

bool lkm_codec_handled(enum lkm_codec codec)
{
	return codec_of(codec)->unpack != NULL;
}

bool lkm_codec_kernel_can(enum lkm_codec codec, struct lkm_bytes head, const char **ret_reason)
{
	const struct codec *c = codec_of(codec);
	const char *reason = "no kernel decodes this format";

	if (c->kernel_cannot)
		reason = c->kernel_cannot(head);
	if (reason && ret_reason)
		*ret_reason = reason;
	return !reason;
}

static int allocate(struct lkm_unpack *un, size_t cap)
{
	uint8_t *ptr = realloc(un->ptr, cap ? cap : 1);

	if (!ptr)
		return lkm_diag_set(un->diag, -ENOMEM, "out of memory for %zu bytes", cap);
	un->ptr = ptr;
	un->cap = cap;
	return 0;
}

int lkm_unpack_start(struct lkm_unpack *un, uint64_t stated)
{
	uint64_t likely = (uint64_t)un->in.len * LIKELY_RATIO;
	uint64_t first = stated ? stated : (uint64_t)un->in.len * USUAL_RATIO;

	if (likely < LIKELY_MIN)
		likely = LIKELY_MIN;
	if (first > likely)
		first = likely;
	return allocate(un, first < un->max ? (size_t)first : un->max);
}

int lkm_unpack_grow(struct lkm_unpack *un)
{
	size_t want = un->cap < GROW_MIN ? GROW_MIN : un->cap * 2;

	if (un->cap >= un->max)
		return lkm_unpack_too_big(un);
	return allocate(un, un->cap > un->max / 2 || want > un->max ? un->max : want);
}

int lkm_unpack_too_big(struct lkm_unpack *un)
{
	return lkm_diag_set(un->diag, -EFBIG, "more than %zu bytes when decompressed", un->max);
}

int lkm_decompress(enum lkm_codec codec, struct lkm_bytes in, size_t max, struct lkm_blob *ret,
		   struct lkm_diag *diag)
{
	struct lkm_unpack un = { .in = in, .diag = diag, .max = max };
	lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;
	const struct codec *c = codec_of(codec);
	int err;

	if (c == &codecs[LKM_CODEC_NONE])
		return lkm_diag_set(diag, -EINVAL, "the file is not compressed");
	if (!c->unpack)
		return lkm_diag_set(diag, -ENOTSUP, "%s compression is not supported", c->name);
	err = c->unpack(&un);
	out = (struct lkm_blob){ un.ptr, un.len };
	if (err < 0)
		return err;
	*ret = (struct lkm_blob){ lkm_take(out.ptr), un.len };
	return 0;
}
