/*
 * tests/unit/check.h - cmocka and what it needs, for every unit test.
 */
#ifndef LKM_TESTS_CHECK_H
#define LKM_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A view equals a C string, or the row's name is printed. */
#define assert_str(view, text)                                                        \
	do {                                                                          \
		struct lkm_str view_ = (view);                                        \
		if (!lkm_str_is(view_, text))                                         \
			fail_msg("got \"%.*s\", wanted \"%s\"", LKM_STR_ARG(view_), text); \
	} while (0)

/* As assert_int_equal, and says which row of a table it was. */
#define assert_row(row, got, wanted)                                                   \
	do {                                                                           \
		long long got_ = (long long)(got), wanted_ = (long long)(wanted);      \
		if (got_ != wanted_)                                                   \
			fail_msg("row \"%s\": %s is %lld, wanted %lld", row, #got, got_, wanted_); \
	} while (0)

#endif
