#include "tree/texttable.h"

#include <errno.h>

#include "base/path.h"
#include "fmt/alias.h"
#include "fmt/depline.h"
#include "fmt/modinfo.h"

/* A table being read. */
struct parse {
	enum lkm_table table;
	struct lkm_arena *arena;
	struct lkm_index_hits *entries;
};

static int add(struct parse *p, struct lkm_str key, struct lkm_str value)
{
	struct lkm_index_hit *entry = lkm_vec_push(p->entries);

	if (!entry)
		return -ENOMEM;
	entry->key = key;
	entry->value = value;
	entry->priority = (uint32_t)p->entries->len;
	return 0;
}

/* The entry of a module, by the name that its file has. */
static int add_path(struct parse *p, struct lkm_str path, struct lkm_str value)
{
	char name[LKM_MODNAME_MAX];
	char *key;

	if (lkm_modname_from_path(path, name) < 0)
		return -EBADMSG;
	key = lkm_arena_strdup(p->arena, lkm_str(name));
	return key ? add(p, lkm_str(key), value) : -ENOMEM;
}

/* Patterns in text files still have their dashes. */
static int add_pattern(struct parse *p, struct lkm_str pattern, struct lkm_str module)
{
	lkm_auto(lkm_buf) struct lkm_buf normal = LKM_BUF_INIT;
	char *copy;

	if (lkm_alias_normalize(pattern, &normal) < 0)
		return -EBADMSG;
	if (lkm_buf_error(&normal))
		return -ENOMEM;
	copy = lkm_arena_strdup(p->arena, lkm_buf_view(&normal));
	return copy ? add(p, lkm_str(copy), module) : -ENOMEM;
}

/* alias PATTERN MODULE */
static int add_alias(struct parse *p, struct lkm_str line)
{
	struct lkm_str word, key, value;

	if (!lkm_str_next_word(&line, &word) || !lkm_str_is(word, "alias") ||
	    !lkm_str_next_word(&line, &key) || !lkm_str_next_word(&line, &value))
		return -EBADMSG;
	return add_pattern(p, key, value);
}

/* modules.builtin.modinfo, of which the aliases count: MODULE.alias=PATTERN */
static int add_builtin_aliases(struct parse *p, struct lkm_bytes modinfo)
{
	struct lkm_modinfo it = lkm_modinfo(modinfo);
	struct lkm_modinfo_builtin info;
	int err = 0;

	while (err != -ENOMEM && lkm_modinfo_builtin_next(&it, &info))
		if (lkm_str_is(info.item.key, "alias") && info.item.value.len && info.module.len)
			err = add_pattern(p, info.item.value, info.module);
	return err == -ENOMEM ? err : 0;
}

static int add_line(struct parse *p, struct lkm_str line)
{
	struct lkm_depline dep;
	int err;

	if (memchr(line.ptr, '\0', line.len))
		return -EBADMSG;
	switch (p->table) {
	case LKM_TABLE_DEP:
		err = lkm_depline_parse(line, &dep);
		return err ? err : add_path(p, dep.path, line);
	case LKM_TABLE_ALIAS:
	case LKM_TABLE_SYMBOLS:
		return add_alias(p, line);
	default:
		return add_path(p, line, lkm_str(""));
	}
}

int lkm_texttable_parse(enum lkm_table table, struct lkm_str text, struct lkm_arena *arena,
			struct lkm_index_hits *ret, struct lkm_diag *diag)
{
	struct parse p = { .table = table, .arena = arena, .entries = ret };
	struct lkm_str line;
	int worst = 0;

	if (table == LKM_TABLE_BUILTIN_ALIAS) {
		worst = add_builtin_aliases(&p, lkm_str_bytes(text));
		return worst < 0 ? lkm_diag_set(diag, worst, "out of memory") : 0;
	}
	for (unsigned int number = 1; lkm_str_next_line(&text, &line); number++) {
		int err;

		line = lkm_str_trim(line);
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		err = add_line(&p, line);
		if (err == -ENOMEM)
			return lkm_diag_set(diag, err, "out of memory");
		if (err < 0)
			worst = lkm_diag_line(diag, err, number, "not a line of this file");
	}
	return worst;
}
