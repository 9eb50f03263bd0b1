/*
 * tests/unit/mkmodule.h - make whole modules for tests: names, needs, exports, versions.
 */
#ifndef LKM_TESTS_MKMODULE_H
#define LKM_TESTS_MKMODULE_H

#include "base/buf.h"

#define MKMODULE_SYMBOLS 8

struct mkmodule_symbol {
	const char *name; /* NULL ends the list */
	uint32_t crc;	  /* of a need: 0 means that the version table lacks it */
	bool weak;	  /* of a need */
	bool gpl;	  /* of an export */
};

struct mkmodule {
	const char *name;
	const char *modinfo; /* a NUL after each '|' */
	size_t size;	     /* of its struct module */
	uint16_t machine;
	struct mkmodule_symbol needs[MKMODULE_SYMBOLS], gives[MKMODULE_SYMBOLS];
	bool no_versions, no_modinfo, no_this, no_symbols;
	bool wx;	     /* with a section that is writable and executable */
	bool twice;	     /* with two loaded sections of one name */
	bool common;	     /* with a common symbol */
	bool no_export_crcs; /* its exports have no versions */
	bool flags;	     /* exports in the form of 7.1 */
	const char *trailer; /* behind the file: a signature */
};

/* Write the module: x86-64. */
void mkmodule(const struct mkmodule *m, struct lkm_buf *ret);

#endif
