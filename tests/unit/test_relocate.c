/* link/relocate: what holds for all machines, and what they build beside the code. */
#include <elf.h>

#include "check.h"
#include "mklink.h"

#define BASE 0xffffffffc0000000u

/* Overwrite a field of 64-bit structures: in the relocation, the symbol, or a section header. */
static void poke(struct mklink *t, size_t section, uint64_t at, uint64_t value, size_t width)
{
	mkelf_poke(&t->elf_file, t->elf_file.sections[section].offset + at, value, width);
}

static void last_place(struct mklink *t) { poke(t, MKLINK_RELA, 0, 24, 8); }
static void beyond_last_place(struct mklink *t) { poke(t, MKLINK_RELA, 0, 25, 8); }
static void far_place(struct mklink *t) { poke(t, MKLINK_RELA, 0, UINT64_MAX, 8); }
static void symbol_beyond(struct mklink *t) { poke(t, MKLINK_RELA, 12, 2, 4); }
static void symbol_far_beyond(struct mklink *t) { poke(t, MKLINK_RELA, 12, UINT32_MAX, 4); }
static void null_symbol(struct mklink *t) { poke(t, MKLINK_RELA, 12, 0, 4); }
static void other_name(struct mklink *t) { poke(t, MKLINK_STRTAB, 1, 'w', 1); }
static void common(struct mklink *t) { poke(t, MKLINK_SYMTAB, 24 + 6, SHN_COMMON, 2); }

static void weak_other_name(struct mklink *t)
{
	other_name(t);
	poke(t, MKLINK_SYMTAB, 24 + 4, LKM_STB_WEAK << 4, 1);
}

static void absolute(struct mklink *t)
{
	poke(t, MKLINK_SYMTAB, 24 + 6, SHN_ABS, 2);
	poke(t, MKLINK_SYMTAB, 24 + 8, 7, 8);
}

static void wrong_kind(struct mklink *t)
{
	mkelf_poke(&t->elf_file, mkelf_shdr(&t->elf_file, MKLINK_RELA, 4, 4), SHT_REL, 4);
}

static void livepatch(struct mklink *t)
{
	mkelf_poke(&t->elf_file, mkelf_shdr(&t->elf_file, MKLINK_RELA, 8, 8), 0x00100000, 8);
}

static void of_another_section(struct mklink *t)
{
	mkelf_poke(&t->elf_file, mkelf_shdr(&t->elf_file, MKLINK_RELA, 44, 28), MKLINK_STRTAB, 4);
}

static void of_no_section(struct mklink *t)
{
	mkelf_poke(&t->elf_file, mkelf_shdr(&t->elf_file, MKLINK_RELA, 44, 28), 1000, 4);
}

#define THERE 0xffffffff81000000u

static const struct {
	const char *name;
	void (*damage)(struct mklink *t);
	enum lkm_link_fault fault;
	int err;
	uint64_t after;
	const char *message;
} rows[] = {
	{ "sound", NULL, LKM_FAULT_NONE, 0, THERE, "" },
	{ "at the last place", last_place, LKM_FAULT_NONE, 0, 0, "" },
	{ "beyond the last place", beyond_last_place, LKM_FAULT_OUTSIDE, -ENOEXEC, 0,
	  ".text+0x19: R_X86_64_64 against there: the place is outside the section" },
	{ "far beyond it", far_place, LKM_FAULT_OUTSIDE, -ENOEXEC, 0, NULL },
	{ "symbol beyond the table", symbol_beyond, LKM_FAULT_SYMBOL, -ENOEXEC, 0,
	  ".text+0x8: R_X86_64_64 against symbol 2: there is no such symbol" },
	{ "symbol far beyond it", symbol_far_beyond, LKM_FAULT_SYMBOL, -ENOEXEC, 0, NULL },
	{ "the null symbol is 0", null_symbol, LKM_FAULT_NONE, 0, 0, "" },
	{ "nobody exports it", other_name, LKM_FAULT_UNDEF, -ENOENT, 0,
	  "m: Unknown symbol where (err -2)" },
	{ "nor need anybody", weak_other_name, LKM_FAULT_NONE, 0, 0, "" },
	{ "common", common, LKM_FAULT_COMMON, -ENOEXEC, 0, "m: please compile with -fno-common" },
	{ "absolute", absolute, LKM_FAULT_NONE, 0, 7, "" },
	{ "REL where RELA is needed", wrong_kind, LKM_FAULT_KIND, -ENOEXEC, 0,
	  "module m: REL relocation unsupported" },
	{ "for a livepatch", livepatch, LKM_FAULT_NONE, 0, 0, "" },
	{ "of a section that is not loaded", of_another_section, LKM_FAULT_NONE, 0, 0, "" },
	{ "of a section that is not there", of_no_section, LKM_FAULT_NONE, 0, 0, "" },
};

static void finds_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mklink t = { .machine = EM_X86_64, .base = BASE, .type = R_X86_64_64,
				    .width = 8, .there = THERE, .damage = rows[i].damage };

		assert_row(rows[i].name, mklink_run(&t), 0);
		assert_row(rows[i].name, t.fault, rows[i].fault);
		assert_row(rows[i].name, t.after, rows[i].after);
		if (t.fault != LKM_FAULT_NONE)
			assert_row(rows[i].name, t.link.findings[0].err, rows[i].err);
		if (rows[i].message)
			assert_string_equal(t.message, rows[i].message);
		mklink_release(&t);
	}
}

static void says_where_it_is(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct mklink t = { .machine = EM_X86_64, .base = BASE, .type = R_X86_64_32, .width = 4,
			    .there = THERE };

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.link.finding_count, 1);
	assert_int_equal(t.link.findings[0].section, MKLINK_TEXT);
	assert_int_equal(t.link.findings[0].value, THERE);
	lkm_link_place_text(&t.link, &t.link.findings[0], &text);
	assert_string_equal(lkm_buf_cstr(&text), ".text+0x8: R_X86_64_32 against there");
	mklink_release(&t);
}

static void knows_six_machines(void **state)
{
	struct mklink t = { .machine = EM_SPARCV9, .base = BASE, .width = 4 };

	(void)state;
	assert_int_equal(mklink_run(&t), -ENOTSUP);
	mklink_release(&t);
}

/* Findings beyond those that are kept are counted. */
static void counts_all_findings(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct mkelf m;
	struct lkm_source src;
	struct lkm_elf elf;
	struct lkm_layout layout;
	struct lkm_link link;
	struct mkelf_symtab table = { 0 };
	struct lkm_link_kernel kernel = lkm_link_kernel(lkm_str("6.12"), EM_X86_64);
	size_t n;

	(void)state;
	mkelf_init(&m, true, false);
	for (size_t i = 0; i < LKM_LINK_FINDINGS_MAX + 10; i++)
		mkelf_symtab_add(&m, &table, "common", LKM_STB_GLOBAL << 4, SHN_COMMON, 8);
	n = mkelf_symtab_finish(&m, &table);
	m.sections[n].flags = m.sections[n - 1].flags = 0;
	mkelf_finish(&m);
	src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m.buf)));
	assert_int_equal(lkm_elf_init(&elf, &src, &arena, NULL), 0);
	assert_int_equal(lkm_layout_init(&layout, &elf, &kernel, NULL), 0);
	lkm_layout_place(&layout, LKM_LAYOUT_BASE);
	assert_int_equal(lkm_link_run(&link, &layout, &(struct lkm_link_imports){ 0 }, NULL), 0);
	assert_int_equal(link.finding_count, LKM_LINK_FINDINGS_MAX + 10);
	mkelf_release(&m);
}

/* Bytes of a section as numbers of 4 bytes, compared. */
static void assert_words(const uint8_t *at, const uint32_t *want, size_t count, bool big_endian)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(lkm_load_u32(at + 4 * i, big_endian), want[i]);
}

/* The target is 0x42000000 and 0x678 away from the page of .plt, which is 0xffff800001000000's. */
static void arm64_builds_a_plt(void **state)
{
	static const uint32_t want[] = { 0x90210010, 0x9119e210, 0xd61f0200 };
	struct mklink t = { .machine = EM_AARCH64, .base = 0xffff800001000000,
			    .type = R_AARCH64_CALL26, .before = 0x94000000, .width = 4,
			    .there = 0xffff800043000678 };

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.fault, LKM_FAULT_NONE);
	/* One branch, and one entry more than can be needed. */
	assert_int_equal(t.layout.sections[MKLINK_ROOM].size, 24);
	assert_int_equal(t.layout.sections[MKLINK_ROOM + 1].size, 12);
	assert_words(lkm_link_section(&t.link, MKLINK_ROOM).ptr, want, COUNT(want), false);
	mklink_release(&t);
}

/* The place, at offset 8 of .text, is at 0xff8 of a page. */
static void arm64_moves_adrp(void **state)
{
	struct mklink t = { .machine = EM_AARCH64, .base = 0xffff800001000ff0, .erratum = true,
			    .type = R_AARCH64_ADR_PREL_PG_HI21, .before = 0x90000003, .width = 4,
			    .there = 0xffff800001003678 };
	uint64_t plt;

	(void)state;
	/* Near: ADR, of the page. */
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.fault, LKM_FAULT_NONE);
	assert_int_equal(t.after, 0x10000003 | ((0x3000 - 0xff8) >> 2) << 5);
	/* What would keep it away from there, had the test not put .text where no loader does. */
	assert_int_equal(t.layout.sections[MKLINK_TEXT].align, 32);
	mklink_release(&t);
	/* Far: a way out and back. */
	t.arena = (struct lkm_arena)LKM_ARENA_INIT;
	t.there = 0xffff800043000678;
	t.other_type = R_AARCH64_CALL26;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.fault, LKM_FAULT_NONE);
	assert_int_equal(t.layout.sections[MKLINK_ROOM].size, 3 * 12);
	plt = lkm_layout_address(&t.layout, MKLINK_ROOM);
	assert_int_equal(t.after, 0x14000000 | ((plt + 12 - (t.base + 8)) >> 2 & 0x3ffffff));
	assert_int_equal(lkm_load_u32(lkm_link_section(&t.link, MKLINK_ROOM).ptr + 16, false), 0x91000063);
	assert_int_equal(lkm_load_u32(lkm_link_section(&t.link, MKLINK_ROOM).ptr + 20, false),
			 0x14000000 | ((t.base + 12 - (plt + 20)) >> 2 & 0x3ffffff));
	mklink_release(&t);
	/* Another processor. */
	t.arena = (struct lkm_arena)LKM_ARENA_INIT;
	t.erratum = false;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.after & 0x9f00001f, 0x90000003);
	assert_int_equal(t.layout.sections[MKLINK_ROOM].size, 2 * 12);
	mklink_release(&t);
}

static void arm64_needs_its_sections(void **state)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_layout layout;
	struct mklink t = { .machine = EM_X86_64, .base = BASE, .type = R_X86_64_NONE, .width = 4 };

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	t.elf.machine = EM_AARCH64;
	assert_int_equal(lkm_layout_init(&layout, &t.elf, &t.layout.kernel, &diag), -ENOEXEC);
	assert_string_equal(diag.what, "module PLT section(s) missing");
	t.elf.machine = EM_PPC64;
	lkm_diag_clear(&diag);
	assert_int_equal(lkm_layout_init(&layout, &t.elf, &t.layout.kernel, &diag), -ENOEXEC);
	assert_string_equal(diag.what, "doesn't contain .stubs.");
	mklink_release(&t);
}

/* A GOT of one word and a PLT of two entries stand before .text; the first jumps to the second. */
static void s390_builds_got_and_plt(void **state)
{
	static const uint32_t want[] = { 0, 0x12345678, 0x0d10e310, 0x100c0004, 0xc0f40000 };
	struct mklink t = { .machine = EM_S390, .big_endian = true, .base = 0x3ff80001000,
			    .type = R_390_PLT32DBL, .width = 4, .there = 0x12345678,
			    .other_type = R_390_GOTENT };
	const uint8_t *start;

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.layout.got_size, 8);
	assert_int_equal(t.layout.plt_size, 44);
	assert_int_equal(t.layout.sections[MKLINK_TEXT].offset, 52);
	start = lkm_link_region(&t.link, LKM_REGION_TEXT).ptr;
	assert_words(start, want, COUNT(want), true);
	assert_int_equal(lkm_load_u32(start + 18, true), (22 - 8) / 2);
	assert_int_equal(lkm_load_u64(start + 22, true), 0x12345678);
	mklink_release(&t);
}

static void ppc64_builds_stubs(void **state)
{
	/* r2 is 0x17fe0 beyond the stub at .text + 32: high half -1, low half -0x7fe0. */
	static const uint32_t want[] = { 0x3d62ffff, 0x396b8020, 0xf8410018, 0xe98b0020,
					 0x7d8903a6, 0x4e800420, 0,	     0x73747562,
					 0x12345678, 0 };
	struct mklink t = { .machine = EM_PPC64, .base = 0xc008000001000000, .type = R_PPC64_REL24,
			    .before = 0x6000000048000001, .width = 8, .there = 0x12345678 };

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.fault, LKM_FAULT_NONE);
	/* One call, one more, two for ftrace. */
	assert_int_equal(t.layout.sections[MKLINK_ROOM].size, 4 * 40);
	assert_words(lkm_link_section(&t.link, MKLINK_ROOM).ptr, want, COUNT(want), false);
	mklink_release(&t);
}

/* The lower half is at offset 8, its symbol leads to the upper one at offset 0. */
static void riscv_pairs_halves(void **state)
{
	struct mklink t = { .machine = EM_RISCV, .base = 0xffffffff01000000,
			    .type = R_RISCV_PCREL_LO12_I, .before = 0x13, .width = 4,
			    .there = 0xffffffff01000000, .other_type = R_RISCV_PCREL_HI20,
			    .other_addend = 0x1abc };

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.fault, LKM_FAULT_NONE);
	assert_int_equal(t.after, 0xabc00013);
	mklink_release(&t);
	t.type = R_RISCV_PCREL_LO12_S;
	t.arena = (struct lkm_arena)LKM_ARENA_INIT;
	t.before = 0x23;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.after, 0xaa000e23);
	mklink_release(&t);
}

/* Too far for a call: .plt has an entry, in the code, and .got.plt the target. */
static void riscv_builds_a_plt(void **state)
{
	struct mklink t = { .machine = EM_RISCV, .base = 0xffffffff01000000, .type = R_RISCV_CALL_PLT,
			    .before = 0x000080e700000097, .width = 8, .there = 0x12345678,
			    .sections = true, .other_type = R_RISCV_CALL_PLT };
	uint64_t plt, got;

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.fault, LKM_FAULT_NONE);
	/* Two calls of one symbol, and one entry more than can be needed. */
	assert_int_equal(t.layout.sections[MKLINK_ROOM].size, 24);
	assert_int_equal(t.layout.sections[MKLINK_ROOM].region, LKM_REGION_TEXT);
	assert_int_equal(t.layout.sections[MKLINK_ROOM + 1].size, 8);
	assert_int_equal(t.layout.sections[MKLINK_ROOM + 2].size, 16);
	assert_int_equal(t.layout.sections[MKLINK_ROOM + 2].region, LKM_REGION_RODATA);
	plt = lkm_layout_address(&t.layout, MKLINK_ROOM);
	got = lkm_layout_address(&t.layout, MKLINK_ROOM + 2);
	assert_int_equal(plt % 64, 0);
	assert_int_equal(t.after >> 52, (plt - (t.base + 8)) & 0xfff);
	assert_int_equal(lkm_load_u32(lkm_link_section(&t.link, MKLINK_ROOM).ptr, false),
			 0x297 | ((got - plt + 0x800) & 0xfffff000));
	assert_int_equal(lkm_load_u32(lkm_link_section(&t.link, MKLINK_ROOM).ptr + 4, false),
			 0x2b303 | ((got - plt) & 0xfff) << 20);
	assert_int_equal(lkm_load_u32(lkm_link_section(&t.link, MKLINK_ROOM).ptr + 8, false), 0x30067);
	assert_int_equal(lkm_load_u64(lkm_link_section(&t.link, MKLINK_ROOM + 2).ptr, false), 0x12345678);
	assert_int_equal(lkm_load_u64(lkm_link_section(&t.link, MKLINK_ROOM + 2).ptr + 8, false), 0);
	mklink_release(&t);
}

/* An address is loaded from .got; the lower half leads to the same entry. */
static void riscv_builds_a_got(void **state)
{
	struct mklink t = { .machine = EM_RISCV, .base = 0xffffffff01000000, .type = R_RISCV_PCREL_LO12_I,
			    .before = 0x13, .width = 4, .there = 0xffffffff01000000, .sections = true,
			    .other_type = R_RISCV_GOT_HI20, .other_addend = 0x1abc };
	uint64_t got;

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.fault, LKM_FAULT_NONE);
	assert_int_equal(t.layout.sections[MKLINK_ROOM + 1].size, 16);
	got = lkm_layout_address(&t.layout, MKLINK_ROOM + 1);
	assert_int_equal(t.after >> 20, (got - t.base) & 0xfff);
	assert_int_equal(lkm_load_u64(lkm_link_section(&t.link, MKLINK_ROOM + 1).ptr, false),
			 0xffffffff01001abc);
	mklink_release(&t);
}

static void damage_got_plt(struct mklink *t)
{
	char *name = memmem(t->elf_file.buf.ptr, t->elf_file.buf.len, ".got.plt", 8);

	assert_non_null(name);
	name[1] = 'G';
}

/* Without any of the three it is a kernel that has none; without one of them it is refused. */
static void riscv_needs_all_or_none(void **state)
{
	struct mklink t = { .machine = EM_RISCV, .base = 0xffffffff01000000, .type = R_RISCV_GOT_HI20,
			    .before = 0x17, .width = 4, .there = 0x12345678 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_layout layout;

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.fault, LKM_FAULT_ROOM);
	mklink_release(&t);
	t.arena = (struct lkm_arena)LKM_ARENA_INIT;
	t.sections = true;
	t.damage = damage_got_plt;
	assert_int_equal(mklink_run(&t), -ENOEXEC);
	assert_int_equal(lkm_layout_init(&layout, &t.elf, &t.layout.kernel, &diag), -ENOEXEC);
	assert_string_equal(diag.what, "module GOT.PLT section(s) missing");
	mklink_release(&t);
}

/* Calls are taken from the highest symbol down; one address has one stub, whoever names it. */
static void ppc64_sorts_calls(void **state)
{
	struct mklink t = { .machine = EM_PPC64, .base = 0xc008000001000000, .type = R_PPC64_REL24,
			    .before = 0x6000000048000001, .width = 8, .there = 0x12345678,
			    .other_type = R_PPC64_REL24, .other_addend = 4 };
	const uint8_t *stubs;

	(void)state;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.layout.sections[MKLINK_ROOM].size, 5 * 40);
	stubs = lkm_link_section(&t.link, MKLINK_ROOM).ptr;
	/* The one without addend is the first in the file. */
	assert_int_equal(lkm_load_u64(stubs + 32, false), 0x1234567c);
	assert_int_equal(lkm_load_u64(stubs + 40 + 32, false), 0x12345678);
	mklink_release(&t);
	t.arena = (struct lkm_arena)LKM_ARENA_INIT;
	t.other_addend = 0;
	assert_int_equal(mklink_run(&t), 0);
	assert_int_equal(t.layout.sections[MKLINK_ROOM].size, 4 * 40);
	assert_int_equal(lkm_load_u64(lkm_link_section(&t.link, MKLINK_ROOM).ptr + 40 + 32, false), 0);
	mklink_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_is_wrong),
		cmocka_unit_test(says_where_it_is),
		cmocka_unit_test(knows_six_machines),
		cmocka_unit_test(counts_all_findings),
		cmocka_unit_test(arm64_builds_a_plt),
		cmocka_unit_test(arm64_moves_adrp),
		cmocka_unit_test(arm64_needs_its_sections),
		cmocka_unit_test(s390_builds_got_and_plt),
		cmocka_unit_test(ppc64_builds_stubs),
		cmocka_unit_test(ppc64_sorts_calls),
		cmocka_unit_test(riscv_builds_a_plt),
		cmocka_unit_test(riscv_builds_a_got),
		cmocka_unit_test(riscv_needs_all_or_none),
		cmocka_unit_test(riscv_pairs_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
