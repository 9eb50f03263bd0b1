/*
 * base/source.h - the bytes of one file, wherever they are.
 *
 * Parsers ask a source for the ranges they need.  A source in memory answers
 * with a view; a source on a descriptor reads the range with pread(2), so that
 * describing a module of several megabytes touches a few kilobytes.  Files are
 * never mapped: a file that shrinks under a mapping kills the reader.  A sparse
 * source reads blocks and keeps them, for files in which one look-up hops about:
 * an alias in an index of 1.3 MB costs 9 us so, 170 us by reading all of it.
 *
 * Ownership  Borrows the memory, or the descriptor and the arena; what get
 *            returns lives as long as the memory or until the arena is cleared.
 * Errors     -EBADMSG  the range is not inside the file
 *            -ENOMEM, or what pread(2) said
 *            -EIO      the file became shorter than it was
 * Threads    One thread at a time.
 */
#ifndef LKM_BASE_SOURCE_H
#define LKM_BASE_SOURCE_H

#include "base/arena.h"
#include "base/bytes.h"

/* A part that has been read: [offset, offset + bytes.len). */
struct lkm_window {
	uint64_t offset;
	struct lkm_bytes bytes;
};

struct lkm_source {
	uint64_t size;
	int fd;			/* -1: everything is in `head` */
	struct lkm_arena *arena;
	struct lkm_window head; /* start of the file */
	struct lkm_window tail; /* end of the file: section table, signature */
	bool sparse;
	uint8_t **blocks;	/* sparse: each block that has been read, NULL for the others */
};

/* A source over bytes in memory. */
struct lkm_source lkm_source_memory(struct lkm_bytes bytes);

/* A source over a regular file of `size` bytes; what is read goes into `arena`. */
struct lkm_source lkm_source_file(int fd, uint64_t size, struct lkm_arena *arena);

/* The same, read in blocks that are kept: many small ranges cost few calls. */
struct lkm_source lkm_source_sparse(int fd, uint64_t size, struct lkm_arena *arena);

/*
 * What is at hand from `offset` on: at least one byte, at most the rest of the
 * file; of a sparse source the rest of its block.  -EBADMSG: no such byte.
 */
int lkm_source_peek(struct lkm_source *src, uint64_t offset, struct lkm_bytes *ret);

/* The range [offset, offset + len), contiguous.  See Errors. */
int lkm_source_get(struct lkm_source *src, uint64_t offset, uint64_t len, struct lkm_bytes *ret);

#endif
