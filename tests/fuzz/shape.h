/*
 * tests/fuzz/shape.h - turn fuzz input into an ELF file.
 *
 * Input that begins like ELF is taken as it is.  Any other is a recipe from
 * which a sound file is made, so that what is inside the sections gets tried
 * and not the section table again:
 *
 *	0  1  1 = 64 bit, 2 = big-endian, 4 = counts in section 0
 *	1  1  machine
 *	then for each section
 *	0  1  name (number in a list)
 *	1  1  type
 *	2  2  link, info
 *	4  2  size of the contents, little-endian; cut at the end of the input
 *	6     contents
 *
 * Ownership  Release it.  What is parsed from it points into it.
 */
#ifndef LKM_TESTS_FUZZ_SHAPE_H
#define LKM_TESTS_FUZZ_SHAPE_H

#include "fmt/elf.h"

struct fuzz_elf {
	struct lkm_buf made; /* the file, unless the input was one */
	struct lkm_bytes file;
	struct lkm_source src;
	struct lkm_arena arena;
	struct lkm_elf elf;
};

/* Make the file and read its section table; the error of lkm_elf_init(). */
int fuzz_elf_open(struct fuzz_elf *f, const uint8_t *data, size_t size);

/* Give all memory back. */
void fuzz_elf_release(struct fuzz_elf *f);
LKM_DEFINE_AUTO(fuzz_elf)

#endif
