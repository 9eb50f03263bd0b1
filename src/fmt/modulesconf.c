#include "fmt/modulesconf.h"

#include "fmt/confline.h"

/* The file that is being read. */
struct reading {
	struct lkm_modulesconf *conf;
	const char *file, *release;
	struct lkm_report *report;
	unsigned int line;
	unsigned int conditions; /* `if`s we are in */
	int err;
};

static void complain(struct reading *r, const char *what)
{
	lkm_report(r->report, LKM_REPORT_WARNING, "%s:%u: %s", r->file, r->line, what);
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

/* What stands between backquotes; false for what only a shell knows. */
static bool add_command(const struct reading *r, struct lkm_str command, struct lkm_buf *buf)
{
	command = lkm_str_trim(command);
	if (lkm_str_is(command, "uname -r"))
		lkm_buf_puts(buf, r->release);
	else if (lkm_str_is(command, "kernelversion"))
		lkm_buf_str(buf, two_numbers(r->release));
	else
		return false;
	return true;
}

/* A directory as it is written, in the arena; NULL after a warning or without memory. */
static const char *expand(struct reading *r, struct lkm_str text)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_str part, rest = lkm_str_trim(text);
	char *copy;

	if (rest.len >= 2 && rest.ptr[0] == '"' && rest.ptr[rest.len - 1] == '"')
		rest = (struct lkm_str){ rest.ptr + 1, rest.len - 2 };
	while (lkm_str_cut(rest, '`', &part, &rest)) {
		struct lkm_str command;

		lkm_buf_str(&buf, part);
		if (!lkm_str_cut(rest, '`', &command, &rest) || !add_command(r, command, &buf)) {
			complain(r, "only `uname -r` and `kernelversion` are known here, no other command");
			return NULL;
		}
	}
	lkm_buf_str(&buf, part);
	if (buf.len && memchr(buf.ptr, '$', buf.len)) {
		complain(r, "there are no variables here");
		return NULL;
	}
	copy = lkm_buf_error(&buf) ? NULL : lkm_arena_strdup(&r->conf->arena, lkm_buf_view(&buf));
	if (!copy)
		r->err = -ENOMEM;
	return copy;
}

static void take_path(struct reading *r, struct lkm_str value)
{
	const char *dir = expand(r, value);
	const char **place;

	if (!dir)
		return;
	place = lkm_vec_push(&r->conf->paths);
	if (place)
		*place = dir;
	else
		r->err = -ENOMEM;
}

/* "path[TAG]=DIR" behind the word. */
static void take_tagged_path(struct reading *r, struct lkm_str rest)
{
	struct lkm_str tag, value;

	if (lkm_str_starts(rest, "[", &rest) && !lkm_str_cut(rest, ']', &tag, &rest)) {
		complain(r, "no ] behind path[");
		return;
	}
	if (lkm_str_starts(lkm_str_trim(rest), "=", &value))
		take_path(r, value);
	else
		complain(r, "no = behind path");
}

static void take_persistdir(struct reading *r, struct lkm_str rest)
{
	const char *dir;

	rest = lkm_str_trim(rest);
	(void)lkm_str_starts(rest, "=", &rest);
	dir = expand(r, rest);
	if (dir)
		r->conf->persistdir = dir;
}

/* Is the line, or what is around it, a condition? */
static bool in_condition(struct reading *r, struct lkm_str line)
{
	struct lkm_str word = { 0 };

	(void)lkm_str_next_word(&line, &word);
	if (lkm_str_is(word, "if")) {
		if (r->conditions++ == 0)
			complain(r, "conditions are not known here: up to endif nothing counts");
		return true;
	}
	if (lkm_str_is(word, "endif") && r->conditions > 0) {
		r->conditions--;
		return true;
	}
	return r->conditions > 0;
}

static void take_line(struct reading *r, struct lkm_str line)
{
	struct lkm_str rest;

	lkm_str_cut(line, '#', &line, NULL);
	line = lkm_str_trim(line);
	if (in_condition(r, line))
		return;
	if (lkm_str_is(line, "keep"))
		r->conf->keep = r->conf->keep || r->conf->paths.len == 0;
	else if (lkm_str_starts(line, "path", &rest) && rest.len && strchr("[= \t", rest.ptr[0]))
		take_tagged_path(r, rest);
	else if (lkm_str_starts(line, "persistdir", &rest))
		take_persistdir(r, rest);
	else if (lkm_str_starts(line, "include", NULL))
		complain(r, "include is not known here");
}

int lkm_modulesconf_read(struct lkm_modulesconf *conf, struct lkm_str text, const char *file,
			 const char *release, struct lkm_report *report)
{
	lkm_auto(lkm_conflines) struct lkm_conflines lines = lkm_conflines(text);
	struct reading r = { .conf = conf, .file = file, .release = release, .report = report };
	struct lkm_confline line;
	int got;

	while (!r.err && (got = lkm_conflines_next(&lines, &line)) != 0) {
		if (got < 0)
			return got;
		r.line = line.number;
		take_line(&r, line.text);
	}
	return r.err;
}

void lkm_modulesconf_release(struct lkm_modulesconf *conf)
{
	if (!conf)
		return;
	lkm_arena_release(&conf->arena);
	lkm_vec_release(&conf->paths);
}
