#include "fmt/alias.h"

#include <errno.h>

/* What one element of a pattern says about one byte. */
enum verdict {
	NO,
	YES,
	OPEN,	/* a [ that is never closed: an ordinary byte */
	BROKEN, /* a set that matches nothing, whatever follows */
};

/* A pattern and how far it has been read. */
struct scan {
	struct lkm_str pattern;
	size_t at;
};

/* The byte `ahead` of the position, 0 behind the end. */
static unsigned char peek(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->pattern.len ? (unsigned char)s->pattern.ptr[s->at + ahead] : 0;
}

static size_t left(const struct scan *s)
{
	return s->at < s->pattern.len ? s->pattern.len - s->at : 0;
}

/*
 * Is `c` in the class of that name?  BROKEN: no such class.  In the C locale, with
 * ranges of our own: twelve functions of libc would be bound at each start.
 */
static enum verdict in_class(struct lkm_str name, unsigned char c)
{
	static const struct {
		const char *name;
		const char *ranges; /* pairs of a first and a last character */
	} classes[] = {
		{ "alnum", "09AZaz" }, { "alpha", "AZaz" },     { "blank", "\t\t  " },
		{ "cntrl", "\1\37\177\177" },			{ "digit", "09" },
		{ "graph", "!~" },     { "lower", "az" },       { "print", " ~" },
		{ "punct", "!/:@[`{~" }, { "space", "\t\r  " }, { "upper", "AZ" },
		{ "xdigit", "09AFaf" },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		const char *range = classes[i].ranges;

		if (!lkm_str_is(name, classes[i].name))
			continue;
		while (*range && !((unsigned char)range[0] <= c && c <= (unsigned char)range[1]))
			range += 2;
		return *range ? YES : NO;
	}
	return BROKEN;
}

/* The length of [:name:] at the position; 0: it is none, the [ is a member. */
static size_t class_len(const struct scan *s)
{
	size_t len = 2;

	if (peek(s, 0) != '[' || peek(s, 1) != ':')
		return 0;
	while (peek(s, len) >= 'a' && peek(s, len) < 'z')
		len++;
	return peek(s, len) == ':' && peek(s, len + 1) == ']' ? len + 2 : 0;
}

/* The length of [.name.] at the position; 0: it has no end. */
static size_t collating_len(const struct scan *s)
{
	for (size_t len = 3; len < left(s); len++)
		if (peek(s, len - 1) == '.' && peek(s, len) == ']')
			return len + 1;
	return 0;
}

/*
 * One member of a set, which is one byte however it is written: x, `\x` or
 * [.x.].  YES, or BROKEN.
 */
static enum verdict take_byte(struct scan *s, unsigned char *ret)
{
	size_t len = 1, at = 0;

	if (peek(s, 0) == '\\') {
		len = 2;
		at = 1;
	} else if (peek(s, 0) == '[' && peek(s, 1) == '.') {
		len = 5;
		at = 2;
		if (collating_len(s) != len)
			return BROKEN;
	}
	if (left(s) < len)
		return BROKEN;
	*ret = peek(s, at);
	s->at += len;
	return YES;
}

/* The length of [=x=], the same as x; 0: it is none. */
static size_t equal_len(const struct scan *s)
{
	bool is = peek(s, 0) == '[' && peek(s, 1) == '=' && peek(s, 3) == '=' && peek(s, 4) == ']';

	return is ? 5 : 0;
}

/* One byte or range of the set, applied to `c`. */
static enum verdict match_range(struct scan *s, unsigned char c)
{
	unsigned char first, last;
	enum verdict v = take_byte(s, &first);

	if (v != YES)
		return v;
	if (peek(s, 0) != '-' || peek(s, 1) == ']')
		return first == c ? YES : NO;
	if (left(s) == 1)
		return first == c ? YES : BROKEN;
	s->at++;
	if (take_byte(s, &last) != YES)
		return BROKEN;
	return c >= first && c <= last ? YES : NO;
}

/* One member of the set, applied to `c`. */
static enum verdict match_member(struct scan *s, unsigned char c)
{
	size_t class = class_len(s);
	size_t equal = equal_len(s);

	if (class) {
		struct lkm_str name = { s->pattern.ptr + s->at + 2, class - 4 };

		s->at += class;
		return in_class(name, c);
	}
	if (equal) {
		unsigned char same = peek(s, 2);

		s->at += equal;
		return same == c ? YES : NO;
	}
	if (peek(s, 0) == '[' && peek(s, 1) == '=' && left(s) == 2)
		return OPEN;
	return match_range(s, c);
}

/* Go over one member of a set that has matched already; YES or BROKEN. */
static enum verdict skip_member(struct scan *s)
{
	size_t len = class_len(s);

	if (len == 0)
		len = peek(s, 0) == '\\' ? 2 : 1;
	if (peek(s, 0) == '[' && peek(s, 1) == '.')
		len = collating_len(s);
	if (peek(s, 0) == '[' && peek(s, 1) == '=')
		len = equal_len(s);
	if (len == 0 || left(s) < len)
		return BROKEN;
	s->at += len;
	return YES;
}

/* The set at the position, which is behind its [; the position moves behind its ]. */
static enum verdict match_set(struct scan *s, unsigned char c)
{
	bool negate = peek(s, 0) == '!' || peek(s, 0) == '^';
	bool found = false;
	size_t start;

	s->at += negate;
	start = s->at;
	while (peek(s, 0) != ']' || s->at == start) {
		enum verdict v;

		if (left(s) == 0)
			return OPEN;
		v = found ? skip_member(s) : match_member(s, c);
		if (v == OPEN || v == BROKEN)
			return v;
		found |= v == YES;
	}
	s->at++;
	return found != negate ? YES : NO;
}

/* Does the element at the position (not a star) match `c`?  If so, go behind it. */
static bool match_one(struct scan *s, unsigned char c)
{
	struct scan set = { s->pattern, s->at + 1 };
	enum verdict v;

	switch (peek(s, 0)) {
	case '?':
		s->at++;
		return true;
	case '\\':
		if (s->at + 1 >= s->pattern.len || peek(s, 1) != c)
			return false;
		s->at += 2;
		return true;
	case '[':
		v = match_set(&set, c);
		if (v == OPEN)
			break;
		s->at = set.at;
		return v == YES;
	default:
		break;
	}
	if (peek(s, 0) != c)
		return false;
	s->at++;
	return true;
}

/*
 * Only the last star needs to be tried again: whatever an earlier one could
 * give up, the later one can take.  For the same reason a pattern that grows
 * can go on at its last star.
 */
static bool match(struct lkm_str pattern, struct lkm_str text, bool open_end,
		  struct lkm_alias_progress *star)
{
	struct scan s = { pattern, star->pattern };
	size_t at = star->text;

	for (;;) {
		if (s.at < pattern.len && pattern.ptr[s.at] == '*') {
			star->pattern = ++s.at;
			star->text = at;
		} else if (s.at == pattern.len && (open_end || at == text.len)) {
			return true;
		} else if (at == text.len) {
			return false;
		} else if (s.at < pattern.len && match_one(&s, (unsigned char)text.ptr[at])) {
			at++;
		} else if (star->pattern) {
			s.at = star->pattern;
			at = ++star->text;
		} else {
			return false;
		}
	}
}

/* Most patterns differ from a text before their first glob: that is cheap to see. */
static bool begins_otherwise(struct lkm_str pattern, struct lkm_str text)
{
	size_t end = pattern.len < text.len ? pattern.len : text.len;

	for (size_t at = 0; at < end; at++) {
		if (lkm_alias_is_glob(pattern.ptr[at]) || pattern.ptr[at] == '\\')
			return false;
		if (pattern.ptr[at] != text.ptr[at])
			return true;
	}
	return false;
}

bool lkm_alias_match(struct lkm_str pattern, struct lkm_str text)
{
	if (begins_otherwise(pattern, text))
		return false;
	return lkm_alias_match_rest(pattern, text, (struct lkm_alias_progress){ 0 });
}

bool lkm_alias_match_rest(struct lkm_str pattern, struct lkm_str text,
			  struct lkm_alias_progress progress)
{
	return match(pattern, text, false, &progress);
}

bool lkm_alias_match_start(struct lkm_str pattern, struct lkm_str text,
			   struct lkm_alias_progress *progress)
{
	const char *rest = pattern.ptr + progress->pattern;
	size_t len = pattern.len - progress->pattern;

	/* What follows may close a bracket or be what a backslash protects. */
	if (len && (memchr(rest, '[', len) || memchr(rest, '\\', len)))
		return true;
	return match(pattern, text, true, progress);
}

/* The length of the part that begins at `alias`: a whole [...] or one byte.  0: no pair. */
static size_t part_len(struct lkm_str alias)
{
	const char *close;

	if (alias.ptr[0] != '[')
		return alias.ptr[0] != ']';
	close = memchr(alias.ptr, ']', alias.len);
	return close ? (size_t)(close - alias.ptr) + 1 : 0;
}

int lkm_alias_normalize(struct lkm_str alias, struct lkm_buf *buf)
{
	size_t start = buf->len;
	size_t len;

	for (; alias.len; alias.ptr += len, alias.len -= len) {
		len = part_len(alias);
		if (len == 0) {
			buf->len = start;
			return -EINVAL;
		}
		if (alias.ptr[0] == '-')
			lkm_buf_putc(buf, '_');
		else
			lkm_buf_add(buf, alias.ptr, len);
	}
	return 0;
}
