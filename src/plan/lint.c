#include "plan/lint.h"

#include <stdarg.h>

#include "fmt/alias.h"
#include "plan/linting.h"

struct kind {
	const char *name;
	enum lkm_lint_severity severity;
	const char *why;
};

static const struct kind kinds[] = {
	[LKM_LINT_CANNOT_READ] = { "cannot-read", LKM_LINT_ERROR, "nothing in it counts" },
	[LKM_LINT_UNKNOWN_KEYWORD] = { "unknown-keyword", LKM_LINT_ERROR, "the line is skipped" },
	[LKM_LINT_OLD_KEYWORD] = { "old-keyword", LKM_LINT_ERROR, "the line is skipped" },
	[LKM_LINT_BAD_LINE] = { "bad-line", LKM_LINT_ERROR, "the line is skipped" },
	[LKM_LINT_UNREAD_FILE] = { "unread-file", LKM_LINT_WARNING,
				   "only files whose names end in .conf are read" },
	[LKM_LINT_MASKED_FILE] = { "masked-file", LKM_LINT_NOTE, "none of its lines count" },
	[LKM_LINT_COMMENT] = { "comment-in-line", LKM_LINT_WARNING,
			       "# begins a comment only at the start of a line" },
	[LKM_LINT_EXTRA_WORDS] = { "extra-words", LKM_LINT_WARNING, "they are not read" },
	[LKM_LINT_UNKNOWN_MODULE] = { "unknown-module", LKM_LINT_NOTE, "it has no effect here" },
	[LKM_LINT_UNKNOWN_PARAMETER] = { "unknown-parameter", LKM_LINT_WARNING,
					 "the kernel ignores it, with a line in its log" },
	[LKM_LINT_WRONG_VALUE] = { "wrong-value", LKM_LINT_ERROR,
				   "the kernel refuses to load the module" },
	[LKM_LINT_SET_TWICE] = { "set-twice", LKM_LINT_WARNING, "the last one counts" },
	[LKM_LINT_OVERRIDDEN] = { "overridden", LKM_LINT_WARNING, "only the first line counts" },
	[LKM_LINT_NEVER_MATCHES] = { "never-matches", LKM_LINT_WARNING, "it has no effect" },
	[LKM_LINT_UNPLACED_WORD] = { "unplaced-word", LKM_LINT_WARNING,
				     "it is not known whether to load it before or after" },
	[LKM_LINT_CALLS_ITSELF] = { "calls-itself", LKM_LINT_ERROR, "it calls itself without end" },
	[LKM_LINT_NOT_RUN_BY_KMOD] = { "not-run-by-kmod", LKM_LINT_NOTE,
				       "kmod up to 34 loads a module with soft dependencies, and does "
				       "not run its install command" },
	[LKM_LINT_WEAK_BLACKLIST] = { "blacklist-does-not-block", LKM_LINT_WARNING,
				      "blacklist only mutes the aliases of a module" },
	[LKM_LINT_BUILTIN] = { "builtin", LKM_LINT_WARNING,
			       "what is part of the kernel is there before any configuration" },
	[LKM_LINT_NOT_CHECKED] = { "not-checked", LKM_LINT_ERROR,
				   "the parameters of the line are not checked" },
};

int lkm_lint_add(struct lkm_linting *l, enum lkm_lint_kind kind, const char *file,
		 unsigned int line, const char *format, ...)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_finding *new = lkm_vec_push(&l->lint->findings);
	struct lkm_str what, advice;
	va_list args;
	const char *copies[2];

	va_start(args, format);
	lkm_buf_vprintf(&text, format, args);
	va_end(args);
	lkm_str_cut(lkm_buf_view(&text), '\n', &what, &advice);
	copies[0] = lkm_arena_strdup(&l->lint->arena, what);
	copies[1] = lkm_arena_strdup(&l->lint->arena, advice);
	if (!new || lkm_buf_error(&text) || !copies[0] || !copies[1])
		return -ENOMEM;
	*new = (struct lkm_finding){ .kind = kind,
				     .severity = kinds[kind].severity,
				     .file = file,
				     .line = line,
				     .what = copies[0],
				     .why = kinds[kind].why,
				     .advice = copies[1] };
	if (kind == LKM_LINT_CANNOT_READ || kind == LKM_LINT_NOT_CHECKED)
		l->lint->incomplete = true;
	return 0;
}

void lkm_lint_adjust(struct lkm_linting *l, enum lkm_lint_severity severity, const char *why)
{
	struct lkm_finding *last = &l->lint->findings.ptr[l->lint->findings.len - 1];

	last->severity = severity;
	if (why)
		last->why = why;
}

const char *lkm_lint_place(struct lkm_linting *l, const struct lkm_config_entry *entry)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	lkm_buf_puts(&text, entry->file);
	if (entry->line.number)
		lkm_buf_printf(&text, ":%u", entry->line.number);
	return lkm_buf_error(&text) ? NULL :
				      lkm_arena_strdup(&l->lint->arena, lkm_buf_view(&text));
}

bool lkm_lint_is_pattern(struct lkm_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (lkm_alias_is_glob(text.ptr[i]))
			return true;
	return false;
}

static int by_place(const void *a, const void *b)
{
	const struct lkm_finding *x = a, *y = b;
	int files = strcmp(x->file, y->file);

	if (files)
		return files;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : strcmp(x->what, y->what);
}

static int read_own(struct lkm_linting *l)
{
	struct lkm_report nobody = { 0 };
	const char *dir = lkm_arena_strdup(&l->lint->arena, lkm_str(l->env->tree->dir));
	int err = dir ? lkm_config_add_modules(&l->own, dir, &nobody) : -ENOMEM;

	if (err < 0 || !l->own.incomplete)
		return err;
	return lkm_lint_add(l, LKM_LINT_CANNOT_READ, dir, 0,
			    "what the modules say of soft and weak dependencies cannot be read");
}

static int check_all(struct lkm_linting *l)
{
	int err = lkm_lint_files(l);

	if (!err && l->has_modules)
		err = read_own(l);

	for (const struct lkm_config_entry *e = l->env->config->first; e && !err; e = e->next) {
		err = lkm_lint_entry(l, e);
		if (!err && l->has_modules)
			err = lkm_lint_entry_modules(l, e);
	}
	return err;
}

int lkm_lint_run(const struct lkm_plan_env *env, const struct lkm_config_sources *sources,
		 struct lkm_lint *ret)
{
	lkm_auto(lkm_lint) struct lkm_lint lint = LKM_LINT_INIT;
	struct lkm_linting l = { .env = env, .sources = sources, .lint = &lint,
				 .file = LKM_MODFILE_INIT };
	int err;

	lkm_config_init(&l.own);
	l.has_modules = lkm_tree_check(env->tree, &lint.unchecked) == 0;
	err = check_all(&l);
	lkm_config_release(&l.own);
	lkm_parminfo_release(&l.parms);
	lkm_modfile_release(&l.file);
	lkm_map_release(&l.users);
	lkm_map_release(&l.aliased);
	if (err < 0)
		return err;
	if (lint.findings.len)
		qsort(lint.findings.ptr, lint.findings.len, sizeof(*lint.findings.ptr), by_place);
	*ret = lint;
	lint = (struct lkm_lint)LKM_LINT_INIT;
	return 0;
}

const char *lkm_lint_kind_name(enum lkm_lint_kind kind)
{
	return kinds[kind].name;
}

const char *lkm_lint_severity_name(enum lkm_lint_severity severity)
{
	static const char *const names[] = { "error", "warning", "note" };

	return names[severity];
}

void lkm_lint_release(struct lkm_lint *lint)
{
	if (!lint)
		return;
	lkm_vec_release(&lint->findings);
	lkm_arena_release(&lint->arena);
}
