/*
 * link/map.h - the load map of a module: what `insmod -m` prints.
 *
 *	Sections:       Size      Address   Align
 *	.text           00005570  12340060  2**4
 *
 *	Symbols:
 *	12340060 T foo_open
 *
 * Addresses are as wide as the module's pointers, sizes have 8 digits.  The
 * letter of a symbol is that of its section: T code, D writable, R read-only, A
 * absolute, ? none of these; of a local symbol lower case.  There is no B: what
 * is zero at first is data in memory as any other.
 *
 * Sections that are loaded and not empty, by address, of regions that have a place; symbols
 * of these and absolute ones, by address, then in the file's order.  Symbols that others
 * define are not in it, nor names of source files.  A section's own symbol has
 * the section's name.
 *
 * Ownership  Names point into the elf; the arrays are from its arena.
 * Errors     -ENODATA  the file has no symbol table
 *            -EBADMSG  a symbol is malformed
 *            -ENOMEM, -EIO
 * Source     insmod(8) of modutils 2.4.
 */
#ifndef LKM_LINK_MAP_H
#define LKM_LINK_MAP_H

#include "base/buf.h"
#include "link/layout.h"

struct lkm_loadmap_section {
	struct lkm_str name;
	uint64_t size, address, align;
	size_t index; /* in the file */
};

struct lkm_loadmap_symbol {
	struct lkm_str name;
	uint64_t address;
	size_t section; /* in the file; 0 for an absolute symbol */
	size_t index;	/* in the file's table */
	char letter;
};

struct lkm_loadmap {
	struct lkm_loadmap_section *sections;
	size_t section_count;
	struct lkm_loadmap_symbol *symbols;
	size_t symbol_count;
	bool wide; /* 64-bit addresses */
};

/* Make the map of a layout.  See Errors. */
int lkm_loadmap_init(struct lkm_loadmap *map, const struct lkm_layout *layout,
		     struct lkm_diag *diag);

/* Append the text as above. */
void lkm_loadmap_print(const struct lkm_loadmap *map, struct lkm_buf *buf);

#endif
