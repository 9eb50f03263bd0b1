/*
 * fmt/index.h - read the binary indexes modules.*.bin: a trie of keys.
 *
 *	offset  size  header, all numbers big-endian
 *	     0     4  magic B0 07 F4 57
 *	     4     4  version, 00 02 in the high half; any low half is read
 *	     8     4  reference of the root node
 *
 * A reference is an offset in its low 28 bits (0: no node) and flags that say
 * what stands there, in this order:
 *
 *	80000000  prefix: bytes up to a NUL that continue the key
 *	20000000  children: one byte `first`, one byte `last`, then a reference
 *	          for each byte from first to last; that byte continues the key
 *	40000000  values: a count, then for each a priority and text up to a NUL
 *
 * Example: the one key "ab" with the value "m" of priority 7:
 *
 *	B007F457 00020001 C000000C  61 62 00  00000001 00000007 6D 00
 *
 * What the keys are differs by file: module names (dep, builtin), patterns
 * (alias, builtin.alias), "symbol:NAME" (symbols).  A look-up reads only the
 * nodes on its way: give it a sparse source.
 *
 * Units      Offsets are bytes from the start of the file.
 * Ownership  struct lkm_index borrows source and arena.  Values are views into
 *            the source; whose the keys are is said below.
 * Errors     0, or a negative errno with a diagnosis that has the offset.
 *              -ENOEXEC   not an index, or a version we do not read
 *              -EBADMSG   damaged: a node outside the file, text without an
 *                         end, first > last, a key with values but none there,
 *                         nodes that loop or overlap
 *              -ENODATA   no such key
 *              -EFBIG     over LKM_INDEX_SIZE_MAX or LKM_INDEX_HITS_MAX
 *              -ENOMEM, -EIO, errors of pread(2)
 * Trust      The bytes are hostile.  No operation reads more bytes than the
 *            file has, because in a sound file no two nodes share a byte; so
 *            it ends, whatever the references say.
 * Threads    One thread at a time (the source).
 * Source     Files written by depmod; fnmatch(3) for what patterns mean.
 */
#ifndef LKM_FMT_INDEX_H
#define LKM_FMT_INDEX_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/vec.h"

/* What 28 bits of an offset can reach. */
#define LKM_INDEX_SIZE_MAX ((uint64_t)1 << 28)

/* Longest key; the longest real alias has some 400 bytes. */
#define LKM_INDEX_KEY_MAX 65536u

/* Most values one text can match; real ones have fewer than a hundred. */
#define LKM_INDEX_HITS_MAX 65536u

struct lkm_index {
	struct lkm_source *src;
	struct lkm_arena *arena;
	uint32_t root;
};

/* One value of a key. */
struct lkm_index_hit {
	struct lkm_str key;   /* of a match: the pattern that matched, in the arena */
	struct lkm_str value; /* borrowed from the source */
	uint64_t offset;      /* of the value, from the start of the file */
	uint32_t priority;
	uint32_t visit; /* which value the walk met first: settles equal priorities */
};

struct lkm_index_hits {
	struct lkm_index_hit *ptr;
	size_t len;
	size_t cap;
};

/* Does a file that begins with these bytes mean to be an index, of whatever version? */
bool lkm_index_has_magic(struct lkm_bytes head);

/* Check the header.  -ENOEXEC, -EFBIG. */
int lkm_index_init(struct lkm_index *index, struct lkm_source *src, struct lkm_arena *arena,
		   struct lkm_diag *diag);

/* The first value of exactly this key; its key is the one passed.  -ENODATA. */
int lkm_index_find(const struct lkm_index *index, struct lkm_str key, struct lkm_index_hit *ret,
		   struct lkm_diag *diag);

/*
 * Every value of every key that matches `text` as a pattern, lowest priority
 * first, in kmod's order among equals (the last one of its walk first).
 * The text is taken as it stands; lkm_alias_normalize() comes before.  A pattern
 * begins with its first `*`, `?` or `[`: a `\` before that is an ordinary byte.
 * 0 also when nothing matches.  The caller releases the hits.
 */
int lkm_index_match(const struct lkm_index *index, struct lkm_str text, struct lkm_index_hits *ret,
		    struct lkm_diag *diag);

/* Give the array back; keys stay in the arena. */
void lkm_index_hits_release(struct lkm_index_hits *hits);
LKM_DEFINE_AUTO(lkm_index_hits)

/*
 * All entries, in the order of their keys' bytes, values of a key as they stand:
 * for each the line HEAD KEY " " VALUE "\n" is appended to `text`.  The file is
 * read as a whole.  When it is damaged, -EBADMSG, the entries before the damage
 * are there all the same.  -EFBIG: more text than a buffer takes.
 */
int lkm_index_lines(const struct lkm_index *index, struct lkm_str head, struct lkm_buf *text,
		    struct lkm_diag *diag);

/*
 * The same entries as hits.  Their keys stand in `keys`, which must be empty and
 * stay as it is as long as they are used; the caller releases both.
 */
int lkm_index_entries(const struct lkm_index *index, struct lkm_buf *keys,
		      struct lkm_index_hits *ret, struct lkm_diag *diag);

#endif
