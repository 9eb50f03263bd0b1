#include "tree/lookup.h"

#include <errno.h>

#include "fmt/alias.h"
#include "tree/tables.h"

void lkm_founds_release(struct lkm_founds *founds)
{
	if (founds)
		lkm_vec_release(founds);
}

static int add(struct lkm_founds *founds, struct lkm_found found, struct lkm_diag *diag)
{
	struct lkm_found *new = lkm_vec_push(founds);

	if (!new)
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	*new = found;
	return 0;
}

/* The module of exactly that name in a table. */
static int by_name(struct lkm_tree *tree, enum lkm_found_by by, struct lkm_str text,
		   struct lkm_founds *founds, struct lkm_diag *diag)
{
	enum lkm_table table = by == LKM_FOUND_NAME ? LKM_TABLE_DEP : LKM_TABLE_BUILTIN;
	struct lkm_index_hit hit;
	char *name;
	int err = lkm_table_find(tree, table, text, &hit, diag);

	if (err < 0)
		return err == -ENODATA ? 0 : err;
	name = lkm_arena_strdup(&tree->arena, text);
	if (!name)
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	return add(founds, (struct lkm_found){ lkm_str(name), by, lkm_str("") }, diag);
}

/* The modules whose alias in a table matches. */
static int by_alias(struct lkm_tree *tree, enum lkm_found_by by, struct lkm_str text,
		    struct lkm_founds *founds, struct lkm_diag *diag)
{
	static const enum lkm_table tables[] = {
		[LKM_FOUND_SYMBOL] = LKM_TABLE_SYMBOLS,
		[LKM_FOUND_ALIAS] = LKM_TABLE_ALIAS,
		[LKM_FOUND_BUILTIN_ALIAS] = LKM_TABLE_BUILTIN_ALIAS,
	};
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	int err = lkm_table_match(tree, tables[by], text, &hits, diag);

	for (size_t i = 0; i < hits.len && !err; i++)
		err = add(founds,
			  (struct lkm_found){ hits.ptr[i].value, by, hits.ptr[i].key }, diag);
	return err;
}

/*
 * Can the text be found there?  No module's name has a ':', which would end its path
 * in modules.dep; most of what the kernel asks for has one (pci:v00008086d...).
 */
static bool can_be(enum lkm_found_by by, struct lkm_str text)
{
	if (by == LKM_FOUND_SYMBOL)
		return lkm_str_starts(text, "symbol:", NULL);
	if (by == LKM_FOUND_NAME || by == LKM_FOUND_BUILTIN)
		return !memchr(text.ptr, ':', text.len);
	return true;
}

/* The sources of `order` one after the other until one has something. */
static int search(struct lkm_tree *tree, const enum lkm_found_by *order, size_t count,
		  struct lkm_str text, struct lkm_founds *ret, struct lkm_diag *diag)
{
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	int err = 0;

	for (size_t i = 0; i < count && founds.len == 0 && !err; i++) {
		bool name = order[i] == LKM_FOUND_NAME || order[i] == LKM_FOUND_BUILTIN;

		if (!can_be(order[i], text))
			continue;
		err = name ? by_name(tree, order[i], text, &founds, diag) :
			     by_alias(tree, order[i], text, &founds, diag);
	}
	if (err < 0)
		return err;
	*ret = founds;
	founds = (struct lkm_founds){ 0 };
	return 0;
}

int lkm_lookup_names(struct lkm_tree *tree, struct lkm_str text, struct lkm_founds *ret,
		     struct lkm_diag *diag)
{
	static const enum lkm_found_by order[] = { LKM_FOUND_NAME, LKM_FOUND_SYMBOL };

	return search(tree, order, 2, text, ret, diag);
}

int lkm_lookup_aliases(struct lkm_tree *tree, struct lkm_str text, struct lkm_founds *ret,
		       struct lkm_diag *diag)
{
	static const enum lkm_found_by order[] = { LKM_FOUND_ALIAS, LKM_FOUND_BUILTIN,
						   LKM_FOUND_BUILTIN_ALIAS };

	return search(tree, order, 3, text, ret, diag);
}

static int normalize(struct lkm_str text, struct lkm_buf *buf, struct lkm_diag *diag)
{
	int err = lkm_alias_normalize(text, buf);

	if (err < 0)
		return lkm_diag_set(diag, err, "\"%.*s\" has a [ without ], or the other way round",
				    LKM_STR_ARG(text));
	err = lkm_buf_error(buf);
	return err < 0 ? lkm_diag_set(diag, err, "out of memory") : 0;
}

int lkm_lookup(struct lkm_tree *tree, struct lkm_str text, struct lkm_founds *ret,
	       struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	int err = normalize(text, &buf, diag);

	err = err ? err : lkm_lookup_names(tree, lkm_buf_view(&buf), &founds, diag);
	if (err == 0 && founds.len == 0)
		err = lkm_lookup_aliases(tree, lkm_buf_view(&buf), &founds, diag);
	if (err < 0)
		return err;
	*ret = founds;
	founds = (struct lkm_founds){ 0 };
	return 0;
}

int lkm_lookup_modname(struct lkm_tree *tree, struct lkm_str text, struct lkm_founds *ret,
		       struct lkm_diag *diag)
{
	static const enum lkm_found_by order[] = { LKM_FOUND_NAME, LKM_FOUND_BUILTIN,
						   LKM_FOUND_BUILTIN_ALIAS };
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	int err = normalize(text, &buf, diag);

	return err ? err : search(tree, order, 3, lkm_buf_view(&buf), ret, diag);
}

int lkm_lookup_file(struct lkm_tree *tree, struct lkm_str name, struct lkm_depline *ret,
		    struct lkm_diag *diag)
{
	struct lkm_index_hit hit;
	int err = lkm_table_find(tree, LKM_TABLE_DEP, name, &hit, diag);

	if (err < 0)
		return err;
	if (lkm_depline_parse(hit.value, ret) < 0)
		return lkm_diag_set(diag, -EBADMSG, "the entry of %.*s in modules.dep is damaged",
				    LKM_STR_ARG(name));
	return 0;
}

int lkm_lookup_builtin(struct lkm_tree *tree, struct lkm_str name, struct lkm_diag *diag)
{
	struct lkm_index_hit hit;
	int err = lkm_table_find(tree, LKM_TABLE_BUILTIN, name, &hit, diag);

	return err == -ENODATA ? 0 : err < 0 ? err : 1;
}
