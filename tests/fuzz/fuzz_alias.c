/*
 * Alias patterns, `PATTERN\nTEXT`: the same answer as fnmatch(3), also when the
 * pattern is given in two pieces; normalizing twice changes nothing more.
 */
#include <fnmatch.h>

#include "fmt/alias.h"
#include "fuzz.h"

/* Time is the product of both lengths, for the whole and for each place where it is cut. */
#define INPUT_MAX 256
#define CUTS 8

/* fnmatch(3) takes exponential time for many stars: only what it can do is asked. */
static bool can_ask(struct lkm_str pattern, struct lkm_str text)
{
	size_t stars = 0;

	if (fuzz_has(pattern, '\0') || fuzz_has(text, '\0'))
		return false;
	for (size_t i = 0; i < pattern.len; i++)
		stars += pattern.ptr[i] == '*';
	return stars <= 2 ? text.len <= 128 : stars <= 6 && text.len <= 20;
}

static void ask(struct lkm_str pattern, struct lkm_str text, bool matches)
{
	lkm_autofree char *p = strndup(pattern.ptr, pattern.len);
	lkm_autofree char *t = strndup(text.ptr, text.len);

	if (p && t)
		fuzz_check((fnmatch(p, t, 0) == 0) == matches);
}

static void in_two_pieces(struct lkm_str pattern, struct lkm_str text, bool matches)
{
	for (size_t i = 0; i <= pattern.len; i += pattern.len / CUTS + 1) {
		struct lkm_str start = { pattern.ptr, i };
		struct lkm_alias_progress progress = { 0 };
		bool may = lkm_alias_match_start(start, text, &progress);

		fuzz_check(may || !matches);
		if (may)
			fuzz_check(lkm_alias_match_rest(pattern, text, progress) == matches);
	}
}

static void normalize(struct lkm_str alias)
{
	lkm_auto(lkm_buf) struct lkm_buf once = LKM_BUF_INIT, twice = LKM_BUF_INIT;

	if (lkm_alias_normalize(alias, &once) < 0) {
		fuzz_check(once.len == 0);
		return;
	}
	fuzz_check(once.len == alias.len);
	fuzz_check(lkm_alias_normalize(lkm_buf_view(&once), &twice) == 0);
	fuzz_check(lkm_str_eq(lkm_buf_view(&once), lkm_buf_view(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_str pattern, text;
	bool matches;

	if (size > INPUT_MAX)
		return -1;
	lkm_str_cut(lkm_bytes_str((struct lkm_bytes){ data, size }), '\n', &pattern, &text);
	matches = lkm_alias_match(pattern, text);
	if (can_ask(pattern, text))
		ask(pattern, text, matches);
	in_two_pieces(pattern, text, matches);
	normalize(pattern);
	return 0;
}
