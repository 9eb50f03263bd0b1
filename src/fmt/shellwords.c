#include "fmt/shellwords.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool is_name(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static struct lkm_str from(struct lkm_str text, size_t at)
{
	return (struct lkm_str){ text.ptr + at, text.len - at };
}

/* The place of the byte that closes a quote which is open from `at` on; the end if nothing does. */
static size_t quote_end(struct lkm_str text, size_t at, char quote)
{
	while (at < text.len && text.ptr[at] != quote)
		at += quote == '"' && text.ptr[at] == '\\' && at + 1 < text.len ? 2 : 1;
	return at < text.len ? at : text.len;
}

static size_t line_end(struct lkm_str text, size_t at)
{
	while (at < text.len && text.ptr[at] != '\n')
		at++;
	return at;
}

/* The end of the word that begins at `at`: a blank, or what closes a list. */
static size_t word_end(struct lkm_str text, size_t at, bool list)
{
	while (at < text.len && !is_blank(text.ptr[at]) && !(list && text.ptr[at] == ')')) {
		if (list && (text.ptr[at] == '"' || text.ptr[at] == '\''))
			at = quote_end(text, at + 1, text.ptr[at]);
		at += at < text.len;
	}
	return at;
}

/* The first byte of a word, or what closes the list, or the end. */
static size_t word_start(struct lkm_str text, size_t at, bool comments)
{
	while (at < text.len && (is_blank(text.ptr[at]) || (comments && text.ptr[at] == '#')))
		at = text.ptr[at] == '#' ? line_end(text, at) : at + 1;
	return at;
}

static size_t list_end(struct lkm_str text, size_t at)
{
	at = word_start(text, at, true);
	while (at < text.len && text.ptr[at] != ')')
		at = word_start(text, word_end(text, at, true), true);
	return at;
}

/* What is assigned, from `at` on; *ret_end is at its end.  False if it is never closed. */
static bool take_value(struct lkm_str text, size_t at, struct lkm_shellwords_item *item, size_t *ret_end)
{
	char open = at < text.len ? text.ptr[at] : '\0';
	bool list = open == '(', quoted = open == '"' || open == '\'';
	size_t start = list || quoted ? at + 1 : at;
	size_t end = list   ? list_end(text, start) :
		     quoted ? quote_end(text, start, open) :
			      word_end(text, start, false);

	if ((list || quoted) && end == text.len)
		return false;
	item->comments = list;
	item->words = (struct lkm_str){ text.ptr + start, end - start };
	*ret_end = end;
	return true;
}

/* NAME= or NAME+= at the start of the line: its length, or 0. */
static size_t take_name(struct lkm_str text, struct lkm_shellwords_item *item)
{
	size_t start = 0, end;

	while (start < text.len && (text.ptr[start] == ' ' || text.ptr[start] == '\t'))
		start++;
	for (end = start; end < text.len && is_name(text.ptr[end]);)
		end++;
	item->name = (struct lkm_str){ text.ptr + start, end - start };
	item->adds = end < text.len && text.ptr[end] == '+';
	end += item->adds;
	return item->name.len && end < text.len && text.ptr[end] == '=' ? end + 1 : 0;
}

/* Go to `at`, counting the lines. */
static void go_to(struct lkm_shellwords *iter, size_t at)
{
	for (size_t i = 0; i < at; i++)
		iter->line += iter->rest.ptr[i] == '\n';
	iter->rest = from(iter->rest, at);
}

bool lkm_shellwords_next(struct lkm_shellwords *iter, struct lkm_shellwords_item *ret)
{
	while (iter->rest.len) {
		struct lkm_shellwords_item item = { .line = iter->line };
		size_t at = take_name(iter->rest, &item), end = 0;

		if (at && !take_value(iter->rest, at, &item, &end))
			end = iter->rest.len;
		end = line_end(iter->rest, end);
		go_to(iter, end < iter->rest.len ? end + 1 : end);
		if (!at || !item.words.ptr)
			continue;
		*ret = item;
		return true;
	}
	return false;
}

/* "word" or 'word': without them. */
static struct lkm_str unquote(struct lkm_str word)
{
	char first = word.ptr[0];

	if (word.len >= 2 && (first == '"' || first == '\'') && word.ptr[word.len - 1] == first)
		return (struct lkm_str){ word.ptr + 1, word.len - 2 };
	return word;
}

bool lkm_shellwords_word(struct lkm_shellwords_item *item, struct lkm_str *ret)
{
	size_t start = word_start(item->words, 0, item->comments);
	size_t end = word_end(item->words, start, item->comments);

	for (size_t i = 0; i < start; i++)
		item->line += item->words.ptr[i] == '\n';
	if (start == end) {
		item->words = from(item->words, item->words.len);
		return false;
	}
	*ret = (struct lkm_str){ item->words.ptr + start, end - start };
	for (size_t i = start; i < end; i++)
		item->line += item->words.ptr[i] == '\n';
	item->words = from(item->words, end);
	if (item->comments)
		*ret = unquote(*ret);
	return true;
}
