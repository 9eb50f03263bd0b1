#include "base/hash.h"

#include <endian.h>

/* Odd, so that multiplying loses nothing; the bits of the golden ratio. */
#define FACTOR 0x9e3779b97f4a7c15u

/* Each step can be undone if the word is known: two sums that differ stay different. */
static uint64_t step(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * FACTOR;
	return sum ^ sum >> 29;
}

uint64_t lkm_hash64(uint64_t sum, struct lkm_bytes bytes)
{
	size_t whole = bytes.len & ~(size_t)7;
	uint64_t word;

	sum = step(sum, bytes.len);
	for (size_t i = 0; i < whole; i += 8) {
		memcpy(&word, bytes.ptr + i, 8);
		sum = step(sum, le64toh(word));
	}
	word = 0;
	if (bytes.len > whole)
		memcpy(&word, bytes.ptr + whole, bytes.len - whole);
	return step(sum, le64toh(word));
}
