#include "base/map.h"

#include "base/vec.h"

/* FNV-1a, 32 bits. */
static uint32_t hash_of(struct lkm_str key)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (uint8_t)key.ptr[i]) * 16777619u;
	return hash;
}

/* The slot that holds `key`, or the free one where it would go. */
static uint32_t *find_slot(const struct lkm_map *map, struct lkm_str key, uint32_t hash)
{
	size_t at = hash & (map->slot_count - 1);

	for (; map->slots[at] != 0; at = (at + 1) & (map->slot_count - 1)) {
		const struct lkm_map_entry *e = &map->entries[map->slots[at] - 1];

		if (e->hash == hash && lkm_str_eq(e->key, key))
			break;
	}
	return &map->slots[at];
}

/* Keep at most half of the slots in use. */
static int grow_slots(struct lkm_map *map)
{
	size_t count = map->slot_count ? map->slot_count * 2 : 16;
	struct lkm_map bigger = *map;

	if (map->len * 2 < map->slot_count)
		return 0;
	bigger.slots = calloc(count, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	bigger.slot_count = count;
	for (size_t i = 0; i < map->len; i++)
		*find_slot(&bigger, map->entries[i].key, map->entries[i].hash) = (uint32_t)i + 1;
	free(map->slots);
	*map = bigger;
	return 0;
}

union lkm_map_value *lkm_map_get(const struct lkm_map *map, struct lkm_str key)
{
	const uint32_t *slot;

	if (map->slot_count == 0)
		return NULL;
	slot = find_slot(map, key, hash_of(key));
	return *slot ? &map->entries[*slot - 1].value : NULL;
}

union lkm_map_value *lkm_map_put(struct lkm_map *map, struct lkm_str key, bool *ret_new)
{
	uint32_t hash = hash_of(key);
	struct lkm_map_entry *entry;
	uint32_t *slot;

	if (map->len >= UINT32_MAX - 1 || grow_slots(map) < 0)
		return NULL;
	slot = find_slot(map, key, hash);
	if (ret_new)
		*ret_new = *slot == 0;
	if (*slot)
		return &map->entries[*slot - 1].value;
	entry = lkm_vec_push_(&map->entries, &map->len, &map->cap, sizeof(*map->entries));
	if (!entry)
		return NULL;
	entry->key = key;
	entry->hash = hash;
	*slot = (uint32_t)map->len;
	return &entry->value;
}

void lkm_map_clear(struct lkm_map *map)
{
	if (map->len > 0)
		memset(map->slots, 0, map->slot_count * sizeof(*map->slots));
	map->len = 0;
}

void lkm_map_release(struct lkm_map *map)
{
	if (!map)
		return;
	free(map->entries);
	free(map->slots);
	*map = (struct lkm_map)LKM_MAP_INIT;
}
