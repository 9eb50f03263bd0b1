#include "fmt/installcmd.h"

#include "base/path.h"

/* Short options of modprobe that take a word. */
#define WITH_WORD "CdSwt"

static bool is_end(char c)
{
	return c && strchr(";|&(){}`\n", c);
}

static bool is_blank(char c)
{
	return c && strchr(" \t\v\f\r\"'", c);
}

/* Take the next simple command off the text. */
static bool next_command(struct lkm_str *rest, struct lkm_str *ret)
{
	size_t len = 0;

	if (rest->len == 0)
		return false;
	while (len < rest->len && !is_end(rest->ptr[len]))
		len++;
	*ret = (struct lkm_str){ rest->ptr, len };
	len += len < rest->len;
	rest->ptr += len;
	rest->len -= len;
	return true;
}

static bool next_word(struct lkm_str *rest, struct lkm_str *ret)
{
	size_t len = 0;

	while (rest->len && is_blank(rest->ptr[0])) {
		rest->ptr++;
		rest->len--;
	}
	while (len < rest->len && !is_blank(rest->ptr[len]))
		len++;
	*ret = (struct lkm_str){ rest->ptr, len };
	rest->ptr += len;
	rest->len -= len;
	return len > 0;
}

/* What the options of one call of modprobe say. */
struct call {
	bool removing, ignoring, all;
};

/* Take an option in; true: the next word belongs to it. */
static bool take_option(struct call *call, struct lkm_str word)
{
	struct lkm_str name;

	if (lkm_str_starts(word, "--", &name)) {
		call->removing = call->removing || lkm_str_starts(name, "rem", NULL);
		call->ignoring = call->ignoring || lkm_str_starts(name, "ignore", NULL);
		call->all = call->all || lkm_str_is(name, "all");
		return lkm_str_is(name, "config") || lkm_str_is(name, "dirname") ||
		       lkm_str_is(name, "set-version") || lkm_str_is(name, "wait");
	}
	for (size_t i = 1; i < word.len; i++) {
		call->removing = call->removing || word.ptr[i] == 'r';
		call->ignoring = call->ignoring || word.ptr[i] == 'i';
		call->all = call->all || word.ptr[i] == 'a';
		if (word.ptr[i] && strchr(WITH_WORD, word.ptr[i]))
			return i + 1 == word.len;
	}
	return false;
}

/* Is the module among the names of a call, whose words these are? */
static bool calls(struct lkm_str words, struct lkm_str module, bool removing)
{
	struct call call = { 0 };
	bool named = false, first = true, options = true;
	struct lkm_str word;

	while (next_word(&words, &word)) {
		if (options && lkm_str_is(word, "--")) {
			options = false;
		} else if (options && word.ptr[0] == '-') {
			if (take_option(&call, word))
				next_word(&words, &word);
		} else {
			/* Behind the first name stand parameters, unless -a or -r is there too. */
			named = named || ((first || call.all || call.removing) &&
					  lkm_modname_eq(word, module));
			first = false;
		}
	}
	return named && call.removing == removing && !call.ignoring;
}

bool lkm_installcmd_calls_itself(struct lkm_str text, struct lkm_str module, bool removing)
{
	struct lkm_str command, word;

	while (next_command(&text, &command))
		while (next_word(&command, &word))
			if (lkm_str_is(lkm_path_base(word), "modprobe")) {
				if (calls(command, module, removing))
					return true;
				break;
			}
	return false;
}

bool lkm_installcmd_is_block(struct lkm_str command)
{
	static const char *const words[] = { "false", "true", ":" };
	struct lkm_str word;

	command = lkm_str_trim(command);
	if (!next_word(&command, &word))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (lkm_str_is(lkm_path_base(word), words[i]))
			return true;
	return lkm_str_is(word, "exit");
}
