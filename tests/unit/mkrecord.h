/*
 * tests/unit/mkrecord.h - records of made-up modules, and a whole made-up tree.
 *
 * A tree is text, one module after the other, separated by ";":
 *
 *	NAME +EXPORT -NEED ~WEAKNEED a=ALIAS s=SOFTDEP w=WEAKDEP
 *
 * in any order; a blank inside of a value is written "_".  +EXPORT:CRC and
 * -NEED:CRC give CRCs (hexadecimal).  "NAME !" is a module without a record.
 */
#ifndef LKM_TESTS_MKRECORD_H
#define LKM_TESTS_MKRECORD_H

#include "tree/graph.h"
#include "tree/scan.h"

#define MKRECORD_MAX 64

struct mkrecord {
	struct lkm_arena arena;
	struct lkm_scan scan; /* kernel/NAME.ko in the order of the text */
	struct lkm_record store[MKRECORD_MAX];
	const struct lkm_record *records[MKRECORD_MAX];
	uint32_t count;
};

/* Make the modules of the text. */
void mkrecord_tree(struct mkrecord *ret, const char *text);

/* Give it back. */
void mkrecord_release(struct mkrecord *tree);

#endif
