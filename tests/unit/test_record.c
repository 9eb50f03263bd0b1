/* tree/record: what is kept of a module file, and nothing else. */
#include "check.h"

#include <errno.h>

#include "mkelf.h"
#include "tree/record.h"

enum { GLOBAL = LKM_STB_GLOBAL << 4, WEAK = LKM_STB_WEAK << 4 };

static const char modinfo[] = "license=GPL\0alias=pci:v1\0\0\0softdep=pre: b\0description=x\0"
			      "alias=\0weakdep=w1\0alias";

/* Which parts the file has. */
struct parts {
	bool symbols, info, versions;
	size_t crc_size; /* of the table of CRCs; 4 is sound */
};

static void put_symbols(struct mkelf *m, size_t table, size_t crcs)
{
	struct mkelf_symtab symbols = { 0 };

	mkelf_symtab_add(m, &symbols, "need1", GLOBAL, 0, 0);
	mkelf_symtab_add(m, &symbols, "given", GLOBAL, 1, 0);
	mkelf_symtab_add(m, &symbols, "__ksymtab_given", 0, (uint16_t)table, 0);
	mkelf_symtab_add(m, &symbols, "__crc_given", 0, (uint16_t)crcs, 0);
	mkelf_symtab_add(m, &symbols, "need2", WEAK, 0, 0);
	mkelf_symtab_finish(m, &symbols);
}

/* __versions with need2 and module_layout; need1 has no CRC. */
static void put_versions(struct mkelf *m)
{
	static const char *const names[] = { "module_layout", "need2" };
	lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;

	for (size_t i = 0; i < COUNT(names); i++) {
		mkelf_num(m, &table, 0x100 + i, 8);
		lkm_buf_puts(&table, names[i]);
		while (table.len % 64)
			lkm_buf_putc(&table, '\0');
	}
	mkelf_section(m, "__versions", LKM_SHT_PROGBITS, table.ptr, table.len);
}

static void make(struct mkelf *m, const struct parts *parts)
{
	static const char zero[16];
	size_t table, crcs;

	mkelf_init(m, true, false);
	mkelf_section(m, ".text", LKM_SHT_PROGBITS, zero, sizeof(zero));
	table = mkelf_section(m, "__ksymtab", LKM_SHT_PROGBITS, zero, 12);
	crcs = mkelf_section(m, "__kcrctab", LKM_SHT_PROGBITS, "\x11\0\0\0", parts->crc_size);
	if (parts->info)
		mkelf_section(m, ".modinfo", LKM_SHT_PROGBITS, modinfo, sizeof(modinfo));
	if (parts->versions)
		put_versions(m);
	if (parts->symbols)
		put_symbols(m, table, crcs);
	mkelf_finish(m);
}

static const struct {
	const char *name;
	struct parts parts;
	bool want_crcs;
	int err;
	const char *want; /* kind and text, CRC behind a colon */
} rows[] = {
	{ "all parts", { true, true, true, 4 }, false, 0,
	  "+given -need1 ~need2 a=pci:v1 s=pre: b a= w=w1 a=" },
	{ "with CRCs", { true, true, true, 4 }, true, 0,
	  "+given:11 -need1:0 ~need2:101 a=pci:v1 s=pre: b a= w=w1 a=" },
	{ "CRCs without versions", { true, true, false, 4 }, true, 0,
	  "+given:11 -need1:0 ~need2:0 a=pci:v1 s=pre: b a= w=w1 a=" },
	{ "no .modinfo", { true, false, true, 4 }, false, 0, "+given -need1 ~need2" },
	{ "no symbol table", { false, true, true, 4 }, false, -ENODATA, "" },
	{ "a damaged table of CRCs", { true, true, true, 2 }, true, -EBADMSG, "" },
	{ "which is not looked at if nobody wants it", { true, false, true, 2 }, false, 0,
	  "+given -need1 ~need2" },
};

static void print_record(const struct lkm_record *record, struct lkm_buf *ret)
{
	static const char *const marks[] = { "+", "-", "a=", "s=", "w=" };
	struct lkm_record_iter it = lkm_record_iter(record);
	struct lkm_record_item item;

	while (lkm_record_next(&it, &item)) {
		lkm_buf_printf(ret, "%s%s%.*s", ret->len ? " " : "",
			       item.weak ? "~" : marks[item.kind], LKM_STR_ARG(item.text));
		if (record->crcs && item.kind <= LKM_RECORD_NEED)
			lkm_buf_printf(ret, ":%x", item.crc);
	}
}

static void records(void **state)
{
	lkm_auto(lkm_record_work) struct lkm_record_work work = LKM_RECORD_WORK_INIT;

	(void)state;
	for (size_t r = 0; r < COUNT(rows); r++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT, kept = LKM_ARENA_INIT;
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct lkm_record record = { 0 };
		struct lkm_source source;
		struct lkm_elf elf;
		struct mkelf m;

		make(&m, &rows[r].parts);
		source = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m.buf)));
		assert_int_equal(lkm_elf_init(&elf, &source, &arena, NULL), 0);
		assert_row(rows[r].name,
			   lkm_record_read(&record, &elf, &work, rows[r].want_crcs, &kept, &diag),
			   rows[r].err);
		assert_row(rows[r].name, diag.what[0] != '\0', rows[r].err != 0);
		/* The file may go: nothing of a record points into it. */
		mkelf_release(&m);
		lkm_arena_clear(&arena);
		if (rows[r].err == 0)
			print_record(&record, &got);
		if (!lkm_str_is(lkm_buf_view(&got), rows[r].want))
			fail_msg("row \"%s\": %s, wanted %s", rows[r].name, lkm_buf_cstr(&got),
				 rows[r].want);
	}
}

static void infos_begin_behind_the_symbols(void **state)
{
	lkm_auto(lkm_record_work) struct lkm_record_work work = LKM_RECORD_WORK_INIT;
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_record record;
	struct lkm_record_iter it;
	struct lkm_record_item item;
	struct lkm_source source;
	struct lkm_elf elf;
	struct mkelf m;

	(void)state;
	make(&m, &rows[0].parts);
	source = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m.buf)));
	assert_int_equal(lkm_elf_init(&elf, &source, &arena, NULL), 0);
	assert_int_equal(lkm_record_read(&record, &elf, &work, false, &arena, NULL), 0);
	it = lkm_record_infos(&record);
	assert_true(lkm_record_next(&it, &item));
	assert_int_equal(item.kind, LKM_RECORD_ALIAS);
	assert_str(item.text, "pci:v1");
	mkelf_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(infos_begin_behind_the_symbols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
