/*
 * base/store.h - numbers into a place that is known to be inside.
 *
 * The counterpart of lkm_load_u16() and its sisters in base/reader.h: width and
 * byte order are decided here, the place may be unaligned, and whoever calls
 * has checked that the bytes are there.  What does not fit is cut off.
 */
#ifndef LKM_BASE_STORE_H
#define LKM_BASE_STORE_H

#include <endian.h>

#include "base/bytes.h"

/* 2 bytes. */
static inline void lkm_store_u16(uint8_t *ptr, uint64_t value, bool big_endian)
{
	uint16_t raw = (uint16_t)value;

	raw = big_endian ? htobe16(raw) : htole16(raw);
	memcpy(ptr, &raw, sizeof(raw));
}

/* 4 bytes. */
static inline void lkm_store_u32(uint8_t *ptr, uint64_t value, bool big_endian)
{
	uint32_t raw = (uint32_t)value;

	raw = big_endian ? htobe32(raw) : htole32(raw);
	memcpy(ptr, &raw, sizeof(raw));
}

/* 8 bytes. */
static inline void lkm_store_u64(uint8_t *ptr, uint64_t value, bool big_endian)
{
	uint64_t raw = big_endian ? htobe64(value) : htole64(value);

	memcpy(ptr, &raw, sizeof(raw));
}

#endif
