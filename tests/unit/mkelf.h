/*
 * tests/unit/mkelf.h - make small ELF files for tests, of any class and order.
 *
 *	struct mkelf m;
 *	mkelf_init(&m, true, false);                  64 bit, little-endian
 *	mkelf_section(&m, ".modinfo", 1, 2, "a=b", 4);
 *	mkelf_finish(&m);                             m.buf holds the file
 *	mkelf_release(&m);
 *
 * Section numbers start at 1 in the order of the calls; mkelf_finish() adds
 * .shstrtab as the last one.  Sizes are for small samples only.
 */
#ifndef LKM_TESTS_MKELF_H
#define LKM_TESTS_MKELF_H

#include "base/buf.h"

#define MKELF_SECTIONS 64

struct mkelf_section {
	const char *name;
	uint32_t type;
	uint32_t link, info;
	uint64_t flags, offset, size, entsize;
	uint64_t align; /* 0 is written as 1 */
};

struct mkelf {
	struct lkm_buf buf;
	struct mkelf_section sections[MKELF_SECTIONS];
	size_t count;
	bool wide, big_endian;
	uint16_t machine;    /* EM_X86_64 unless changed before finish */
	uint64_t table;	     /* after finish: offset of the section headers */
	bool extended_count; /* write the counts the way of very many sections */
};

/* Start a file: room for its header is reserved. */
void mkelf_init(struct mkelf *m, bool wide, bool big_endian);

/* Add a section with contents; its number comes back. */
size_t mkelf_section(struct mkelf *m, const char *name, uint32_t type, const void *data,
		     size_t size);

/* Append one number in the file's byte order to a buffer that becomes contents. */
void mkelf_num(const struct mkelf *m, struct lkm_buf *buf, uint64_t value, size_t width);

/* Append one symbol (name: offset in the string table) to a symbol table's contents. */
void mkelf_symbol(const struct mkelf *m, struct lkm_buf *buf, uint32_t name, uint8_t info,
		  uint16_t shndx, uint64_t value);

/* A symbol table in the making, and the table of its names. */
struct mkelf_symtab {
	struct lkm_buf symbols, names;
};

/* Append one named symbol; the null symbol 0 comes by itself. */
void mkelf_symtab_add(const struct mkelf *m, struct mkelf_symtab *table, const char *name,
		      uint8_t info, uint16_t shndx, uint64_t value);

/*
 * Add sections .strtab and .symtab, in this order, and free the table; the
 * number of .symtab comes back.
 */
size_t mkelf_symtab_finish(struct mkelf *m, struct mkelf_symtab *table);

/* Write .shstrtab, the section table and the header. */
void mkelf_finish(struct mkelf *m);

/* Overwrite `width` bytes at `offset` with a number in the file's byte order. */
void mkelf_poke(struct mkelf *m, uint64_t offset, uint64_t value, size_t width);

/* Where field `field` (its 64-bit or 32-bit offset) of section header `i` stands. */
uint64_t mkelf_shdr(const struct mkelf *m, size_t i, unsigned int off64, unsigned int off32);

/* Free the file. */
void mkelf_release(struct mkelf *m);

#endif
