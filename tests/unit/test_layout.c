/* link/layout, link/map: one module in kernels with regions and without. */
#include <elf.h>

#include "check.h"
#include "fmt/elfsym.h"
#include "link/map.h"
#include "mkelf.h"

enum { W = LKM_SHF_WRITE, A = LKM_SHF_ALLOC, X = LKM_SHF_EXECINSTR };

/* In the file's order, and where each is to be. */
static const struct {
	const char *name;
	uint32_t type;
	uint64_t flags, size, align;
	enum lkm_region region; /* since 6.4 */
	uint64_t offset;	/* there */
	uint64_t block;		/* before 6.4: the offset in the core or init block */
} rows[] = {
	{ ".data", 1, W | A, 0x30, 32, LKM_REGION_DATA, 0, 0x3000 },
	{ ".rodata", 1, A, 0x20, 8, LKM_REGION_RODATA, 0, 0x1000 },
	{ ".text", 1, A | X, 0x101, 16, LKM_REGION_TEXT, 0, 0 },
	{ ".init.text", 1, A | X, 0x11, 16, LKM_REGION_INIT_TEXT, 0, 0 },
	{ ".modinfo", 1, A, 9, 1, LKM_REGION_NONE, 0, 0 },
	{ "__versions", 1, A, 64, 32, LKM_REGION_NONE, 0, 0 },
	{ "__jump_table", 1, W | A, 0x20, 8, LKM_REGION_RO_AFTER_INIT, 0, 0x2000 },
	{ ".exit.text", 1, A | X, 5, 1, LKM_REGION_TEXT, 0x101, 0x101 },
	{ ".text.unlikely", 1, A | X, 7, 32, LKM_REGION_TEXT, 0x120, 0x120 },
	{ ".comment", 1, 0, 20, 1, LKM_REGION_NONE, 0, 0 },
	{ ".bss", 8, W | A, 0x2000, 64, LKM_REGION_DATA, 0x40, 0x3040 },
	{ ".init.data", 1, W | A, 3, 1, LKM_REGION_INIT_DATA, 0, 0x2000 },
	{ ".init.rodata", 1, A, 3, 4, LKM_REGION_INIT_RODATA, 0, 0x1000 },
	{ ".data..percpu", 1, W | A, 0x18, 8, LKM_REGION_PERCPU, 0, 0 },
	{ ".data..ro_after_init", 1, W | A, 8, 8, LKM_REGION_RO_AFTER_INIT, 0x20, 0x2020 },
	{ "empty", 1, A, 0, 64, LKM_REGION_RODATA, 0x40, 0x1040 },
	{ ".static_call_sites", 1, W | A, 8, 4, LKM_REGION_DATA, 0x2040, 0x5040 },
};

enum { TEXT = 3, DATA = 1, BSS = 11, PERCPU = 14 };

struct sample {
	struct mkelf m;
	struct lkm_arena arena;
	struct lkm_source src;
	struct lkm_elf elf;
	struct lkm_link_kernel kernel;
};

/* A file of the rows, with the symbols that `table` holds. */
static void make(struct sample *s, bool wide, struct mkelf_symtab *table)
{
	static const uint8_t zeros[0x200];
	size_t first;

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = mkelf_section(&s->m, rows[i].name, rows[i].type, zeros, rows[i].size);

		s->m.sections[n].flags = rows[i].flags;
		s->m.sections[n].align = rows[i].align;
	}
	first = mkelf_symtab_finish(&s->m, table);
	s->m.sections[first].flags = s->m.sections[first - 1].flags = 0;
	s->m.sections[first].align = 8;
	mkelf_finish(&s->m);
	mkelf_poke(&s->m, mkelf_shdr(&s->m, s->m.count - 1, 8, 8), 0, wide ? 8 : 4);
}

static void open_sample(struct sample *s)
{
	s->arena = (struct lkm_arena)LKM_ARENA_INIT;
	s->src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&s->m.buf)));
	assert_int_equal(lkm_elf_init(&s->elf, &s->src, &s->arena, NULL), 0);
	s->kernel = lkm_link_kernel(lkm_str("6.12.1"), EM_X86_64);
}

static void start(struct sample *s)
{
	struct mkelf_symtab table = { 0 };

	mkelf_init(&s->m, true, false);
	mkelf_symtab_add(&s->m, &table, "run", LKM_STB_GLOBAL << 4 | LKM_STT_FUNC, TEXT, 0x10);
	mkelf_symtab_add(&s->m, &table, "", LKM_STT_SECTION, DATA, 0);
	mkelf_symtab_add(&s->m, &table, "count", LKM_STT_OBJECT, BSS, 4);
	mkelf_symtab_add(&s->m, &table, "limit", LKM_STB_GLOBAL << 4, 0xfff1, 7);
	mkelf_symtab_add(&s->m, &table, "file.c", 4, 0xfff1, 0);
	mkelf_symtab_add(&s->m, &table, "printk", LKM_STB_GLOBAL << 4, 0, 0);
	mkelf_symtab_add(&s->m, &table, "per", 0, PERCPU, 8);
	mkelf_symtab_add(&s->m, &table, "setup", 0, 4, 0);
	make(s, true, &table);
	open_sample(s);
}

static void stop(struct sample *s)
{
	lkm_arena_release(&s->arena);
	mkelf_release(&s->m);
}

static void lays_out_regions(void **state)
{
	struct lkm_layout layout;
	struct sample s;

	(void)state;
	start(&s);
	s.kernel.keeps_symbols = false;
	assert_int_equal(lkm_layout_init(&layout, &s.elf, &s.kernel, NULL), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_row(rows[i].name, layout.sections[i + 1].region, rows[i].region);
		assert_row(rows[i].name, layout.sections[i + 1].offset, rows[i].offset);
		assert_row(rows[i].name, layout.sections[i + 1].size, rows[i].size);
	}
	assert_int_equal(layout.regions[LKM_REGION_DATA].used, 0x2048);
	assert_int_equal(layout.regions[LKM_REGION_DATA].size, 0x3000);
	assert_int_equal(lkm_layout_core_size(&layout), 0x3000 + 3 * 0x1000);
	lkm_layout_place(&layout, LKM_LAYOUT_BASE);
	assert_int_equal(lkm_layout_address(&layout, TEXT), 0x12340000);
	assert_int_equal(lkm_layout_address(&layout, DATA), 0x12341000);
	assert_int_equal(lkm_layout_address(&layout, 2), 0x12344000);
	stop(&s);
}

static void lays_out_blocks(void **state)
{
	struct lkm_layout layout;
	struct sample s;

	(void)state;
	start(&s);
	s.kernel = lkm_link_kernel(lkm_str("6.1.0-56-amd64"), EM_X86_64);
	assert_false(s.kernel.regions);
	assert_int_equal(lkm_layout_init(&layout, &s.elf, &s.kernel, NULL), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool init = lkm_region_is_init(rows[i].region);
		enum lkm_region want = rows[i].region == LKM_REGION_PERCPU ||
						       rows[i].region == LKM_REGION_NONE ?
					       rows[i].region :
				       init ? LKM_REGION_INIT_TEXT :
					      LKM_REGION_TEXT;

		assert_row(rows[i].name, layout.sections[i + 1].region, want);
		assert_row(rows[i].name, layout.sections[i + 1].offset, rows[i].block);
	}
	assert_string_equal(lkm_layout_region_name(&layout, LKM_REGION_TEXT), "core");
	/* The last section ends at 0x5048; symbols begin on the next page and need another. */
	assert_int_equal(layout.regions[LKM_REGION_TEXT].used, 0x5048);
	assert_int_equal(lkm_layout_core_size(&layout), 0x7000);
	stop(&s);
}

/* Kept: null, run, count, per and two of the file's 9; names of 1, 4, 6 and 4 bytes. */
static void adds_the_symbols_that_are_kept(void **state)
{
	struct lkm_layout layout;
	struct sample s;

	(void)state;
	start(&s);
	s.kernel.page = 1;
	assert_int_equal(lkm_layout_init(&layout, &s.elf, &s.kernel, NULL), 0);
	assert_int_equal(layout.regions[LKM_REGION_DATA].size, 0x2048 + 4 * 24 + 15 + 4);
	/* All 9, 41 bytes of names, 32 of the loader's own, and 9 letters. */
	assert_int_equal(layout.regions[LKM_REGION_INIT_DATA].size, 8 + 9 * 24 + 48 + 32 + 9);
	stop(&s);
}

static void knows_what_each_kernel_does(void **state)
{
	static const struct {
		const char *release;
		bool regions, fixed, percpu;
	} releases[] = {
		{ "5.10.0", false, false, false },	{ "6.3.13-x", false, false, false },
		{ "6.4", true, false, false },		{ "6.12.117+deb12-amd64", true, false, false },
		{ "6.16.0", true, true, false },	{ "6.17-rc1", true, true, true },
		{ "7.2.13+deb14-amd64", true, true, true }, { "mine", true, true, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(releases); i++) {
		struct lkm_link_kernel k =
			lkm_link_kernel(lkm_str(releases[i].release), EM_X86_64);

		assert_row(releases[i].release, k.regions, releases[i].regions);
		assert_row(releases[i].release, k.static_calls_fixed, releases[i].fixed);
		assert_row(releases[i].release, k.percpu_relocs, releases[i].percpu);
	}
}

static void properties_move_sections(void **state)
{
	struct lkm_layout layout;
	struct sample s;

	(void)state;
	start(&s);
	s.kernel.static_calls_fixed = true;
	s.kernel.keeps_exit = false;
	assert_int_equal(lkm_layout_init(&layout, &s.elf, &s.kernel, NULL), 0);
	assert_int_equal(layout.sections[17].region, LKM_REGION_RO_AFTER_INIT);
	assert_int_equal(layout.sections[8].region, LKM_REGION_INIT_TEXT);
	stop(&s);
}

static void learns_from_a_running_kernel(void **state)
{
	struct lkm_layout layout;
	struct sample s;

	(void)state;
	start(&s);
	assert_int_equal(lkm_layout_init(&layout, &s.elf, &s.kernel, NULL), 0);
	assert_true(lkm_layout_observe(&layout, 8, 0xffffffffc0000101));
	assert_int_equal(lkm_layout_address(&layout, TEXT), 0xffffffffc0000000);
	assert_true(lkm_layout_observe(&layout, TEXT, 0xffffffffc0000000));
	assert_false(lkm_layout_observe(&layout, 9, 0xffffffffc0000121));
	assert_false(lkm_layout_observe(&layout, 5, 0xffffffffc0000000));
	assert_false(lkm_layout_observe(&layout, 1000, 0xffffffffc0000000));
	assert_false(layout.regions[LKM_REGION_DATA].placed);
	stop(&s);
}

/* A change of one header field (64-bit offset) of section 11, .bss. */
static const struct {
	const char *name;
	unsigned int field;
	uint64_t value;
	int err;
} damages[] = {
	{ "sound", 32, 0x2000, 0 },
	{ "alignment 0 is 1", 48, 0, 0 },
	{ "no power of two", 48, 24, -EBADMSG },
	{ "the largest alignment", 48, LKM_LAYOUT_ALIGN_MAX, 0 },
	{ "more", 48, LKM_LAYOUT_ALIGN_MAX * 2, -EFBIG },
	{ "highest bit", 48, 1ull << 63, -EFBIG },
	{ "too large", 32, LKM_LAYOUT_MAX, -EFBIG },
	{ "as large as can be", 32, UINT64_MAX, -EFBIG },
};

static void refuses_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		struct lkm_layout layout = { 0 };
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct sample s;

		start(&s);
		mkelf_poke(&s.m, mkelf_shdr(&s.m, BSS, damages[i].field, 0), damages[i].value, 8);
		lkm_arena_release(&s.arena);
		open_sample(&s);
		assert_row(damages[i].name, lkm_layout_init(&layout, &s.elf, &s.kernel, &diag),
			   damages[i].err);
		assert_row(damages[i].name, diag.err, damages[i].err);
		assert_row(damages[i].name, layout.elf == NULL, damages[i].err != 0);
		stop(&s);
	}
}

static void prints_the_map(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_layout layout;
	struct lkm_loadmap map;
	struct sample s;
	const char *symbols;

	(void)state;
	start(&s);
	assert_int_equal(lkm_layout_init(&layout, &s.elf, &s.kernel, NULL), 0);
	lkm_layout_place(&layout, LKM_LAYOUT_BASE);
	assert_int_equal(lkm_loadmap_init(&map, &layout, NULL), 0);
	assert_int_equal(map.section_count, 13);
	lkm_loadmap_print(&map, &text);
	assert_int_equal(strncmp(lkm_buf_cstr(&text),
				 "Sections:       Size      Address           Align\n"
				 ".text           00000101  0000000012340000  2**4\n"
				 ".exit.text      00000005  0000000012340101  2**0\n",
				 50 + 49 + 49),
			 0);
	symbols = strstr(lkm_buf_cstr(&text), "\n\n");
	assert_non_null(symbols);
	assert_string_equal(symbols, "\n\nSymbols:\n"
				     "0000000000000007 A limit\n"
				     "0000000012340010 T run\n"
				     "0000000012341000 d .data\n"
				     "0000000012341044 d count\n"
				     "0000000012346000 t setup\n"
				     "0000000012349008 d per\n");
	stop(&s);
}

/* The sample of insmod(8) has addresses of 8 digits. */
static void prints_32_bit_addresses(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_loadmap_section section = { LKM_STR(".text"), 0x5570, 0x12340060, 16, 1 };
	struct lkm_loadmap_symbol symbol = { LKM_STR("foo_open"), 0x12340060, 1, 1, 'T' };
	struct lkm_loadmap map = { &section, 1, &symbol, 1, false };

	(void)state;
	lkm_loadmap_print(&map, &text);
	assert_string_equal(lkm_buf_cstr(&text), "Sections:       Size      Address   Align\n"
						 ".text           00005570  12340060  2**4\n"
						 "\n"
						 "Symbols:\n"
						 "12340060 T foo_open\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lays_out_regions),
		cmocka_unit_test(lays_out_blocks),
		cmocka_unit_test(adds_the_symbols_that_are_kept),
		cmocka_unit_test(knows_what_each_kernel_does),
		cmocka_unit_test(properties_move_sections),
		cmocka_unit_test(learns_from_a_running_kernel),
		cmocka_unit_test(refuses_sizes),
		cmocka_unit_test(prints_the_map),
		cmocka_unit_test(prints_32_bit_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
