#include "base/arena.h"

#include <stdalign.h>

/*
 * One chunk serves most modules whole; larger requests get a chunk of their own.
 * Under the address sanitizer all do, so that it sees where each one ends.
 */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define CHUNK_SIZE ((size_t)1)
#else
#define CHUNK_SIZE ((size_t)32768)
#endif

struct lkm_arena_chunk {
	struct lkm_arena_chunk *next;
	size_t size;
	alignas(max_align_t) uint8_t data[];
};

static int add_chunk(struct lkm_arena *arena, size_t need)
{
	size_t size = need > CHUNK_SIZE ? need : CHUNK_SIZE;
	struct lkm_arena_chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		return -ENOMEM;
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return -ENOMEM;
	chunk->next = arena->chunk;
	chunk->size = size;
	arena->chunk = chunk;
	arena->used = 0;
	return 0;
}

void *lkm_arena_alloc(struct lkm_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t start = (arena->used + align - 1) / align * align;

	if (!arena->chunk || start > arena->chunk->size || size > arena->chunk->size - start) {
		if (add_chunk(arena, size) < 0)
			return NULL;
		start = 0;
	}
	arena->used = start + size;
	return arena->chunk->data + start;
}

char *lkm_arena_strdup(struct lkm_arena *arena, struct lkm_str text)
{
	char *copy = text.len < SIZE_MAX ? lkm_arena_alloc(arena, text.len + 1) : NULL;

	if (!copy)
		return NULL;
	if (text.len)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return copy;
}

static void free_chunks(struct lkm_arena_chunk *chunk)
{
	while (chunk) {
		struct lkm_arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

void lkm_arena_clear(struct lkm_arena *arena)
{
	if (!arena->chunk)
		return;
	free_chunks(arena->chunk->next);
	arena->chunk->next = NULL;
	arena->used = 0;
}

void lkm_arena_release(struct lkm_arena *arena)
{
	if (!arena)
		return;
	free_chunks(arena->chunk);
	*arena = (struct lkm_arena)LKM_ARENA_INIT;
}
