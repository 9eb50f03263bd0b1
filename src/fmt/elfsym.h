/*
 * fmt/elfsym.h - walk the symbol table of an ELF file.
 *
 *	 64-bit  32-bit  symbol field
 *	 0  4    0  4    name: offset in the linked string table
 *	 8  8    4  4    value
 *	16  8    8  4    size
 *	 4  1   12  1    info: bind << 4 | type
 *	 5  1   13  1    other
 *	 6  2   14  2    section number, or 0xff00 and up: reserved
 *
 * Section numbers that do not fit 16 bits stand in a SHT_SYMTAB_SHNDX section
 * that runs beside the table.  The tables are checked when the walk starts, a
 * symbol when it is reached; its name is a pointer, never copied or measured,
 * because most symbols of a module are looked at and dropped (some
 * architectures have 8,000 local labels in each).
 *
 * Ownership  Borrows the file's source and arena; names point into them.
 * Errors     -ENODATA  the file has no symbol table
 *            -EBADMSG  a table or symbol points outside of what it refers to
 *            -ENOMEM, -EIO
 * Source     System V ABI; linux kernel/module/main.c elf_validity_cache_*().
 */
#ifndef LKM_FMT_ELFSYM_H
#define LKM_FMT_ELFSYM_H

#include "fmt/elf.h"

/* Section numbers with a meaning; the reserved ones are moved above all real ones. */
#define LKM_SHN_UNDEF	  0u
#define LKM_SHN_RESERVED  0xffffff00u
#define LKM_SHN_LIVEPATCH 0xffffff20u
#define LKM_SHN_ABS	  0xfffffff1u
#define LKM_SHN_COMMON	  0xfffffff2u

enum {
	LKM_STB_LOCAL = 0,
	LKM_STB_GLOBAL = 1,
	LKM_STB_WEAK = 2,
};

enum {
	LKM_STT_NOTYPE = 0,
	LKM_STT_OBJECT = 1,
	LKM_STT_FUNC = 2,
	LKM_STT_SECTION = 3,
	LKM_STT_SPARC_REGISTER = 13,
};

struct lkm_elfsym {
	const char *name; /* NUL-terminated, "" if it has none */
	uint64_t value, size;
	uint32_t section; /* a section of the file, or LKM_SHN_* */
	uint8_t bind, type, other;
};

struct lkm_elfsyms {
	struct lkm_bytes symbols;
	struct lkm_bytes strings;  /* ends in NUL */
	struct lkm_bytes extended; /* section numbers, or empty */
	size_t count;		   /* symbols, with the null symbol 0 */
	size_t next;		   /* the one lkm_elfsyms_next() gives */
	size_t section_count;
	bool wide, big_endian;
};

/* Find and check the symbol table; the walk starts at symbol 1.  See Errors. */
int lkm_elfsyms_init(struct lkm_elfsyms *it, const struct lkm_elf *elf, struct lkm_diag *diag);

/* The section of symbol `index` whose 16-bit field is 0xff00 or more.  -EBADMSG. */
int lkm_elfsyms_special_section(const struct lkm_elfsyms *it, size_t index, uint16_t field,
				uint32_t *ret);

/*
 * Symbol number `index`, for relocations.  -EBADMSG also when there is no such
 * symbol.  Inline, so that a walk pays only for the fields it looks at.
 */
static inline int lkm_elfsyms_at(const struct lkm_elfsyms *it, uint64_t index,
				 struct lkm_elfsym *ret)
{
	bool wide = it->wide, be = it->big_endian;
	const uint8_t *at;
	uint32_t name, section;
	uint16_t field;

	if (index >= it->count)
		return -EBADMSG;
	at = it->symbols.ptr + (size_t)index * (wide ? 24 : 16);
	name = lkm_load_u32(at, be);
	field = lkm_load_u16(at + (wide ? 6 : 14), be);
	section = field;
	if (name >= it->strings.len)
		return -EBADMSG;
	if (field >= 0xff00) {
		if (lkm_elfsyms_special_section(it, (size_t)index, field, &section) < 0)
			return -EBADMSG;
	} else if (section >= it->section_count) {
		return -EBADMSG;
	}
	ret->name = (const char *)it->strings.ptr + name;
	ret->value = lkm_load_word(at + (wide ? 8 : 4), wide, be);
	ret->size = lkm_load_word(at + (wide ? 16 : 8), wide, be);
	ret->section = section;
	ret->bind = at[wide ? 4 : 12] >> 4;
	ret->type = at[wide ? 4 : 12] & 15;
	ret->other = at[wide ? 5 : 13];
	return 0;
}

/* Take the next symbol: 1, 0 at the end, -EBADMSG. */
static inline int lkm_elfsyms_next(struct lkm_elfsyms *it, struct lkm_elfsym *ret)
{
	int err;

	if (it->next >= it->count)
		return 0;
	err = lkm_elfsyms_at(it, it->next, ret);
	if (err < 0)
		return err;
	it->next++;
	return 1;
}

#endif
