/*
 * tests/unit/mkcore.h - make a small /proc/kcore.
 */
#ifndef LKM_TESTS_MKCORE_H
#define LKM_TESTS_MKCORE_H

#include "base/buf.h"

struct mkcore {
	bool narrow, big_endian;
	uint64_t address, size; /* of its one piece of memory */
	uint64_t offset;	/* where that is in the file; behind 0x100 */
};

/* Write header and table, and zeros up to the end of the memory. */
void mkcore(const struct mkcore *c, struct lkm_buf *ret);

#endif
