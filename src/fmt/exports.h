/*
 * fmt/exports.h - the symbols a module gives to others, and those it needs.
 *
 * Both come from the symbol table.  What the labels of an export look like:
 *
 *	__ksymtab_X    in __ksymtab, __ksymtab_gpl or another table (below)
 *	__kstrtabns_X  at the name of its namespace, "" for none    (from 5.4)
 *	__crc_X        at its 4-byte CRC in __kcrctab*              (from 5.19)
 *	               at a 4-byte CRC in some section              (4.11 - 5.18)
 *	               absolute, the value is the CRC               (before, and elsewhere)
 *	__kflagstab    one byte for each entry of __ksymtab, bit 0 = GPL only (from 7.1)
 *
 * Linux 5.4 names the label __ksymtab_X.NAMESPACE.  Up to 7.0 the table itself
 * says who may use the symbol: __ksymtab_gpl and the historic
 * __ksymtab_unused_gpl are GPL only, __ksymtab_gpl_future and __ksymtab_unused
 * are not.  A module whose labels were stripped is read from its relocations,
 * then from its strings: see fmt/ksymtab.h.
 *
 * A need is an undefined symbol; a weak one may stay unresolved.  Not needs:
 * _GLOBAL_OFFSET_TABLE_, .TOC. of powerpc64, register symbols of sparc, and
 * .klp.sym.* that the kernel resolves for a live patch.  powerpc64 refers to
 * the function F as .F: the dot is dropped.
 *
 * Ownership  The arrays belong to struct lkm_exports and are used again by the
 *            next read; texts point into the file's source and arena.
 * Errors     -ENODATA  the file has no symbol table
 *            -EBADMSG  a table, label or string points outside of what it refers to
 *            -ENOMEM, -EIO
 * Source     linux include/linux/export.h and include/asm-generic/export.h of
 *            2.6 to 7.2; kernel/module/main.c simplify_symbols().
 */
#ifndef LKM_FMT_EXPORTS_H
#define LKM_FMT_EXPORTS_H

#include "base/vec.h"
#include "fmt/elfsym.h"

struct lkm_export {
	struct lkm_str name;
	struct lkm_str name_space; /* "" for none */
	struct lkm_str label;	   /* its label, if that names another symbol; "" */
	uint64_t crc;		   /* meaningful when has_crc */
	uint64_t offset;	   /* of its entry in the table */
	uint32_t table;		   /* section that lists it */
	bool has_crc;
	bool gpl_only;
};

struct lkm_need {
	struct lkm_str name;
	bool weak;
};

struct lkm_exports {
	LKM_VEC(struct lkm_export) given; /* in the order of the symbol table */
	LKM_VEC(struct lkm_need) needed;  /* in the order of the symbol table */
};

#define LKM_EXPORTS_INIT { 0 }

/* What lkm_exports_read() looks for; the rest is left out, which is faster. */
enum {
	LKM_EXPORTS_NAMES = 1,	 /* names and gpl_only of what is given */
	LKM_EXPORTS_DETAILS = 2, /* CRCs and namespaces too */
	LKM_EXPORTS_NEEDED = 4,
	LKM_EXPORTS_STRINGS = 8, /* names as the table has them, which the kernel goes by */
};

/*
 * Read what `want` (LKM_EXPORTS_* together) says into *ret, whose old contents
 * are dropped, also on failure.  See Errors.
 */
int lkm_exports_read(struct lkm_exports *ret, const struct lkm_elf *elf, unsigned int want,
		     struct lkm_diag *diag);

/* Is a section of that name a table of exports; if so, is it for GPL modules only? */
bool lkm_exports_is_table(struct lkm_str section, bool *ret_gpl_only);

/* Free the arrays. */
void lkm_exports_release(struct lkm_exports *exports);
LKM_DEFINE_AUTO(lkm_exports)

#endif
