/*
 * lkm why: what was found as JSON; docs/formats/json.md says what each member means.
 */
#include "tools/lkm/why.h"

/* A line of the configuration. */
static void put_line(struct lkm_json *json, const char *key, const struct lkm_config_entry *entry)
{
	if (!entry) {
		lkm_json_null(json, key);
		return;
	}
	lkm_json_begin(json, key, '{');
	lkm_json_text(json, "file", lkm_str(entry->file));
	lkm_json_unsigned(json, "line", entry->line.number);
	lkm_json_text(json, "word", lkm_str(lkm_modprobeconf_name(entry->line.word)));
	lkm_json_text_or_null(json, "name", entry->line.name);
	lkm_json_text_or_null(json, "value", entry->line.value);
	lkm_json_end(json, '}');
}

static const char *because_name(enum lkm_step_because because)
{
	return because == LKM_BECAUSE_ASKED  ? "asked" :
	       because == LKM_BECAUSE_NEEDED ? "needed" :
	       because == LKM_BECAUSE_PRE    ? "softdep-pre" :
					       "softdep-post";
}

static const char *action_name(const struct lkm_why_module *m)
{
	return m->loaded		     ? "loaded" :
	       m->refused && !m->left_out    ? "refused" :
	       m->left_out		     ? "left-out" :
	       m->kind == LKM_STEP_LOAD	     ? "load" :
	       m->kind == LKM_STEP_INSTALL   ? "command" :
	       m->kind == LKM_STEP_BUILTIN   ? "builtin" :
					       "missing";
}

static void put_causes(struct lkm_json *json, const struct lkm_why_target *t, size_t module)
{
	lkm_json_begin(json, "causes", '[');
	for (size_t i = 0; i < t->causes.len; i++) {
		const struct lkm_why_cause *c = &t->causes.ptr[i];

		if (c->module != module)
			continue;
		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "because", lkm_str(because_name(c->because)));
		lkm_json_text_or_null(json, "of", c->of);
		put_line(json, "line", c->from);
		lkm_json_begin(json, "symbols", '[');
		for (size_t k = 0; k < c->count; k++)
			lkm_json_text(json, NULL, t->symbols.ptr[c->first + k].name);
		lkm_json_end(json, ']');
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
}

static void put_lines(struct lkm_json *json, const struct lkm_why_target *t, size_t module)
{
	lkm_json_begin(json, "configuration", '[');
	for (size_t i = 0; i < t->lines.len; i++) {
		const struct lkm_why_line *line = &t->lines.ptr[i];

		if (line->module != module)
			continue;
		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "effect", lkm_str(lkm_why_effect_name(line->effect)));
		put_line(json, "line", line->entry);
		put_line(json, "by", line->by);
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
}

static void put_module(struct lkm_json *json, const struct lkm_why_target *t, size_t i)
{
	const struct lkm_why_module *m = &t->modules.ptr[i];

	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "name", m->name);
	lkm_json_text(json, "action", lkm_str(action_name(m)));
	lkm_json_text_or_null(json, "filename", lkm_str(m->path));
	lkm_json_text_or_null(json, "parameters", lkm_str_trim(m->options));
	lkm_json_bool(json, "required", m->required);
	lkm_json_bool(json, "file_missing", m->gone);
	lkm_json_bool(json, "younger_than_index", m->stale);
	lkm_json_text_or_null(json, "unreadable", lkm_str(m->unreadable.what));
	put_causes(json, t, i);
	put_lines(json, t, i);
	lkm_json_end(json, '}');
}

static void put_target(struct lkm_json *json, const struct lkm_tree *tree,
		       const struct lkm_why_target *t)
{
	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "module", t->found->module);
	lkm_json_text(json, "verdict", lkm_str(lkm_why_verdict_name(t->verdict)));
	lkm_json_text_or_null(json, "refusal", lkm_str(t->refusal.err < 0 ? t->refusal.what : ""));
	lkm_json_text_or_null(json, "index", lkm_str(lkm_why_source(tree, t->found)));
	lkm_json_text_or_null(json, "pattern", t->found->pattern);
	put_line(json, "line", t->found->entry);
	put_line(json, "blacklist", t->blacklist);
	lkm_json_begin(json, "modules", '[');
	for (size_t i = 0; i < t->modules.len; i++)
		put_module(json, t, i);
	lkm_json_end(json, ']');
	lkm_json_end(json, '}');
}

static void put_missing(struct lkm_json *json, const struct lkm_missing *missing)
{
	lkm_json_begin(json, "missing", '{');
	lkm_json_text_or_null(json, "directory", lkm_str(missing->tree.err < 0 ? missing->tree.what : ""));
	lkm_json_text_or_null(json, "unlisted", lkm_str(missing->unlisted));
	lkm_json_begin(json, "near", '[');
	for (size_t i = 0; i < missing->near.len; i++)
		lkm_json_text(json, NULL, lkm_str(missing->near.names[i].text));
	lkm_json_end(json, ']');
	lkm_json_begin(json, "releases", '[');
	for (size_t i = 0; i < missing->releases.len; i++)
		lkm_json_text(json, NULL, lkm_str(missing->releases.ptr[i]));
	lkm_json_end(json, ']');
	lkm_json_end(json, '}');
}

void lkm_why_print_json(const struct lkm_why *why, const struct lkm_tree *tree,
			struct lkm_json *json)
{
	bool device = why->text.ptr != why->asked.ptr;

	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "name", why->asked);
	lkm_json_text(json, "release", lkm_str(tree->release));
	lkm_json_text_or_null(json, "modalias", device ? why->text : lkm_str(""));
	lkm_json_text_or_null(json, "driver", why->driver);
	lkm_json_text_or_null(json, "driver_module", why->driver_module);
	lkm_json_begin(json, "hidden", '[');
	for (size_t i = 0; i < why->hidden.len; i++)
		lkm_json_text(json, NULL, why->hidden.ptr[i].name);
	lkm_json_end(json, ']');
	lkm_json_begin(json, "targets", '[');
	for (size_t i = 0; i < why->targets.len; i++)
		put_target(json, tree, &why->targets.ptr[i]);
	lkm_json_end(json, ']');
	if (why->targets.len)
		lkm_json_null(json, "missing");
	else
		put_missing(json, &why->missing);
	lkm_json_end(json, '}');
}
