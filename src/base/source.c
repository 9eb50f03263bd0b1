#include "base/source.h"

#include <errno.h>

#include "base/reader.h"

/*
 * The first and the last bytes are asked for in small pieces by every parser
 * (headers, build id; section table, section names, signature), so they are
 * read ahead: the head when it is first touched, and from the first range that
 * lies near the end everything to the end.  Section names stand before the
 * section table, within TAIL_BEFORE of it in every module of two kernels.
 *
 * Measured over 4,000 modules: a head of 256 to 4096 bytes makes no difference;
 * the tail is 4.5 KB this way, where a fixed one that misses none is 8 KB.
 */
#define HEAD_SIZE   512u
#define TAIL_SIZE   16384u
#define TAIL_BEFORE 1024u

/*
 * Block of a sparse source.  An alias look-up in an index of 1.3 MB touches
 * some 50 nodes, which lie in 8 blocks of 4 KiB, 7 of 8 KiB or 5 of 16 KiB.
 */
#define BLOCK_SIZE 16384u

struct lkm_source lkm_source_memory(struct lkm_bytes bytes)
{
	return (struct lkm_source){ .size = bytes.len, .fd = -1, .head.bytes = bytes };
}

struct lkm_source lkm_source_file(int fd, uint64_t size, struct lkm_arena *arena)
{
	return (struct lkm_source){ .size = size, .fd = fd, .arena = arena };
}

struct lkm_source lkm_source_sparse(int fd, uint64_t size, struct lkm_arena *arena)
{
	return (struct lkm_source){ .size = size, .fd = fd, .arena = arena, .sparse = true };
}

/* Read exactly [offset, offset + len). */
static int read_exactly(int fd, uint64_t offset, uint8_t *to, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = pread(fd, to + done, len - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return -EIO;
		done += (size_t)got;
	}
	return 0;
}

/* Read [offset, offset + len) into the arena. */
static int read_range(struct lkm_source *src, uint64_t offset, uint64_t len, struct lkm_window *ret)
{
	uint8_t *to;
	int err;

	if (len > SIZE_MAX / 2)
		return -ENOMEM;
	to = lkm_arena_alloc(src->arena, (size_t)len);
	if (!to)
		return -ENOMEM;
	err = read_exactly(src->fd, offset, to, (size_t)len);
	if (err == 0)
		*ret = (struct lkm_window){ .offset = offset, .bytes = { to, (size_t)len } };
	return err;
}

/*
 * Reserve room for the whole file: for a large one untouched address space, of
 * which only the blocks that are read cost memory.
 */
static int reserve_blocks(struct lkm_source *src)
{
	size_t count;

	if (src->size > SIZE_MAX / 2)
		return -ENOMEM;
	count = (size_t)src->size / BLOCK_SIZE + 1;
	src->blocks = lkm_arena_alloc(src->arena, (size_t)src->size);
	src->have = lkm_arena_alloc(src->arena, count);
	if (!src->blocks || !src->have)
		return -ENOMEM;
	memset(src->have, 0, count);
	return 0;
}

static bool window_has(const struct lkm_window *w, uint64_t offset, uint64_t len)
{
	return offset >= w->offset && offset - w->offset <= w->bytes.len &&
	       len <= w->bytes.len - (offset - w->offset);
}

/* Fill the head or the tail window if the range falls into it and it is still empty. */
static int read_ahead(struct lkm_source *src, uint64_t offset, uint64_t len)
{
	uint64_t start;

	if (!src->head.bytes.ptr && offset + len <= HEAD_SIZE)
		return read_range(src, 0, src->size < HEAD_SIZE ? src->size : HEAD_SIZE,
				  &src->head);
	if (src->tail.bytes.ptr || src->size - offset > TAIL_SIZE)
		return 0;
	start = offset > TAIL_BEFORE ? offset - TAIL_BEFORE : 0;
	return read_range(src, start, src->size - start, &src->tail);
}

/* Read the blocks [first, end), none of which is there yet, in one go. */
static int read_blocks(struct lkm_source *src, uint64_t first, uint64_t end)
{
	uint64_t start = first * BLOCK_SIZE;
	uint64_t stop = end * BLOCK_SIZE < src->size ? end * BLOCK_SIZE : src->size;
	int err = read_exactly(src->fd, start, src->blocks + start, (size_t)(stop - start));

	if (err == 0)
		memset(src->have + first, 1, (size_t)(end - first));
	return err;
}

static int get_sparse(struct lkm_source *src, uint64_t offset, uint64_t len, struct lkm_bytes *ret)
{
	uint64_t end = (offset + len + BLOCK_SIZE - 1) / BLOCK_SIZE;
	int err = src->have ? 0 : reserve_blocks(src);

	for (uint64_t i = offset / BLOCK_SIZE; i < end && !err; i++) {
		uint64_t first = i;

		while (i < end && !src->have[i])
			i++;
		err = first < i ? read_blocks(src, first, i) : 0;
	}
	if (err == 0)
		*ret = (struct lkm_bytes){ src->blocks + offset, (size_t)len };
	return err;
}

int lkm_source_get(struct lkm_source *src, uint64_t offset, uint64_t len, struct lkm_bytes *ret)
{
	struct lkm_window got;
	int err;

	if (offset > src->size || len > src->size - offset)
		return -EBADMSG;
	if (src->fd < 0)
		return lkm_bytes_slice(src->head.bytes, offset, len, ret);
	if (src->sparse)
		return get_sparse(src, offset, len, ret);
	err = read_ahead(src, offset, len);
	if (err < 0)
		return err;
	if (window_has(&src->head, offset, len))
		return lkm_bytes_slice(src->head.bytes, offset - src->head.offset, len, ret);
	if (window_has(&src->tail, offset, len))
		return lkm_bytes_slice(src->tail.bytes, offset - src->tail.offset, len, ret);
	err = read_range(src, offset, len, &got);
	if (err == 0)
		*ret = got.bytes;
	return err;
}
