/*
 * tests/unit/mklink.h - link a module of one section and one relocation.
 *
 * The section is .text of 32 bytes at address `base`; the relocation is at
 * offset 8 of it and refers to the symbol "there", which the kernel exports at
 * an address of choice.
 */
#ifndef LKM_TESTS_MKLINK_H
#define LKM_TESTS_MKLINK_H

#include "link/relocate.h"
#include "mkelf.h"

struct mklink {
	uint16_t machine;
	bool narrow;	 /* ELFCLASS32 */
	bool big_endian;
	uint64_t base; /* of .text */

	/* The relocation, and what stands at its place: `width` bytes as a number. */
	uint32_t type;
	uint64_t before;
	size_t width;
	uint64_t there; /* S */
	int64_t addend; /* A; machines with REL have it in `before` */
	bool erratum;	/* arm64: the processor has 843419 */
	bool sections;	/* riscv64: as built for CONFIG_MODULE_SECTIONS */
	bool local;	/* the symbol is the module's own, at offset 0x18 of .text */

	/* May be 0: another relocation of that symbol, at offset 0 of .text. */
	uint32_t other_type;
	int64_t other_addend;

	/* May be NULL: damages the file before it is read. */
	void (*damage)(struct mklink *t);

	/* Made by mklink_run(). */
	struct mkelf elf_file;
	struct lkm_arena arena;
	struct lkm_source src;
	struct lkm_elf elf;
	struct lkm_layout layout;
	struct lkm_link link;
	uint64_t after; /* what stands at the place now */
	enum lkm_link_fault fault;
	char message[256]; /* of the first finding */
};

/* Section numbers; what a machine needs beside these follows. */
enum { MKLINK_TEXT = 1, MKLINK_RELA, MKLINK_STRTAB, MKLINK_SYMTAB, MKLINK_ROOM };

/* Make the module and link it; 0 or what lkm_link_run() says. */
int mklink_run(struct mklink *t);

/* Give back what mklink_run() made. */
void mklink_release(struct mklink *t);

#endif
