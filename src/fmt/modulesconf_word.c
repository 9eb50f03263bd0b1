#include "fmt/modulesconf_word.h"

int lkm_modulesconf_complain(const struct lkm_modulesconf_reading *r, const char *what)
{
	lkm_report(r->report, LKM_REPORT_WARNING, "%s:%u: %s", r->file, r->line, what);
	return -EBADMSG;
}

/* ---- words ---- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static void skip(struct lkm_str *text, size_t len)
{
	text->ptr += len;
	text->len -= len;
}

/* "6.12.1": "6.12". */
static struct lkm_str two_numbers(const char *release)
{
	struct lkm_str text = lkm_str(release);
	const char *dot = memchr(text.ptr, '.', text.len);
	size_t len = dot ? (size_t)(dot - text.ptr) + 1 : text.len;

	while (len < text.len && text.ptr[len] >= '0' && text.ptr[len] <= '9')
		len++;
	return (struct lkm_str){ text.ptr, len };
}

/* Behind a backquote: what stands up to the next one. */
static int add_command(struct lkm_modulesconf_reading *r, struct lkm_str *rest,
		       struct lkm_buf *word)
{
	struct lkm_str command;

	if (!lkm_str_cut(*rest, '`', &command, rest))
		return lkm_modulesconf_complain(r, "a backquote without a second one");
	command = lkm_str_trim(command);
	if (lkm_str_is(command, "uname -r"))
		lkm_buf_puts(word, r->system->release);
	else if (lkm_str_is(command, "kernelversion"))
		lkm_buf_str(word, two_numbers(r->system->release));
	else
		return lkm_modulesconf_complain(r, "only `uname -r` and `kernelversion` are known here, no other command");
	return 0;
}

/* Behind a '$': the value of the name. */
static int add_value(struct lkm_modulesconf_reading *r, struct lkm_str *rest,
		     struct lkm_buf *word)
{
	struct lkm_str name = *rest;
	size_t len = 0;

	if (lkm_str_starts(*rest, "{", rest)) {
		if (!lkm_str_cut(*rest, '}', &name, rest))
			return lkm_modulesconf_complain(r, "no } behind ${");
	} else {
		while (len < rest->len && is_name(rest->ptr[len]))
			len++;
		name.len = len;
		skip(rest, len);
	}
	for (size_t i = r->names.len; i-- > 0;)
		if (lkm_str_is(name, r->names.ptr[i].name)) {
			lkm_buf_puts(word, r->names.ptr[i].value);
			return 0;
		}
	return lkm_modulesconf_complain(r, "a variable that no define has set");
}

/* One character, or what it stands for; `quoted` is in double quotes. */
static int add_part(struct lkm_modulesconf_reading *r, struct lkm_str *rest, bool *quoted,
		    struct lkm_buf *word)
{
	char c = rest->ptr[0];
	struct lkm_str part;

	skip(rest, 1);
	switch (c) {
	case '"':
		*quoted = !*quoted;
		return 0;
	case '`':
		return add_command(r, rest, word);
	case '$':
		return add_value(r, rest, word);
	case '\'':
		if (*quoted)
			break;
		if (!lkm_str_cut(*rest, '\'', &part, rest))
			return lkm_modulesconf_complain(r, "a quote without a second one");
		lkm_buf_str(word, part);
		return 0;
	case '\\':
		if (rest->len > 0) {
			lkm_buf_putc(word, rest->ptr[0]);
			skip(rest, 1);
		}
		return 0;
	default:
		break;
	}
	lkm_buf_putc(word, c);
	return 0;
}

int lkm_modulesconf_word(struct lkm_modulesconf_reading *r, struct lkm_str *rest,
			 const char **ret)
{
	lkm_auto(lkm_buf) struct lkm_buf word = LKM_BUF_INIT;
	bool quoted = false;
	const char *copy;
	int err = 0;

	while (rest->len && is_blank(rest->ptr[0]))
		skip(rest, 1);
	if (rest->len == 0)
		return 0;
	while (!err && rest->len && (quoted || !is_blank(rest->ptr[0]))) {
		err = add_part(r, rest, &quoted, &word);
		if (!err && word.len > LKM_MODULESCONF_WORD_MAX)
			err = lkm_modulesconf_complain(r, "a word that is too long");
	}
	if (!err && quoted)
		err = lkm_modulesconf_complain(r, "a quote without a second one");
	r->words += word.len + 1;
	if (!err && r->words > LKM_MODULESCONF_WORDS_MAX)
		err = lkm_modulesconf_complain(r, "too much text in all words");
	if (err < 0)
		return err;
	copy = lkm_buf_error(&word) ? NULL
				    : lkm_arena_strdup(&r->conf->arena, lkm_buf_view(&word));
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 1;
}

/* ---- conditions ---- */

/* Does an operator hold for this order of its sides?  -EBADMSG: none. */
static int compare(struct lkm_modulesconf_reading *r, const char *operator, int order)
{
	const struct {
		const char *name;
		bool holds;
	} known[] = {
		{ "=", order == 0 }, { "==", order == 0 }, { "!=", order != 0 }, { "<", order < 0 },
		{ "<=", order <= 0 }, { ">", order > 0 },  { ">=", order >= 0 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, operator) == 0)
			return known[i].holds;
	return lkm_modulesconf_complain(r, "no operator that is known: = == != < <= > >=");
}

static bool to_number(const char *word, int64_t *ret)
{
	struct lkm_str digits = lkm_str(word);
	bool negative = lkm_str_starts(digits, "-", &digits);
	uint64_t value;

	if (lkm_str_to_u64(digits, 10, &value) < 0 || value > INT64_MAX)
		return false;
	*ret = negative ? -(int64_t)value : (int64_t)value;
	return true;
}

/* "A OP B" or "A", all words there. */
static int judge(struct lkm_modulesconf_reading *r, const char *const words[3], int count,
		 bool numbers)
{
	int64_t left, right;
	int order;

	if (count == 1 && !numbers)
		return words[0][0] && strcmp(words[0], "0") != 0 && strcmp(words[0], "false") != 0;
	if (count != 3)
		return lkm_modulesconf_complain(r, "no condition that is known");
	order = strcmp(words[0], words[2]);
	if (numbers && (!to_number(words[0], &left) || !to_number(words[2], &right)))
		return lkm_modulesconf_complain(r, "-n compares whole numbers only");
	if (numbers)
		order = (left > right) - (left < right);
	return compare(r, words[1], order);
}

int lkm_modulesconf_holds(struct lkm_modulesconf_reading *r, struct lkm_str condition)
{
	const char *words[3], *word;
	bool negate = false, file = false, numbers = false, autoclean = false;
	int count = 0, got, holds;

	while ((got = lkm_modulesconf_word(r, &condition, &word)) > 0) {
		bool first = count == 0 && !file && !numbers && !autoclean;

		if (first && strcmp(word, "!") == 0)
			negate = !negate;
		else if (first && strcmp(word, "-f") == 0)
			file = true;
		else if (first && strcmp(word, "-n") == 0)
			numbers = true;
		else if (first && strcmp(word, "-k") == 0)
			autoclean = true;
		else if (count < 3)
			words[count++] = word;
		else
			return lkm_modulesconf_complain(r, "no condition that is known");
	}
	if (got < 0)
		return got;
	if (autoclean && count == 0)
		holds = r->system->autoclean;
	else if (file && count == 1)
		holds = r->system->readable(r->system->ctx, words[0]);
	else if (autoclean || file)
		holds = lkm_modulesconf_complain(r, "no condition that is known");
	else
		holds = judge(r, words, count, numbers);
	return holds < 0 ? holds : holds != negate;
}
