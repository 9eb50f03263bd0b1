/* fmt/paramdefault: what array parameters are built with. */
#include "check.h"
#include "fmt/paramdefault.h"
#include "mkelf.h"

/* Section numbers, in the order in which sample() adds them. */
enum { STRINGS = 1, PARAM, ARRAYS, DATA, BSS };

struct fixture {
	struct mkelf m;
	struct lkm_arena arena;
	struct lkm_source src;
	struct lkm_elf elf;
};

/* A relocation: RELA with the addend in the entry, REL with the addend in place. */
static void relocate(struct fixture *f, struct lkm_buf *table, struct lkm_buf *target,
		     uint64_t at, uint32_t symbol, uint64_t addend)
{
	bool wide = f->m.wide;
	size_t width = wide ? 8 : 4;

	mkelf_num(&f->m, table, at, width);
	mkelf_num(&f->m, table, wide ? (uint64_t)symbol << 32 | 1 : symbol << 8 | 1, width);
	if (wide) {
		mkelf_num(&f->m, table, addend, 8);
		return;
	}
	for (size_t i = 0; i < 4; i++)
		target->ptr[at + i] =
			(char)(uint8_t)(addend >> 8 * (f->m.big_endian ? 3 - i : i));
}

static void zeros(struct lkm_buf *buf, size_t len)
{
	while (len--)
		lkm_buf_putc(buf, '\0');
}

static size_t add_relocations(struct fixture *f, const char *name, struct lkm_buf *table,
			      uint32_t target)
{
	size_t index = mkelf_section(&f->m, name, f->m.wide ? LKM_SHT_RELA : LKM_SHT_REL,
				     table->ptr, table->len);

	f->m.sections[index].info = target;
	f->m.sections[index].entsize = f->m.wide ? 24 : 8;
	lkm_buf_release(table);
	return index;
}

/*
 * Arrays other, io (4 elements of 4 bytes: 1, -2, 3, 0x300 at offset 4 of .data),
 * small (2 of 2 bytes in .bss), odd (elements of 3 bytes), lost (its array is not in the file).
 * The functions of odd are an int's, those of lost the module's own, a text's those of small.
 */
static void open_sample(struct fixture *f, bool wide, bool big_endian)
{
	/* Symbols 1 to 5 are the sections'. */
	enum { ELSEWHERE = 6, ARRAY, TEXT, INT };
	static const char names[] = "other\0io\0small\0odd\0lost";
	static const struct {
		uint32_t name, count, width, section;
		uint64_t offset;
		uint32_t functions;
	} rows[] = {
		{ 0, 1, 4, DATA, 0, ARRAY }, { 6, 4, 4, DATA, 4, ARRAY }, { 9, 2, 2, BSS, 0, TEXT },
		{ 15, 2, 3, DATA, 0, INT },  { 19, 1, 4, 0, 0, DATA },
	};
	struct lkm_buf param = LKM_BUF_INIT, arrays = LKM_BUF_INIT, data = LKM_BUF_INIT;
	struct lkm_buf param_rel = LKM_BUF_INIT, arrays_rel = LKM_BUF_INIT;
	struct mkelf_symtab table = { 0 };
	size_t size = wide ? 40 : 20, array_size = wide ? 32 : 20;
	size_t symtab, first, second;

	*f = (struct fixture){ .arena = LKM_ARENA_INIT };
	mkelf_init(&f->m, wide, big_endian);
	for (size_t i = 0; i < COUNT(rows); i++) {
		zeros(&param, size);
		param.ptr[i * size + (wide ? 27 : 15)] = (char)i;
		mkelf_num(&f->m, &arrays, rows[i].count, 4);
		mkelf_num(&f->m, &arrays, rows[i].width, 4);
		zeros(&arrays, array_size - 8);
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		relocate(f, &param_rel, &param, i * size, STRINGS, rows[i].name);
		relocate(f, &param_rel, &param, i * size + (wide ? 16 : 8), rows[i].functions, 0);
		relocate(f, &param_rel, &param, i * size + (wide ? 32 : 16), ARRAYS,
			 i * array_size);
		relocate(f, &arrays_rel, &arrays, i * array_size + (wide ? 24 : 16),
			 rows[i].section ? rows[i].section : ELSEWHERE, rows[i].offset);
	}
	for (uint64_t i = 0; i < 5; i++)
		mkelf_num(&f->m, &data, (const uint64_t[]){ 9, 1, (uint64_t)-2, 3, 0x300 }[i], 4);
	mkelf_section(&f->m, ".rodata.str", LKM_SHT_PROGBITS, names, sizeof(names));
	mkelf_section(&f->m, "__param", LKM_SHT_PROGBITS, param.ptr, param.len);
	mkelf_section(&f->m, ".rodata", LKM_SHT_PROGBITS, arrays.ptr, arrays.len);
	mkelf_section(&f->m, ".data", LKM_SHT_PROGBITS, data.ptr, data.len);
	mkelf_section(&f->m, ".bss", LKM_SHT_NOBITS, NULL, 4);
	for (uint16_t i = STRINGS; i <= BSS; i++)
		mkelf_symtab_add(&f->m, &table, "", 3, i, 0);
	mkelf_symtab_add(&f->m, &table, "elsewhere", 0x10, 0, 0);
	mkelf_symtab_add(&f->m, &table, "param_array_ops", 0x10, 0, 0);
	mkelf_symtab_add(&f->m, &table, "param_ops_string", 0x10, 0, 0);
	mkelf_symtab_add(&f->m, &table, "param_ops_int", 0x10, 0, 0);
	symtab = mkelf_symtab_finish(&f->m, &table);
	first = add_relocations(f, ".rela__param", &param_rel, PARAM);
	second = add_relocations(f, ".rela.rodata", &arrays_rel, ARRAYS);
	f->m.sections[first].link = f->m.sections[second].link = (uint32_t)symtab;
	mkelf_finish(&f->m);
	lkm_buf_release(&param);
	lkm_buf_release(&arrays);
	lkm_buf_release(&data);
	f->src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&f->m.buf)));
	assert_int_equal(lkm_elf_init(&f->elf, &f->src, &f->arena, NULL), 0);
}

static void close_sample(struct fixture *f)
{
	mkelf_release(&f->m);
	lkm_arena_release(&f->arena);
}

static const struct {
	const char *name;
	const char *param;
	uint64_t index;
	int err;
	uint64_t value;
	unsigned int width;
} rows[] = {
	{ "first", "io", 0, 0, 1, 4 },
	{ "negative", "io", 1, 0, 0xfffffffe, 4 },
	{ "last", "io", 3, 0, 0x300, 4 },
	{ "behind the last", "io", 4, -ERANGE, 0, 0 },
	{ "far behind", "io", UINT64_MAX, -ERANGE, 0, 0 },
	{ "another parameter", "other", 0, 0, 9, 4 },
	{ "in .bss", "small", 1, 0, 0, 2 },
	{ "elements of an odd size", "odd", 0, -ENODATA, 0, 0 },
	{ "elements of another file", "lost", 0, -ENODATA, 0, 0 },
	{ "no such parameter", "nosuch", 0, -ENODATA, 0, 0 },
	{ "part of a name", "i", 0, -ENODATA, 0, 0 },
	{ "no name", "", 0, -ENODATA, 0, 0 },
};

static void follows_the_pointers(void **state)
{
	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		struct fixture f;

		open_sample(&f, shape & 1, shape & 2);
		for (size_t i = 0; i < COUNT(rows); i++) {
			unsigned int width = 0;
			uint64_t value = 0;

			assert_row(rows[i].name,
				   lkm_paramdefault_element(&f.elf, lkm_str(rows[i].param),
							    rows[i].index, &value, &width),
				   rows[i].err);
			assert_row(rows[i].name, value, rows[i].value);
			assert_row(rows[i].name, width, rows[i].width);
		}
		close_sample(&f);
	}
}

static const struct lkm_paramslot slots[] = {
	{ LKM_STR("other"), LKM_STR("param_array_ops"), 1, 0 },
	{ LKM_STR("io"), LKM_STR("param_array_ops"), 4, 1 },
	{ LKM_STR("small"), LKM_STR("param_ops_string"), 2, 2 },
	{ LKM_STR("odd"), LKM_STR("param_ops_int"), 0, 3 },
	{ LKM_STR("lost"), LKM_STR(""), 0, 4 },
};

static void tells_how_the_kernel_reads_each(void **state)
{
	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		lkm_auto(lkm_paramslots) struct lkm_paramslots all = { 0 };
		struct fixture f;

		open_sample(&f, shape & 1, shape & 2);
		assert_int_equal(lkm_paramdefault_read(&f.elf, &all), 0);
		assert_int_equal(all.list.len, COUNT(slots));
		for (size_t i = 0; i < COUNT(slots); i++) {
			assert_true(lkm_str_eq(all.list.ptr[i].name, slots[i].name));
			assert_true(lkm_str_eq(all.list.ptr[i].functions, slots[i].functions));
			assert_int_equal(all.list.ptr[i].max, slots[i].max);
			assert_int_equal(all.list.ptr[i].flags, slots[i].flags);
		}
		close_sample(&f);
	}
}

static void says_nothing_without_parameters(void **state)
{
	struct fixture f = { .arena = LKM_ARENA_INIT };
	struct lkm_paramslots all = { 0 };
	unsigned int width;
	uint64_t value;

	(void)state;
	mkelf_init(&f.m, true, false);
	mkelf_section(&f.m, ".text", LKM_SHT_PROGBITS, "code", 4);
	mkelf_finish(&f.m);
	f.src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&f.m.buf)));
	assert_int_equal(lkm_elf_init(&f.elf, &f.src, &f.arena, NULL), 0);
	assert_int_equal(lkm_paramdefault_element(&f.elf, lkm_str("io"), 0, &value, &width),
			 -ENODATA);
	assert_int_equal(lkm_paramdefault_read(&f.elf, &all), -ENODATA);
	close_sample(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_pointers),
		cmocka_unit_test(tells_how_the_kernel_reads_each),
		cmocka_unit_test(says_nothing_without_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
