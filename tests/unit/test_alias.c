/* fmt/alias: one form for aliases, and the matcher against fnmatch(3). */
#include "check.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "fmt/alias.h"

static const struct {
	const char *alias;
	const char *want; /* NULL: brackets that do not pair */
} normal[] = {
	{ "", "" },
	{ "snd-hda-intel", "snd_hda_intel" },
	{ "a[-]b-c", "a[-]b_c" },
	{ "a[x-z]-[0-9]-", "a[x-z]_[0-9]_" },
	{ "a[[-]-", "a[[-]_" },
	{ "a[]-b", "a[]_b" },
	{ "a]b", NULL },
	{ "a[b", NULL },
	{ "a[b]-c]", NULL },
	{ "-]", NULL },
};

static void brings_dashes_into_one_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(normal); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		int err;

		lkm_buf_puts(&buf, "kept ");
		err = lkm_alias_normalize(lkm_str(normal[i].alias), &buf);
		assert_row(normal[i].alias, err, normal[i].want ? 0 : -EINVAL);
		assert_memory_equal(buf.ptr, "kept ", 5);
		assert_str(((struct lkm_str){ buf.ptr + 5, buf.len - 5 }),
			   normal[i].want ? normal[i].want : "");
	}
}

static const struct {
	const char *pattern;
	const char *text;
	bool want;
} rows[] = {
	{ "", "", true },
	{ "", "a", false },
	{ "abc", "abc", true },
	{ "abc", "ab", false },
	{ "*", "", true },
	{ "a*c", "abcbc", true },
	{ "a*c", "abcb", false },
	{ "a?c", "a/c", true },
	{ "a?c", "ac", false },
	{ "?*", ".", true },
	{ "pci:v00008086d*sv*sd*bc0Csc03i30*", "pci:v00008086d00009D2Fsv00001028sd07E6bc0Csc03i30", true },
	{ "usb:v0BDAp8153d30[0-1]*dc*", "usb:v0BDAp8153d3001dc00", true },
	{ "usb:v0BDAp8153d30[0-1]*dc*", "usb:v0BDAp8153d3021dc00", false },
	{ "[!a]", "b", true },
	{ "[!a]", "a", false },
	{ "[^a-c]", "d", true },
	{ "[^a-c]", "b", false },
	{ "[]]", "]", true },
	{ "[z-a]", "m", false },
	{ "[[:digit:]x]", "7", true },
	{ "[[:digit:]x]", "x", true },
	{ "[[:digit:]x]", "y", false },
	{ "\\*", "*", true },
	{ "\\*", "a", false },
	{ "[\\]a]", "]", true },
	{ "a\\", "a\\", false },
	{ "[a", "[a", true },
	{ "[[:digit:", "7", false },
	{ "[![:none:]]", "a", false },
	{ "[[:none:]a]", "a", false },
	{ "[[-", "[[-", true },
	{ "[a-", "[a-", false },
};

static void matches_as_fnmatch_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool got = lkm_alias_match(lkm_str(rows[i].pattern), lkm_str(rows[i].text));

		assert_row(rows[i].pattern, got, rows[i].want);
		assert_row(rows[i].pattern, fnmatch(rows[i].pattern, rows[i].text, 0) == 0, got);
	}
}

/* Alphabets that make the odd corners likely: unclosed sets, ranges, classes. */
static const char *const alphabets[] = {
	"ab*?[]", "ab-[]!", "ab[]\\-", "ab[]:=.", "*?a[]:=.-\\!^", "[]:aluphdigt", "a-\377\200[]*",
};

static void random_text(unsigned int *seed, const char *alphabet, char *to, size_t max)
{
	size_t len = (size_t)rand_r(seed) % max;

	for (size_t i = 0; i < len; i++)
		to[i] = alphabet[(size_t)rand_r(seed) % strlen(alphabet)];
	to[len] = '\0';
}

static void agrees_with_fnmatch_on_random_patterns(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (size_t i = 0; i < 400000; i++) {
		const char *alphabet = alphabets[i % COUNT(alphabets)];
		char pattern[12], text[7];

		random_text(&seed, alphabet, pattern, sizeof(pattern));
		random_text(&seed, alphabet, text, sizeof(text));
		if (lkm_alias_match(lkm_str(pattern), lkm_str(text)) !=
		    (fnmatch(pattern, text, 0) == 0))
			fail_msg("pattern \"%s\", text \"%s\"", pattern, text);
	}
}

/* The pattern in two pieces: a no to the first is final, and going on gives the same answer. */
static void a_pattern_can_come_in_pieces(void **state)
{
	unsigned int seed = 7;
	size_t excluded = 0, matched = 0;

	(void)state;
	for (size_t i = 0; i < 400000; i++) {
		struct lkm_alias_progress progress = { 0 };
		char pattern[10], text[7];
		struct lkm_str start = { pattern, 0 };
		bool want;

		random_text(&seed, alphabets[i % COUNT(alphabets)], pattern, sizeof(pattern));
		random_text(&seed, alphabets[i % COUNT(alphabets)], text, sizeof(text));
		want = lkm_alias_match(lkm_str(pattern), lkm_str(text));
		matched += want;
		for (; start.len < strlen(pattern); start.len++)
			if (!lkm_alias_match_start(start, lkm_str(text), &progress))
				break;
		excluded += start.len < strlen(pattern);
		if (start.len < strlen(pattern) ? want :
		    lkm_alias_match_rest(start, lkm_str(text), progress) != want)
			fail_msg("pattern \"%s\", text \"%s\"", pattern, text);
	}
	assert_true(excluded > 1000);
	assert_true(matched > 1000);
}

/* fnmatch(3) itself would take longer than anyone waits. */
static void many_stars_do_not_blow_up(void **state)
{
	static char text[4097];
	char pattern[129];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	for (size_t i = 0; i + 2 < sizeof(pattern); i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[126] = 'b';
	pattern[127] = '\0';
	assert_false(lkm_alias_match(lkm_str(pattern), lkm_str(text)));
	text[4095] = 'b';
	assert_true(lkm_alias_match(lkm_str(pattern), lkm_str(text)));
}

/* Every byte that a text can have, in every class. */
static void knows_the_classes_of_fnmatch(void **state)
{
	static const char *const classes[] = {
		"[[:alnum:]]", "[[:alpha:]]", "[[:blank:]]", "[[:cntrl:]]", "[[:digit:]]", "[[:graph:]]",
		"[[:lower:]]", "[[:print:]]", "[[:punct:]]", "[[:space:]]", "[[:upper:]]", "[[:xdigit:]]",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(classes); i++)
		for (int byte = 1; byte < 256; byte++) {
			const char text[] = { (char)byte, '\0' };

			assert_row(classes[i], lkm_alias_match(lkm_str(classes[i]), lkm_str(text)),
				   fnmatch(classes[i], text, 0) == 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brings_dashes_into_one_form),
		cmocka_unit_test(matches_as_fnmatch_does),
		cmocka_unit_test(agrees_with_fnmatch_on_random_patterns),
		cmocka_unit_test(knows_the_classes_of_fnmatch),
		cmocka_unit_test(a_pattern_can_come_in_pieces),
		cmocka_unit_test(many_stars_do_not_blow_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
