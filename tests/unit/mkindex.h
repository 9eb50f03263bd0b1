/*
 * tests/unit/mkindex.h - write and read indexes the simplest way, to test the
 * real reader and writer against.
 *
 * The writer lays out a trie of the given entries, children before or after
 * their parents.  The naive reader recurses through the whole file, trusts it,
 * and returns every entry.
 */
#ifndef LKM_TESTS_MKINDEX_H
#define LKM_TESTS_MKINDEX_H

#include "fmt/index.h"

struct mkindex_entry {
	const char *key;
	uint32_t priority;
	const char *value;
};

/* Append a whole index file to buf.  Values of a key keep their order. */
void mkindex_write(struct lkm_buf *buf, const struct mkindex_entry *entries, size_t count,
		   bool parents_first);

/* Append every entry to hits, in the order of the keys; keys are in the arena. */
void mkindex_read(struct lkm_bytes file, struct lkm_arena *arena, struct lkm_index_hits *hits);

/* Does the key, as a pattern of an index, match the text?  By fnmatch(3). */
bool mkindex_matches(struct lkm_str key, const char *text);

#endif
