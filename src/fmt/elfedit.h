/*
 * fmt/elfedit.h - edit the image of a module in memory.
 *
 * Each function takes an image, makes one change and leaves an image: they can
 * be called one after the other, in any order.  What grows is written again at
 * the end of the file, and its section header pointed there; what was there
 * before stays as a hole.
 *
 *	rename     struct module's name (fmt/thismodule.h)
 *	set_info   a string of .modinfo is replaced
 *	hide       sections lose SHF_ALLOC: the loader does not see them
 *	symbols    are added at the end of the table, global: the kernel takes the
 *	           first symbol of the highest address below a place, so that the
 *	           module's own keep their names in traces
 *	exports    a new table of exports, as the compiler would have made it:
 *
 *	__ksymtab          one entry of three words (value, name, namespace) per
 *	                   symbol, sorted by name; the words are 0 and relocated:
 *	                   4 bytes, PC-relative on x86-64 and arm64; 8 bytes,
 *	                   absolute on s390x, powerpc64 and riscv64
 *	__kflagstab        a 0 for each (wanted from 7.1 on, no harm before)
 *	__ksymtab_strings  the names; labels __kstrtab_X and __ksymtab_X lead there
 *
 * A signature at the end fits no edited image, and the kernel forgives none but
 * not a wrong one: take it off with lkm_elfedit_unsign() first.
 *
 * Ownership  The image is the caller's; a function may move and grow it.
 * Errors     0, or a negative errno with a diagnosis; the image is then as it was.
 *              -ENODATA   the section, string or table is not there
 *              -EEXIST    there is a table of exports already
 *              -EINVAL, -ENAMETOOLONG  no name for a module or symbol
 *              -ENOTSUP   exports for this machine; a huge section table
 *              -EFBIG     over a limit
 *              -ENOMEM, and those of fmt/elf.h
 * Trust      Any bytes, also where sections overlap the section table: what
 *            comes out of an absurd file is read again with suspicion.
 * Source     linux kernel/module/main.c, kallsyms.c, signing.c; System V ABI.
 */
#ifndef LKM_FMT_ELFEDIT_H
#define LKM_FMT_ELFEDIT_H

#include "base/diag.h"
#include "base/file.h"

/* Symbols added or exported by one call; the largest module has some 60,000. */
#define LKM_ELFEDIT_SYMBOLS_MAX (1u << 18)

/* The kernel keeps names up to here (KSYM_NAME_LEN without NUL, since 6.1). */
#define LKM_ELFEDIT_NAME_MAX 511

/* Take the signature off, and all behind the module; was there one? */
bool lkm_elfedit_unsign(struct lkm_blob *image);

/*
 * Can a module have this name?  -EINVAL: empty, or a character that no name can
 * have; -ENAMETOOLONG: more than 55 bytes (`wide`: a 64-bit module) or 59.  A longer
 * one, without its NUL, would be taken by the kernel and kill it.
 */
int lkm_elfedit_check_name(struct lkm_str name, bool wide, struct lkm_diag *diag);

/*
 * Give the module another name.  -EBADMSG also when struct module does not hold
 * the name of .modinfo where we look for it.  See Errors.
 */
int lkm_elfedit_rename(struct lkm_blob *image, struct lkm_str name, struct lkm_diag *diag);

/* Replace the value of the first string `key=` of .modinfo.  See Errors. */
int lkm_elfedit_set_info(struct lkm_blob *image, const char *key, struct lkm_str value,
			 struct lkm_diag *diag);

/* Hide all sections of these names; *ret_hidden (may be NULL) is how many there were. */
int lkm_elfedit_hide(struct lkm_blob *image, const char *const *names, size_t count,
		     size_t *ret_hidden, struct lkm_diag *diag);

/*
 * Take the version of old off the names of undefined symbols: NAME_RPREFIX and 8
 * hex digits become NAME.  *ret_count (may be NULL) is how many.  See Errors.
 */
int lkm_elfedit_strip_versions(struct lkm_blob *image, struct lkm_str prefix, size_t *ret_count,
			       struct lkm_diag *diag);

/* A symbol to add: at an offset in a section of the file. */
struct lkm_elfedit_symbol {
	const char *name;
	uint32_t section;
	uint64_t value;
};

/* Add symbols; a name is cut after LKM_ELFEDIT_NAME_MAX bytes.  See Errors. */
int lkm_elfedit_add_symbols(struct lkm_blob *image, const struct lkm_elfedit_symbol *symbols,
			    size_t count, struct lkm_diag *diag);

/* A symbol that may be exported: name, and whether it should be. */
typedef bool lkm_elfedit_wants(void *ctx, const char *name);

/*
 * Export the defined global symbols that `wants` says yes to; NULL: all of them,
 * without the module's own entry points and compiler's marks.  *ret_count (may be
 * NULL) is how many.  See Errors.
 */
int lkm_elfedit_export(struct lkm_blob *image, lkm_elfedit_wants *wants, void *ctx,
		       size_t *ret_count, struct lkm_diag *diag);

#endif
