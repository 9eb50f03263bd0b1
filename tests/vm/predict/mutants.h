/*
 * tests/vm/predict/mutants.h - the damaged and edited modules, as data.
 *
 * A mutant is one base module, without its signature unless it is about that,
 * and a few steps, each a place and what is put there.
 */
#ifndef LKM_TESTS_VM_MUTANTS_H
#define LKM_TESTS_VM_MUTANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUTANT_STEPS 3

enum mutant_op {
	MUTANT_DONE,
	MUTANT_HEADER,	/* a field of the ELF header */
	MUTANT_SECTION, /* a field of the header of section `where` */
	MUTANT_NAME,	/* section `where` gets the name of section `text` */
	MUTANT_BYTES,	/* a number in section `where`; at < 0: from its end */
	MUTANT_TEXT,	/* in section `where`, `text` becomes `more`, of the same length */
	MUTANT_WORD,	/* the same, for a whole string between two NULs */
	MUTANT_SYMBOL,	/* a field of the symbol `where` */
	MUTANT_CRC,	/* the version wanted of symbol `where` */
	MUTANT_RELOC,	/* the type of relocation `at` in section `where` */
	MUTANT_TARGET,	/* the place that it patches */
	MUTANT_TAIL,	/* a number so far from the end of the file */
	MUTANT_APPEND,	/* `text` behind the end */
	MUTANT_CUT,	/* the file ends here; at < 0: half of it is left */
	MUTANT_INFO,	/* the value of .modinfo's `where` becomes `text` */
	MUTANT_RENAME,	/* the name in struct module becomes `text` */
};

struct mutant_step {
	enum mutant_op op;
	const char *where, *text, *more;
	long at;
	size_t width; /* in bytes, of the number */
	uint64_t value;
};

struct mutant {
	const char *name;   /* what it shows */
	const char *base;   /* module */
	const char *params; /* NULL: none */
	bool is_signed;	    /* the signature stays, broken or not */
	struct mutant_step steps[MUTANT_STEPS];
};

extern const struct mutant mutants[];
extern const size_t mutant_count;

#endif
