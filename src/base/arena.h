/*
 * base/arena.h - memory that is given back all at once.
 *
 * For parsers that make many small things with one end of life.  Pointers stay
 * valid until clear or release.
 *
 * Ownership  The arena owns everything it hands out.
 * Errors     NULL: out of memory, or the request overflows.
 * Threads    One thread at a time.
 */
#ifndef LKM_BASE_ARENA_H
#define LKM_BASE_ARENA_H

#include "base/bytes.h"
#include "base/cleanup.h"

struct lkm_arena_chunk;

struct lkm_arena {
	struct lkm_arena_chunk *chunk; /* newest first */
	size_t used;		       /* bytes used of the newest chunk */
};

#define LKM_ARENA_INIT { 0 }

/* `size` bytes, aligned for any type, not initialised. */
void *lkm_arena_alloc(struct lkm_arena *arena, size_t size);

/* A NUL-terminated copy of the text. */
char *lkm_arena_strdup(struct lkm_arena *arena, struct lkm_str text);

/* Forget everything handed out; the newest chunk is kept for use again. */
void lkm_arena_clear(struct lkm_arena *arena);

/* Give all memory back.  NULL and an empty arena are fine. */
void lkm_arena_release(struct lkm_arena *arena);
LKM_DEFINE_AUTO(lkm_arena)

#endif
