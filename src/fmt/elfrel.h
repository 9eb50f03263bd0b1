/*
 * fmt/elfrel.h - walk the relocations of one section.
 *
 *	 64-bit  32-bit
 *	 0  8    0  4    offset in the section that is patched
 *	 8  8    4  4    info: symbol << 32 | type (32-bit: symbol << 8 | type)
 *	16  8    8  4    addend, signed; only in RELA sections, else it is in place
 *
 * 64-bit MIPS writes the info as symbol (4 bytes, the file's order), a special
 * symbol, and three types of one byte each; the last byte is the first type.
 *
 * Ownership  Borrows the file's source and arena.
 * Errors     -ENODATA  nothing relocates that section
 *            -ENOMEM, -EIO
 * Trust      Offset and symbol number are as in the file, not checked.
 * Source     System V ABI and its processor supplements.
 */
#ifndef LKM_FMT_ELFREL_H
#define LKM_FMT_ELFREL_H

#include "fmt/elf.h"

struct lkm_elfrel {
	uint64_t offset;
	uint32_t symbol;
	uint32_t type;	/* 64-bit MIPS: the first type */
	int64_t addend; /* 0 in a REL section */
};

struct lkm_elfrels {
	struct lkm_reader table;
	bool wide;
	bool addends; /* RELA */
	bool mips64;
};

/* Start at the first relocation of section number `target`.  See Errors. */
int lkm_elfrels_init(struct lkm_elfrels *it, const struct lkm_elf *elf, size_t target);

/* Start at the first relocation in section number `table`, of type REL or RELA.  -ENOMEM, -EIO. */
int lkm_elfrels_open(struct lkm_elfrels *it, const struct lkm_elf *elf, size_t table);

/* Take the next relocation; false at the end. */
bool lkm_elfrels_next(struct lkm_elfrels *it, struct lkm_elfrel *ret);

#endif
