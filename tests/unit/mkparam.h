/*
 * tests/unit/mkparam.h - make a module file with parameters, as module_param() does.
 */
#ifndef LKM_TESTS_MKPARAM_H
#define LKM_TESTS_MKPARAM_H

#include "fmt/paramdefault.h"

/* Where variables may be. */
enum mkparam_section { MKPARAM_DATA = 4, MKPARAM_BSS, MKPARAM_INIT };

struct mkparam {
	const char *name, *type;
	enum lkm_paramkind kind;
	uint64_t offset; /* of the variable in its section */
	uint32_t count, width;
	uint64_t used; /* offset in .data of how many elements are set; 0: none */
	enum mkparam_section section; /* 0: .data */
};

/* Write the module "m", for x86-64: sections .data, .bss and .init.data of 256 zeros. */
void mkparam(const struct mkparam *list, size_t count, struct lkm_buf *ret);

#endif
