/* fmt/elfsym, fmt/elfrel: tables of four shapes, then one damage in each row. */
#include "check.h"
#include "fmt/elfrel.h"
#include "fmt/elfsym.h"
#include "mkelf.h"

enum { TEXT = 1, EXTENDED = 2, STRTAB = 3, SYMTAB = 4 };
enum { GLOBAL_FUNC = LKM_STB_GLOBAL << 4 | LKM_STT_FUNC };

/* One section, numbers for section 1 beside the table, and four symbols. */
static void sample(struct mkelf *m, bool wide, bool big_endian)
{
	struct mkelf_symtab table = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf extended = LKM_BUF_INIT;

	mkelf_init(m, wide, big_endian);
	mkelf_section(m, ".text", LKM_SHT_PROGBITS, "012345678", 10);
	for (size_t i = 0; i < 5; i++)
		mkelf_num(m, &extended, i == 4 ? TEXT : 0, 4);
	mkelf_section(m, ".symtab_shndx", LKM_SHT_SYMTAB_SHNDX, extended.ptr, extended.len);
	m->sections[EXTENDED].link = SYMTAB;
	mkelf_symtab_add(m, &table, "start", GLOBAL_FUNC, TEXT, 0x1234);
	mkelf_symtab_add(m, &table, "printk", LKM_STB_WEAK << 4, 0, 0);
	mkelf_symtab_add(m, &table, "version", 0, 0xfff1, 7);
	mkelf_symtab_add(m, &table, "far", 0, 0xffff, 1);
	assert_int_equal(mkelf_symtab_finish(m, &table), SYMTAB);
}

struct opened {
	struct lkm_arena arena;
	struct lkm_source src;
	struct lkm_elf elf;
};

static void open_elf(struct opened *o, const struct mkelf *m)
{
	*o = (struct opened){ 0 };
	o->src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m->buf)));
	assert_int_equal(lkm_elf_init(&o->elf, &o->src, &o->arena, NULL), 0);
}

static void walks_both_classes_and_orders(void **state)
{
	static const struct lkm_elfsym want[] = {
		{ "start", 0x1234, 0, TEXT, LKM_STB_GLOBAL, LKM_STT_FUNC, 0 },
		{ "printk", 0, 0, LKM_SHN_UNDEF, LKM_STB_WEAK, 0, 0 },
		{ "version", 7, 0, LKM_SHN_ABS, 0, 0, 0 },
		{ "far", 1, 0, TEXT, 0, 0, 0 },
	};

	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		struct lkm_elfsyms it;
		struct lkm_elfsym got;
		struct opened o;
		struct mkelf m;

		sample(&m, shape & 1, shape & 2);
		mkelf_finish(&m);
		open_elf(&o, &m);
		assert_int_equal(lkm_elfsyms_init(&it, &o.elf, NULL), 0);
		assert_int_equal(it.count, 5);
		for (size_t i = 0; i < COUNT(want); i++) {
			assert_int_equal(lkm_elfsyms_next(&it, &got), 1);
			assert_string_equal(got.name, want[i].name);
			assert_row(got.name, got.value, want[i].value);
			assert_row(got.name, got.section, want[i].section);
			assert_row(got.name, got.bind, want[i].bind);
			assert_row(got.name, got.type, want[i].type);
		}
		assert_int_equal(lkm_elfsyms_next(&it, &got), 0);
		assert_int_equal(lkm_elfsyms_at(&it, 4, &got), 0);
		assert_string_equal(got.name, "far");
		assert_int_equal(lkm_elfsyms_at(&it, 5, &got), -EBADMSG);
		assert_int_equal(lkm_elfsyms_at(&it, UINT64_MAX, &got), -EBADMSG);
		lkm_arena_release(&o.arena);
		mkelf_release(&m);
	}
}

/* Damage in a section header (field offsets of 64 bit), or in symbol 1 or 4. */
static const struct damage {
	const char *name;
	int init, walk; /* what lkm_elfsyms_init() and the whole walk return */
	size_t section;
	unsigned int field;
	size_t symbol;
	uint64_t value;
	size_t width;
} damages[] = {
	{ "no symbol table", -ENODATA, 0, SYMTAB, 4, 0, 1, 4 },
	{ "names in section 0", -EBADMSG, 0, SYMTAB, 40, 0, 0, 4 },
	{ "names in a section that is not there", -EBADMSG, 0, SYMTAB, 40, 0, 6, 4 },
	{ "names in a section of another type", -EBADMSG, 0, SYMTAB, 40, 0, TEXT, 4 },
	{ "names are empty", -EBADMSG, 0, STRTAB, 32, 0, 0, 8 },
	{ "names not terminated", -EBADMSG, 0, STRTAB, 32, 0, 20, 8 },
	{ "half a symbol at the end is left out", 0, 0, SYMTAB, 32, 0, 4 * 24 + 23, 8 },
	{ "too few extended numbers", -EBADMSG, 0, EXTENDED, 32, 0, 19, 8 },
	{ "extended numbers of another table", 0, -EBADMSG, EXTENDED, 40, 0, 1, 4 },
	{ "name beyond the names", 0, -EBADMSG, 0, 0, 1, 26, 4 },
	{ "name at the last byte", 0, 0, 0, 0, 1, 25, 4 },
	{ "section that is not there", 0, -EBADMSG, 0, 6, 1, 6, 2 },
	{ "section is the last one", 0, 0, 0, 6, 1, 5, 2 },
	{ "extended number 0 is undefined", 0, 0, 0, 6, 1, 0xffff, 2 },
};

/* All symbols in turn: 0, or the error. */
static int walk(struct lkm_elfsyms *it)
{
	struct lkm_elfsym sym;
	int more;

	while ((more = lkm_elfsyms_next(it, &sym)) > 0)
		assert_true(strlen(sym.name) < 8);
	return more;
}

static void refuses_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		const struct damage *d = &damages[i];
		struct lkm_elfsyms it = { 0 };
		uint64_t at;
		struct opened o;
		struct mkelf m;
		int got;

		sample(&m, true, false);
		mkelf_finish(&m);
		at = m.sections[SYMTAB].offset + 24 * d->symbol + d->field;
		mkelf_poke(&m, d->symbol ? at : mkelf_shdr(&m, d->section, d->field, 0), d->value,
			   d->width);
		open_elf(&o, &m);
		got = lkm_elfsyms_init(&it, &o.elf, NULL);
		assert_row(d->name, got, d->init);
		if (got == 0)
			assert_row(d->name, walk(&it), d->walk);
		else
			assert_null(it.symbols.ptr);
		lkm_arena_release(&o.arena);
		mkelf_release(&m);
	}
}

/* The bytes behind the table hold a sound symbol: only the count keeps it out. */
static void stops_at_the_count(void **state)
{
	struct lkm_elfsyms it;
	struct lkm_elfsym sym;
	struct opened o;
	struct mkelf m;

	(void)state;
	sample(&m, true, false);
	mkelf_finish(&m);
	mkelf_poke(&m, mkelf_shdr(&m, SYMTAB, 32, 0), 2 * 24, 8);
	open_elf(&o, &m);
	assert_int_equal(lkm_elfsyms_init(&it, &o.elf, NULL), 0);
	assert_int_equal(lkm_elfsyms_next(&it, &sym), 1);
	assert_int_equal(lkm_elfsyms_next(&it, &sym), 0);
	assert_int_equal(lkm_elfsyms_at(&it, 2, &sym), -EBADMSG);
	lkm_arena_release(&o.arena);
	mkelf_release(&m);
}

static void refuses_a_bad_extended_number(void **state)
{
	struct lkm_elfsyms it;
	struct opened o;
	struct mkelf m;

	(void)state;
	sample(&m, true, false);
	mkelf_finish(&m);
	mkelf_poke(&m, m.sections[EXTENDED].offset + 16, 6, 4);
	open_elf(&o, &m);
	assert_int_equal(lkm_elfsyms_init(&it, &o.elf, NULL), 0);
	assert_int_equal(walk(&it), -EBADMSG);
	lkm_arena_release(&o.arena);
	mkelf_release(&m);
}

/* One relocation of section 1: offset 2, symbol 3, type 4, addend -5. */
static const struct {
	const char *name;
	bool wide, big_endian, addend;
	uint16_t machine;
} kinds[] = {
	{ "64 bit, addend", true, false, true, 62 },
	{ "64 bit, big-endian", true, true, true, 22 },
	{ "64 bit, addend in place", true, false, false, 62 },
	{ "32 bit, addend", false, true, true, 20 },
	{ "32 bit, addend in place", false, false, false, 3 },
	{ "MIPS 64 bit", true, false, true, 8 },
	{ "MIPS 64 bit, big-endian", true, true, true, 8 },
	{ "MIPS 32 bit", false, true, false, 8 },
};

static void put_relocation(const struct mkelf *m, struct lkm_buf *buf, bool addend)
{
	size_t word = m->wide ? 8 : 4;

	mkelf_num(m, buf, 2, word);
	if (m->wide && m->machine == 8) {
		mkelf_num(m, buf, 3, 4);
		lkm_buf_add(buf, "\x00\x00\x00\x04", 4);
	} else {
		mkelf_num(m, buf, m->wide ? 3ULL << 32 | 4 : 3 << 8 | 4, word);
	}
	if (addend)
		mkelf_num(m, buf, (uint64_t)-5, word);
}

static void walks_relocations(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;
		uint32_t type = kinds[i].addend ? LKM_SHT_RELA : LKM_SHT_REL;
		struct lkm_elfrels it;
		struct lkm_elfrel got;
		struct opened o;
		struct mkelf m;

		mkelf_init(&m, kinds[i].wide, kinds[i].big_endian);
		m.machine = kinds[i].machine;
		put_relocation(&m, &table, kinds[i].addend);
		lkm_buf_puts(&table, "half");
		mkelf_section(&m, ".text", LKM_SHT_PROGBITS, "", 0);
		m.sections[mkelf_section(&m, ".rel.text", type, table.ptr, table.len)].info = 1;
		mkelf_finish(&m);
		open_elf(&o, &m);
		assert_row(kinds[i].name, lkm_elfrels_init(&it, &o.elf, 2), -ENODATA);
		assert_row(kinds[i].name, lkm_elfrels_init(&it, &o.elf, 1), 0);
		assert_row(kinds[i].name, lkm_elfrels_next(&it, &got), true);
		assert_row(kinds[i].name, got.offset, 2);
		assert_row(kinds[i].name, got.symbol, 3);
		assert_row(kinds[i].name, got.type, 4);
		assert_row(kinds[i].name, got.addend, kinds[i].addend ? -5 : 0);
		assert_row(kinds[i].name, lkm_elfrels_next(&it, &got), false);
		lkm_arena_release(&o.arena);
		mkelf_release(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_both_classes_and_orders),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(stops_at_the_count),
		cmocka_unit_test(refuses_a_bad_extended_number),
		cmocka_unit_test(walks_relocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
