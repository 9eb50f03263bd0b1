/*
 * A module linked on paper: no relocation reaches outside the section that it
 * patches, sections do not overlap, and the same bytes come out twice.
 *
 * Input that begins like ELF is a file.  Any other is a recipe for one that has
 * all that a machine needs:
 *
 *	0  1  machine (number in a list)
 *	1  1  1 = kernel with regions, 2 = modules far from the kernel
 *	then for each symbol, until a byte of 255
 *	0  1  its section (number in a list, or special)
 *	1  1  binding << 4 | type
 *	2  2  value
 *	then for each relocation
 *	0  2  type
 *	2  1  offset
 *	3  1  symbol
 *	4  4  addend, signed
 */
#include <elf.h>

#include "fmt/elfsym.h"
#include "fuzz.h"
#include "link/map.h"
#include "link/relocate.h"
#include "tests/unit/mkelf.h"

static const struct machine {
	uint16_t machine;
	bool narrow, big_endian;
	uint64_t modules;
} machines[] = {
	{ EM_X86_64, false, false, 0xffffffffc0000000 },
	{ EM_386, true, false, 0xf8000000 },
	{ EM_AARCH64, false, false, 0xffff800001000000 },
	{ EM_S390, false, true, 0x3ff80000000 },
	{ EM_RISCV, false, false, 0xffffffff01000000 },
	{ EM_PPC64, false, false, 0xc008000001000000 },
};

/* The patched section is between two that must stay as they are. */
enum { GUARD = 0xa5, GUARD_SIZE = 64, TEXT_SIZE = 200 };
static const struct {
	const char *name;
	uint32_t type;
	uint64_t flags;
	size_t size;
} sections[] = {
	{ ".text.before", SHT_PROGBITS, LKM_SHF_ALLOC | LKM_SHF_EXECINSTR, GUARD_SIZE },
	{ ".text", SHT_PROGBITS, LKM_SHF_ALLOC | LKM_SHF_EXECINSTR, TEXT_SIZE },
	{ ".text.behind", SHT_PROGBITS, LKM_SHF_ALLOC | LKM_SHF_EXECINSTR, GUARD_SIZE },
	{ ".plt", SHT_PROGBITS, LKM_SHF_ALLOC, 1 },
	{ ".init.plt", SHT_PROGBITS, LKM_SHF_ALLOC, 1 },
	{ ".stubs", SHT_NOBITS, LKM_SHF_ALLOC | LKM_SHF_EXECINSTR, 0 },
	{ ".toc", SHT_PROGBITS, LKM_SHF_ALLOC | LKM_SHF_WRITE, 8 },
	{ ".data..percpu", SHT_PROGBITS, LKM_SHF_ALLOC | LKM_SHF_WRITE, 16 },
	{ ".init.data", SHT_PROGBITS, LKM_SHF_ALLOC | LKM_SHF_WRITE, 16 },
	{ ".bss", SHT_NOBITS, LKM_SHF_ALLOC | LKM_SHF_WRITE, 32 },
	{ ".got", SHT_PROGBITS, LKM_SHF_ALLOC, 1 },
	{ ".got.plt", SHT_PROGBITS, LKM_SHF_ALLOC, 1 },
};

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))
enum { BEFORE = 1, TEXT, BEHIND };

struct subject {
	struct mkelf made;
	struct lkm_arena arena;
	struct lkm_source src;
	struct lkm_elf elf;
	struct lkm_link_kernel kernel;
	uint64_t modules, exports;
	bool guarded;
};

static int find(const void *ctx, struct lkm_str name, size_t n, struct lkm_symbol *ret)
{
	const struct subject *s = ctx;

	if (n > 0 || name.len == 0)
		return -ENODATA;
	*ret = (struct lkm_symbol){ .name = name, .has_address = true,
				    .address = s->exports + name.len * 16 };
	return 0;
}

static uint16_t section_number(uint8_t byte)
{
	static const uint16_t special[] = { SHN_UNDEF, SHN_ABS, SHN_COMMON, SHN_UNDEF };

	return byte <= SECTIONS ? byte : special[byte % 4];
}

/* Symbols up to a byte of 255, which is taken too. */
static void add_symbols(struct subject *s, struct lkm_reader *r)
{
	struct mkelf_symtab table = { 0 };
	uint8_t section, info;
	uint16_t value;
	size_t n;

	while (lkm_read_u8(r, &section) == 0 && section != 255 && lkm_read_u8(r, &info) == 0 &&
	       lkm_read_u16(r, &value) == 0)
		mkelf_symtab_add(&s->made, &table, section & 1 ? "abc" : ".TOC.", info,
				 section_number(section), value);
	n = mkelf_symtab_finish(&s->made, &table);
	s->made.sections[n].flags = s->made.sections[n - 1].flags = 0;
}

static void add_relocations(struct subject *s, struct lkm_reader *r, uint32_t symtab)
{
	lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;
	bool wide = s->made.wide, addends = s->made.machine != EM_386;
	uint16_t type;
	uint8_t offset, symbol;
	uint32_t addend;
	size_t n;

	while (lkm_read_u16(r, &type) == 0 && lkm_read_u8(r, &offset) == 0 &&
	       lkm_read_u8(r, &symbol) == 0 && lkm_read_u32(r, &addend) == 0) {
		mkelf_num(&s->made, &table, offset, wide ? 8 : 4);
		mkelf_num(&s->made, &table,
			  wide ? (uint64_t)symbol << 32 | type : (uint64_t)symbol << 8 | (type & 0xff),
			  wide ? 8 : 4);
		if (addends)
			mkelf_num(&s->made, &table, (uint64_t)(int64_t)(int32_t)addend, wide ? 8 : 4);
	}
	n = mkelf_section(&s->made, ".rela.text", addends ? SHT_RELA : SHT_REL, table.ptr, table.len);
	s->made.sections[n].flags = 0;
	s->made.sections[n].info = TEXT;
	s->made.sections[n].link = symtab;
}

static void make(struct subject *s, const uint8_t *data, size_t size)
{
	struct lkm_reader r = lkm_reader((struct lkm_bytes){ data, size }, false);
	const struct machine *machine = &machines[data[0] % (sizeof(machines) / sizeof(machines[0]))];
	uint8_t fill[TEXT_SIZE];

	(void)lkm_read_skip(&r, 2);
	mkelf_init(&s->made, !machine->narrow, machine->big_endian);
	s->made.machine = machine->machine;
	for (size_t i = 0; i < SECTIONS; i++) {
		size_t n;

		memset(fill, i + 1 == BEFORE || i + 1 == BEHIND ? GUARD : 0, sizeof(fill));
		n = mkelf_section(&s->made, sections[i].name, sections[i].type, fill,
				  sections[i].size);
		s->made.sections[n].flags = sections[i].flags;
	}
	add_symbols(s, &r);
	add_relocations(s, &r, (uint32_t)SECTIONS + 2);
	mkelf_finish(&s->made);
	s->kernel = lkm_link_kernel(lkm_str(data[1] & 1 ? "6.12" : "6.1"), machine->machine);
	s->kernel.erratum_843419 = data[1] & 8;
	s->modules = machine->modules;
	s->exports = data[1] & 2 ? machine->modules ^ 0x7ff00000000 : machine->modules + 0x100000;
	s->guarded = true;
}

/* Loaded sections of a region follow one another inside it. */
static void check_layout(const struct lkm_layout *layout)
{
	for (size_t i = 1; i < layout->elf->section_count; i++) {
		const struct lkm_layout_section *a = &layout->sections[i];

		if (a->region == LKM_REGION_NONE)
			continue;
		fuzz_check(a->offset % a->align == 0);
		fuzz_check(a->offset + a->size <= layout->regions[a->region].used);
		for (size_t k = i + 1; k < layout->elf->section_count; k++) {
			const struct lkm_layout_section *b = &layout->sections[k];

			fuzz_check(a->region != b->region || a->offset + a->size <= b->offset ||
				   b->offset + b->size <= a->offset);
		}
	}
}

static void check_guard(const struct lkm_link *link, size_t section)
{
	struct lkm_bytes bytes = lkm_link_section(link, section);

	fuzz_check(bytes.len == GUARD_SIZE);
	for (size_t i = 0; i < bytes.len; i++)
		fuzz_check(bytes.ptr[i] == GUARD);
}

static void check_findings(const struct lkm_link *link)
{
	for (size_t i = 0; i < link->finding_count && i < LKM_LINK_FINDINGS_MAX; i++) {
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

		fuzz_check(link->findings[i].err < 0);
		lkm_link_message(link, &link->findings[i], "m", &text);
		lkm_link_place_text(link, &link->findings[i], &text);
		fuzz_check(lkm_buf_error(&text) == 0);
	}
}

static void check_same(const struct lkm_link *a, const struct lkm_link *b)
{
	fuzz_check(a->finding_count == b->finding_count);
	for (enum lkm_region i = 0; i < LKM_REGION_COUNT; i++) {
		struct lkm_bytes x = lkm_link_region(a, i), y = lkm_link_region(b, i);

		fuzz_check(x.len == y.len && (x.len == 0 || memcmp(x.ptr, y.ptr, x.len) == 0));
	}
}

static void try_link(const struct subject *s)
{
	struct lkm_symbols symbols = { .find = find, .ctx = s };
	struct lkm_link_imports imports = { .symbols = &symbols };
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_layout layout;
	struct lkm_loadmap map;
	struct lkm_link one, two;
	int err = lkm_layout_init(&layout, &s->elf, &s->kernel, &diag);

	fuzz_check(diag.err == err);
	if (err < 0)
		return;
	check_layout(&layout);
	lkm_layout_place(&layout, s->modules);
	if (lkm_loadmap_init(&map, &layout, NULL) == 0)
		lkm_loadmap_print(&map, &text);
	err = lkm_link_run(&one, &layout, &imports, &diag);
	fuzz_check(diag.err == err);
	if (err < 0)
		return;
	check_findings(&one);
	if (s->guarded) {
		check_guard(&one, BEFORE);
		check_guard(&one, BEHIND);
	}
	fuzz_check(lkm_link_run(&two, &layout, &imports, NULL) == 0);
	check_same(&one, &two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct subject s = { .modules = 0x12340000, .exports = 0x12000000 };

	if (size < 2)
		return 0;
	if (data[0] == 0x7f) {
		s.kernel = lkm_link_kernel(lkm_str("6.12"), EM_X86_64);
		s.src = lkm_source_memory((struct lkm_bytes){ data, size });
	} else {
		make(&s, data, size);
		s.src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&s.made.buf)));
	}
	if (lkm_elf_init(&s.elf, &s.src, &s.arena, NULL) == 0)
		try_link(&s);
	lkm_arena_release(&s.arena);
	mkelf_release(&s.made);
	return 0;
}
