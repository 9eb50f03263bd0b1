/* Words that shell files assign: all lie inside the text, without blanks that no quote held, and walks end. */
#include "fmt/shellwords.h"
#include "fuzz.h"

static size_t check_words(struct lkm_shellwords_item item, struct lkm_bytes whole)
{
	struct lkm_str word, words = item.words;
	unsigned int last = item.line;
	size_t count = 0;

	while (lkm_shellwords_word(&item, &word)) {
		fuzz_check(fuzz_inside(lkm_str_bytes(word), lkm_str_bytes(words)));
		fuzz_check(item.comments || (word.len && !fuzz_has(word, ' ') && !fuzz_has(word, '\n')));
		fuzz_check(item.line >= last && item.line <= whole.len + 1);
		fuzz_check(++count <= words.len);
		last = item.line;
	}
	fuzz_check(item.words.len == 0);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_bytes whole = { data, size };
	struct lkm_shellwords list = lkm_shellwords(lkm_bytes_str(whole));
	struct lkm_shellwords_item item;
	const char *behind = NULL;

	while (lkm_shellwords_next(&list, &item)) {
		fuzz_check(fuzz_inside(lkm_str_bytes(item.name), whole));
		fuzz_check(fuzz_inside(lkm_str_bytes(item.words), whole));
		fuzz_check(item.name.len > 0 && item.name.ptr > behind);
		fuzz_check(item.words.ptr > item.name.ptr);
		fuzz_check(item.line <= list.line && list.line <= size + 1);
		check_words(item, whole);
		behind = item.words.ptr + item.words.len - 1;
	}
	fuzz_check(list.rest.len == 0);
	return 0;
}
