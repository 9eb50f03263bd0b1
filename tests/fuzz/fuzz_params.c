/*
 * Module parameters, one word of a command line on each line: what is added to
 * the string, the kernel's rules take out again.
 */
#include "base/vec.h"
#include "fmt/params.h"
#include "fuzz.h"

/* The kernel's white space, which in Latin-1 has one more. */
static const char blanks[] = " \t\n\v\f\r\xa0";

static bool has_blank(struct lkm_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] && strchr(blanks, text.ptr[i]))
			return true;
	return false;
}

/* Would the kernel see another name, or take a quote for its own? */
static bool is_plain(struct lkm_str name, struct lkm_str value)
{
	return name.len > 0 && !has_blank(name) && !fuzz_has(name, '"') &&
	       !lkm_str_starts(value, "\"", NULL);
}

static void comes_back(struct lkm_str *rest, struct lkm_str name, struct lkm_str value)
{
	struct lkm_param param;

	fuzz_check(lkm_params_next(rest, &param));
	fuzz_check(lkm_str_eq(param.name, name));
	fuzz_check(param.has_value && lkm_str_eq(param.value, value));
}

/* Words one by one, and those with a plain name together. */
static void add_words(struct lkm_str words, struct lkm_buf *all)
{
	struct lkm_str word, name, value, rest;

	while (lkm_str_next_line(&words, &word)) {
		lkm_auto(lkm_buf) struct lkm_buf one = LKM_BUF_INIT;
		bool has_value = lkm_str_cut(word, '=', &name, &value);
		struct lkm_diag diag = LKM_DIAG_INIT;
		int err = lkm_params_add(&one, word, &diag);

		fuzz_check(err == diag.err && (err == 0 || one.len == 0));
		if (err < 0 || !has_value || !is_plain(name, value))
			continue;
		rest = lkm_buf_view(&one);
		comes_back(&rest, name, value);
		fuzz_check(rest.len == 0);
		fuzz_check(lkm_params_add(all, word, NULL) == 0);
	}
}

static void take_words(struct lkm_str words, struct lkm_str string)
{
	struct lkm_str word, name, value;

	while (lkm_str_next_line(&words, &word))
		if (lkm_str_cut(word, '=', &name, &value) && is_plain(name, value) &&
		    lkm_params_add(&(struct lkm_buf){ .err = -ENOMEM }, word, NULL) == 0)
			comes_back(&string, name, value);
	fuzz_check(string.len == 0);
}

/* Any string at all: views inside, blanks only between quotes, and an end. */
static void walk(struct lkm_str string)
{
	struct lkm_str rest = string;
	struct lkm_param param;
	size_t seen = 0;

	while (lkm_params_next(&rest, &param)) {
		fuzz_check(fuzz_text_inside(param.name, string));
		fuzz_check(fuzz_text_inside(param.value, string));
		fuzz_check(param.has_value || param.value.len == 0);
		if (!fuzz_has(string, '"'))
			fuzz_check(!has_blank(param.name) && !has_blank(param.value));
		fuzz_check(++seen <= string.len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_buf) struct lkm_buf all = LKM_BUF_INIT;
	struct lkm_str words = lkm_bytes_str((struct lkm_bytes){ data, size });

	walk(words);
	add_words(words, &all);
	take_words(words, lkm_buf_view(&all));
	return 0;
}
