/* fmt/elf: one sound sample in four shapes, then each row damages one field. */
#include "check.h"
#include "fmt/elf.h"
#include "mkelf.h"

static const char modinfo[] = "license=GPL";

static void sample(struct mkelf *m, bool wide, bool big_endian)
{
	mkelf_init(m, wide, big_endian);
	mkelf_section(m, ".modinfo", LKM_SHT_PROGBITS, modinfo, sizeof(modinfo));
	mkelf_section(m, ".bss", LKM_SHT_NOBITS, NULL, 1 << 20);
}

static int open_sample(const struct mkelf *m, struct lkm_elf *elf, struct lkm_arena *arena,
		       struct lkm_source *src)
{
	*src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m->buf)));
	return lkm_elf_init(elf, src, arena, NULL);
}

static void reads_both_classes_and_orders(void **state)
{
	(void)state;
	for (int shape = 0; shape < 8; shape++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		struct lkm_source src;
		struct lkm_bytes got;
		struct lkm_elf elf;
		struct mkelf m;

		sample(&m, shape & 1, shape & 2);
		m.extended_count = shape & 4;
		mkelf_finish(&m);
		assert_int_equal(open_sample(&m, &elf, &arena, &src), 0);
		assert_int_equal(elf.section_count, 4);
		assert_int_equal(elf.machine, 62);
		assert_str(elf.sections[3].name, ".shstrtab");
		assert_int_equal(lkm_elf_contents_of(&elf, ".modinfo", &got), 0);
		assert_int_equal(got.len, sizeof(modinfo));
		assert_memory_equal(got.ptr, modinfo, sizeof(modinfo));
		assert_int_equal(lkm_elf_contents_of(&elf, ".bss", &got), 0);
		assert_int_equal(got.len, 0);
		assert_int_equal(lkm_elf_contents_of(&elf, ".text", &got), -ENODATA);
		assert_ptr_equal(lkm_elf_find_type(&elf, LKM_SHT_STRTAB, 0), &elf.sections[3]);
		mkelf_release(&m);
	}
}

/* Offsets in the 64-bit file header, and 64-bit/32-bit ones in a section header. */
static const struct damage {
	const char *name;
	int want;
	unsigned int header; /* offset in the file header, or 0 */
	unsigned int off64, off32;
	size_t section;
	uint64_t value;
	size_t width;
} damages[] = {
	{ "magic", -ENOEXEC, 1, 0, 0, 0, 'X', 1 },
	{ "class", -ENOEXEC, 4, 0, 0, 0, 3, 1 },
	{ "byte order", -ENOEXEC, 5, 0, 0, 0, 0, 1 },
	{ "type is an executable", -ENOEXEC, 16, 0, 0, 0, 2, 2 },
	{ "no section table", -EBADMSG, 40, 0, 0, 0, 0, 8 },
	{ "section table beyond the end", -EBADMSG, 40, 0, 0, 0, 1 << 20, 8 },
	{ "section table at the last byte of 64 bits", -EBADMSG, 40, 0, 0, 0, UINT64_MAX, 8 },
	{ "section header size", -EBADMSG, 58, 0, 0, 0, 40, 2 },
	{ "too many sections for the file", -EBADMSG, 60, 0, 0, 0, 0x7fff, 2 },
	{ "no sections", -EBADMSG, 60, 0, 0, 0, 0, 2 },
	{ "names in section 0", -EBADMSG, 62, 0, 0, 0, 0, 2 },
	{ "names in a section that is not there", -EBADMSG, 62, 0, 0, 0, 4, 2 },
	{ "name outside the name table", -EBADMSG, 0, 0, 0, 1, 1000, 4 },
	{ "section starts beyond the end", -EBADMSG, 0, 24, 16, 1, 1 << 20, 4 },
	{ "section ends beyond the end", -EBADMSG, 0, 32, 20, 1, 1 << 20, 4 },
	{ "size wraps around", -EBADMSG, 0, 32, 20, 1, UINT64_MAX, 8 },
	{ "name table not terminated", -EBADMSG, 0, 32, 20, 3, 5, 4 },
};

static void refuses_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		const struct damage *d = &damages[i];
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct lkm_source src;
		struct lkm_elf elf = { 0 };
		struct mkelf m;

		sample(&m, true, false);
		mkelf_finish(&m);
		mkelf_poke(&m, d->header ? d->header : mkelf_shdr(&m, d->section, d->off64, d->off32),
			   d->value, d->width);
		src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m.buf)));
		assert_row(d->name, lkm_elf_init(&elf, &src, &arena, &diag), d->want);
		assert_row(d->name, diag.err, d->want);
		assert_null(elf.sections);
		mkelf_release(&m);
	}
}

static void refuses_every_shorter_file(void **state)
{
	struct mkelf m;

	(void)state;
	sample(&m, false, true);
	mkelf_finish(&m);
	for (size_t len = 0; len < m.buf.len; len++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		struct lkm_bytes part = { (const uint8_t *)m.buf.ptr, len };
		struct lkm_source src = lkm_source_memory(part);
		struct lkm_elf elf;

		assert_true(lkm_elf_init(&elf, &src, &arena, NULL) < 0);
	}
	mkelf_release(&m);
}

static void refuses_a_million_sections(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source src;
	struct lkm_elf elf;
	struct mkelf m;

	(void)state;
	sample(&m, true, false);
	m.extended_count = true;
	mkelf_finish(&m);
	mkelf_poke(&m, mkelf_shdr(&m, 0, 32, 20), (uint64_t)LKM_ELF_SECTIONS_MAX + 1, 8);
	assert_int_equal(open_sample(&m, &elf, &arena, &src), -EFBIG);
	mkelf_poke(&m, mkelf_shdr(&m, 0, 32, 20), LKM_ELF_SECTIONS_MAX, 8);
	assert_int_equal(open_sample(&m, &elf, &arena, &src), -EBADMSG);
	mkelf_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_classes_and_orders),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(refuses_every_shorter_file),
		cmocka_unit_test(refuses_a_million_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
