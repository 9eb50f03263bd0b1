/*
 * link/symbols.h - who exports what: the interface through which symbols come in.
 *
 * The linker and the checks ask a struct lkm_symbols and never know where the
 * answers come from: a kernel image, Module.symvers, /proc/kallsyms, module
 * files, all of these together, or a test's table of three rows.
 *
 * A name can have several providers: two modules may export it, of which only
 * one can be loaded.  They are numbered, the best first: the kernel itself, then
 * loaded modules, then module files.
 *
 * Nothing is guessed: a field whose source does not tell it says so.
 *
 * Ownership  Texts belong to the provider of the interface and live as long as it.
 * Errors     -ENODATA  nobody exports that name, or no more than `n` do
 * Threads    Look-ups change nothing: call from any thread.
 */
#ifndef LKM_LINK_SYMBOLS_H
#define LKM_LINK_SYMBOLS_H

#include <errno.h>

#include "base/bytes.h"

/* Where an export is known from. */
enum lkm_symbol_source {
	LKM_SYMBOL_IMAGE,    /* the export tables of a kernel image */
	LKM_SYMBOL_SYMVERS,  /* Module.symvers */
	LKM_SYMBOL_KALLSYMS, /* a name __ksymtab_X in /proc/kallsyms */
	LKM_SYMBOL_SYSMAP,   /* the same in a System.map */
	LKM_SYMBOL_MODULE,   /* the export table of a module file */
	LKM_SYMBOL_NEEDED,   /* modules of the tree need it and nobody in the tree gives it */
};

struct lkm_symbol {
	struct lkm_str name;
	struct lkm_str owner;	   /* module name with '_', "" for the kernel itself */
	struct lkm_str name_space; /* "" for none */
	uint64_t address;	   /* meaningful when has_address */
	uint32_t crc;		   /* meaningful when has_crc */
	enum lkm_symbol_source source;
	bool has_address;
	bool has_crc;
	bool has_name_space; /* false: not known whether it is in a namespace */
	bool has_gpl;	     /* false: not known whether it is for GPL modules only */
	bool gpl_only;
	bool loaded; /* the owner is in the kernel now, or is the kernel */
	bool proprietary; /* the owner is known to have taint P, or to get it */
};

struct lkm_symbols {
	/* The n-th provider (from 0) of a name.  0 or -ENODATA. */
	int (*find)(const void *ctx, struct lkm_str name, size_t n, struct lkm_symbol *ret);
	/* Symbol number `i` of all, in any order; for near names.  0 or -ENODATA; may be NULL. */
	int (*at)(const void *ctx, size_t i, struct lkm_symbol *ret);
	const void *ctx;
};

/* The best provider of a name.  -ENODATA. */
static inline int lkm_symbols_find(const struct lkm_symbols *symbols, struct lkm_str name,
				   struct lkm_symbol *ret)
{
	return symbols->find(symbols->ctx, name, 0, ret);
}

/* What `owner` ("" for the kernel) exports under that name.  -ENODATA. */
static inline int lkm_symbols_find_of(const struct lkm_symbols *symbols, struct lkm_str name,
				      struct lkm_str owner, struct lkm_symbol *ret)
{
	struct lkm_symbol symbol;
	size_t n = 0;

	while (symbols->find(symbols->ctx, name, n++, &symbol) == 0) {
		if (lkm_str_eq(symbol.owner, owner)) {
			*ret = symbol;
			return 0;
		}
	}
	return -ENODATA;
}

/* "kernel image", "Module.symvers" ...: where a symbol is known from. */
const char *lkm_symbol_source_name(enum lkm_symbol_source source);

#endif
