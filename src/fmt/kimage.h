/*
 * fmt/kimage.h - a kernel image file: what is in it, and what it says of itself.
 *
 *	form      known by                  the kernel is
 *	bzImage   "HdrS" at 202 (hex)       compressed, at setup + payload offset
 *	EFI zboot "MZ", "zimg" at 4         compressed, at the offset in 8
 *	Image     "ARMd" or "RSC\5" at 38   the file itself, no ELF
 *	ELF       its magic                 the file itself
 *	any of these, compressed whole (vmlinux.gz, Image.gz)
 *
 * Fields of the x86 boot header, little-endian, the payload from version 2.08 on:
 *
 *	1f1  1  sectors of setup code, 0 means 4: the kernel begins at (n + 1) * 512
 *	202  4  "HdrS"
 *	206  2  version of this header
 *	20e  2  offset - 200 of a text "RELEASE (builder) ...", 0 for none
 *	248  4  payload: offset from the beginning of the kernel
 *	24c  4  payload: length; all but gzip have their 4-byte size at its end
 *
 * and of EFI zboot: 8 offset, 12 length, 24 name of the compression.
 *
 * The payload of a bzImage is an ELF file with all sections that a module is
 * linked against: fmt/kexports.h reads them.  An arm64 or riscv Image is not: it
 * tells its release and its vermagic, and that is all.
 *
 * Ownership  struct lkm_kimage borrows the source it was opened from; it must
 *            not be moved while it is open (elf refers to it).  Release it.
 * Errors     0, or a negative errno with a diagnosis of one line.
 *              -ENOEXEC  not a kernel image of a form we know
 *              -EBADMSG  one that is cut off or damaged
 *              -ENOTSUP  the payload is compressed with something not handled
 *              -EFBIG    more than LKM_KIMAGE_MAX bytes
 *              -ENOMEM, -EIO
 * Trust      Any bytes: fuzz_kimage.c.
 * Source     linux Documentation/arch/x86/boot.rst, arch/arm64/booting.rst,
 *            arch/riscv/boot-image-header.rst; drivers/firmware/efi/libstub/
 *            zboot-header.S.
 */
#ifndef LKM_FMT_KIMAGE_H
#define LKM_FMT_KIMAGE_H

#include "fmt/compress.h"
#include "fmt/elf.h"

/* A vmlinux with type information has some 80 MB; with debugging information read in place. */
#define LKM_KIMAGE_MAX ((size_t)512 << 20)

enum lkm_kimage_form {
	LKM_KIMAGE_ELF,
	LKM_KIMAGE_BZIMAGE,
	LKM_KIMAGE_ZBOOT,
	LKM_KIMAGE_RAW,
};

struct lkm_kimage {
	enum lkm_kimage_form form;
	enum lkm_codec codec;	 /* LKM_CODEC_NONE: not compressed */
	struct lkm_source source; /* the kernel itself */
	struct lkm_blob decoded; /* its bytes, if they had to be decoded */
	struct lkm_arena arena;
	uint16_t machine;	 /* EM_* */
	bool has_elf;
	struct lkm_elf elf;	 /* when has_elf */
	struct lkm_str banner;	 /* "Linux version 6.1.0-56-amd64 (...) ..." without newline; "" */
	struct lkm_str release;	 /* its third word, "" if not found */
	struct lkm_str vermagic; /* with the blank that ends it; "" if not found */
};

#define LKM_KIMAGE_INIT { 0 }

/* Open it, decode what is compressed, find banner, release and vermagic.  See Errors. */
int lkm_kimage_open(struct lkm_kimage *image, struct lkm_source *file, struct lkm_diag *diag);

/* "ELF", "bzImage", "EFI zboot" or "Image". */
const char *lkm_kimage_form_name(enum lkm_kimage_form form);

/* Give its memory back. */
void lkm_kimage_release(struct lkm_kimage *image);
LKM_DEFINE_AUTO(lkm_kimage)

/* Find banner, release and vermagic in bytes of a kernel; what is there already stays. */
void lkm_kimage_find_texts(struct lkm_kimage *image, struct lkm_bytes bytes);

#endif
