#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"
#include "plan/linting.h"

/* ---- one line ---- */

static bool is_keyword(struct lkm_str word)
{
	for (enum lkm_modprobeconf_word w = LKM_CONF_ALIAS; w <= LKM_CONF_WEAKDEP; w++)
		if (lkm_str_is(word, lkm_modprobeconf_name(w)))
			return true;
	return lkm_str_is(word, "mask");
}

static struct lkm_near near_keyword(struct lkm_str word)
{
	struct lkm_near near = lkm_near(word);

	for (enum lkm_modprobeconf_word w = LKM_CONF_ALIAS; w <= LKM_CONF_WEAKDEP; w++)
		lkm_near_offer(&near, lkm_str(lkm_modprobeconf_name(w)));
	return near;
}

/* A line that was not understood. */
static int judge_bad_line(struct lkm_linting *l, const char *file, const struct lkm_confline *line,
			  const struct lkm_diag *diag)
{
	struct lkm_str rest = line->text, first = { 0 };
	struct lkm_near near;

	lkm_str_next_word(&rest, &first);
	if (diag->err == -ENOTSUP)
		return lkm_lint_add(l, LKM_LINT_OLD_KEYWORD, file, line->number,
				    "\"%.*s\" is not read any more", LKM_STR_ARG(first));
	if (is_keyword(first) && lkm_str_is(first, "allow-only"))
		return lkm_lint_add(l, LKM_LINT_BAD_LINE, file, line->number,
				    "allow-only takes yes, no or audit");
	if (is_keyword(first))
		return lkm_lint_add(l, LKM_LINT_BAD_LINE, file, line->number,
				    "\"%.*s\" with too little behind it, or a name that is none",
				    LKM_STR_ARG(first));
	near = near_keyword(first);
	if (near.len == 0)
		return lkm_lint_add(l, LKM_LINT_UNKNOWN_KEYWORD, file, line->number,
				    "\"%.*s\" is no keyword", LKM_STR_ARG(first));
	return lkm_lint_add(l, LKM_LINT_UNKNOWN_KEYWORD, file, line->number,
			    "\"%.*s\" is no keyword\n%s%.*s", LKM_STR_ARG(first),
			    near.names[0].text, LKM_STR_ARG(rest));
}

/* Words that a line may not have and that are passed over. */
static int judge_extra_words(struct lkm_linting *l, const char *file,
			     const struct lkm_confline *line, enum lkm_modprobeconf_word word)
{
	size_t known = word == LKM_CONF_ALIAS ? 3 : word == LKM_CONF_BLACKLIST ? 2 : 0;
	struct lkm_str rest = line->text, next = { 0 };
	int err;

	for (size_t i = 0; i < known; i++)
		lkm_str_next_word(&rest, &next);
	if (known == 0 || !lkm_str_next_word(&rest, &next))
		return 0;
	if (next.ptr[0] != '#')
		return lkm_lint_add(l, LKM_LINT_EXTRA_WORDS, file, line->number,
				    "\"%.*s\" and what follows it", LKM_STR_ARG(next));
	err = lkm_lint_add(l, LKM_LINT_COMMENT, file, line->number, "\"#\" in mid-line");
	if (!err)
		lkm_lint_adjust(l, LKM_LINT_NOTE, "harmless here: nothing more is read");
	return err;
}

static int judge_line(struct lkm_linting *l, const char *file, const struct lkm_confline *line)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_modprobeconf_line parsed;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_modprobeconf_parse(line, &arena, &parsed, &diag);

	if (err == -ENOMEM)
		return err;
	if (err < 0)
		return judge_bad_line(l, file, line, &diag);
	return judge_extra_words(l, file, line, parsed.word);
}

/* ---- one file ---- */

static int judge_file(struct lkm_linting *l, const char *path)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = lkm_conffile_read(path, &blob), more = 1;
	lkm_auto(lkm_conflines) struct lkm_conflines lines =
		lkm_conflines(lkm_bytes_str(lkm_blob_view(&blob)));
	struct lkm_confline line;

	if (err == -ENOMEM)
		return err;
	if (err < 0)
		return lkm_lint_add(l, LKM_LINT_CANNOT_READ, path, 0, "cannot be read: %s",
				    strerror(-err));
	while (!err && (more = lkm_conflines_next(&lines, &line)) > 0)
		err = judge_line(l, path, &line);
	if (!err && more == -EINVAL) {
		err = lkm_lint_add(l, LKM_LINT_CANNOT_READ, path, lines.read, "not a text file");
		if (!err)
			lkm_lint_adjust(l, LKM_LINT_ERROR, "nothing from here on counts");
	}
	return more == -ENOMEM ? more : err;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* Is the first line of a text one that would count?  1 yes, 0 no, -ENOMEM. */
static int begins_with_statement(struct lkm_str text)
{
	lkm_auto(lkm_conflines) struct lkm_conflines lines = lkm_conflines(text);
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_modprobeconf_line parsed;
	struct lkm_confline line;
	int more = lkm_conflines_next(&lines, &line);

	int err = more > 0 ? lkm_modprobeconf_parse(&line, &arena, &parsed, NULL) : more;

	if (more == -ENOMEM || err == -ENOMEM)
		return -ENOMEM;
	return more > 0 && err == 0;
}

static int judge_unread(struct lkm_linting *l, const char *path, struct lkm_str name)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = lkm_conffile_read(path, &blob);

	if (err == -ENOMEM || err == -EISDIR)
		return err == -ENOMEM ? err : 0;
	if (err < 0)
		return lkm_lint_add(l, LKM_LINT_CANNOT_READ, path, 0, "cannot be read: %s",
				    strerror(-err));
	err = begins_with_statement(lkm_bytes_str(lkm_blob_view(&blob)));
	if (err <= 0)
		return err;
	return lkm_lint_add(l, LKM_LINT_UNREAD_FILE, path, 0, "is not read\nrename it to %.*s.conf",
			    LKM_STR_ARG(name));
}

/* A name with a dot was moved out of the way: a.conf.dpkg-old, a.disabled. */
static int judge_unused(struct lkm_linting *l, const struct lkm_conffile_unused *unused)
{
	const char *path = lkm_arena_strdup(&l->lint->arena, lkm_str(unused->path));
	struct lkm_str name = lkm_path_base(lkm_str(unused->path));

	if (!path)
		return -ENOMEM;
	if (unused->by && same_file(path, unused->by))
		return 0;
	if (unused->by)
		return lkm_lint_add(l, LKM_LINT_MASKED_FILE, path, 0, "hidden by %s", unused->by);
	return memchr(name.ptr, '.', name.len) ? 0 : judge_unread(l, path, name);
}

/* A directory or file that cannot be opened. */
static void say(void *ctx, enum lkm_report_level level, const char *text)
{
	struct lkm_linting *l = ctx;

	(void)level;
	(void)lkm_lint_add(l, LKM_LINT_CANNOT_READ, "", 0, "%s", text);
}

int lkm_lint_files(struct lkm_linting *l)
{
	lkm_auto(lkm_conffiles) struct lkm_conffiles files = LKM_CONFFILES_INIT;
	struct lkm_report report = { .say = say, .ctx = l };
	int err = lkm_config_find_files(l->sources, &files, &report);

	for (size_t i = 0; i < files.files.len && !err; i++) {
		const char *path = lkm_arena_strdup(&l->lint->arena,
						    lkm_str(files.files.ptr[i].path));

		err = path ? judge_file(l, path) : -ENOMEM;
	}
	for (size_t i = 0; i < files.unused.len && !err; i++)
		err = judge_unused(l, &files.unused.ptr[i]);
	return err;
}
