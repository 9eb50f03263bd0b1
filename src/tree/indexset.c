#include "tree/indexset.h"

#include "base/path.h"
#include "base/pool.h"
#include "fmt/depline.h"
#include "fmt/index.h"
#include "fmt/modinfo.h"
#include "tree/indexset_text.h"

static const char *const names[LKM_INDEXSET_COUNT] = {
	[LKM_INDEXSET_DEP] = "modules.dep",
	[LKM_INDEXSET_DEP_BIN] = "modules.dep.bin",
	[LKM_INDEXSET_ALIAS] = "modules.alias",
	[LKM_INDEXSET_ALIAS_BIN] = "modules.alias.bin",
	[LKM_INDEXSET_SOFTDEP] = "modules.softdep",
	[LKM_INDEXSET_WEAKDEP] = "modules.weakdep",
	[LKM_INDEXSET_SYMBOLS] = "modules.symbols",
	[LKM_INDEXSET_SYMBOLS_BIN] = "modules.symbols.bin",
	[LKM_INDEXSET_BUILTIN_BIN] = "modules.builtin.bin",
	[LKM_INDEXSET_BUILTIN_ALIAS_BIN] = "modules.builtin.alias.bin",
	[LKM_INDEXSET_DEVNAME] = "modules.devname",
};

/* Which file holds which index. */
static const enum lkm_indexset_file index_files[LKM_INDEX_COUNT] = {
	[LKM_INDEX_ALIAS] = LKM_INDEXSET_ALIAS_BIN,
	[LKM_INDEX_SYMBOLS] = LKM_INDEXSET_SYMBOLS_BIN,
	[LKM_INDEX_DEP] = LKM_INDEXSET_DEP_BIN,
	[LKM_INDEX_BUILTIN] = LKM_INDEXSET_BUILTIN_BIN,
	[LKM_INDEX_BUILTIN_ALIAS] = LKM_INDEXSET_BUILTIN_ALIAS_BIN,
};

const char *lkm_indexset_name(enum lkm_indexset_file file)
{
	return names[file];
}

/* ---- entries that have no text, or a sorted one ---- */

static int add_symbol(struct lkm_indexset_maker *m, struct lkm_str name, uint32_t module)
{
	static const struct lkm_str prefix = LKM_STR("symbol:");
	struct lkm_index_entry entry = { .value = m->in->scan->files.ptr[module].name,
					 .priority = module };
	char *key;

	if (prefix.len + name.len > LKM_INDEX_WRITE_KEY_MAX) {
		lkm_report(m->in->report, LKM_REPORT_WARNING,
			   "a symbol of %.*s has too long a name: left out",
			   LKM_STR_ARG(entry.value));
		return 0;
	}
	key = lkm_arena_alloc(&m->arena, prefix.len + name.len);
	if (!key)
		return -ENOMEM;
	memcpy(key, prefix.ptr, prefix.len);
	memcpy(key + prefix.len, name.ptr, name.len);
	entry.key = (struct lkm_str){ key, prefix.len + name.len };
	return lkm_indexset_add(m, LKM_INDEX_SYMBOLS, &entry);
}

int lkm_indexset_symbols(struct lkm_indexset_maker *m)
{
	const struct lkm_map *symbols = &m->in->graph->symbols;
	int err = 0;

	for (size_t i = 0; i < symbols->len && !err; i++) {
		uint32_t module = (uint32_t)symbols->entries[i].value.num;

		if (!m->in->graph->out[module])
			err = add_symbol(m, symbols->entries[i].key, module);
	}
	return err;
}

int lkm_indexset_builtin(struct lkm_indexset_maker *m)
{
	struct lkm_str rest = m->in->builtin, path;
	int err = 0;

	while (!err && lkm_pathlist_next(&rest, &path)) {
		char name[LKM_MODNAME_MAX];
		struct lkm_index_entry entry = { .value = lkm_str("") };

		if (lkm_modname_from_path(path, name) < 0) {
			lkm_report(m->in->report, LKM_REPORT_WARNING,
				   "Invalid modules.builtin line: %.*s", LKM_STR_ARG(path));
			continue;
		}
		entry.key = lkm_str(lkm_arena_strdup(&m->arena, lkm_str(name)));
		err = entry.key.len ? lkm_indexset_add(m, LKM_INDEX_BUILTIN, &entry) : -ENOMEM;
	}
	return err;
}

int lkm_indexset_builtin_alias(struct lkm_indexset_maker *m)
{
	struct lkm_modinfo it = lkm_modinfo(m->in->builtin_modinfo);
	struct lkm_modinfo_builtin info;
	int err = 0;

	while (err >= 0 && lkm_modinfo_builtin_next(&it, &info)) {
		struct lkm_index_entry entry = { .key = info.item.value, .value = info.module };

		if (lkm_str_is(info.item.key, "alias") && entry.key.len && entry.value.len)
			err = lkm_indexset_add_alias(m, LKM_INDEX_BUILTIN_ALIAS, &entry);
	}
	return err < 0 ? err : 0;
}

/* ---- all together ---- */

/* modules.symbols: as the other texts, but sorted, because nothing else gives it an order. */
static int write_symbols(struct lkm_indexset_maker *m)
{
	const lkm_indexset_entries *entries = &m->entries[LKM_INDEX_SYMBOLS];
	struct lkm_buf *text = &m->set->files[LKM_INDEXSET_SYMBOLS];
	lkm_autofree const struct lkm_index_entry **sorted = NULL;

	lkm_buf_puts(text, "# Aliases for symbols, used by symbol_request().\n");
	sorted = calloc(entries->len + 1, sizeof(const struct lkm_index_entry *));
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < entries->len; i++)
		sorted[i] = &entries->ptr[i];
	lkm_index_sort(sorted, entries->len);
	for (size_t i = 0; i < entries->len; i++) {
		lkm_buf_puts(text, "alias ");
		lkm_buf_str(text, sorted[i]->key);
		lkm_buf_putc(text, ' ');
		lkm_buf_str(text, sorted[i]->value);
		lkm_buf_putc(text, '\n');
	}
	return lkm_buf_error(text);
}

/* Write one index; the larger ones come first. */
static void build(void *ctx, size_t i, unsigned int worker)
{
	struct lkm_indexset_maker *m = ctx;
	const lkm_indexset_entries *entries = &m->entries[i];

	(void)worker;
	m->errors[i] = lkm_index_write(entries->ptr, entries->len, &m->set->files[index_files[i]]);
	if (i == LKM_INDEX_SYMBOLS && !m->errors[i])
		m->errors[i] = write_symbols(m);
}

static int make(struct lkm_indexset_maker *m)
{
	const struct lkm_pool_job job = {
		.count = LKM_INDEX_COUNT,
		.threads = m->in->threads,
		.work = build,
		.ctx = m,
	};
	int err = lkm_indexset_dep(m);

	if (!err)
		err = lkm_indexset_infos(m);
	if (!err)
		err = lkm_indexset_symbols(m);
	if (!err)
		err = lkm_indexset_builtin(m);
	if (!err)
		err = lkm_indexset_builtin_alias(m);
	if (!err)
		err = lkm_pool_run(&job);
	for (size_t i = 0; i < LKM_INDEX_COUNT && !err; i++)
		err = m->errors[i];
	for (size_t i = 0; i < LKM_INDEXSET_COUNT && !err; i++)
		err = lkm_buf_error(&m->set->files[i]);
	return err;
}

int lkm_indexset_make(struct lkm_indexset *ret, const struct lkm_indexset_input *in)
{
	lkm_auto(lkm_indexset) struct lkm_indexset set = LKM_INDEXSET_INIT;
	struct lkm_indexset_maker m = { .in = in, .set = &set };
	int err = make(&m);

	for (size_t i = 0; i < LKM_INDEX_COUNT; i++)
		lkm_vec_release(&m.entries[i]);
	lkm_buf_release(&m.scratch);
	lkm_arena_release(&m.arena);
	if (err)
		return err;
	*ret = set;
	set = (struct lkm_indexset)LKM_INDEXSET_INIT;
	return 0;
}

/* ---- the time of change ---- */

/* Add an entry unless its key is known. */
static int add_entry(const struct lkm_index_entry *entry, struct lkm_map *known,
		     struct lkm_arena *arena, lkm_indexset_entries *list)
{
	const char *key = lkm_arena_strdup(arena, entry->key);
	struct lkm_index_entry *slot;
	bool is_new;

	if (!key || !lkm_map_put(known, lkm_str(key), &is_new))
		return -ENOMEM;
	if (!is_new)
		return 0;
	slot = lkm_vec_push(list);
	if (!slot)
		return -ENOMEM;
	*slot = *entry;
	slot->key = lkm_str(key);
	return 0;
}

/* All entries of an index, behind those in `list`, unless their keys are in `known`. */
static int read_entries(struct lkm_str file, struct lkm_map *known, struct lkm_arena *arena,
			lkm_indexset_entries *list)
{
	struct lkm_source source = lkm_source_memory(lkm_str_bytes(file));
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf keys = LKM_BUF_INIT;
	uint32_t behind = (uint32_t)list->len;
	struct lkm_index index;
	int err = lkm_index_init(&index, &source, arena, NULL);

	err = err ? err : lkm_index_entries(&index, &keys, &hits, NULL);
	for (size_t i = 0; i < hits.len && !err; i++) {
		const struct lkm_index_hit *hit = &hits.ptr[i];
		const struct lkm_index_entry entry = { hit->key, hit->value,
						       behind + hit->priority };

		err = add_entry(&entry, known, arena, list);
	}
	return err;
}

int lkm_indexset_transition(struct lkm_str old_dep, struct lkm_str new_dep, struct lkm_buf *ret,
			    bool *ret_needed)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_map) struct lkm_map known = LKM_MAP_INIT;
	lkm_indexset_entries list = LKM_VEC_INIT;
	size_t in_new;
	int err = read_entries(new_dep, &known, &arena, &list);

	in_new = list.len;
	if (!err)
		err = read_entries(old_dep, &known, &arena, &list);
	*ret_needed = !err && list.len > in_new;
	if (*ret_needed)
		err = lkm_index_write(list.ptr, list.len, ret);
	else if (err != -ENOMEM)
		err = 0;
	lkm_vec_release(&list);
	return err;
}

void lkm_indexset_release(struct lkm_indexset *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < LKM_INDEXSET_COUNT; i++)
		lkm_buf_release(&set->files[i]);
}
