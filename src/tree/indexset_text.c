#include "tree/indexset_text.h"

#include "fmt/alias.h"

int lkm_indexset_add(struct lkm_indexset_maker *m, enum lkm_indexset_index index,
		     const struct lkm_index_entry *entry)
{
	struct lkm_index_entry *slot = lkm_vec_push(&m->entries[index]);

	if (!slot)
		return -ENOMEM;
	*slot = *entry;
	return 0;
}

/* Nothing in it that look-ups would have in another form. */
static bool is_normal(struct lkm_str alias)
{
	for (size_t i = 0; i < alias.len; i++)
		if (alias.ptr[i] == '-' || alias.ptr[i] == '[' || alias.ptr[i] == ']')
			return false;
	return true;
}

int lkm_indexset_add_alias(struct lkm_indexset_maker *m, enum lkm_indexset_index index,
			   const struct lkm_index_entry *entry)
{
	struct lkm_index_entry copy = *entry;

	if (entry->key.len > LKM_INDEX_WRITE_KEY_MAX) {
		lkm_report(m->in->report, LKM_REPORT_WARNING,
			   "an alias of %.*s is too long: left out", LKM_STR_ARG(entry->value));
		return 0;
	}
	if (!is_normal(entry->key)) {
		lkm_buf_clear(&m->scratch);
		if (lkm_alias_normalize(entry->key, &m->scratch) == -EINVAL) {
			lkm_report(m->in->report, LKM_REPORT_WARNING, "Unmatched bracket in %.*s",
				   LKM_STR_ARG(entry->key));
			return 0;
		}
		copy.key = lkm_buf_view(&m->scratch);
		copy.key.ptr = lkm_arena_strdup(&m->arena, copy.key);
		if (lkm_buf_error(&m->scratch) < 0 || !copy.key.ptr)
			return -ENOMEM;
	}
	return lkm_indexset_add(m, index, &copy) < 0 ? -ENOMEM : 1;
}

/* ---- modules.dep ---- */

/* "PATH: DEP DEP", without the newline. */
static int put_dep_line(struct lkm_indexset_maker *m, uint32_t module, struct lkm_graph_work *work)
{
	const struct lkm_scan_file *files = m->in->scan->files.ptr;
	struct lkm_buf *text = &m->set->files[LKM_INDEXSET_DEP];
	int err = lkm_graph_needs(m->in->graph, module, work);

	lkm_buf_puts(text, files[module].path);
	lkm_buf_putc(text, ':');
	for (size_t i = 0; i < work->list.len && !err; i++) {
		lkm_buf_putc(text, ' ');
		lkm_buf_puts(text, files[work->list.ptr[i]].path);
	}
	return err ? err : lkm_buf_error(text);
}

/* The entries of the index, whose values are the lines of the finished text. */
static int add_dep_entries(struct lkm_indexset_maker *m)
{
	struct lkm_str rest = lkm_buf_view(&m->set->files[LKM_INDEXSET_DEP]);
	const struct lkm_scan *scan = m->in->scan;
	int err = 0;

	for (uint32_t i = 0; i < scan->files.len && !err; i++) {
		struct lkm_index_entry entry = { .key = scan->files.ptr[i].name, .priority = i };

		if (m->in->graph->out[i])
			continue;
		lkm_str_next_line(&rest, &entry.value);
		err = lkm_indexset_add(m, LKM_INDEX_DEP, &entry);
	}
	return err;
}

int lkm_indexset_dep(struct lkm_indexset_maker *m)
{
	lkm_auto(lkm_graph_work) struct lkm_graph_work work = LKM_GRAPH_WORK_INIT;
	int err = 0;

	for (uint32_t i = 0; i < m->in->scan->files.len && !err; i++) {
		if (m->in->graph->out[i])
			continue;
		err = put_dep_line(m, i, &work);
		lkm_buf_putc(&m->set->files[LKM_INDEXSET_DEP], '\n');
	}
	return err ? err : add_dep_entries(m);
}

/* ---- what modules say about themselves ---- */

/* A device node that loads a module: "devname:NODE" with "char-major-M-N" or "block-...". */
struct node {
	struct lkm_str name, major, minor;
	char type; /* 'c', 'b', or 0: not known yet */
};

static bool is_number(struct lkm_str text)
{
	uint64_t number;

	return lkm_str_to_u64(text, 10, &number) == 0 && number <= UINT32_MAX;
}

/* "M-N", two numbers; aliases of whole majors ("M-*") name no node. */
static void see_device(struct node *node, char type, struct lkm_str numbers)
{
	struct lkm_str major, minor;

	lkm_str_cut(numbers, '-', &major, &minor);
	if (!is_number(major) || !is_number(minor))
		return;
	node->type = type;
	node->major = major;
	node->minor = minor;
}

/* The first complete pair counts, as kmod has it: of several names the last before it. */
static void see_alias(struct node *node, struct lkm_str alias)
{
	struct lkm_str rest;

	if (node->name.ptr && node->type)
		return;
	if (lkm_str_starts(alias, "devname:", &rest))
		node->name = rest;
	else if (lkm_str_starts(alias, "char-major-", &rest))
		see_device(node, 'c', rest);
	else if (lkm_str_starts(alias, "block-major-", &rest))
		see_device(node, 'b', rest);
}

static void put_node(struct lkm_indexset_maker *m, const struct node *node, struct lkm_str module)
{
	struct lkm_buf *text = &m->set->files[LKM_INDEXSET_DEVNAME];

	if (!node->name.ptr)
		return;
	if (!node->type) {
		lkm_report(m->in->report, LKM_REPORT_WARNING,
			   "Module '%.*s' has devname (%.*s) but lacks major and minor "
			   "information. Ignoring.",
			   LKM_STR_ARG(module), LKM_STR_ARG(node->name));
		return;
	}
	/* A file without nodes is empty: systemd tests that. */
	if (text->len == 0)
		lkm_buf_puts(text, "# Device nodes to trigger on-demand module loading.\n");
	lkm_buf_printf(text, "%.*s %.*s %c%.*s:%.*s\n", LKM_STR_ARG(module),
		       LKM_STR_ARG(node->name), node->type, LKM_STR_ARG(node->major),
		       LKM_STR_ARG(node->minor));
}

/* "KEYWORD A B\n" */
static void put_line(struct lkm_buf *text, const char *keyword, struct lkm_str a, struct lkm_str b)
{
	lkm_buf_puts(text, keyword);
	lkm_buf_str(text, a);
	lkm_buf_putc(text, ' ');
	lkm_buf_str(text, b);
	lkm_buf_putc(text, '\n');
}

/* A line cannot hold a line break; who writes one means to add a line of his own. */
static bool breaks_lines(struct lkm_indexset_maker *m, struct lkm_str text, struct lkm_str module)
{
	if (!text.len || !memchr(text.ptr, '\n', text.len))
		return false;
	lkm_report(m->in->report, LKM_REPORT_WARNING,
		   "an alias or dependency of %.*s with a line break: left out",
		   LKM_STR_ARG(module));
	return true;
}

static int put_info(struct lkm_indexset_maker *m, uint32_t module,
		    const struct lkm_record_item *item, struct node *node)
{
	struct lkm_index_entry entry = { .key = item->text,
					 .value = m->in->scan->files.ptr[module].name,
					 .priority = module };
	struct lkm_buf *files = m->set->files;

	if (breaks_lines(m, item->text, entry.value))
		return 0;
	if (item->kind == LKM_RECORD_SOFTDEP)
		put_line(&files[LKM_INDEXSET_SOFTDEP], "softdep ", entry.value, item->text);
	if (item->kind == LKM_RECORD_WEAKDEP)
		put_line(&files[LKM_INDEXSET_WEAKDEP], "weakdep ", entry.value, item->text);
	if (item->kind != LKM_RECORD_ALIAS)
		return 0;
	put_line(&files[LKM_INDEXSET_ALIAS], "alias ", item->text, entry.value);
	see_alias(node, item->text);
	return lkm_indexset_add_alias(m, LKM_INDEX_ALIAS, &entry);
}

/* Aliases that the entries from `first` on, those of one module, hold twice. */
static int tell_doubles(struct lkm_indexset_maker *m, size_t first)
{
	const lkm_indexset_entries *aliases = &m->entries[LKM_INDEX_ALIAS];
	lkm_auto(lkm_map) struct lkm_map seen = LKM_MAP_INIT;

	for (size_t i = first; i < aliases->len; i++) {
		const struct lkm_index_entry *e = &aliases->ptr[i];
		bool is_new;

		if (!lkm_map_put(&seen, e->key, &is_new))
			return -ENOMEM;
		if (!is_new)
			lkm_report(m->in->report, LKM_REPORT_WARNING,
				   "duplicate module alias: %.*s %.*s", LKM_STR_ARG(e->key),
				   LKM_STR_ARG(e->value));
	}
	return 0;
}

static int put_infos_of(struct lkm_indexset_maker *m, uint32_t module)
{
	struct lkm_record_iter it = lkm_record_infos(m->in->records[module]);
	size_t first = m->entries[LKM_INDEX_ALIAS].len;
	struct lkm_record_item item;
	struct node node = { 0 };
	int err = 0;

	while (err >= 0 && lkm_record_next(&it, &item))
		err = put_info(m, module, &item, &node);
	put_node(m, &node, m->in->scan->files.ptr[module].name);
	if (err >= 0 && m->in->warn_doubles)
		err = tell_doubles(m, first);
	return err < 0 ? err : 0;
}

int lkm_indexset_infos(struct lkm_indexset_maker *m)
{
	struct lkm_buf *files = m->set->files;
	int err = 0;

	lkm_buf_puts(&files[LKM_INDEXSET_ALIAS],
		     "# Aliases extracted from modules themselves.\n");
	lkm_buf_puts(&files[LKM_INDEXSET_SOFTDEP],
		     "# Soft dependencies extracted from modules themselves.\n");
	lkm_buf_puts(&files[LKM_INDEXSET_WEAKDEP],
		     "# Weak dependencies extracted from modules themselves.\n");
	for (uint32_t i = 0; i < m->in->scan->files.len && !err; i++)
		if (!m->in->graph->out[i])
			err = put_infos_of(m, i);
	return err;
}
