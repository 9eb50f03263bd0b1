/*
 * tests/fuzz/fuzz.h - what every fuzz target is made of.
 *
 * A target is one function that takes any bytes.  It may not crash, hang or
 * leak, whatever they are, and checks what must hold for all of them.  With
 * libFuzzer it becomes build-fuzz/.../fuzz_NAME; with replay.c it reads the
 * files of tests/corpus/NAME in the ordinary test run.
 */
#ifndef LKM_TESTS_FUZZ_H
#define LKM_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

/* The target: one input; 0, or -1 for an input that should not be kept. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* End the process, saying what did not hold, unless it does. */
#define fuzz_check(condition)                                                              \
	do {                                                                               \
		if (!(condition)) {                                                        \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, \
				#condition);                                               \
			abort();                                                           \
		}                                                                          \
	} while (0)

/* Is the view empty or part of the whole? */
static inline bool fuzz_inside(struct lkm_bytes part, struct lkm_bytes whole)
{
	return part.len == 0 || (part.ptr >= whole.ptr && part.len <= whole.len &&
				 (size_t)(part.ptr - whole.ptr) <= whole.len - part.len);
}

static inline bool fuzz_text_inside(struct lkm_str part, struct lkm_str whole)
{
	return fuzz_inside(lkm_str_bytes(part), lkm_str_bytes(whole));
}

/* Does the text hold this byte? */
static inline bool fuzz_has(struct lkm_str text, char c)
{
	return text.len > 0 && memchr(text.ptr, c, text.len);
}

/* Read every byte, so that the sanitizer sees a view that is not valid. */
static inline void fuzz_touch(struct lkm_bytes bytes)
{
	volatile uint8_t sum = 0;

	for (size_t i = 0; i < bytes.len; i++)
		sum = (uint8_t)(sum + bytes.ptr[i]);
}

#endif
