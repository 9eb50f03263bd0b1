/*
 * base/bytes.h - borrowed views: bytes and text.
 *
 * Both are a pointer and a length and own nothing; what they point into must
 * outlive them.  Text may hold any byte and is not NUL-terminated.  Pass them
 * by value.
 *
 * Errors     -EINVAL  not a number in the form asked for
 *            -ERANGE  a number, but too large
 */
#ifndef LKM_BASE_BYTES_H
#define LKM_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct lkm_bytes {
	const uint8_t *ptr;
	size_t len;
};

struct lkm_str {
	const char *ptr;
	size_t len;
};

/* A text literal as a view, also in static tables. */
#define LKM_STR(literal) { .ptr = "" literal, .len = sizeof(literal) - 1 }

/* For printf: printf("%.*s", LKM_STR_ARG(s)). */
#define LKM_STR_ARG(s) (int)((s).len < 0x7fffffff ? (s).len : 0x7fffffff), (s).ptr

/* The text of a C string; NULL gives an empty view. */
static inline struct lkm_str lkm_str(const char *text)
{
	return (struct lkm_str){ .ptr = text ? text : "", .len = text ? strlen(text) : 0 };
}

/* The same bytes seen as text. */
static inline struct lkm_str lkm_bytes_str(struct lkm_bytes bytes)
{
	return (struct lkm_str){ .ptr = (const char *)bytes.ptr, .len = bytes.len };
}

/* The same text seen as bytes. */
static inline struct lkm_bytes lkm_str_bytes(struct lkm_str text)
{
	return (struct lkm_bytes){ .ptr = (const uint8_t *)text.ptr, .len = text.len };
}

/* Equal length and bytes. */
static inline bool lkm_str_eq(struct lkm_str a, struct lkm_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Equal to a C string. */
static inline bool lkm_str_is(struct lkm_str a, const char *text)
{
	return lkm_str_eq(a, lkm_str(text));
}

/* The order of strcmp(3): bytes as unsigned, a prefix before the longer text. */
int lkm_str_cmp(struct lkm_str a, struct lkm_str b);

/* Does the text begin with `prefix`?  If so and ret_rest is not NULL, what follows it. */
bool lkm_str_starts(struct lkm_str text, const char *prefix, struct lkm_str *ret_rest);

/* Does the text end with `suffix`?  If so and ret_rest is not NULL, what stands before it. */
bool lkm_str_ends(struct lkm_str text, const char *suffix, struct lkm_str *ret_rest);

/*
 * Cut at the first `sep`: ret_head is before it, ret_tail after it.  Without a
 * sep the head is the whole text, the tail is empty, and false comes back.
 * ret_tail may be NULL.  Head or tail may be the variable that was passed.
 */
bool lkm_str_cut(struct lkm_str text, char sep, struct lkm_str *ret_head,
		 struct lkm_str *ret_tail);

/* The text without white space (isspace in the C locale) at both ends. */
struct lkm_str lkm_str_trim(struct lkm_str text);

/*
 * Take the next line off `rest` (without its newline); false when nothing is
 * left.  A last line without a newline counts.
 */
bool lkm_str_next_line(struct lkm_str *rest, struct lkm_str *ret_line);

/* Take the next word (run of non-blanks) off `rest`; false when there is none. */
bool lkm_str_next_word(struct lkm_str *rest, struct lkm_str *ret_word);

/*
 * Make a C string harmless for a terminal: control characters, also those that
 * UTF-8 writes as C2 80 to C2 9F, become '?'.
 */
void lkm_clean(char *text);

/*
 * The whole text as an unsigned number: base 10 or 16 (then 0x is allowed).
 * No blanks, no sign.  -EINVAL, -ERANGE.
 */
int lkm_str_to_u64(struct lkm_str text, int base, uint64_t *ret);

#endif
