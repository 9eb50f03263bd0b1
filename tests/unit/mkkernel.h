/*
 * tests/unit/mkkernel.h - make small kernels: ELF files with export tables of
 * any form, and images around them.
 */
#ifndef LKM_TESTS_MKKERNEL_H
#define LKM_TESTS_MKKERNEL_H

#include "base/buf.h"

struct mkkernel_export {
	const char *name;
	const char *space; /* NULL: the word is 0 */
	uint32_t crc;
	bool gpl;
};

struct mkkernel {
	bool wide, big_endian;
	unsigned int width, words; /* of an entry */
	bool relative;
	unsigned int crc_width; /* 0: no CRCs; 1: offsets to them */
	bool flags;		/* one table and __kflagstab */
	const char *texts;	/* contents of .rodata, a NUL after each '|' */
	const struct mkkernel_export *exports;
	size_t count;
};

/* Banner and vermagic of a kernel 6.1.0-test, for `texts`. */
#define MKKERNEL_TEXTS                                                                      \
	"%s version %s|6.1.0-test (not this)|Linux version %d|Linux version 6.1.0-test (me) " \
	"#1 SMP\n|6.1.0-test SMP mod_unload modversions |"

/* The address of symbol number i of the exports. */
uint64_t mkkernel_address(const struct mkkernel *k, size_t i);

/* Write the ELF file. */
void mkkernel_elf(const struct mkkernel *k, struct lkm_buf *ret);

/* An x86 image around a payload, with its size behind it unless it is gzip. */
void mkkernel_bzimage(struct lkm_bytes payload, bool gzip, struct lkm_buf *ret);

#endif
