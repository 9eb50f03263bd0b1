/*
 * base/hash.h - a checksum against accidents.
 *
 * 64 bits, quick, in no way safe against somebody who wants two contents to
 * have one sum.  Any change within 8 aligned bytes changes the sum.
 */
#ifndef LKM_BASE_HASH_H
#define LKM_BASE_HASH_H

#include "base/bytes.h"

/* The sum of these bytes, going on from another sum (0 to begin): "ab", "c" and "a", "bc" differ. */
uint64_t lkm_hash64(uint64_t sum, struct lkm_bytes bytes);

#endif
