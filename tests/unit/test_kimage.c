/* fmt/kimage, fmt/kexports: kernels of every form; then each row damages one thing. */
#include "check.h"

#include <elf.h>
#include <lzma.h>
#include <zstd.h>

#include "fmt/certificate.h"
#include "fmt/kexports.h"
#include "fmt/kimage.h"
#include "mkder.h"
#include "mkelf.h"
#include "mkkernel.h"
#include "samples.h"

static const struct mkkernel_export exports[] = {
	{ "a_plain", NULL, 0x11111111, false },	   { "b_plain", "SPACE", 0x22222222, false },
	{ "c_plain", "", 0x83333333, false },	   { "d_gpl", NULL, 0x44444444, true },
	{ "e_gpl", "module:kvm", 0x55555555, true }, { "f_gpl", NULL, 0x66666666, true },
	{ "g_plain", NULL, 0x77777777, false },	   { "h_plain", NULL, 0x88888888, false },
	{ "i_plain", NULL, 0x99999999, false },	   { "j_plain", NULL, 0xaaaaaaaa, false },
	{ "k_plain", NULL, 0xbbbbbbbb, false },	   { "l_plain", NULL, 0xcccccccc, false },
	{ "m_plain", NULL, 0xdddddddd, false },	   { "n_gpl", NULL, 0xeeeeeeee, true },
	{ "o_gpl", NULL, 0xe1e1e1e1, true },	   { "p_gpl", NULL, 0xe2e2e2e2, true },
	{ "q_gpl", NULL, 0xe3e3e3e3, true },	   { "r_gpl", NULL, 0xe4e4e4e4, true },
};

static const struct {
	const char *name;
	struct mkkernel k;
} forms[] = {
	{ "x86-64 of 6.1", { true, false, 4, 3, true, 4 } },
	{ "x86-64 of 7.1", { true, false, 4, 3, true, 4, .flags = true } },
	{ "x86-64 without versions", { true, false, 4, 3, true, 0 } },
	{ "x86-64 of 4.19", { true, false, 4, 2, true, 4 } },
	{ "x86-64 of 4.9", { true, false, 8, 2, false, 8 } },
	{ "s390x of 6.1", { true, true, 8, 3, false, 4 } },
	{ "arm of 6.1", { false, false, 4, 3, false, 4 } },
	{ "i386 of 2.6", { false, false, 4, 2, false, 4 } },
	{ "i386 of 6.1", { false, false, 4, 3, true, 4 } },
	{ "powerpc of 4.14, CRCs by offset", { true, true, 8, 2, false, 1 } },
};

static struct mkkernel full(struct mkkernel k)
{
	k.texts = MKKERNEL_TEXTS;
	k.exports = exports;
	k.count = COUNT(exports);
	return k;
}

static const struct mkkernel_export *wanted(struct lkm_str name)
{
	for (size_t i = 0; i < COUNT(exports); i++)
		if (lkm_str_is(name, exports[i].name))
			return &exports[i];
	fail_msg("unknown export \"%.*s\"", LKM_STR_ARG(name));
	return NULL;
}

static struct lkm_source source_of(const struct lkm_buf *buf)
{
	return lkm_source_memory(lkm_str_bytes(lkm_buf_view(buf)));
}

static void check_exports(const char *row, const struct mkkernel *k, const struct lkm_elf *elf)
{
	lkm_auto(lkm_kexports) struct lkm_kexports got = LKM_KEXPORTS_INIT;

	assert_row(row, lkm_kexports_read(&got, elf, NULL), 0);
	assert_row(row, got.list.len, COUNT(exports));
	for (size_t i = 0; i < got.list.len; i++) {
		const struct lkm_kexport *e = &got.list.ptr[i];
		const struct mkkernel_export *want = wanted(e->name);

		assert_row(row, e->gpl_only, want->gpl);
		assert_row(row, e->has_crc, k->crc_width != 0);
		assert_row(row, e->crc, k->crc_width ? want->crc : 0);
		assert_row(row, e->address, mkkernel_address(k, (size_t)(want - exports)));
		assert_str(e->name_space, k->words == 3 && want->space ? want->space : "");
	}
}

static void reads_every_form_of_export_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		lkm_auto(lkm_kimage) struct lkm_kimage image = LKM_KIMAGE_INIT;
		struct mkkernel k = full(forms[i].k);
		struct lkm_source source;

		mkkernel_elf(&k, &buf);
		source = source_of(&buf);
		assert_row(forms[i].name, lkm_kimage_open(&image, &source, NULL), 0);
		assert_row(forms[i].name, image.form, LKM_KIMAGE_ELF);
		assert_str(image.banner, "Linux version 6.1.0-test (me) #1 SMP");
		assert_str(image.release, "6.1.0-test");
		assert_str(image.vermagic, "6.1.0-test SMP mod_unload modversions ");
		check_exports(forms[i].name, &k, &image.elf);
	}
}

static void pack_gzip(const struct lkm_buf *in, struct lkm_buf *out)
{
	sample_gzip(out, lkm_str_bytes(lkm_buf_view(in)));
}

static void pack_xz(const struct lkm_buf *in, struct lkm_buf *out)
{
	size_t bound = lzma_stream_buffer_bound(in->len), len = 0;
	uint8_t *to = (uint8_t *)lkm_buf_reserve(out, bound);

	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, (uint8_t *)in->ptr,
						 in->len, to, &len, bound), LZMA_OK);
	out->len += len;
}

static void pack_zstd(const struct lkm_buf *in, struct lkm_buf *out)
{
	size_t bound = ZSTD_compressBound(in->len);

	out->len += ZSTD_compress(lkm_buf_reserve(out, bound), bound, in->ptr, in->len, 1);
}

static void pack_lzma(const struct lkm_buf *in, struct lkm_buf *out)
{
	lzma_stream lzma = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	lzma_lzma_preset(&options, 1);
	assert_int_equal(lzma_alone_encoder(&lzma, &options), LZMA_OK);
	lzma.next_in = (const uint8_t *)in->ptr;
	lzma.avail_in = in->len;
	lzma.next_out = (uint8_t *)lkm_buf_reserve(out, in->len + 4096);
	lzma.avail_out = in->len + 4096;
	assert_int_equal(lzma_code(&lzma, LZMA_FINISH), LZMA_STREAM_END);
	out->len += lzma.total_out;
	lzma_end(&lzma);
}

static void put_lz4_length(struct lkm_buf *out, size_t left)
{
	for (; left >= 255; left -= 255)
		lkm_buf_putc(out, (char)255);
	lkm_buf_putc(out, (char)left);
}

/* Runs of one byte become a literal and a match that overlaps itself; the rest are literals. */
static void pack_lz4(const struct lkm_buf *in, struct lkm_buf *out)
{
	lkm_auto(lkm_buf) struct lkm_buf block = LKM_BUF_INIT;
	size_t at = 0, run = 0, first = 0;

	while (at < in->len) {
		for (run = 1; at + run < in->len && in->ptr[at + run] == in->ptr[at]; run++)
			;
		if (run < 40 || at + run == in->len) {
			at += run;
			continue;
		}
		lkm_buf_putc(&block, (char)0xff); /* at least 15 literals, at least 19 matched */
		assert_true(at + 1 - first >= 15);
		put_lz4_length(&block, at + 1 - first - 15);
		lkm_buf_add(&block, in->ptr + first, at + 1 - first);
		lkm_buf_add(&block, "\1\0", 2);
		put_lz4_length(&block, run - 1 - 19);
		at += run;
		first = at;
	}
	lkm_buf_putc(&block, (char)0xf0);
	put_lz4_length(&block, in->len - first - 15);
	lkm_buf_add(&block, in->ptr + first, in->len - first);
	lkm_buf_add(out, "\x02\x21\x4c\x18", 4);
	for (size_t i = 0; i < 4; i++)
		lkm_buf_putc(out, (char)(uint8_t)(block.len >> 8 * i));
	lkm_buf_add(out, block.ptr, block.len);
}

static const struct {
	enum lkm_codec codec;
	void (*pack)(const struct lkm_buf *in, struct lkm_buf *out);
} packers[] = {
	{ LKM_CODEC_GZIP, pack_gzip },
	{ LKM_CODEC_XZ, pack_xz },
	{ LKM_CODEC_ZSTD, pack_zstd },
	{ LKM_CODEC_LZ4, pack_lz4 },
	{ LKM_CODEC_LZMA, pack_lzma },
};

/* In a bzImage, in an EFI zboot image, and alone. */
static void wrap(enum lkm_kimage_form form, struct lkm_bytes payload, bool gzip, struct lkm_buf *out)
{
	static const char header[64] = "MZ\0\0zimg";

	switch (form) {
	case LKM_KIMAGE_BZIMAGE:
		mkkernel_bzimage(payload, gzip, out);
		return;
	case LKM_KIMAGE_ZBOOT:
		lkm_buf_add(out, header, sizeof(header));
		out->ptr[8] = sizeof(header);
		for (size_t i = 0; i < 4; i++)
			out->ptr[12 + i] = (char)(uint8_t)(payload.len >> 8 * i);
		break;
	default:
		break;
	}
	lkm_buf_add(out, payload.ptr, payload.len);
}

static void finds_the_kernel_in_every_wrapping(void **state)
{
	static const enum lkm_kimage_form wrappings[] = { LKM_KIMAGE_BZIMAGE, LKM_KIMAGE_ZBOOT,
							  LKM_KIMAGE_ELF };
	lkm_auto(lkm_buf) struct lkm_buf elf = LKM_BUF_INIT;
	struct mkkernel k = full(forms[0].k);

	(void)state;
	mkkernel_elf(&k, &elf);
	for (size_t p = 0; p < COUNT(packers); p++)
		for (size_t w = 0; w < COUNT(wrappings); w++) {
			lkm_auto(lkm_buf) struct lkm_buf packed = LKM_BUF_INIT;
			lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
			lkm_auto(lkm_kimage) struct lkm_kimage image = LKM_KIMAGE_INIT;
			struct lkm_source source;

			packers[p].pack(&elf, &packed);
			wrap(wrappings[w], lkm_str_bytes(lkm_buf_view(&packed)),
			     packers[p].codec == LKM_CODEC_GZIP, &file);
			source = source_of(&file);
			assert_int_equal(lkm_kimage_open(&image, &source, NULL), 0);
			assert_int_equal(image.codec, packers[p].codec);
			assert_int_equal(image.form, wrappings[w]);
			assert_str(image.release, "6.1.0-test");
			check_exports("wrapped", &k, &image.elf);
		}
}

static void reads_a_raw_image_for_its_texts(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	lkm_auto(lkm_kimage) struct lkm_kimage image = LKM_KIMAGE_INIT;
	static const char texts[] = "\0Linux version 6.1.0-arm (x) #1\n\0"
				    "6.1.0-arm SMP mod_unload aarch64";
	static const char head[64] = "MZ";
	struct lkm_source source;

	(void)state;
	lkm_buf_add(&buf, head, sizeof(head));
	memcpy(buf.ptr + 0x38, "ARMd", 4);
	lkm_buf_add(&buf, texts, sizeof(texts));
	source = source_of(&buf);
	assert_int_equal(lkm_kimage_open(&image, &source, NULL), 0);
	assert_int_equal(image.form, LKM_KIMAGE_RAW);
	assert_false(image.has_elf);
	assert_str(image.vermagic, "6.1.0-arm SMP mod_unload aarch64");
}

/* Damage to an image: bytes that are overwritten, and where it is cut. */
static const struct {
	const char *name;
	size_t at;
	uint8_t bytes[9];
	size_t len, cut;
	int want;
	const char *what;
} images[] = {
	{ "no magic", 0x202, { 0 }, 4, 0, -ENOEXEC, "not a kernel image" },
	{ "header of 2.6.20", 0x206, { 5, 2 }, 2, 0, -ENOTSUP, "before 2.6.24" },
	{ "cut in the header", 0, { 0 }, 0, 0x210, -ENOTSUP, "cut off in its header" },
	{ "cut in the payload", 0, { 0 }, 0, 1100, -EBADMSG, "cut off" },
	{ "no payload", 0x24c, { 0, 0, 0, 0 }, 4, 0, -EBADMSG, "no kernel" },
	{ "payload beyond the end", 0x24f, { 0x70 }, 1, 0, -EBADMSG, "cut off" },
	{ "encrypted", 1024, { 1, 2, 3, 4, 5, 6 }, 6, 0, -ENOTSUP, "encrypted" },
	{ "lzo", 1024, { 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n' }, 9, 0, -EBADMSG, "lzo data" },
	{ "damaged lz4", 1024, { 0x02, 0x21, 0x4c, 0x18 }, 4, 0, -EBADMSG, "lz4" },
	{ "lzip", 1024, { 'L', 'Z', 'I', 'P', 1 }, 5, 0, -ENOTSUP, "compressed with lzip" },
	{ "newer lz4", 1024, { 0x04, 0x22, 0x4d, 0x18 }, 4, 0, -ENOTSUP, "newer lz4 frame" },
	{ "bzip2", 1024, { 'B', 'Z', 'h', '9' }, 4, 0, -EBADMSG, "bzip2 data" },
	{ "damaged", 1060, { 1, 2, 3, 4, 5, 6 }, 6, 0, -EBADMSG, "" },
};

static void refuses_damaged_images_in_one_line(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf elf = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf packed = LKM_BUF_INIT;
	struct mkkernel k = full(forms[0].k);

	(void)state;
	mkkernel_elf(&k, &elf);
	pack_xz(&elf, &packed);
	for (size_t i = 0; i < COUNT(images); i++) {
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
		struct lkm_kimage image = LKM_KIMAGE_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct lkm_source source;

		mkkernel_bzimage(lkm_str_bytes(lkm_buf_view(&packed)), false, &file);
		memcpy(file.ptr + images[i].at, images[i].bytes, images[i].len);
		if (images[i].cut)
			file.len = images[i].cut;
		source = source_of(&file);
		assert_row(images[i].name, lkm_kimage_open(&image, &source, &diag), images[i].want);
		if (!strstr(diag.what, images[i].what))
			fail_msg("row \"%s\" says \"%s\"", images[i].name, diag.what);
		assert_null(image.decoded.ptr);
	}
}

/* Damage to the tables: a field of section header `section`. */
enum { STRINGS = 1, KSYMTAB = 3, KSYMTAB_GPL, KCRCTAB, KCRCTAB_GPL, KFLAGSTAB, SIZE = 32, NAME = 0 };

static const struct {
	const char *name;
	size_t form, section, field;
	uint64_t value;
	int want;
} tables[] = {
	{ "strings too short", 0, STRINGS, SIZE, 3, -EBADMSG },
	{ "no strings", 0, STRINGS, NAME, 0, -ENODATA },
	{ "half an entry", 0, KSYMTAB, SIZE, 20, -EBADMSG },
	{ "a CRC too few", 0, KCRCTAB, SIZE, 4, -EBADMSG },
	{ "a CRC too few for GPL", 0, KCRCTAB_GPL, SIZE, 4, -EBADMSG },
	{ "a flag too few", 1, KFLAGSTAB, SIZE, 3, -EBADMSG },
};

static void refuses_damaged_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tables); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		lkm_auto(lkm_kexports) struct lkm_kexports got = LKM_KEXPORTS_INIT;
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		struct mkkernel k = full(forms[tables[i].form].k);
		struct lkm_source source;
		struct lkm_elf elf;
		uint64_t table;

		mkkernel_elf(&k, &buf);
		table = lkm_load_u64((uint8_t *)buf.ptr + 40, false);
		table += 64 * tables[i].section + tables[i].field;
		memcpy(buf.ptr + table, &(uint32_t){ htole32((uint32_t)tables[i].value) }, 4);
		source = source_of(&buf);
		assert_row(tables[i].name, lkm_elf_init_any(&elf, &source, &arena, NULL), 0);
		assert_row(tables[i].name, lkm_kexports_read(&got, &elf, NULL), tables[i].want);
	}
}

/* Long enough that its two outer lengths take two bytes each, as all real ones do. */
#define X64 "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'"
#define CERTIFICATE(version, serial, end)                                                  \
	"30(30(" version serial "30(06(2a)) 0c(" X64 X64 X64 X64 X64 ")) 30(06(2a)) " end ")"

static const struct {
	const char *name, *notation;
	int want;
} certificates[] = {
	{ "sound", CERTIFICATE("a0(02(02))", "02(05)", "03(0001)"), 1 },
	{ "version 1", CERTIFICATE("", "02(05)", "03(0001)"), 1 },
	{ "no serial number", CERTIFICATE("a0(02(02))", "04(05)", "03(0001)"), 0 },
	{ "no signature", CERTIFICATE("a0(02(02))", "02(05)", "04(0001)"), 0 },
	{ "more behind it", CERTIFICATE("a0(02(02))", "02(05)", "03(0001) 05()"), 0 },
};

static void finds_certificates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(certificates); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		struct lkm_bytes got;
		size_t pos = 0, len;

		lkm_buf_add(&buf, "0\x82zz", 4);
		mkder(&buf, certificates[i].notation);
		len = buf.len - 4;
		lkm_buf_add(&buf, "0\x82zz", 4);
		assert_row(certificates[i].name,
			   lkm_certificate_next(lkm_str_bytes(lkm_buf_view(&buf)), &pos, &got),
			   certificates[i].want);
		if (!certificates[i].want)
			continue;
		assert_row(certificates[i].name, got.len, len);
		assert_ptr_equal(got.ptr, buf.ptr + 4);
		assert_false(lkm_certificate_next(lkm_str_bytes(lkm_buf_view(&buf)), &pos, &got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_form_of_export_table),
		cmocka_unit_test(finds_the_kernel_in_every_wrapping),
		cmocka_unit_test(reads_a_raw_image_for_its_texts),
		cmocka_unit_test(refuses_damaged_images_in_one_line),
		cmocka_unit_test(refuses_damaged_tables),
		cmocka_unit_test(finds_certificates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
