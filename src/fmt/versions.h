/*
 * fmt/versions.h - the symbols a module was built against, with their CRCs.
 *
 * Section __versions, an array of 64-byte entries in the file's order:
 *
 *	 64-bit  32-bit
 *	 0  8    0  4    CRC
 *	 8 56    4 60    name, padded with NUL
 *
 * Kernels that a distribution built with Rust before 6.14 (Ubuntu's 6.8) have a
 * chain in that section instead; an entry is as long as its name needs:
 *
 *	 0  4            how far it is to the next entry, 8 + the field below; 0 ends the chain
 *	 4  4            CRC
 *	 8               name, a NUL, and up to three more until a multiple of 4
 *
 * Nothing says which of the two it is: it is a chain if all of it is one.  For an
 * array to look so, its first CRC must be the very length of the first name.
 *
 * From Linux 6.14 on a pair of sections may stand beside or instead of it,
 * because names of Rust symbols are longer: __version_ext_crcs is an array of
 * 4-byte CRCs, __version_ext_names as many NUL-terminated names one after the
 * other, and some NULs.  Where both forms are there the kernel uses the pair,
 * and so do we.  powerpc64 tables may put a '.' before a name that the kernel
 * drops; it is dropped here.
 *
 * A symbol without a CRC is in neither table; `module_layout` is in it without
 * being a symbol the module refers to.
 *
 * Ownership  Borrows the file's source and arena; names point into them.
 * Errors     -ENODATA  the module has no version tables
 *            -EBADMSG  a size or a name does not fit, or half of the pair is missing
 *            -ENOMEM, -EIO
 * Source     linux include/linux/module.h struct modversion_info;
 *            kernel/module/main.c elf_validity_cache_index_versions(), version.c;
 *            the chain: "modpost: support arbitrary symbol length in modversion",
 *            linux-kernel mailing list, 2023.
 */
#ifndef LKM_FMT_VERSIONS_H
#define LKM_FMT_VERSIONS_H

#include "fmt/elf.h"

struct lkm_version {
	struct lkm_str name;
	uint64_t crc; /* more than 32 bits only in a damaged file */
};

enum lkm_versions_form { LKM_VERSIONS_ARRAY, LKM_VERSIONS_CHAIN, LKM_VERSIONS_PAIR };

struct lkm_versions {
	struct lkm_reader crcs;	 /* the pair's CRCs, or all of __versions */
	struct lkm_reader names; /* the pair's names */
	enum lkm_versions_form form;
	bool wide;
	bool dotted; /* drop a '.' before a name */
};

/* Find and check the tables; the walk starts at the first entry.  See Errors. */
int lkm_versions_init(struct lkm_versions *it, const struct lkm_elf *elf, struct lkm_diag *diag);

/* Take the next entry; false at the end. */
bool lkm_versions_next(struct lkm_versions *it, struct lkm_version *ret);

#endif
