/*
 * base/map.h - hash map from text to a number or a pointer.
 *
 * Keys are borrowed views: what they point into must outlive the map.  Order
 * of insertion is kept, so iterating is deterministic: entries[0 .. len).
 *
 * Errors     -ENOMEM
 * Trust      Keys may come from a file; many equal hashes make it slow, never wrong.
 */
#ifndef LKM_BASE_MAP_H
#define LKM_BASE_MAP_H

#include "base/bytes.h"
#include "base/cleanup.h"

union lkm_map_value {
	void *ptr;
	uint64_t num;
};

struct lkm_map_entry {
	struct lkm_str key;
	union lkm_map_value value;
	uint32_t hash;
};

struct lkm_map {
	struct lkm_map_entry *entries; /* in order of insertion */
	size_t len;
	size_t cap;
	uint32_t *slots; /* 1 + entry number, 0 = free; a power of two of them */
	size_t slot_count;
};

#define LKM_MAP_INIT { 0 }

/* The value of `key`, to be read or changed; NULL when absent.  Valid until the next put. */
union lkm_map_value *lkm_map_get(const struct lkm_map *map, struct lkm_str key);

/*
 * The value of `key`, which is inserted with a zero value if it was absent.
 * *ret_new (may be NULL) tells which.  NULL: -ENOMEM.  Valid until the next put.
 */
union lkm_map_value *lkm_map_put(struct lkm_map *map, struct lkm_str key, bool *ret_new);

/* Make it empty again; the memory is kept. */
void lkm_map_clear(struct lkm_map *map);

/* Give the memory back (not what values point to). */
void lkm_map_release(struct lkm_map *map);
LKM_DEFINE_AUTO(lkm_map)

#endif
