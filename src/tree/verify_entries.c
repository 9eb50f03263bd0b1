/* Two lists of entries, compared: what should be there, and what is. */
#include <stdlib.h>

#include "fmt/depline.h"
#include "tree/verify_run.h"

struct compare {
	struct lkm_verify_run *v;
	struct lkm_finding *finding;
	enum lkm_table table;
	const struct lkm_index_hits *want;
	struct lkm_map lines; /* of modules.dep: path -> the line it should have */
	size_t missing, extra, different;
};

/* By key, value and priority. */
static int by_entry(const void *a, const void *b)
{
	const struct lkm_index_hit *x = *(const struct lkm_index_hit *const *)a;
	const struct lkm_index_hit *y = *(const struct lkm_index_hit *const *)b;
	int cmp = lkm_str_cmp(x->key, y->key);

	cmp = cmp ? cmp : lkm_str_cmp(x->value, y->value);
	return cmp ? cmp : x->priority < y->priority ? -1 : x->priority > y->priority;
}

/* Pointers to all entries in that order, on the heap; NULL when memory is out. */
static const struct lkm_index_hit **sorted(const struct lkm_index_hits *entries)
{
	const struct lkm_index_hit **list = calloc(entries->len + 1, sizeof(*list));

	for (size_t i = 0; list && i < entries->len; i++)
		list[i] = &entries->ptr[i];
	if (list)
		qsort(list, entries->len, sizeof(*list), by_entry);
	return list;
}

/* An entry as an example; a line of modules.dep says its key itself. */
static void tell(struct compare *c, const char *what, const struct lkm_index_hit *entry)
{
	bool line = lkm_str_cut(entry->value, ':', &(struct lkm_str){ 0 }, NULL);

	if (line)
		lkm_finding_add(c->v, c->finding, "%s: %.*s", what, LKM_STR_ARG(entry->value));
	else
		lkm_finding_add(c->v, c->finding, "%s: %.*s%s%.*s", what, LKM_STR_ARG(entry->key),
				entry->value.len ? " " : "", LKM_STR_ARG(entry->value));
}

/* ---- the same needs in another order ---- */

static bool has_word(struct lkm_str words, struct lkm_str word)
{
	struct lkm_str w;

	while (lkm_str_next_word(&words, &w))
		if (lkm_str_eq(w, word))
			return true;
	return false;
}

static size_t count_words(struct lkm_str words)
{
	size_t count = 0;
	struct lkm_str w;

	while (lkm_str_next_word(&words, &w))
		count++;
	return count;
}

/* Where in c->want the line of each module file is; made when it is first needed. */
static const struct lkm_map *lines(struct compare *c)
{
	struct lkm_depline line;

	if (c->lines.len)
		return &c->lines;
	for (size_t i = 0; i < c->want->len; i++) {
		union lkm_map_value *at;

		if (lkm_depline_parse(c->want->ptr[i].value, &line) < 0)
			continue;
		at = lkm_map_put(&c->lines, line.path, NULL);
		if (at)
			at->num = i;
		else
			c->v->err = -ENOMEM;
	}
	return &c->lines;
}

static bool needs(struct compare *c, struct lkm_str user, struct lkm_str used)
{
	const union lkm_map_value *at = lkm_map_get(lines(c), user);
	struct lkm_depline line;

	return at && lkm_depline_parse(c->want->ptr[at->num].value, &line) == 0 &&
	       has_word(line.deps, used);
}

/* Does each stand before what it needs itself? */
static bool order_works(struct compare *c, struct lkm_str deps)
{
	struct lkm_str rest = deps, later, earlier;

	while (lkm_str_next_word(&rest, &later)) {
		struct lkm_str before = { deps.ptr, (size_t)(later.ptr - deps.ptr) };

		while (lkm_str_next_word(&before, &earlier))
			if (needs(c, later, earlier))
				return false;
	}
	return true;
}

/* Two lines of modules.dep that mean the same. */
static bool same_line(struct compare *c, struct lkm_str want, struct lkm_str have)
{
	struct lkm_depline a, b;
	struct lkm_str rest, word;

	if (lkm_depline_parse(want, &a) < 0 || lkm_depline_parse(have, &b) < 0 ||
	    !lkm_str_eq(a.path, b.path) || count_words(a.deps) != count_words(b.deps))
		return false;
	rest = b.deps;
	while (lkm_str_next_word(&rest, &word))
		if (!has_word(a.deps, word))
			return false;
	rest = a.deps;
	while (lkm_str_next_word(&rest, &word))
		if (!has_word(b.deps, word))
			return false;
	return order_works(c, b.deps);
}

/* ---- entry by entry ---- */

static void both(struct compare *c, const struct lkm_index_hit *want,
		 const struct lkm_index_hit *have)
{
	const union lkm_map_value *priority;

	/* The order of the modules is modules.dep.bin's; verify_index.c looks at it. */
	if (want->priority == have->priority || c->table == LKM_TABLE_DEP ||
	    c->finding->kind == LKM_FINDING_TWINS)
		return;
	priority = lkm_map_get(&c->v->priorities, want->value);
	if (priority && (uint32_t)priority->num == have->priority)
		return;
	c->different++;
	lkm_finding_add(c->v, c->finding, "different: %.*s %.*s has priority %u, not %u",
			LKM_STR_ARG(have->key), LKM_STR_ARG(have->value), have->priority,
			priority ? (uint32_t)priority->num : want->priority);
}

static void only_wanted(struct compare *c, const struct lkm_index_hit *want)
{
	c->missing++;
	tell(c, "missing", want);
}

static void only_there(struct compare *c, const struct lkm_index_hit *have)
{
	c->extra++;
	tell(c, "extra", have);
}

/* A module has one line: two that differ are one difference. */
static bool changed(struct compare *c, const struct lkm_index_hit *want,
		    const struct lkm_index_hit *have)
{
	if (!want || !have || !want->value.len || !lkm_str_eq(want->key, have->key))
		return false;
	if (c->table != LKM_TABLE_DEP && c->table != LKM_TABLE_COUNT)
		return false;
	if (!same_line(c, want->value, have->value)) {
		c->different++;
		tell(c, "different", have);
	}
	return true;
}

static void merge(struct compare *c, const struct lkm_index_hit **want,
		  const struct lkm_index_hit **have)
{
	while (*want || *have) {
		const struct lkm_index_hit *w = *want, *h = *have;
		int cmp = !w ? 1 : !h ? -1 : lkm_str_cmp(w->key, h->key);

		if (cmp == 0)
			cmp = lkm_str_cmp(w->value, h->value);
		if (cmp == 0)
			both(c, w, h);
		else if (changed(c, w, h))
			cmp = 0;
		else if (cmp < 0)
			only_wanted(c, w);
		else
			only_there(c, h);
		want += cmp <= 0;
		have += cmp >= 0;
	}
}

/* "2 entries are missing, 1 is extra" */
static void put(struct compare *c)
{
	const char *before = c->finding->kind == LKM_FINDING_TWINS ? "compared with its text, " : "";
	const size_t counts[] = { c->missing, c->extra, c->different };
	static const char *const words[] = { "missing", "extra", "different" };
	bool lines = c->table == LKM_TABLE_COUNT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	for (size_t i = 0; i < 3; i++) {
		bool one = counts[i] == 1;
		const char *units = lines ? (one ? " line" : " lines") : one ? " entry" : " entries";

		if (counts[i])
			lkm_buf_printf(&text, "%s%zu%s %s %s", text.len ? ", " : "", counts[i],
				       text.len ? "" : units, one ? "is" : "are", words[i]);
	}
	if (!lkm_buf_cstr(&text))
		c->v->err = -ENOMEM;
	else if (text.len)
		lkm_finding_put(c->v, c->finding, "%s%s", before, text.ptr);
}

bool lkm_verify_compare(struct lkm_verify_run *v, struct lkm_finding *finding,
			enum lkm_table table, const struct lkm_index_hits *want,
			const struct lkm_index_hits *have)
{
	lkm_autofree const struct lkm_index_hit **w = sorted(want);
	lkm_autofree const struct lkm_index_hit **h = sorted(have);
	struct compare c = { .v = v, .finding = finding, .table = table, .want = want };

	if (!w || !h) {
		v->err = -ENOMEM;
		return false;
	}
	merge(&c, w, h);
	put(&c);
	lkm_map_release(&c.lines);
	return c.missing || c.extra || c.different;
}
