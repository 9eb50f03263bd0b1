/* fmt/ksyms and tree/unresolved: the kernel's symbols, and what is missing. */
#include "check.h"

#include "fmt/ksyms.h"
#include "mkrecord.h"
#include "tree/unresolved.h"

/* ---- Module.symvers ---- */

static const struct {
	const char *name, *line;
	const char *want; /* "NAME MODULE NAMESPACE CRC GPL", or NULL: no such line */
} symvers[] = {
	{ "6.12", "0x0000abcd\tf\tvmlinux\tEXPORT_SYMBOL\t", "f vmlinux  abcd 0" },
	{ "6.12, GPL and namespace", "0x1\tf\td/m\tEXPORT_SYMBOL_GPL\tNS", "f d/m NS 1 1" },
	{ "5.4", "0x1\tf\tNS\td/m\tEXPORT_SYMBOL_GPL", "f d/m NS 1 1" },
	{ "5.4, no namespace", "0x1\tf\t\tvmlinux\tEXPORT_SYMBOL", "f vmlinux  1 0" },
	{ "4.x", "0x1\tf\tvmlinux\tEXPORT_SYMBOL", "f vmlinux  1 0" },
	{ "2.6", "0x1\tf\tvmlinux", "f vmlinux  1 0" },
	{ "blanks are no tabs", "0x1 f vmlinux EXPORT_SYMBOL", NULL },
	{ "no number", "0xg\tf\tvmlinux\tEXPORT_SYMBOL", NULL },
	{ "more than 32 bits", "0x100000000\tf\tvmlinux\tEXPORT_SYMBOL", NULL },
	{ "no module", "0x1\tf", NULL },
	{ "no name", "0x1\t\tvmlinux\tEXPORT_SYMBOL", NULL },
};

static void symvers_lines(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(symvers); r++) {
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT, got = LKM_BUF_INIT;
		struct lkm_symvers s;
		struct lkm_str rest;
		int want = symvers[r].want ? 1 : -EBADMSG;

		lkm_buf_printf(&text, "\n%s\n0x2\tnext\tvmlinux\n", symvers[r].line);
		rest = lkm_buf_view(&text);
		assert_row(symvers[r].name, lkm_symvers_next(&rest, &s), want);
		if (want == 1) {
			lkm_buf_printf(&got, "%.*s %.*s %.*s %x %d", LKM_STR_ARG(s.name),
				       LKM_STR_ARG(s.module), LKM_STR_ARG(s.name_space), s.crc,
				       s.gpl_only);
			assert_string_equal(lkm_buf_cstr(&got), symvers[r].want);
		}
		assert_row(symvers[r].name, lkm_symvers_next(&rest, &s), 1);
		assert_str(s.name, "next");
		assert_int_equal(lkm_symvers_next(&rest, &s), 0);
	}
}

/* ---- System.map ---- */

static const struct {
	const char *name, *text;
	char prefix;
	const char *want; /* names, separated by blanks */
} maps[] = {
	{ "System.map", "ffff T f\nffff r __ksymtab_f\nffff r __kstrtab_f\n", 0, "f" },
	{ "kallsyms", "0 r __ksymtab_f\n0 r __ksymtab_g\t[m]\n0 t h\t[m]\n", 0, "f g" },
	{ "ksyms", "c0120000 f\nc0120010 g_R12345678\t[m]\nc0 h_Rx2345678\n", 0, "f g h_Rx2345678" },
	{ "a ksyms name of one letter", "c0120000 f [m]\n", 0, "f" },
	{ "a prefix is taken off", "0 r ___ksymtab_f\n0 r ___ksymtab__g\n", '_', "f _g" },
	{ "without it a symbol is none", "0 r __ksymtab_f\n", '_', "" },
	{ "other lines", "\nx\n0 T\n", 0, "T" },
};

static void map_lines(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(maps); r++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_str rest = lkm_str(maps[r].text), name;

		while (lkm_sysmap_next(&rest, maps[r].prefix, &name))
			lkm_buf_printf(&got, "%s%.*s", got.len ? " " : "", LKM_STR_ARG(name));
		if (!lkm_str_is(lkm_buf_view(&got), maps[r].want))
			fail_msg("row \"%s\": %s", maps[r].name, lkm_buf_cstr(&got));
	}
}

/* ---- what is told ---- */

#define UNKNOWN(m, s)  "/d/kernel/" m ".ko needs unknown symbol " s
#define DISAGREE(m, s) "/d/kernel/" m ".ko disagrees about version of symbol " s

static const struct {
	const char *name, *tree, *symvers, *map;
	bool verbose;
	const char *want; /* lines */
	size_t unknown;
} tells[] = {
	{ "nothing is known of the kernel", "a -x", NULL, NULL, false, "", 0 },
	{ "a symbol that nobody has", "a -x", NULL, "0 r __ksymtab_y\n", false,
	  UNKNOWN("a", "x") "\n", 1 },
	{ "the kernel has it", "a -x", NULL, "0 r __ksymtab_x\n", false, "", 0 },
	{ "a module has it", "a -x; b +x", NULL, "", false, "", 0 },
	{ "a weak one may be missing", "a ~x", NULL, "", false, "", 0 },
	{ "several modules, one line", "a -x; b -x; c -x -y", NULL, "", false,
	  UNKNOWN("a", "x (and 2 more)") "\n" UNKNOWN("c", "y") "\n", 2 },
	{ "several lines if they are wanted", "a -x; b -x; c -x", NULL, "", true,
	  UNKNOWN("a", "x") "\n" UNKNOWN("b", "x") "\n" UNKNOWN("c", "x") "\n", 1 },
	{ "another version than the kernel's", "a -x:1", "0x2\tx\tvmlinux\n", NULL, false,
	  DISAGREE("a", "x") "\n", 0 },
	{ "another version than the module's", "a -x:1; b +x:2", "", NULL, false,
	  DISAGREE("a", "x") "\n", 0 },
	{ "the same version", "a -x:1 -y:2; b +x:1", "0x2\ty\tvmlinux\n", NULL, false, "", 0 },
	{ "no version needed", "a -x -y; b +x:1", "0x2\ty\tvmlinux\n", NULL, false, "", 0 },
	{ "no version given", "a -x:1 -y:2; b +x", "0\ty\tvmlinux\n", NULL, false, "", 0 },
	{ "System.map has no versions", "a -x:1; b +x:2", NULL, "", false, "", 0 },
	{ "a symbol of a module that is not there", "a -x", "0x1\tx\td/m\n", NULL, false,
	  UNKNOWN("a", "x") "\n", 1 },
	{ "bad lines are counted", "a -x", "0x1\tx\tvmlinux\nbad\nworse\n", NULL, false,
	  "f: 2 lines are not those of Module.symvers\n", 0 },
};

static void collect(void *ctx, enum lkm_report_level level, const char *text)
{
	assert_int_equal(level, LKM_REPORT_WARNING);
	lkm_buf_printf(ctx, "%s\n", text);
}

static void see_need(void *ctx, uint32_t module, const struct lkm_record_item *need,
		     uint32_t provider, uint32_t crc)
{
	lkm_unresolved_see(ctx, module, need, provider, crc);
}

static void what_is_told(void **state)
{
	(void)state;
	for (size_t r = 0; r < COUNT(tells); r++) {
		lkm_auto(lkm_graph) struct lkm_graph graph = LKM_GRAPH_INIT;
		lkm_auto(lkm_unresolved) struct lkm_unresolved u = LKM_UNRESOLVED_INIT;
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_report report = { .say = collect, .ctx = &got };
		const struct lkm_graph_watch watch = { .need = see_need, .ctx = &u };
		struct mkrecord tree;

		mkrecord_tree(&tree, tells[r].tree);
		u.want_pairs = tells[r].verbose;
		if (tells[r].symvers)
			assert_int_equal(lkm_unresolved_add_symvers(&u, lkm_str(tells[r].symvers),
								    "f", &report), 0);
		if (tells[r].map)
			assert_int_equal(lkm_unresolved_add_sysmap(&u, lkm_str(tells[r].map), 0), 0);
		assert_int_equal(lkm_graph_build(&graph, tree.records, tree.count, &watch), 0);
		assert_int_equal(u.err, 0);
		assert_row(tells[r].name, lkm_unresolved_tell(&u, &tree.scan, "/d", &report),
			   tells[r].unknown);
		if (!lkm_str_is(lkm_buf_view(&got), tells[r].want))
			fail_msg("row \"%s\":\n%swanted\n%s", tells[r].name, lkm_buf_cstr(&got),
				 tells[r].want);
		mkrecord_release(&tree);
	}
}

static void not_more_lines_than_anyone_reads(void **state)
{
	lkm_auto(lkm_graph) struct lkm_graph graph = LKM_GRAPH_INIT;
	lkm_auto(lkm_unresolved) struct lkm_unresolved u = LKM_UNRESOLVED_INIT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT, got = LKM_BUF_INIT;
	struct lkm_report report = { .say = collect, .ctx = &got };
	const struct lkm_graph_watch watch = { .need = see_need, .ctx = &u };
	struct lkm_str rest, line, last = { "", 0 };
	struct mkrecord tree;
	unsigned int lines = 0;

	(void)state;
	lkm_buf_puts(&text, "a");
	for (int i = 0; i < 30; i++)
		lkm_buf_printf(&text, " -s%d", i);
	mkrecord_tree(&tree, lkm_buf_cstr(&text));
	assert_int_equal(lkm_unresolved_add_sysmap(&u, lkm_str(""), 0), 0);
	assert_int_equal(lkm_graph_build(&graph, tree.records, tree.count, &watch), 0);
	assert_int_equal(lkm_unresolved_tell(&u, &tree.scan, "/d", &report), 30);
	for (rest = lkm_buf_view(&got); lkm_str_next_line(&rest, &line); lines++)
		last = line;
	assert_int_equal(lines, LKM_UNRESOLVED_LINES + 1);
	assert_str(last, "10 more symbols of this kind; -v shows all");
	mkrecord_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(symvers_lines),
		cmocka_unit_test(map_lines),
		cmocka_unit_test(what_is_told),
		cmocka_unit_test(not_more_lines_than_anyone_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
