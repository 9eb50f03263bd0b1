/*
 * plan/symbolcache.h - the symbols of module files, each file read once.
 *
 * Ownership  The cache owns all text until it is released.
 * Errors     Those of lkm_modfile_open() and lkm_exports_read(), with a
 *            diagnosis; a failure is not remembered.
 * Threads    One thread at a time.
 */
#ifndef LKM_PLAN_SYMBOLCACHE_H
#define LKM_PLAN_SYMBOLCACHE_H

#include "base/map.h"
#include "base/vec.h"
#include "tree/modfile.h"

/* Names of symbols, in the order of the symbol table. */
struct lkm_symbols {
	LKM_VEC(struct lkm_str) given;
	LKM_VEC(struct lkm_str) needed;
};

struct lkm_symbolcache {
	struct lkm_arena arena;
	struct lkm_map files; /* path -> struct lkm_symbols */
	struct lkm_modfile file;
};

#define LKM_SYMBOLCACHE_INIT { .file = LKM_MODFILE_INIT }

/* The symbols of a module file.  See Errors. */
int lkm_symbolcache_get(struct lkm_symbolcache *cache, const char *path,
			const struct lkm_symbols **ret, struct lkm_diag *diag);

/* Give everything back. */
void lkm_symbolcache_release(struct lkm_symbolcache *cache);
LKM_DEFINE_AUTO(lkm_symbolcache)

#endif
