#include "base/hash.h"

#include <endian.h>

/* Odd, so that multiplying loses nothing; the bits of the golden ratio. */
#define FACTOR 0x9e3779b97f4a7c15u

/* Sums that go on side by side: the processor need not wait for one product after the other. */
#define LANES 4

/* Each step can be undone if the word is known: two sums that differ stay different. */
static uint64_t step(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * FACTOR;
	return sum ^ sum >> 29;
}

static uint64_t word_at(const uint8_t *bytes, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, bytes, len);
	return le64toh(word);
}

uint64_t lkm_hash64(uint64_t sum, struct lkm_bytes bytes)
{
	uint64_t lanes[LANES] = { 0 };
	size_t i = 0;

	sum = step(sum, bytes.len);
	for (; bytes.len - i >= sizeof(lanes); i += sizeof(lanes))
		for (size_t lane = 0; lane < LANES; lane++)
			lanes[lane] = step(lanes[lane], word_at(bytes.ptr + i + lane * 8, 8));
	for (size_t lane = 0; i && lane < LANES; lane++)
		sum = step(sum, lanes[lane]);
	for (; bytes.len - i >= 8; i += 8)
		sum = step(sum, word_at(bytes.ptr + i, 8));
	return bytes.len > i ? step(sum, word_at(bytes.ptr + i, bytes.len - i)) : sum;
}
