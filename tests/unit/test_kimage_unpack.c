/* fmt/kimage_unpack: what bzip2(1) and lzop(1) made of one text; then every cut and every changed byte. */
#include "check.h"

#include <errno.h>

#include "fmt/kimage_unpack.h"

#define A20  "aaaaaaaaaaaaaaaaaaaa"
#define A260 A20 A20 A20 A20 A20 A20 A20 A20 A20 A20 A20 A20 A20

static const char text[] = "kernel " A260 "abracadabra, abracadabra, abracadabra, aaaab";

/* bzip2 -1 */
static const uint8_t bzip2[] = {
	0x42, 0x5a, 0x68, 0x31, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x1d, 0x3c, 0x2a, 0xcf, 0x00, 0x00,
	0x19, 0x51, 0x80, 0xd0, 0x00, 0x40, 0x04, 0x3e, 0x0d, 0x10, 0x00, 0x00, 0x08, 0x20, 0x00, 0x21,
	0x21, 0x53, 0xd4, 0x34, 0xf4, 0x6a, 0x10, 0x00, 0x02, 0x8a, 0xb6, 0x44, 0x71, 0x30, 0xf3, 0x1c,
	0x2d, 0x42, 0x95, 0xaa, 0xd3, 0x47, 0xcc, 0x59, 0x9c, 0xcd, 0x41, 0x4e, 0xff, 0x17, 0x72, 0x45,
	0x38, 0x50, 0x90, 0x1d, 0x3c, 0x2a, 0xcf
};

/* lzop -9: literals, far and near matches; the blocks begin at 40. */
static const uint8_t lzo[] = {
	0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a, 0x1a, 0x0a, 0x10, 0x40, 0x20, 0xa0, 0x09, 0x40, 0x03,
	0x09, 0x03, 0x00, 0x00, 0x09, 0x00, 0x00, 0x81, 0xa4, 0x6b, 0x08, 0x49, 0x83, 0x00, 0x00, 0x00,
	0x00, 0x01, 0x73, 0x38, 0xe4, 0x04, 0x4a, 0x00, 0x00, 0x01, 0x37, 0x00, 0x00, 0x00, 0x20, 0xbf,
	0x73, 0x74, 0xec, 0x19, 0x6b, 0x65, 0x72, 0x6e, 0x65, 0x6c, 0x20, 0x61, 0x20, 0xe3, 0x00, 0x00,
	0x03, 0x62, 0x72, 0x61, 0x63, 0x61, 0x64, 0x7a, 0x00, 0x2c, 0x20, 0x39, 0x30, 0x00, 0x64, 0x05,
	0x11, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00
};

static const struct {
	const char *name;
	enum lkm_codec codec;
	struct lkm_bytes packed;
	bool checked; /* a changed byte is told by a checksum */
} samples[] = {
	{ "bzip2", LKM_CODEC_BZIP2, { bzip2, sizeof(bzip2) }, true },
	{ "lzo", LKM_CODEC_LZO, { lzo, sizeof(lzo) }, false },
};

static const size_t text_len = sizeof(text) - 1;

static bool is_text(const struct lkm_blob *out)
{
	return out->len == text_len && memcmp(out->ptr, text, text_len) == 0;
}

static void unpacks_what_the_commands_packed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;

		assert_row(samples[i].name, lkm_kimage_unpack(samples[i].codec, samples[i].packed, text_len,
							      &out, NULL), 0);
		assert_true(is_text(&out));
	}
}

static void stops_at_the_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		for (size_t max = 0; max < text_len; max++) {
			struct lkm_diag diag = LKM_DIAG_INIT;
			struct lkm_blob out = LKM_BLOB_INIT;

			assert_row(samples[i].name, lkm_kimage_unpack(samples[i].codec, samples[i].packed, max,
								      &out, &diag), -EFBIG);
			assert_null(out.ptr);
			assert_non_null(strstr(diag.what, "when decompressed"));
		}
}

/* bzip2 -9 of 4 MiB of zeros. */
static const uint8_t bomb[] = {
	0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x56, 0x02, 0xe2, 0x88, 0x00, 0x20,
	0x20, 0x48, 0x00, 0xc0, 0x00, 0x00, 0x04, 0x00, 0x08, 0x20, 0x00, 0x30, 0xcc, 0x05, 0x29, 0xa6,
	0x02, 0x01, 0xb1, 0x02, 0x01, 0xe2, 0xee, 0x48, 0xa7, 0x0a, 0x12, 0x0a, 0xc0, 0x5c, 0x51, 0x00
};

static void takes_no_bomb_for_a_kernel(void **state)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_blob out = LKM_BLOB_INIT;

	(void)state;
	assert_int_equal(lkm_kimage_unpack(LKM_CODEC_BZIP2, (struct lkm_bytes){ bomb, sizeof(bomb) },
					   (size_t)512 << 20, &out, &diag), -EFBIG);
	assert_null(out.ptr);
}

static void tells_every_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		for (size_t len = 0; len < samples[i].packed.len; len++) {
			struct lkm_diag diag = LKM_DIAG_INIT;
			struct lkm_blob out = LKM_BLOB_INIT;

			assert_row(samples[i].name,
				   lkm_kimage_unpack(samples[i].codec,
						     (struct lkm_bytes){ samples[i].packed.ptr, len },
						     text_len, &out, &diag), -EBADMSG);
			assert_non_null(strstr(diag.what, "is damaged or cut off"));
		}
}

/* Whatever is changed: an error, or with a checksum the same text. */
static void survives_every_changed_bit(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		for (size_t bit = 0; bit < 8 * samples[i].packed.len; bit++) {
			lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;
			uint8_t copy[256];
			int err;

			assert_in_range(samples[i].packed.len, 1, sizeof(copy));
			memcpy(copy, samples[i].packed.ptr, samples[i].packed.len);
			copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
			err = lkm_kimage_unpack(samples[i].codec,
						(struct lkm_bytes){ copy, samples[i].packed.len },
						text_len, &out, NULL);
			if (err == 0 && samples[i].checked)
				assert_true(is_text(&out));
			else if (err)
				assert_true(err == -EBADMSG || err == -EFBIG);
		}
}

#define HEADER 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n', 0x10, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
	       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0

/* One block of LZO1X each, of the size that it says. */
static const struct {
	const char *name;
	uint8_t size;
	uint8_t code[24];
	uint8_t len;
	const char *want; /* NULL: -EBADMSG */
} blocks[] = {
	{ "four literals and the end", 9, { 21, 'a', 'b', 'c', 'd', 0x11, 0, 0 }, 8, NULL },
	{ "as it comes", 20, { 21, 'a', 'b', 'c', 'd', 0x2e, 0x0c, 0, 0x11, 0, 0 }, 11, "abcdabcdabcdabcdabcd" },
	{ "one literal, near match of 3", 13, { 18, 'a', 0x40, 0, 0x27, 0, 0, 0x11, 0, 0 }, 10, "aaaaaaaaaaaaa" },
	{ "a match of 2 behind literals", 12, { 19, 'a', 'b', 4, 0, 0x26, 0, 0, 0x11, 0, 0 }, 11, "ababbbbbbbbb" },
	{ "before the beginning", 20, { 21, 'a', 'b', 'c', 'd', 0x2e, 0x10, 0, 0x11, 0, 0 }, 11, NULL },
	{ "longer than it says", 19, { 21, 'a', 'b', 'c', 'd', 0x2e, 0x0c, 0, 0x11, 0, 0 }, 11, NULL },
	{ "shorter than it says", 21, { 21, 'a', 'b', 'c', 'd', 0x2e, 0x0c, 0, 0x11, 0, 0 }, 11, NULL },
	{ "without an end", 20, { 21, 'a', 'b', 'c', 'd', 0x2e, 0x0c, 0 }, 8, NULL },
	{ "plain", 3, { 'a', 'b', 'c' }, 3, "abc" },
	{ "packed larger than plain", 3, { 'a', 'b', 'c', 'd' }, 4, NULL },
};

static void each_block_has_its_answer(void **state)
{
	static const uint8_t header[] = { HEADER };

	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
		lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;
		int err;

		lkm_buf_add(&file, header, sizeof(header));
		lkm_buf_add(&file, (uint8_t[]){ 0, 0, 0, blocks[i].size, 0, 0, 0, blocks[i].len, 0, 0, 0, 0 }, 12);
		lkm_buf_add(&file, blocks[i].code, blocks[i].len);
		lkm_buf_add(&file, "\0\0\0", 4);
		err = lkm_kimage_unpack(LKM_CODEC_LZO, lkm_str_bytes(lkm_buf_view(&file)), 100, &out, NULL);
		assert_row(blocks[i].name, err, blocks[i].want ? 0 : -EBADMSG);
		if (blocks[i].want) {
			assert_row(blocks[i].name, out.len, strlen(blocks[i].want));
			assert_memory_equal(out.ptr, blocks[i].want, out.len);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unpacks_what_the_commands_packed),
		cmocka_unit_test(stops_at_the_limit),
		cmocka_unit_test(takes_no_bomb_for_a_kernel),
		cmocka_unit_test(tells_every_cut),
		cmocka_unit_test(survives_every_changed_bit),
		cmocka_unit_test(each_block_has_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
