/*
 * fmt/kexports.h - the export tables of a kernel image.
 *
 * A linked kernel has no labels and no relocations in the way: its tables are
 * read as they are.  An entry has two words (from 5.4 on three) of one of these
 * kinds:
 *
 *	relative  4 bytes, signed: the target's address - the word's own address
 *	absolute  8 or 4 bytes: the target's address
 *
 *	word 0  the symbol     word 1  its name     word 2  its namespace, 0 or ""
 *
 * Which it is shows in the table itself: only with the right one does each
 * entry's name lie in __ksymtab_strings.  Beside a table with n entries stand
 *
 *	__kcrctab*   n CRCs of 4 bytes, or of a word (before 4.11); or n offsets
 *	             from themselves to the CRCs (4.11 to 5.18, some architectures)
 *	__kflagstab  n bytes, bit 0 = GPL only (from 7.1)
 *
 * Ownership  Texts point into the image's source and arena.
 * Errors     -ENODATA  no export tables, or not filled in (a relocatable kernel
 *                      that is filled when it starts)
 *            -EBADMSG  a table is damaged
 *            -EFBIG    more than LKM_KEXPORTS_MAX entries
 *            -ENOMEM, -EIO
 * Source     linux include/linux/export.h, export-internal.h of 2.6 to 7.2.
 */
#ifndef LKM_FMT_KEXPORTS_H
#define LKM_FMT_KEXPORTS_H

#include "base/vec.h"
#include "fmt/elf.h"

/* Kernels have some 13,000. */
#define LKM_KEXPORTS_MAX 1000000u

struct lkm_kexport {
	struct lkm_str name;
	struct lkm_str name_space; /* "" for none */
	uint64_t address;	   /* as linked */
	uint32_t crc;		   /* meaningful when has_crc */
	bool has_crc;
	bool gpl_only;
};

struct lkm_kexports {
	LKM_VEC(struct lkm_kexport) list; /* table after table, sorted by name in each */
};

#define LKM_KEXPORTS_INIT { 0 }

/* Read all tables of a kernel into *ret, which is empty.  See Errors. */
int lkm_kexports_read(struct lkm_kexports *ret, const struct lkm_elf *kernel,
		      struct lkm_diag *diag);

/* Give the array back. */
void lkm_kexports_release(struct lkm_kexports *exports);
LKM_DEFINE_AUTO(lkm_kexports)

#endif
