/*
 * fmt/ksymtab.h - exports of a module whose __ksymtab_* labels were stripped.
 *
 * An entry of a table is two or three words, relative (4 bytes) or absolute:
 *
 *	word 0  the symbol
 *	word 1  its name, in __ksymtab_strings
 *	word 2  its namespace, in __ksymtab_strings     (from 5.4; none: no relocation)
 *
 * In a module all words are zero and relocations fill them.  So a word that is
 * relocated to a string directly after a word that is not is a name, and a
 * string directly after a name is its namespace; the size of an entry need not
 * be known.  The k-th entry has the k-th CRC of __kcrctab* and the k-th flag.
 *
 * Without relocations only the strings are left: names, but from 5.4 also
 * namespaces.  An exported symbol is defined in the module, so a string counts
 * if a global symbol of that name is.
 *
 * Errors     -EBADMSG, -ENOMEM, -EIO, as fmt/exports.h
 */
#ifndef LKM_FMT_KSYMTAB_H
#define LKM_FMT_KSYMTAB_H

#include "fmt/exports.h"

/* Add the exports that relocations of the tables show to ret->given. */
int lkm_ksymtab_from_relocations(struct lkm_exports *ret, const struct lkm_elf *elf,
				 const struct lkm_elfsyms *symbols);

/* Add the exports that __ksymtab_strings and the defined symbols show to ret->given. */
int lkm_ksymtab_from_strings(struct lkm_exports *ret, const struct lkm_elf *elf,
			     const struct lkm_elfsyms *symbols);

/* Call each export of ret->given what its entry in the table does, where that is not its label. */
int lkm_ksymtab_rename(struct lkm_exports *ret, const struct lkm_elf *elf,
		       const struct lkm_elfsyms *symbols);

#endif
