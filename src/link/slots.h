/*
 * link/slots.h - which trampoline or GOT entry leads to an address: for link/ only.
 *
 * The loader makes an entry when an address is needed for the first time, and
 * finds it again by the address; so entries stand in the order of first need.
 *
 * Ownership  Everything is from the arena that lkm_slots_init() is given.
 */
#ifndef LKM_LINK_SLOTS_H
#define LKM_LINK_SLOTS_H

#include "base/arena.h"

struct lkm_slots {
	uint64_t *addresses; /* by entry */
	size_t count, room;
	size_t *table; /* 1 + entry, 0 = free; a power of two of them */
	size_t table_len;
};

/* None yet, and room for so many.  -ENOMEM. */
int lkm_slots_init(struct lkm_slots *slots, struct lkm_arena *arena, size_t room);

/* The entry of an address; *ret_new when it has just been made.  -ENOSPC: there is no room. */
int lkm_slots_get(struct lkm_slots *slots, uint64_t address, size_t *ret_entry, bool *ret_new);

#endif
