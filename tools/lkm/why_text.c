/*
 * lkm why: what was found as a tree of sentences.
 */
#include "tools/lkm/table.h"
#include "tools/lkm/why.h"

/* Symbols that a sentence names. */
#define SYMBOLS_SHOWN 4u

/* A tree that is being made; the first error sticks. */
struct painter {
	struct lkm_textable table;
	struct lkm_buf text;
	const struct lkm_tree *tree;
	int err;
};

static void painter_release(struct painter *p)
{
	lkm_textable_release(&p->table);
	lkm_buf_release(&p->text);
}
LKM_DEFINE_AUTO(painter)

/* A row with what has been put into p->text, below another one. */
static struct libscols_line *add_row(struct painter *p, struct libscols_line *parent)
{
	struct libscols_line *row = NULL;

	if (p->err == 0)
		p->err = lkm_buf_error(&p->text);
	if (p->err == 0)
		p->err = lkm_textable_row(&p->table, parent, &row);
	if (p->err == 0)
		p->err = lkm_textable_cell(row, 0, lkm_buf_view(&p->text));
	lkm_buf_clear(&p->text);
	return row;
}

__attribute__((format(printf, 3, 4))) static struct libscols_line *
say(struct painter *p, struct libscols_line *parent, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lkm_buf_vprintf(&p->text, format, args);
	va_end(args);
	return add_row(p, parent);
}

/* ---- places and lines of the configuration ---- */

/* A path of the module directory is shown as it stands in modules.dep. */
static const char *short_path(const struct painter *p, const char *path)
{
	struct lkm_str rest;

	if (!lkm_str_starts(lkm_str(path), p->tree->dir, &rest) || rest.len < 2)
		return path;
	return rest.ptr + 1;
}

static void put_place(struct painter *p, const struct lkm_config_entry *entry)
{
	lkm_buf_puts(&p->text, short_path(p, entry->file));
	if (entry->line.number)
		lkm_buf_printf(&p->text, ":%u", entry->line.number);
}

static void put_line(struct painter *p, const struct lkm_config_entry *entry)
{
	put_place(p, entry);
	lkm_buf_printf(&p->text, ": %s", lkm_modprobeconf_name(entry->line.word));
	if (entry->line.name.len)
		lkm_buf_printf(&p->text, " %.*s", LKM_STR_ARG(entry->line.name));
	if (entry->line.value.len)
		lkm_buf_printf(&p->text, " %.*s", LKM_STR_ARG(entry->line.value));
}

/* What a line does, in a few words; those that end in "by " go on with a place. */
static const char *effect_text(const struct lkm_why_line *line, bool builtin)
{
	enum lkm_modprobeconf_word word = line->entry->line.word;

	switch (line->effect) {
	case LKM_EFFECT_OPTIONS:
		return line->by ? "parameters; some are set again by " : "parameters";
	case LKM_EFFECT_COMMAND:
		return "runs instead of loading";
	case LKM_EFFECT_SOFTDEPS:
		return "brings these in";
	case LKM_EFFECT_BLOCKS:
		return word == LKM_CONF_BLACKLIST ? "blocks: its aliases do not count" :
		       word == LKM_CONF_FORBID	  ? "blocks: it is never loaded" :
						    "blocks: no allow line names it";
	case LKM_EFFECT_ALLOWS:
		return "lets it through";
	case LKM_EFFECT_AUDITS:
		return "would not let it through";
	case LKM_EFFECT_OVERRIDDEN:
		return "overridden by ";
	default:
		return builtin			 ? "no effect: it is built into the kernel" :
		       word == LKM_CONF_BLACKLIST ? "no effect: it is not found by an alias" :
						    "no effect on loading";
	}
}

static void say_lines(struct painter *p, const struct lkm_why_target *t, size_t module,
		      struct libscols_line *parent)
{
	bool builtin = t->modules.ptr[module].kind == LKM_STEP_BUILTIN;

	for (size_t i = 0; i < t->lines.len; i++) {
		if (t->lines.ptr[i].module != module)
			continue;
		put_line(p, t->lines.ptr[i].entry);
		lkm_buf_printf(&p->text, " - %s", effect_text(&t->lines.ptr[i], builtin));
		if (t->lines.ptr[i].by)
			put_place(p, t->lines.ptr[i].by);
		add_row(p, parent);
	}
}

/* ---- a module of the plan ---- */

static void put_symbols(struct lkm_buf *buf, const struct lkm_why_target *t,
			const struct lkm_why_cause *c)
{
	size_t shown = c->count <= SYMBOLS_SHOWN + 1 ? c->count : SYMBOLS_SHOWN;

	for (size_t i = 0; i < shown; i++)
		lkm_buf_printf(buf, "%s%.*s", i ? ", " : " for ",
			       LKM_STR_ARG(t->symbols.ptr[c->first + i].name));
	if (shown < c->count)
		lkm_buf_printf(buf, " and %zu more symbols", c->count - shown);
}

static void say_cause(struct painter *p, const struct lkm_why_target *t,
		      const struct lkm_why_cause *c, struct libscols_line *parent)
{
	if (c->because == LKM_BECAUSE_ASKED)
		return;
	if (c->because == LKM_BECAUSE_NEEDED)
		lkm_buf_printf(&p->text, "%.*s needs it", LKM_STR_ARG(c->of));
	else
		lkm_buf_printf(&p->text, "soft dependency (%s) of %.*s, to be loaded %s it",
			       c->because == LKM_BECAUSE_PRE ? "pre:" : "post:", LKM_STR_ARG(c->of),
			       c->because == LKM_BECAUSE_PRE ? "before" : "after");
	put_symbols(&p->text, t, c);
	if (c->from) {
		lkm_buf_puts(&p->text, ": ");
		put_place(p, c->from);
	}
	add_row(p, parent);
}

static void put_module(struct painter *p, const struct lkm_why_module *m, bool happens)
{
	struct lkm_buf *buf = &p->text;

	lkm_buf_printf(buf, "%.*s: ", LKM_STR_ARG(m->name));
	if (m->loaded)
		lkm_buf_puts(buf, "is loaded already");
	else if (m->refused)
		lkm_buf_puts(buf, m->left_out ? "left out: it may not be loaded" :
						"may not be loaded");
	else if (m->left_out)
		lkm_buf_puts(buf, "left out with what wants it");
	else if (m->kind == LKM_STEP_LOAD)
		lkm_buf_printf(buf, "%s %s", happens ? "load" : "would load", short_path(p, m->path));
	else if (m->kind == LKM_STEP_INSTALL)
		lkm_buf_printf(buf, "%s %.*s", happens ? "run" : "would run",
			       LKM_STR_ARG(m->command->line.value));
	else if (m->kind == LKM_STEP_BUILTIN)
		lkm_buf_puts(buf, "is built into the kernel");
	else
		lkm_buf_puts(buf, "there is no such module");
}

static void say_file(struct painter *p, const struct lkm_why_module *m, struct libscols_line *parent)
{
	if (m->gone)
		say(p, parent, "the file does not exist: run depmod %s", p->tree->release);
	else if (m->unreadable.err < 0)
		say(p, parent, "its symbols are not known: %s", m->unreadable.what);
	if (m->stale)
		say(p, parent, "the file is younger than modules.dep: run depmod %s",
		    p->tree->release);
}

static void say_module(struct painter *p, const struct lkm_why_target *t, size_t i,
		       struct libscols_line *parent)
{
	const struct lkm_why_module *m = &t->modules.ptr[i];
	struct lkm_str options = lkm_str_trim(m->options);
	struct libscols_line *row;

	put_module(p, m, t->verdict == LKM_WHY_LOAD || t->verdict == LKM_WHY_COMMAND);
	row = add_row(p, parent);
	for (size_t k = 0; k < t->causes.len; k++)
		if (t->causes.ptr[k].module == i)
			say_cause(p, t, &t->causes.ptr[k], row);
	say_lines(p, t, i, row);
	if (options.len && m->kind == LKM_STEP_LOAD)
		say(p, row, "parameters: %.*s", LKM_STR_ARG(options));
	say_file(p, m, row);
}

/* ---- a module that the name stands for ---- */

static void say_found(struct painter *p, const struct lkm_target *found,
		      struct libscols_line *parent)
{
	const char *source = lkm_why_source(p->tree, found);

	if (found->by == LKM_TARGET_TREE && found->pattern.len)
		say(p, parent, "by %s %.*s in %s",
		    found->found == LKM_FOUND_SYMBOL ? "symbol" : "alias",
		    LKM_STR_ARG(found->pattern), source ? source : "no file");
	else if (found->by == LKM_TARGET_TREE)
		say(p, parent, "by its name in %s", source ? source : "no file");
	if (found->by == LKM_TARGET_TREE)
		return;
	lkm_buf_puts(&p->text, found->by == LKM_TARGET_CONFIG ? "by alias line " : "by ");
	put_line(p, found->entry);
	add_row(p, parent);
}

static void say_verdict(struct painter *p, const struct lkm_why_target *t,
			struct libscols_line *parent)
{
	if (t->verdict == LKM_WHY_REFUSED) {
		lkm_buf_puts(&p->text, "refused: ");
		lkm_diag_print(&t->refusal, &p->text);
		add_row(p, parent);
	} else if (t->verdict == LKM_WHY_BLACKLISTED) {
		lkm_buf_puts(&p->text, "blacklisted, so nothing is done: ");
		put_place(p, t->blacklist);
		add_row(p, parent);
	}
}

static void say_target(struct painter *p, const struct lkm_why_target *t, struct libscols_line *root)
{
	static const char *const outcomes[] = {
		[LKM_WHY_LOAD] = "would be loaded",
		[LKM_WHY_COMMAND] = "its install command would run",
		[LKM_WHY_LOADED] = "is loaded",
		[LKM_WHY_BUILTIN] = "is built into the kernel",
		[LKM_WHY_NO_FILE] = "there is no such module",
		[LKM_WHY_BLACKLISTED] = "would not be loaded",
		[LKM_WHY_REFUSED] = "would not be loaded",
	};
	struct libscols_line *row = say(p, root, "%.*s: %s", LKM_STR_ARG(t->found->module),
					outcomes[t->verdict]);

	say_found(p, t->found, row);
	say_verdict(p, t, row);
	for (size_t i = 0; i < t->modules.len; i++)
		say_module(p, t, i, row);
}

/* ---- everything ---- */

static void say_missing(struct painter *p, const struct lkm_missing *missing,
			struct libscols_line *root)
{
	lkm_auto(lkm_reasons) struct lkm_reasons reasons = LKM_REASONS_INIT;

	say(p, root, "nothing of that name in %s", p->tree->dir);
	if (p->err == 0)
		p->err = lkm_missing_explain(missing, &reasons);
	for (size_t i = 0; i < reasons.list.len; i++)
		say(p, root, "%s", reasons.list.ptr[i].text);
}

static void say_device(struct painter *p, const struct lkm_why *why, struct libscols_line *root)
{
	if (why->text.ptr == why->asked.ptr)
		return;
	say(p, root, "modalias %.*s", LKM_STR_ARG(why->text));
	if (why->driver.len && why->driver_module.len)
		say(p, root, "driver %.*s of module %.*s is bound to it", LKM_STR_ARG(why->driver),
		    LKM_STR_ARG(why->driver_module));
	else if (why->driver.len)
		say(p, root, "driver %.*s is bound to it", LKM_STR_ARG(why->driver));
	else
		say(p, root, "no driver is bound to it");
}

int lkm_why_print(const struct lkm_why *why, const struct lkm_tree *tree, struct lkm_buf *out)
{
	static const struct lkm_column columns[] = { { "", LKM_COLUMN_TREE } };
	lkm_auto(painter) struct painter p = { .tree = tree };
	struct libscols_line *root;

	p.err = lkm_textable_init(&p.table, columns, 1, false);
	if (p.err < 0)
		return p.err;
	root = say(&p, NULL, "%.*s, for kernel %s", LKM_STR_ARG(why->asked), tree->release);
	say_device(&p, why, root);
	for (size_t i = 0; i < why->hidden.len; i++)
		say(&p, root, "alias lines hide %.*s, which it stands for otherwise",
		    LKM_STR_ARG(why->hidden.ptr[i].name));
	for (size_t i = 0; i < why->targets.len; i++)
		say_target(&p, &why->targets.ptr[i], root);
	if (why->targets.len == 0)
		say_missing(&p, &why->missing, root);
	return p.err ? p.err : lkm_textable_print(&p.table, out);
}
