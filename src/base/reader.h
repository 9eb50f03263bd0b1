/*
 * base/reader.h - the bounded byte reader: every byte of a file comes through it.
 *
 * It advances or it fails, never both; after a failure its position is what it
 * was.  Width and byte order are decided here and nowhere else, so no parser
 * casts bytes to a struct.
 *
 * Units      Positions and lengths are bytes from the start of the view.
 * Ownership  Borrows the bytes; nothing to release.
 * Errors     -EBADMSG  fewer bytes are left than asked for
 * Trust      Any bytes.  Lengths taken from a file may be passed in as they are.
 */
#ifndef LKM_BASE_READER_H
#define LKM_BASE_READER_H

#include <endian.h>
#include <errno.h>

#include "base/bytes.h"

struct lkm_reader {
	struct lkm_bytes data;
	size_t pos;
	bool big_endian;
};

/* A reader at the start of `data`. */
static inline struct lkm_reader lkm_reader(struct lkm_bytes data, bool big_endian)
{
	return (struct lkm_reader){ .data = data, .big_endian = big_endian };
}

/* Bytes that are left. */
static inline size_t lkm_reader_left(const struct lkm_reader *r)
{
	return r->data.len - r->pos;
}

/* One byte.  -EBADMSG. */
static inline int lkm_read_u8(struct lkm_reader *r, uint8_t *ret)
{
	if (r->pos >= r->data.len)
		return -EBADMSG;
	*ret = r->data.ptr[r->pos++];
	return 0;
}

/* One unsigned number of 2, 4 or 8 bytes in the reader's byte order.  -EBADMSG. */
int lkm_read_u16(struct lkm_reader *r, uint16_t *ret);
int lkm_read_u32(struct lkm_reader *r, uint32_t *ret);
int lkm_read_u64(struct lkm_reader *r, uint64_t *ret);

/* A number of 8 bytes, or of 4 when `wide` is false (ELF's class).  -EBADMSG. */
int lkm_read_word(struct lkm_reader *r, bool wide, uint64_t *ret);

/* The next `len` bytes, borrowed.  -EBADMSG. */
int lkm_read_bytes(struct lkm_reader *r, uint64_t len, struct lkm_bytes *ret);

/* Text up to the next NUL, which is consumed and not part of it.  -EBADMSG: no NUL. */
int lkm_read_cstr(struct lkm_reader *r, struct lkm_str *ret);

/* Go to an absolute position; the end itself is allowed.  -EBADMSG. */
int lkm_read_seek(struct lkm_reader *r, uint64_t pos);

/* Skip over `len` bytes.  -EBADMSG. */
int lkm_read_skip(struct lkm_reader *r, uint64_t len);

/* The part [offset, offset + len) of `data`.  -EBADMSG when it is not all inside. */
int lkm_bytes_slice(struct lkm_bytes data, uint64_t offset, uint64_t len, struct lkm_bytes *ret);

/*
 * Numbers from a place that is known to be inside: for tables whose size was
 * checked once and whose entries are then walked.  `ptr` may be unaligned.
 */

/* 2 bytes. */
static inline uint16_t lkm_load_u16(const uint8_t *ptr, bool big_endian)
{
	uint16_t raw;

	memcpy(&raw, ptr, sizeof(raw));
	return big_endian ? be16toh(raw) : le16toh(raw);
}

/* 4 bytes. */
static inline uint32_t lkm_load_u32(const uint8_t *ptr, bool big_endian)
{
	uint32_t raw;

	memcpy(&raw, ptr, sizeof(raw));
	return big_endian ? be32toh(raw) : le32toh(raw);
}

/* 8 bytes. */
static inline uint64_t lkm_load_u64(const uint8_t *ptr, bool big_endian)
{
	uint64_t raw;

	memcpy(&raw, ptr, sizeof(raw));
	return big_endian ? be64toh(raw) : le64toh(raw);
}

/* 8 bytes, or 4 when `wide` is false (ELF's class). */
static inline uint64_t lkm_load_word(const uint8_t *ptr, bool wide, bool big_endian)
{
	return wide ? lkm_load_u64(ptr, big_endian) : lkm_load_u32(ptr, big_endian);
}

/* 4 bytes, big-endian. */
static inline uint32_t lkm_load_be32(const uint8_t *ptr)
{
	return lkm_load_u32(ptr, true);
}

#endif
