#include "link/slots.h"

#include <errno.h>

int lkm_slots_init(struct lkm_slots *slots, struct lkm_arena *arena, size_t room)
{
	size_t len = 16;

	/* At most half full. */
	while (len < 2 * room)
		len *= 2;
	*slots = (struct lkm_slots){
		.addresses = lkm_arena_alloc(arena, (room + 1) * sizeof(*slots->addresses)),
		.room = room,
		.table = lkm_arena_alloc(arena, len * sizeof(*slots->table)),
		.table_len = len,
	};
	if (!slots->addresses || !slots->table)
		return -ENOMEM;
	memset(slots->table, 0, len * sizeof(*slots->table));
	return 0;
}

int lkm_slots_get(struct lkm_slots *slots, uint64_t address, size_t *ret_entry, bool *ret_new)
{
	size_t at = (size_t)((address * 0x9e3779b97f4a7c15u) >> 32) & (slots->table_len - 1);

	while (slots->table[at] && slots->addresses[slots->table[at] - 1] != address)
		at = (at + 1) & (slots->table_len - 1);
	*ret_new = slots->table[at] == 0;
	if (*ret_new) {
		if (slots->count == slots->room)
			return -ENOSPC;
		slots->addresses[slots->count] = address;
		slots->table[at] = ++slots->count;
	}
	*ret_entry = slots->table[at] - 1;
	return 0;
}
