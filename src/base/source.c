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

static int make_blocks(struct lkm_source *src)
{
	uint64_t count = src->size / BLOCK_SIZE + 1;

	if (count > SIZE_MAX / 2 / sizeof(*src->blocks))
		return -ENOMEM;
	src->blocks = lkm_arena_alloc(src->arena, (size_t)count * sizeof(*src->blocks));
	if (!src->blocks)
		return -ENOMEM;
	memset(src->blocks, 0, (size_t)count * sizeof(*src->blocks));
	return 0;
}

/* Behind block `i`, or behind the run of blocks from there on that are not there yet. */
static uint64_t next_run(const struct lkm_source *src, uint64_t i, uint64_t end)
{
	if (src->blocks[i++])
		return i;
	while (i < end && !src->blocks[i])
		i++;
	return i;
}

/* Have the blocks [begin, end) side by side: those that are there are copied, the others read. */
static int gather(struct lkm_source *src, uint64_t begin, uint64_t end)
{
	uint64_t start = begin * BLOCK_SIZE;
	uint64_t stop = end * BLOCK_SIZE < src->size ? end * BLOCK_SIZE : src->size;
	uint8_t *to = stop - start <= SIZE_MAX / 2 ?
			      lkm_arena_alloc(src->arena, (size_t)(stop - start)) :
			      NULL;
	uint64_t next;
	int err = to ? 0 : -ENOMEM;

	for (uint64_t i = begin; i < end && !err; i = next) {
		uint64_t at = i * BLOCK_SIZE;
		uint64_t len;

		next = next_run(src, i, end);
		len = (next * BLOCK_SIZE < stop ? next * BLOCK_SIZE : stop) - at;
		if (src->blocks[i])
			memcpy(to + (at - start), src->blocks[i], (size_t)len);
		else
			err = read_exactly(src->fd, at, to + (at - start), (size_t)len);
	}
	for (uint64_t i = begin; i < end && !err; i++)
		src->blocks[i] = to + (i * BLOCK_SIZE - start);
	return err;
}

/* A range whose blocks are there but not side by side. */
static int join_blocks(struct lkm_source *src, uint64_t offset, uint64_t len, struct lkm_bytes *ret)
{
	uint8_t *to = len <= SIZE_MAX / 2 ? lkm_arena_alloc(src->arena, (size_t)len) : NULL;
	size_t done = 0;

	if (!to)
		return -ENOMEM;
	while (done < len) {
		uint64_t at = (offset + done) % BLOCK_SIZE;
		size_t part = (size_t)(BLOCK_SIZE - at < len - done ? BLOCK_SIZE - at : len - done);

		memcpy(to + done, src->blocks[(offset + done) / BLOCK_SIZE] + at, part);
		done += part;
	}
	*ret = (struct lkm_bytes){ to, (size_t)len };
	return 0;
}

static int get_sparse(struct lkm_source *src, uint64_t offset, uint64_t len, struct lkm_bytes *ret)
{
	uint64_t begin = offset / BLOCK_SIZE;
	uint64_t end = (offset + len + BLOCK_SIZE - 1) / BLOCK_SIZE;
	int err = src->blocks ? 0 : make_blocks(src);
	bool all = true, joined = true;

	for (uint64_t i = begin; i < end && !err; i++) {
		all = all && src->blocks[i];
		joined = joined && all && (i == begin || src->blocks[i] == src->blocks[i - 1] + BLOCK_SIZE);
	}
	if (err == 0 && !all)
		err = gather(src, begin, end);
	if (err < 0)
		return err;
	if (all && !joined)
		return join_blocks(src, offset, len, ret);
	*ret = (struct lkm_bytes){ len ? src->blocks[begin] + offset % BLOCK_SIZE : NULL, (size_t)len };
	return 0;
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

int lkm_source_peek(struct lkm_source *src, uint64_t offset, struct lkm_bytes *ret)
{
	uint64_t left = offset < src->size ? src->size - offset : 0;
	uint64_t block = BLOCK_SIZE - offset % BLOCK_SIZE;

	if (left == 0)
		return -EBADMSG;
	if (src->fd < 0)
		return lkm_source_get(src, offset, left, ret);
	return lkm_source_get(src, offset, left < block ? left : block, ret);
}
