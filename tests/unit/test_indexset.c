/* tree/indexset: the contents of all files, from made-up modules. */
#include "check.h"

#include "fmt/index.h"
#include "mkrecord.h"
#include "tree/indexset.h"

#define ALIAS	"# Aliases extracted from modules themselves.\n"
#define SOFTDEP "# Soft dependencies extracted from modules themselves.\n"
#define WEAKDEP "# Weak dependencies extracted from modules themselves.\n"
#define SYMBOLS "# Aliases for symbols, used by symbol_request().\n"
#define DEVNAME "# Device nodes to trigger on-demand module loading.\n"

struct row {
	const char *name, *tree;
	enum lkm_indexset_file file;
	const char *want; /* the text, or "KEY=PRIORITY VALUE;" of an index */
	const char *warning;
};

static const struct row rows[] = {
	{ "dependencies", "a-b -x; c +x -y; d +y", LKM_INDEXSET_DEP,
	  "kernel/a-b.ko: kernel/c.ko kernel/d.ko\nkernel/c.ko: kernel/d.ko\nkernel/d.ko:\n", NULL },
	{ "the same as an index", "a-b -x; c +x", LKM_INDEXSET_DEP_BIN,
	  "a_b=0 kernel/a-b.ko: kernel/c.ko;c=1 kernel/c.ko:;", NULL },
	{ "left out modules keep their number", "a ! ; b", LKM_INDEXSET_DEP_BIN, "b=1 kernel/b.ko:;",
	  NULL },
	{ "aliases in their order", "a-b a=z a=pci:v1-[a-b]; c a=z", LKM_INDEXSET_ALIAS,
	  ALIAS "alias z a_b\nalias pci:v1-[a-b] a_b\nalias z c\n", NULL },
	{ "as an index", "a a=z a=pci:v1-[a-b]-*; c a=z", LKM_INDEXSET_ALIAS_BIN,
	  "pci:v1_[a-b]_*=0 a;z=0 a;z=1 c;", NULL },
	{ "equal ones stay", "a a=z a=z", LKM_INDEXSET_ALIAS_BIN, "z=0 a;z=0 a;", NULL },
	{ "brackets that do not pair are no key", "a a=x[ a=y", LKM_INDEXSET_ALIAS_BIN, "y=0 a;",
	  "Unmatched bracket in x[" },
	{ "but stay in the text", "a a=x[", LKM_INDEXSET_ALIAS, ALIAS "alias x[ a\n",
	  "Unmatched bracket in x[" },
	{ "a line break would make two lines", "a a=x^alias_evil a=y", LKM_INDEXSET_ALIAS,
	  ALIAS "alias y a\n", "an alias or dependency of a with a line break: left out" },
	{ "soft dependencies word by word", "a s=pre:_b-c; c s=d s=e", LKM_INDEXSET_SOFTDEP,
	  SOFTDEP "softdep a pre: b-c\nsoftdep c d\nsoftdep c e\n", NULL },
	{ "weak ones too", "a w=b", LKM_INDEXSET_WEAKDEP, WEAKDEP "weakdep a b\n", NULL },
	{ "symbols are sorted", "a +z +b; c +m", LKM_INDEXSET_SYMBOLS,
	  SYMBOLS "alias symbol:b a\nalias symbol:m c\nalias symbol:z a\n", NULL },
	{ "a symbol belongs to one module", "a +z; c +z", LKM_INDEXSET_SYMBOLS,
	  SYMBOLS "alias symbol:z c\n", NULL },
	{ "as an index", "a +z; c +m", LKM_INDEXSET_SYMBOLS_BIN, "symbol:m=1 c;symbol:z=0 a;", NULL },
	{ "symbols of a circle are left out", "a +z -m; c +m -z; d +k", LKM_INDEXSET_SYMBOLS_BIN,
	  "symbol:k=2 d;", NULL },
	{ "no device nodes, no text", "a a=x", LKM_INDEXSET_DEVNAME, "", NULL },
	{ "a character device", "a a=devname:net/tun a=char-major-10-200", LKM_INDEXSET_DEVNAME,
	  DEVNAME "a net/tun c10:200\n", NULL },
	{ "a block device, number first", "a a=block-major-7-0 a=devname:x", LKM_INDEXSET_DEVNAME,
	  DEVNAME "a x b7:0\n", NULL },
	{ "the last name before the number", "a a=devname:x a=devname:y a=char-major-1-2",
	  LKM_INDEXSET_DEVNAME, DEVNAME "a y c1:2\n", NULL },
	{ "nothing behind the first pair", "a a=devname:x a=char-major-1-2 a=devname:y a=block-major-3-4",
	  LKM_INDEXSET_DEVNAME, DEVNAME "a x c1:2\n", NULL },
	{ "the last number before the name", "a a=char-major-1-2 a=block-major-3-4 a=devname:x",
	  LKM_INDEXSET_DEVNAME, DEVNAME "a x b3:4\n", NULL },
	{ "a whole major is no node", "a a=devname:x a=char-major-1-*", LKM_INDEXSET_DEVNAME, "",
	  "Module 'a' has devname (x) but lacks major and minor information. Ignoring." },
	{ "nor is a number with something behind it", "a a=devname:x a=char-major-1-2x",
	  LKM_INDEXSET_DEVNAME, "",
	  "Module 'a' has devname (x) but lacks major and minor information. Ignoring." },
	{ "built-in modules", "a", LKM_INDEXSET_BUILTIN_BIN, "b_c=0 ;d=0 ;", NULL },
	{ "aliases of built-in modules", "a", LKM_INDEXSET_BUILTIN_ALIAS_BIN,
	  "k_[l-m]=0 b_c;z=0 d;z=0 b_c;", NULL },
};

static const char builtin[] = "kernel/b-c.ko\n\nkernel/d.ko\n";
static const char builtin_modinfo[] = "b_c.license=GPL\0b_c.alias=k-[l-m]\0b_c.alias=z\0"
				      "d.alias=z\0d.alias=\0d.aliasx=q\0";

static void note(void *ctx, enum lkm_report_level level, const char *text)
{
	assert_int_equal(level, LKM_REPORT_WARNING);
	assert_null(*(char **)ctx);
	*(char **)ctx = strdup(text);
}

/* The entries of an index as a row has them. */
static void print_index(struct lkm_str file, struct lkm_buf *ret)
{
	struct lkm_source source = lkm_source_memory(lkm_str_bytes(file));
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_buf) struct lkm_buf keys = LKM_BUF_INIT;
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	struct lkm_index index;

	assert_int_equal(lkm_index_init(&index, &source, &arena, NULL), 0);
	assert_int_equal(lkm_index_entries(&index, &keys, &hits, NULL), 0);
	for (size_t i = 0; i < hits.len; i++)
		lkm_buf_printf(ret, "%.*s=%u %.*s;", LKM_STR_ARG(hits.ptr[i].key),
			       hits.ptr[i].priority, LKM_STR_ARG(hits.ptr[i].value));
}

/* Line breaks cannot be written in a tree: ^ stands for one. */
static void break_lines(struct mkrecord *tree)
{
	for (uint32_t m = 0; m < tree->count; m++)
		for (size_t i = 0; i < tree->store[m].texts.len; i++)
			if (tree->store[m].texts.ptr[i] == '^')
				((char *)(uintptr_t)tree->store[m].texts.ptr)[i] = '\n';
}

static void make(const char *text, struct lkm_indexset *ret, char **warning)
{
	lkm_auto(lkm_graph) struct lkm_graph graph = LKM_GRAPH_INIT;
	struct lkm_report report = { .say = note, .ctx = warning };
	struct mkrecord tree;
	struct lkm_indexset_input in = {
		.scan = &tree.scan, .records = tree.records, .graph = &graph,
		.builtin = { builtin, sizeof(builtin) - 1 },
		.builtin_modinfo = { (const uint8_t *)builtin_modinfo, sizeof(builtin_modinfo) },
		.threads = 2, .report = &report,
	};

	mkrecord_tree(&tree, text);
	break_lines(&tree);
	assert_int_equal(lkm_graph_build(&graph, tree.records, tree.count, NULL), 0);
	assert_int_equal(lkm_indexset_make(ret, &in), 0);
	mkrecord_release(&tree);
}

static void files(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(rows); r++) {
		lkm_auto(lkm_indexset) struct lkm_indexset set = LKM_INDEXSET_INIT;
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		lkm_autofree char *warning = NULL;
		struct lkm_str file;

		make(rows[r].tree, &set, &warning);
		file = lkm_buf_view(&set.files[rows[r].file]);
		if (lkm_str_ends(lkm_str(lkm_indexset_name(rows[r].file)), ".bin", NULL))
			print_index(file, &got);
		else
			lkm_buf_str(&got, file);
		if (!lkm_str_is(lkm_buf_view(&got), rows[r].want))
			fail_msg("row \"%s\":\n%s\nwanted\n%s", rows[r].name, lkm_buf_cstr(&got),
				 rows[r].want);
		if (!lkm_str_is(lkm_str(warning), rows[r].warning ? rows[r].warning : ""))
			fail_msg("row \"%s\": warning %s", rows[r].name, warning);
	}
}

static void an_empty_tree_has_all_files(void **state)
{
	lkm_auto(lkm_indexset) struct lkm_indexset set = LKM_INDEXSET_INIT;
	lkm_autofree char *warning = NULL;

	(void)state;
	make("", &set, &warning);
	assert_str(lkm_buf_view(&set.files[LKM_INDEXSET_DEP]), "");
	assert_int_equal(set.files[LKM_INDEXSET_DEP_BIN].len, 12);
	assert_str(lkm_buf_view(&set.files[LKM_INDEXSET_ALIAS]), ALIAS);
}

/* ---- the time of change ---- */

static const struct {
	const char *name, *before, *after;
	const char *want; /* NULL: no transition is needed */
} changes[] = {
	{ "nothing changed", "a; b", "a; b", NULL },
	{ "a module more", "a", "a; b", NULL },
	{ "a module less", "a; b; c", "b", "a=1 kernel/a.ko:;b=0 kernel/b.ko:;c=3 kernel/c.ko:;" },
	{ "new lines count", "a -x; b +x; c", "a -x; c +x",
	  "a=0 kernel/a.ko: kernel/c.ko;b=3 kernel/b.ko:;c=1 kernel/c.ko:;" },
	{ "all gone", "a", "", "a=0 kernel/a.ko:;" },
	{ "the first time", "", "a", NULL },
};

static void names_that_go_stay_until_the_end(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(changes); r++) {
		lkm_auto(lkm_indexset) struct lkm_indexset before = LKM_INDEXSET_INIT;
		lkm_auto(lkm_indexset) struct lkm_indexset after = LKM_INDEXSET_INIT;
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT, got = LKM_BUF_INIT;
		lkm_autofree char *warning = NULL;
		bool needed;

		make(changes[r].before, &before, &warning);
		make(changes[r].after, &after, &warning);
		assert_int_equal(lkm_indexset_transition(
					 lkm_buf_view(&before.files[LKM_INDEXSET_DEP_BIN]),
					 lkm_buf_view(&after.files[LKM_INDEXSET_DEP_BIN]), &file,
					 &needed), 0);
		assert_row(changes[r].name, needed, changes[r].want != NULL);
		if (!needed)
			continue;
		print_index(lkm_buf_view(&file), &got);
		if (!lkm_str_is(lkm_buf_view(&got), changes[r].want))
			fail_msg("row \"%s\": %s", changes[r].name, lkm_buf_cstr(&got));
	}
}

static void a_damaged_old_index_counts_as_empty(void **state)
{
	lkm_auto(lkm_indexset) struct lkm_indexset set = LKM_INDEXSET_INIT;
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_autofree char *warning = NULL;
	bool needed = true;

	(void)state;
	make("a", &set, &warning);
	assert_int_equal(lkm_indexset_transition(lkm_str("garbage"),
						 lkm_buf_view(&set.files[LKM_INDEXSET_DEP_BIN]),
						 &file, &needed), 0);
	assert_false(needed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files),
		cmocka_unit_test(an_empty_tree_has_all_files),
		cmocka_unit_test(names_that_go_stay_until_the_end),
		cmocka_unit_test(a_damaged_old_index_counts_as_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
