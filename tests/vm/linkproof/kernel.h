/*
 * tests/vm/linkproof/kernel.h - what the running kernel shows of itself: its memory
 * and its symbols.
 *
 * Errors     0, or a negative errno.
 */
#ifndef LKM_TESTS_KERNEL_H
#define LKM_TESTS_KERNEL_H

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "link/symbols.h"

/* A symbol of a module, from /proc/kallsyms. */
struct kernel_symbol {
	struct lkm_str name, module;
	uint64_t address;
	char letter;
};

struct kernel_segment {
	uint64_t address, size, offset; /* in /proc/kcore */
};

/* The trampoline of a static call: code that jumps where the key of that name says. */
struct kernel_trampoline {
	struct lkm_str name; /* without __SCT__ */
	uint64_t address;
};

struct kernel {
	int kcore;
	LKM_VEC(struct kernel_segment) segments;
	struct lkm_blob kallsyms;
	struct lkm_map exports; /* name -> address of its entry in an export table */
	LKM_VEC(struct kernel_symbol) symbols;
	LKM_VEC(struct kernel_trampoline) trampolines;
	struct lkm_map keys; /* name without __SCK__ -> address */
};

/* Read both; afterwards nothing may be loaded or removed. */
int kernel_open(struct kernel *k);

/* Memory at an address. */
int kernel_read(const struct kernel *k, uint64_t address, void *to, size_t len);

/* A number that a file below /sys/module/MODULE holds, hexadecimal or decimal. */
int kernel_number(const char *module, const char *file, int base, uint64_t *ret);

/* The key of the static call whose trampoline is at that address; 0 when it is no trampoline. */
uint64_t kernel_static_key(const struct kernel *k, uint64_t trampoline);

/* Exports, each at the address that its entry in the export table says. */
struct lkm_symbols kernel_exports(const struct kernel *k);

#endif
