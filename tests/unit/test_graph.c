/* tree/graph: who needs whom, in which order, and circles. */
#include "check.h"

#include "mkrecord.h"

struct row {
	const char *name;
	const char *tree;
	const char *lines; /* "MODULE: DEP DEP", separated by "; " */
};

/* The orders are those of modules.dep that kmod 30 writes for such modules. */
static const struct row rows[] = {
	{ "nobody needs anything", "a; b", "a:; b:" },
	{ "the last of the directly needed is first", "a -x -y; b +x; c +y", "a: c b; b:; c:" },
	{ "by the order of symbols", "a -y -x; b +x; c +y", "a: b c; b:; c:" },
	{ "module order of providers does not matter", "b +x; c +y; a -x -y", "b:; c:; a: c b" },
	{ "what only it used comes after a module", "a -x -y; b +x -z; c +y; d +z",
	  "a: c b d; b: d; c:; d:" },
	{ "also on the other side", "a -x -y; b +x; c +y -z; d +z", "a: c d b; b:; c: d; d:" },
	{ "another user holds one back", "a -x -y -z; e -y; b +x; c +y; d +z",
	  "a: d c b; e: c; b:; c:; d:" },
	{ "and it goes where that one leaves it", "e -y; a -x -y -z; b +x; c +y; d +z",
	  "e: c; a: d b c; b:; c:; d:" },
	{ "a module needed twice stands behind both users", "a -x -z; b +x -z; c +x; d +z",
	  "a: d c; b: d; c:; d:" },
	{ "two symbols of one module are one need", "a -x1 -y -x2; b +x1 +x2; c +y",
	  "a: c b; b:; c:" },
	{ "symbols of the kernel are no need", "a -kernel -x; b +x", "a: b; b:" },
	{ "a weak symbol is a need", "a ~x; b +x", "a: b; b:" },
	{ "the last of two exporters counts", "b +x; a -x; c +x", "b:; a: c; c:" },
	{ "a module without a record is not there", "a -x; b ! +x; c -y; d +y", "a:; c: d; d:" },
	{ "a chain", "a -b; b +b -c; c +c -d; d +d", "a: b c d; b: c d; c: d; d:" },
	{ "a circle is left out, and its users stay", "a -x; b +x -y; c +y -x; d -y; e",
	  "a:; d:; e:" },
	{ "what a circle needs stays", "b +x -y -z; c +y -x; z +z", "z:" },
	{ "between two circles", "a +a -b; b +b -a -m; m +m -c; c +c -d; d +d -c", "m:" },
	{ "a module that needs itself", "a -x; b +x -x", "a:" },
};

static void put_line(const struct mkrecord *tree, const struct lkm_graph *graph, uint32_t module,
		     struct lkm_graph_work *work, struct lkm_buf *text)
{
	lkm_buf_printf(text, "%s%.*s:", text->len ? "; " : "",
		       LKM_STR_ARG(tree->scan.files.ptr[module].name));
	assert_int_equal(lkm_graph_needs(graph, module, work), 0);
	for (size_t i = 0; i < work->list.len; i++)
		lkm_buf_printf(text, " %.*s",
			       LKM_STR_ARG(tree->scan.files.ptr[work->list.ptr[i]].name));
}

static void dependencies(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(rows); r++) {
		lkm_auto(lkm_graph) struct lkm_graph graph = LKM_GRAPH_INIT;
		lkm_auto(lkm_graph_work) struct lkm_graph_work work = LKM_GRAPH_WORK_INIT;
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		struct mkrecord tree;

		mkrecord_tree(&tree, rows[r].tree);
		assert_int_equal(lkm_graph_build(&graph, tree.records, tree.count, NULL), 0);
		for (uint32_t m = 0; m < tree.count; m++)
			if (!graph.out[m])
				put_line(&tree, &graph, m, &work, &text);
		if (strcmp(lkm_buf_cstr(&text), rows[r].lines) != 0)
			fail_msg("row \"%s\": %s, wanted %s", rows[r].name, text.ptr,
				 rows[r].lines);
		mkrecord_release(&tree);
	}
}

static const struct {
	const char *name, *tree;
	uint32_t from;
	const char *circle;
} circles[] = {
	{ "two", "a -x; b +x -y; c +y -x", 1, "b c" },
	{ "itself", "a; b +x -x", 1, "b" },
	{ "the shortest way", "a +a -b -c; b +b -c; c +c -a", 0, "a c" },
	{ "longer through another one", "a +a -b -c; b +b -c; c +c -a", 1, "b c a" },
};

static void shortest_circles(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(circles); r++) {
		lkm_auto(lkm_graph) struct lkm_graph graph = LKM_GRAPH_INIT;
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		lkm_graph_list list = LKM_VEC_INIT;
		struct mkrecord tree;

		mkrecord_tree(&tree, circles[r].tree);
		assert_int_equal(lkm_graph_build(&graph, tree.records, tree.count, NULL), 0);
		assert_true(graph.cyclic[circles[r].from]);
		assert_int_equal(lkm_graph_circle(&graph, circles[r].from, &list), 0);
		for (size_t i = 0; i < list.len; i++)
			lkm_buf_printf(&text, "%s%.*s", i ? " " : "",
				       LKM_STR_ARG(tree.scan.files.ptr[list.ptr[i]].name));
		if (strcmp(lkm_buf_cstr(&text), circles[r].circle) != 0)
			fail_msg("row \"%s\": %s, wanted %s", circles[r].name, text.ptr,
				 circles[r].circle);
		lkm_vec_release(&list);
		mkrecord_release(&tree);
	}
}

/* As long as a chain can be: no recursion may go along with it. */
static void a_very_long_chain(void **state)
{
	enum { LENGTH = 200000 };
	lkm_auto(lkm_graph) struct lkm_graph graph = LKM_GRAPH_INIT;
	lkm_auto(lkm_graph_work) struct lkm_graph_work work = LKM_GRAPH_WORK_INIT;
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_record *store = calloc(LENGTH, sizeof(*store));
	const struct lkm_record **records = calloc(LENGTH, sizeof(*records));

	(void)state;
	for (uint32_t i = 0; i < LENGTH; i++) {
		lkm_auto(lkm_buf) struct lkm_buf texts = LKM_BUF_INIT;

		/* Each needs the next one, and the last one the one before it. */
		lkm_buf_printf(&texts, "s%u%cns%u", i, 0, i + 1 < LENGTH ? i + 1 : i - 1);
		store[i] = (struct lkm_record){
			.export_count = 1, .need_count = 1,
			.texts = { lkm_arena_strdup(&arena, lkm_buf_view(&texts)), texts.len } };
		records[i] = &store[i];
	}
	assert_int_equal(lkm_graph_build(&graph, records, LENGTH, NULL), 0);
	assert_int_equal(graph.cyclic_count, 2);
	assert_int_equal(lkm_graph_needs(&graph, 0, &work), 0);
	assert_int_equal(work.list.len, LENGTH - 3);
	free(store);
	free(records);
}

/* ---- what is watched ---- */

struct seen {
	const struct mkrecord *tree;
	struct lkm_buf text;
};

static struct lkm_str name_of(const struct seen *seen, uint32_t module)
{
	return module == LKM_GRAPH_NONE ? lkm_str("-") : seen->tree->scan.files.ptr[module].name;
}

static void see_need(void *ctx, uint32_t module, const struct lkm_record_item *need,
		     uint32_t provider, uint32_t crc)
{
	struct seen *seen = ctx;

	lkm_buf_printf(&seen->text, "%.*s %.*s%s %.*s %x %x; ", LKM_STR_ARG(name_of(seen, module)),
		       LKM_STR_ARG(need->text), need->weak ? "?" : "",
		       LKM_STR_ARG(name_of(seen, provider)), need->crc, crc);
}

static void see_twice(void *ctx, struct lkm_str symbol, uint32_t loser, uint32_t winner)
{
	struct seen *seen = ctx;

	lkm_buf_printf(&seen->text, "%.*s %.*s<%.*s; ", LKM_STR_ARG(symbol),
		       LKM_STR_ARG(name_of(seen, loser)), LKM_STR_ARG(name_of(seen, winner)));
}

static void needs_and_doubles_are_told(void **state)
{
	lkm_auto(lkm_graph) struct lkm_graph graph = LKM_GRAPH_INIT;
	struct mkrecord tree;
	struct seen seen = { .tree = &tree };
	const struct lkm_graph_watch watch = { see_need, see_twice, &seen };

	(void)state;
	mkrecord_tree(&tree, "a -x:11 ~k:22 -k2; b +x:12 +y; c +x:13");
	assert_int_equal(lkm_graph_build(&graph, tree.records, tree.count, &watch), 0);
	assert_string_equal(lkm_buf_cstr(&seen.text),
			    "x b<c; a x c 11 13; a k? - 22 0; a k2 - 0 0; ");
	lkm_buf_release(&seen.text);
	mkrecord_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dependencies),
		cmocka_unit_test(shortest_circles),
		cmocka_unit_test(a_very_long_chain),
		cmocka_unit_test(needs_and_doubles_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
