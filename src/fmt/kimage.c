#include "fmt/kimage.h"

#include <elf.h>

#include "fmt/kimage_unpack.h"

/* Places in an x86 image. */
enum {
	SETUP_SECTORS = 0x1f1,
	X86_MAGIC = 0x202,
	X86_VERSION = 0x206,
	X86_PAYLOAD = 0x248,
	X86_HEADER_END = 0x250,
	PAYLOAD_SINCE = 0x208,
	SECTOR = 512,
};

/* Places in an EFI zboot image, and in a raw Image. */
enum {
	ZBOOT_MAGIC = 4,
	ZBOOT_PAYLOAD = 8,
	ZBOOT_CODEC = 24,
	ZBOOT_END = 56,
	RAW_MAGIC = 0x38,
};

/* Bytes of the file that tell its form. */
#define HEAD 1024u

/* A compressed file with a compressed file in it is no kernel any more. */
#define NESTING_MAX 2

static bool has(struct lkm_bytes bytes, size_t at, const char *magic)
{
	size_t len = strlen(magic);

	return at <= bytes.len && len <= bytes.len - at && memcmp(bytes.ptr + at, magic, len) == 0;
}

static int opened(struct lkm_kimage *image, struct lkm_source *file, unsigned int nesting,
		  struct lkm_diag *diag);

/* Decode `in`, a whole kernel or file, and go on with what comes out. */
static int decode(struct lkm_kimage *image, struct lkm_bytes in, unsigned int nesting,
		  struct lkm_diag *diag)
{
	lkm_auto(lkm_blob) struct lkm_blob out = LKM_BLOB_INIT;
	enum lkm_codec codec = lkm_codec_detect(in);
	struct lkm_source source;
	int err;

	if (codec == LKM_CODEC_NONE)
		return lkm_diag_set(diag, -ENOTSUP,
				    "the kernel inside is encrypted or compressed in an unknown way");
	if (nesting >= NESTING_MAX)
		return lkm_diag_set(diag, -ENOEXEC, "compressed more than once: not a kernel image");
	err = lkm_kimage_unpack(codec, in, LKM_KIMAGE_MAX, &out, diag);
	if (err < 0)
		return err;
	lkm_blob_release(&image->decoded);
	image->decoded = out;
	out = (struct lkm_blob)LKM_BLOB_INIT;
	source = lkm_source_memory(lkm_blob_view(&image->decoded));
	image->codec = codec;
	return opened(image, &source, nesting + 1, diag);
}

static int decode_range(struct lkm_kimage *image, struct lkm_source *file, uint64_t offset,
			uint64_t len, unsigned int nesting, struct lkm_diag *diag)
{
	struct lkm_bytes payload;
	int err;

	if (offset > file->size || len > file->size - offset)
		return lkm_diag_at(diag, -EBADMSG, file->size,
				   "the image is cut off: its kernel ends at %llu",
				   (unsigned long long)(offset + len));
	err = lkm_source_get(file, offset, len, &payload);
	if (err < 0)
		return lkm_diag_at(diag, err, offset, "cannot read the kernel in the image");
	return decode(image, payload, nesting, diag);
}

static int open_bzimage(struct lkm_kimage *image, struct lkm_source *file, struct lkm_bytes head,
			unsigned int nesting, struct lkm_diag *diag)
{
	uint64_t sectors, start;
	uint32_t offset, len;
	struct lkm_bytes magic;
	int err;

	if (head.len < X86_HEADER_END || lkm_load_u16(head.ptr + X86_VERSION, false) < PAYLOAD_SINCE)
		return lkm_diag_set(diag, -ENOTSUP,
				    "an x86 image of a kernel before 2.6.24, or cut off in its header");
	sectors = head.ptr[SETUP_SECTORS] ? head.ptr[SETUP_SECTORS] : 4;
	offset = lkm_load_u32(head.ptr + X86_PAYLOAD, false);
	len = lkm_load_u32(head.ptr + X86_PAYLOAD + 4, false);
	start = (sectors + 1) * SECTOR + offset;
	image->form = LKM_KIMAGE_BZIMAGE;
	if (len < 16)
		return lkm_diag_at(diag, -EBADMSG, X86_PAYLOAD + 4, "the image holds no kernel");
	/* All but gzip, which has it anyway, are followed by the size of what comes out. */
	err = lkm_source_get(file, start, 16, &magic);
	if (err == 0 && lkm_codec_detect(magic) != LKM_CODEC_GZIP)
		len -= 4;
	return decode_range(image, file, start, len, nesting, diag);
}

static int open_zboot(struct lkm_kimage *image, struct lkm_source *file, struct lkm_bytes head,
		      unsigned int nesting, struct lkm_diag *diag)
{
	if (head.len < ZBOOT_END)
		return lkm_diag_set(diag, -EBADMSG, "the image ends inside its header");
	image->form = LKM_KIMAGE_ZBOOT;
	return decode_range(image, file, lkm_load_u32(head.ptr + ZBOOT_PAYLOAD, false),
			    lkm_load_u32(head.ptr + ZBOOT_PAYLOAD + 4, false), nesting, diag);
}

static int open_raw(struct lkm_kimage *image, struct lkm_source *file, struct lkm_bytes head,
		    struct lkm_diag *diag)
{
	struct lkm_bytes all;
	int err;

	if (file->size > LKM_KIMAGE_MAX)
		return lkm_diag_set(diag, -EFBIG, "larger than any kernel image");
	if (image->form != LKM_KIMAGE_ZBOOT)
		image->form = LKM_KIMAGE_RAW;
	image->machine = has(head, RAW_MAGIC, "ARMd") ? EM_AARCH64 : EM_RISCV;
	image->source = *file;
	err = lkm_source_get(&image->source, 0, file->size, &all);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the image");
	lkm_kimage_find_texts(image, all);
	return 0;
}

/* Texts stand in sections that are loaded and not code. */
static bool may_hold_texts(const struct lkm_elf_section *section)
{
	return section->type == LKM_SHT_PROGBITS && (section->flags & LKM_SHF_ALLOC) &&
	       !(section->flags & LKM_SHF_EXECINSTR);
}

static int open_elf(struct lkm_kimage *image, struct lkm_source *file, struct lkm_diag *diag)
{
	int err;

	image->source = *file;
	err = lkm_elf_init_any(&image->elf, &image->source, &image->arena, diag);
	if (err < 0)
		return err;
	image->has_elf = true;
	image->machine = image->elf.machine;
	for (size_t i = 1; i < image->elf.section_count; i++) {
		const struct lkm_elf_section *section = &image->elf.sections[i];
		struct lkm_bytes bytes;

		if (!may_hold_texts(section))
			continue;
		err = lkm_elf_contents(&image->elf, section, &bytes);
		if (err < 0)
			return lkm_diag_at(diag, err, section->offset, "cannot read the kernel");
		lkm_kimage_find_texts(image, bytes);
		if (image->banner.len && image->vermagic.len)
			return 0;
	}
	return 0;
}

/* An s390 image is a program of its own that unpacks the kernel; it says so at 10008. */
static bool is_s390(struct lkm_source *file)
{
	struct lkm_bytes magic;

	return file->size > 0x10010 && lkm_source_get(file, 0x10008, 6, &magic) == 0 &&
	       memcmp(magic.ptr, "S390EP", 6) == 0;
}

/* Open what `file` begins with. */
static int opened(struct lkm_kimage *image, struct lkm_source *file, unsigned int nesting,
		  struct lkm_diag *diag)
{
	struct lkm_bytes head, all;
	int err = lkm_source_get(file, 0, file->size < HEAD ? file->size : HEAD, &head);

	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the image");
	if (has(head, 0, "\x7f" "ELF"))
		return open_elf(image, file, diag);
	if (has(head, X86_MAGIC, "HdrS"))
		return open_bzimage(image, file, head, nesting, diag);
	if (has(head, 0, "MZ") && has(head, ZBOOT_MAGIC, "zimg"))
		return open_zboot(image, file, head, nesting, diag);
	if (has(head, RAW_MAGIC, "ARMd") || has(head, RAW_MAGIC, "RSC\x05"))
		return open_raw(image, file, head, diag);
	if (is_s390(file))
		return lkm_diag_set(diag, -ENOTSUP, "the kernel in an s390 image is not read here");
	if (lkm_codec_detect(head) == LKM_CODEC_NONE)
		return lkm_diag_set(diag, -ENOEXEC, "not a kernel image of a form known here");
	if (file->size > LKM_KIMAGE_MAX)
		return lkm_diag_set(diag, -EFBIG, "larger than any kernel image");
	err = lkm_source_get(file, 0, file->size, &all);
	return err ? lkm_diag_set(diag, err, "cannot read the image")
		   : decode(image, all, nesting, diag);
}

int lkm_kimage_open(struct lkm_kimage *image, struct lkm_source *file, struct lkm_diag *diag)
{
	struct lkm_source source = *file;
	int err;

	*image = (struct lkm_kimage)LKM_KIMAGE_INIT;
	err = opened(image, &source, 0, diag);
	if (err < 0)
		lkm_kimage_release(image);
	return err;
}

const char *lkm_kimage_form_name(enum lkm_kimage_form form)
{
	static const char *const names[] = { "ELF", "bzImage", "EFI zboot", "Image" };

	return names[form];
}

void lkm_kimage_release(struct lkm_kimage *image)
{
	if (!image)
		return;
	lkm_blob_release(&image->decoded);
	lkm_arena_release(&image->arena);
	*image = (struct lkm_kimage)LKM_KIMAGE_INIT;
}
