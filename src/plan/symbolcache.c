#include "plan/symbolcache.h"

#include "fmt/exports.h"

static void symbols_free(struct lkm_symbols *symbols)
{
	if (!symbols)
		return;
	lkm_vec_release(&symbols->given);
	lkm_vec_release(&symbols->needed);
	free(symbols);
}

/* Fill a new item of a list, NULL if there was no memory for it. */
static int copy_name(struct lkm_arena *arena, struct lkm_str name, struct lkm_str *to)
{
	char *copy = lkm_arena_strdup(arena, name);

	if (!to || !copy)
		return -ENOMEM;
	*to = (struct lkm_str){ copy, name.len };
	return 0;
}

/* Copy names out of a file that will be closed. */
static int copy_symbols(struct lkm_arena *arena, const struct lkm_exports *from,
			struct lkm_symbols *to)
{
	int err = 0;

	for (size_t i = 0; i < from->given.len && !err; i++)
		err = copy_name(arena, from->given.ptr[i].name, lkm_vec_push(&to->given));
	for (size_t i = 0; i < from->needed.len && !err; i++)
		err = copy_name(arena, from->needed.ptr[i].name, lkm_vec_push(&to->needed));
	return err;
}

static int read_file(struct lkm_symbolcache *cache, const char *path, struct lkm_symbols *symbols,
		     struct lkm_diag *diag)
{
	lkm_auto(lkm_exports) struct lkm_exports exports = LKM_EXPORTS_INIT;
	int err = lkm_modfile_open(&cache->file, path, diag);

	err = err ? err : lkm_exports_read(&exports, &cache->file.elf,
					   LKM_EXPORTS_NAMES | LKM_EXPORTS_NEEDED, diag);
	if (err == 0 && copy_symbols(&cache->arena, &exports, symbols) < 0)
		err = lkm_diag_set(diag, -ENOMEM, "out of memory");
	lkm_diag_file(diag, path);
	lkm_modfile_clear(&cache->file);
	return err;
}

int lkm_symbolcache_get(struct lkm_symbolcache *cache, const char *path,
			const struct lkm_symbols **ret, struct lkm_diag *diag)
{
	const union lkm_map_value *known = lkm_map_get(&cache->files, lkm_str(path));
	struct lkm_symbols *symbols = known ? known->ptr : calloc(1, sizeof(*symbols));
	union lkm_map_value *slot;
	const char *key;
	int err;

	if (known) {
		*ret = symbols;
		return 0;
	}
	err = symbols ? read_file(cache, path, symbols, diag) : -ENOMEM;
	key = err ? NULL : lkm_arena_strdup(&cache->arena, lkm_str(path));
	slot = key ? lkm_map_put(&cache->files, lkm_str(key), NULL) : NULL;
	if (!slot) {
		symbols_free(symbols);
		return lkm_diag_set(diag, err ? err : -ENOMEM, "out of memory");
	}
	slot->ptr = symbols;
	*ret = symbols;
	return 0;
}

void lkm_symbolcache_release(struct lkm_symbolcache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < cache->files.len; i++)
		symbols_free(cache->files.entries[i].value.ptr);
	lkm_map_release(&cache->files);
	lkm_modfile_release(&cache->file);
	lkm_arena_release(&cache->arena);
}
