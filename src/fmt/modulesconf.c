#include "fmt/modulesconf.h"

#include "fmt/confline.h"
#include "fmt/modulesconf_word.h"

/* What of a condition counts. */
enum branch {
	COUNTS,	 /* the lines here */
	SEEKING, /* a later branch, if its condition holds */
	PAST,	 /* none of what follows */
};

/* The conditions of one file that we are in. */
struct conditions {
	enum branch branches[LKM_MODULESCONF_NESTING_MAX];
	unsigned int lines[LKM_MODULESCONF_NESTING_MAX]; /* of the ifs */
	bool in_else[LKM_MODULESCONF_NESTING_MAX];
	unsigned int depth;
	unsigned int too_deep; /* more of them */
};

static bool counts(const struct conditions *c)
{
	return c->too_deep == 0 && (c->depth == 0 || c->branches[c->depth - 1] == COUNTS);
}

/* What a condition makes of its branch; one that cannot be judged has none that counts. */
static enum branch branch_of(int holds)
{
	return holds < 0 ? PAST : holds ? COUNTS : SEEKING;
}

static int begin_if(struct lkm_modulesconf_reading *r, struct conditions *c, struct lkm_str rest)
{
	int holds = counts(c) ? lkm_modulesconf_holds(r, rest) : -EBADMSG;

	if (c->depth == LKM_MODULESCONF_NESTING_MAX) {
		if (c->too_deep++ == 0)
			lkm_modulesconf_complain(r, "too many conditions in each other");
		return 0;
	}
	c->branches[c->depth] = branch_of(holds);
	c->lines[c->depth] = r->line;
	c->in_else[c->depth++] = false;
	return holds == -ENOMEM ? holds : 0;
}

/* else and elseif. */
static int next_branch(struct lkm_modulesconf_reading *r, struct conditions *c, bool last,
		       struct lkm_str rest)
{
	unsigned int top = c->depth - 1;
	int holds = 1;

	if (c->too_deep)
		return 0;
	if (c->depth == 0 || c->in_else[top]) {
		if (c->depth)
			c->branches[top] = PAST;
		lkm_modulesconf_complain(r, last ? "else without if" : "elseif without if");
		return 0;
	}
	c->in_else[top] = last;
	if (c->branches[top] != SEEKING) {
		c->branches[top] = PAST;
		return 0;
	}
	if (!last)
		holds = lkm_modulesconf_holds(r, rest);
	c->branches[top] = branch_of(holds);
	return holds == -ENOMEM ? holds : 0;
}

static void end_if(struct lkm_modulesconf_reading *r, struct conditions *c)
{
	if (c->too_deep)
		c->too_deep--;
	else if (c->depth)
		c->depth--;
	else
		lkm_modulesconf_complain(r, "endif without if");
}

/* ---- commands ---- */

/* The one word of a command, "" if it has none. */
static int only_word(struct lkm_modulesconf_reading *r, struct lkm_str rest,
		     const char **ret)
{
	const char *word = "", *more;
	int got = lkm_modulesconf_word(r, &rest, &word);

	if (got > 0)
		got = lkm_modulesconf_word(r, &rest, &more);
	if (got > 0)
		return lkm_modulesconf_complain(r, "more than one word");
	if (got == 0)
		*ret = word;
	return got;
}

/* "path[TAG]=DIR" behind the word. */
static int take_path(struct lkm_modulesconf_reading *r, struct lkm_str rest)
{
	struct lkm_str tag, value;
	const char **place, *dir;
	int err;

	if (lkm_str_starts(rest, "[", &rest) && !lkm_str_cut(rest, ']', &tag, &rest))
		return lkm_modulesconf_complain(r, "no ] behind path[");
	if (!lkm_str_starts(lkm_str_trim(rest), "=", &value))
		return lkm_modulesconf_complain(r, "no = behind path");
	err = only_word(r, value, &dir);
	if (err < 0)
		return err;
	place = lkm_vec_push(&r->conf->paths);
	if (!place)
		return -ENOMEM;
	*place = dir;
	return 0;
}

static int take_persistdir(struct lkm_modulesconf_reading *r, struct lkm_str rest)
{
	rest = lkm_str_trim(rest);
	(void)lkm_str_starts(rest, "=", &rest);
	return only_word(r, rest, &r->conf->persistdir);
}

static int take_define(struct lkm_modulesconf_reading *r, struct lkm_str rest)
{
	struct lkm_modulesconf_name *place, new;
	int got = lkm_modulesconf_word(r, &rest, &new.name);

	if (got == 0)
		return lkm_modulesconf_complain(r, "define needs a name and a word");
	got = got < 0 ? got : only_word(r, rest, &new.value);
	if (got < 0)
		return got;
	if (r->names.len == LKM_MODULESCONF_NAMES_MAX)
		return lkm_modulesconf_complain(r, "too many variables");
	place = lkm_vec_push(&r->names);
	if (!place)
		return -ENOMEM;
	*place = new;
	return 0;
}

static int read_text(struct lkm_modulesconf_reading *r, struct lkm_str text, const char *file);

static int take_include(struct lkm_modulesconf_reading *r, struct lkm_str rest)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	const char *path;
	int err = only_word(r, rest, &path);

	if (err < 0)
		return err;
	if (path[0] != '/')
		return lkm_modulesconf_complain(r, "include needs an absolute path");
	if (r->depth == LKM_MODULESCONF_NESTING_MAX || r->includes == LKM_MODULESCONF_INCLUDES_MAX)
		return lkm_modulesconf_complain(r, "too many files that include each other");
	r->includes++;
	err = r->system->read(r->system->ctx, path, &blob);
	err = err ? err : read_text(r, lkm_bytes_str(lkm_blob_view(&blob)), path);
	if (err < 0 && err != -ENOMEM && err != -EBADMSG)
		lkm_report(r->report, LKM_REPORT_WARNING, "%s:%u: cannot read %s: %s", r->file,
			   r->line, path, strerror(-err));
	return err;
}

/* ---- lines ---- */

static int take_command(struct lkm_modulesconf_reading *r, struct lkm_str line)
{
	struct lkm_str rest, word = { 0 }, after = line;

	(void)lkm_str_next_word(&after, &word);
	if (lkm_str_is(line, "keep"))
		r->conf->keep = r->conf->keep || r->conf->paths.len == 0;
	else if (lkm_str_starts(line, "path", &rest) && rest.len && strchr("[= \t", rest.ptr[0]))
		return take_path(r, rest);
	else if (lkm_str_starts(line, "persistdir", &rest))
		return take_persistdir(r, rest);
	else if (lkm_str_is(word, "include"))
		return take_include(r, after);
	else if (lkm_str_is(word, "define"))
		return take_define(r, after);
	return 0;
}

static int take_line(struct lkm_modulesconf_reading *r, struct conditions *c, struct lkm_str line)
{
	struct lkm_str word = { 0 }, rest;

	lkm_str_cut(line, '#', &line, NULL);
	line = rest = lkm_str_trim(line);
	(void)lkm_str_next_word(&rest, &word);
	if (lkm_str_is(word, "if"))
		return begin_if(r, c, rest);
	if (lkm_str_is(word, "elseif") || lkm_str_is(word, "else"))
		return next_branch(r, c, lkm_str_is(word, "else"), rest);
	if (lkm_str_is(word, "endif"))
		end_if(r, c);
	else if (counts(c))
		return take_command(r, line);
	return 0;
}

/* One file, from its first line to its last. */
static int read_text(struct lkm_modulesconf_reading *r, struct lkm_str text, const char *file)
{
	lkm_auto(lkm_conflines) struct lkm_conflines lines = lkm_conflines(text);
	const struct lkm_modulesconf_reading outer = *r;
	struct conditions conditions = { 0 };
	struct lkm_confline line;
	int got = 0, err = 0;

	r->file = file;
	r->depth++;
	while (err != -ENOMEM && (got = lkm_conflines_next(&lines, &line)) != 0) {
		if (got < 0)
			break;
		r->line = line.number;
		err = take_line(r, &conditions, line.text);
	}
	if (err != -ENOMEM && got == 0 && conditions.depth) {
		r->line = conditions.lines[conditions.depth - 1];
		lkm_modulesconf_complain(r, "no endif up to the end of the file");
	}
	r->file = outer.file;
	r->line = outer.line;
	r->depth = outer.depth;
	return err == -ENOMEM ? err : got < 0 ? got : 0;
}

int lkm_modulesconf_read(struct lkm_modulesconf *conf, struct lkm_str text, const char *file,
			 const struct lkm_modulesconf_system *system, struct lkm_report *report)
{
	struct lkm_modulesconf_reading r = { .conf = conf, .system = system, .report = report };
	int err = read_text(&r, text, file);

	lkm_vec_release(&r.names);
	return err;
}

void lkm_modulesconf_release(struct lkm_modulesconf *conf)
{
	if (!conf)
		return;
	lkm_arena_release(&conf->arena);
	lkm_vec_release(&conf->paths);
}
