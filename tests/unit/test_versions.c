/* fmt/versions: all forms in every shape, then one damage in each row. */
#include "check.h"
#include "fmt/versions.h"
#include "mkelf.h"

/* The numbers of the sections of a sample. */
enum { FIRST = 1, SECOND = 2 };
enum form { BASIC, CHAIN, PAIR, BOTH };

static void put_entry(const struct mkelf *m, struct lkm_buf *buf, uint64_t crc, const char *name)
{
	size_t end = buf->len + 64;

	mkelf_num(m, buf, crc, m->wide ? 8 : 4);
	lkm_buf_puts(buf, name);
	while (buf->len < end)
		lkm_buf_putc(buf, '\0');
}

/* With the entry that ends it, and the NUL of the literal */
static void put_chain(struct mkelf *m)
{
	static const char layout[16] = "module_layout", printk[8] = ".printk";
	lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;

	mkelf_num(m, &table, 24, 4);
	mkelf_num(m, &table, 0x11223344, 4);
	lkm_buf_add(&table, layout, sizeof(layout));
	mkelf_num(m, &table, 16, 4);
	mkelf_num(m, &table, 0x80000001, 4);
	lkm_buf_add(&table, printk, sizeof(printk));
	mkelf_num(m, &table, 0, 8);
	lkm_buf_putc(&table, '\0');
	mkelf_section(m, "__versions", LKM_SHT_PROGBITS, table.ptr, table.len);
}

static void put_pair(struct mkelf *m)
{
	static const char names[] = "module_layout\0.printk\0";
	lkm_auto(lkm_buf) struct lkm_buf crcs = LKM_BUF_INIT;

	mkelf_num(m, &crcs, 0x11223344, 4);
	mkelf_num(m, &crcs, 0x80000001, 4);
	mkelf_section(m, "__version_ext_crcs", LKM_SHT_PROGBITS, crcs.ptr, crcs.len);
	mkelf_section(m, "__version_ext_names", LKM_SHT_PROGBITS, names, sizeof(names));
}

static void sample(struct mkelf *m, enum form form)
{
	lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;

	put_entry(m, &table, 0x11223344, "module_layout");
	put_entry(m, &table, form == BOTH ? 9 : 0x80000001, form == BOTH ? "no" : ".printk");
	if (form == PAIR || form == BOTH)
		put_pair(m);
	if (form == CHAIN)
		put_chain(m);
	else if (form != PAIR)
		mkelf_section(m, "__versions", LKM_SHT_PROGBITS, table.ptr, table.len);
	mkelf_finish(m);
}

struct opened {
	struct lkm_arena arena;
	struct lkm_source src;
	struct lkm_elf elf;
};

static int open_versions(struct opened *o, const struct mkelf *m, struct lkm_versions *it)
{
	*o = (struct opened){ 0 };
	o->src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m->buf)));
	assert_int_equal(lkm_elf_init(&o->elf, &o->src, &o->arena, NULL), 0);
	return lkm_versions_init(it, &o->elf, NULL);
}

static const struct {
	const char *name;
	enum form form;
	bool wide, big_endian;
	uint16_t machine;
	const char *second;
} kinds[] = {
	{ "basic, 64 bit", BASIC, true, false, 62, ".printk" },
	{ "basic, 64 bit, big-endian", BASIC, true, true, 22, ".printk" },
	{ "basic, 32 bit", BASIC, false, false, 3, ".printk" },
	{ "basic, 32 bit, big-endian", BASIC, false, true, 8, ".printk" },
	{ "basic, powerpc64 drops the dot", BASIC, true, true, 21, "printk" },
	{ "chain", CHAIN, true, false, 62, ".printk" },
	{ "chain, big-endian", CHAIN, true, true, 22, ".printk" },
	{ "chain, 32 bit", CHAIN, false, false, 3, ".printk" },
	{ "chain, powerpc64 drops the dot", CHAIN, true, false, 21, "printk" },
	{ "pair", PAIR, true, false, 62, ".printk" },
	{ "pair, big-endian", PAIR, true, true, 22, ".printk" },
	{ "pair, powerpc64 drops the dot", PAIR, true, false, 21, "printk" },
	{ "pair comes before basic", BOTH, true, false, 62, ".printk" },
};

static void reads_every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct lkm_version got;
		struct lkm_versions it;
		struct opened o;
		struct mkelf m;

		mkelf_init(&m, kinds[i].wide, kinds[i].big_endian);
		m.machine = kinds[i].machine;
		sample(&m, kinds[i].form);
		assert_row(kinds[i].name, open_versions(&o, &m, &it), 0);
		assert_true(lkm_versions_next(&it, &got));
		assert_str(got.name, "module_layout");
		assert_row(kinds[i].name, got.crc, 0x11223344);
		assert_true(lkm_versions_next(&it, &got));
		assert_str(got.name, kinds[i].second);
		assert_row(kinds[i].name, got.crc, 0x80000001);
		assert_row(kinds[i].name, lkm_versions_next(&it, &got), false);
		lkm_arena_release(&o.arena);
		mkelf_release(&m);
	}
}

/* A value written into a section header (field offset of 64 bit) or into a section. */
static const struct damage {
	const char *name;
	enum form form;
	int want;
	size_t count; /* entries when sound */
	size_t section;
	unsigned int field; /* in the header, or 0 */
	unsigned int at;    /* in the contents */
	uint64_t value;
	size_t width;
} damages[] = {
	{ "no table", BASIC, -ENODATA, 0, FIRST, 0, 0, 0, 0 },
	{ "empty table", BASIC, 0, 0, FIRST, 32, 0, 0, 8 },
	{ "table ends inside an entry", BASIC, -EBADMSG, 0, FIRST, 32, 0, 127, 8 },
	{ "name fills its field", BASIC, -EBADMSG, 0, FIRST, 0, 127, 'x', 1 },
	{ "array whose first CRC is a chain's step", BASIC, 0, 2, FIRST, 0, 0, 24, 4 },
	{ "chain without an end", CHAIN, -EBADMSG, 0, FIRST, 32, 0, 40, 8 },
	{ "chain whose end is cut", CHAIN, -EBADMSG, 0, FIRST, 32, 0, 47, 8 },
	{ "chain and more behind its end", CHAIN, -EBADMSG, 0, FIRST, 0, 24, 0, 4 },
	{ "chain that steps out of its section", CHAIN, -EBADMSG, 0, FIRST, 0, 24, 1000, 4 },
	{ "chain that steps onto itself", CHAIN, -EBADMSG, 0, FIRST, 0, 24, 8, 4 },
	{ "chain that steps too far for a name", CHAIN, -EBADMSG, 0, FIRST, 0, 0, 40, 4 },
	{ "chain with a name that does not end", CHAIN, -EBADMSG, 0, FIRST, 0, 39, 'x', 1 },
	{ "chain with a name shorter than its field", CHAIN, -EBADMSG, 0, FIRST, 0, 32, 0, 1 },
	{ "CRCs end inside a number", PAIR, -EBADMSG, 0, FIRST, 32, 0, 7, 8 },
	{ "fewer CRCs than names", PAIR, 0, 1, FIRST, 32, 0, 4, 8 },
	{ "fewer names than CRCs", PAIR, -EBADMSG, 0, SECOND, 32, 0, 14, 8 },
	{ "last name not terminated", PAIR, -EBADMSG, 0, SECOND, 32, 0, 21, 8 },
	{ "only CRCs", PAIR, -EBADMSG, 0, SECOND, 0, 0, 0, 0 },
	{ "only names", PAIR, -EBADMSG, 0, FIRST, 0, 0, 0, 0 },
};

/* No width: the section loses its name. */
static void apply(struct mkelf *m, const struct damage *d)
{
	uint64_t at = m->sections[d->section].offset + d->at;

	if (d->width == 0)
		mkelf_poke(m, mkelf_shdr(m, d->section, 0, 0), 0, 4);
	else
		mkelf_poke(m, d->field ? mkelf_shdr(m, d->section, d->field, 0) : at, d->value,
			   d->width);
}

static void refuses_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		struct lkm_versions it = { 0 };
		struct lkm_version got;
		struct opened o;
		struct mkelf m;
		size_t count = 0;

		mkelf_init(&m, true, false);
		sample(&m, damages[i].form);
		apply(&m, &damages[i]);
		assert_row(damages[i].name, open_versions(&o, &m, &it), damages[i].want);
		for (; count < 9 && lkm_versions_next(&it, &got); count++)
			;
		assert_row(damages[i].name, count, damages[i].count);
		lkm_arena_release(&o.arena);
		mkelf_release(&m);
	}
}

static void keeps_all_bits_of_a_crc(void **state)
{
	struct lkm_versions it;
	struct lkm_version got;
	struct opened o;
	struct mkelf m;

	(void)state;
	mkelf_init(&m, true, false);
	sample(&m, BASIC);
	mkelf_poke(&m, m.sections[FIRST].offset + 4, 1, 4);
	assert_int_equal(open_versions(&o, &m, &it), 0);
	assert_true(lkm_versions_next(&it, &got));
	assert_true(got.crc == 0x111223344);
	lkm_arena_release(&o.arena);
	mkelf_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_form),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(keeps_all_bits_of_a_crc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
