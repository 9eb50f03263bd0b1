/*
 * fmt/alias.h - alias patterns: bring them into one form, and match them.
 *
 * A pattern means what fnmatch(3) with no flags makes of it in the C locale:
 * `*` any run of bytes, `?` any byte, `[...]` one byte of a set (ranges a-z,
 * classes [:alpha:], ! or ^ in front negates, ] as the first is itself), `\`
 * takes the next byte as it is.  A `[` without its `]` is an ordinary byte.
 *
 * Ownership  Nothing is kept; views in, an answer out.
 * Errors     -EINVAL  brackets that do not pair
 * Trust      Any bytes.  Time is at most length of pattern times length of
 *            text: `*a*a*a*b` cannot blow up, because only the last star is
 *            ever tried again.
 * Source     fnmatch(3), glob(7); behaviour of glibc and of modprobe.
 */
#ifndef LKM_FMT_ALIAS_H
#define LKM_FMT_ALIAS_H

#include "base/buf.h"

/*
 * Append the alias with `-` as `_`, except inside [...].  -EINVAL: a bracket
 * without its other half; nothing has been appended then.  Errors of the
 * buffer stick in the buffer.
 */
int lkm_alias_normalize(struct lkm_str alias, struct lkm_buf *buf);

/* Does the whole text match the pattern? */
bool lkm_alias_match(struct lkm_str pattern, struct lkm_str text);

/*
 * How far a pattern that is given piece by piece has been matched: it has a
 * star before `pattern`, which takes the text at least up to `text`.
 */
struct lkm_alias_progress {
	size_t pattern;
	size_t text;
};

/*
 * Could the text match this pattern with something appended?  Yes when in
 * doubt.  Matching goes on from the progress and leaves it at the last star.
 */
bool lkm_alias_match_start(struct lkm_str pattern, struct lkm_str text,
			   struct lkm_alias_progress *progress);

/* Does the text match the pattern, whose beginning has been matched so far? */
bool lkm_alias_match_rest(struct lkm_str pattern, struct lkm_str text,
			  struct lkm_alias_progress progress);

/* Is this one of the bytes `*`, `?`, `[` with which matching stops being comparing? */
static inline bool lkm_alias_is_glob(char c)
{
	return c == '*' || c == '?' || c == '[';
}

#endif
