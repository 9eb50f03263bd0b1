/* plan/force: the image edited for a kernel without flags. */
#include "check.h"
#include "fmt/elf.h"
#include "host/host.h"
#include "mkelf.h"
#include "plan/force.h"

static const char modinfo[] = "license=GPL\0vermagic=5.0 SMP\0name=x";
static const char marker[] = "~Module signature appended~\n";

static const char *const tables[] = { "__versions", "__version_ext_crcs", "__version_ext_names" };

/* A module with all three version tables, as a blob that may be edited. */
static struct lkm_blob sample(bool wide, bool big_endian)
{
	struct lkm_blob blob;
	struct mkelf m;

	mkelf_init(&m, wide, big_endian);
	mkelf_section(&m, ".modinfo", LKM_SHT_PROGBITS, modinfo, sizeof(modinfo));
	for (size_t i = 0; i < COUNT(tables); i++) {
		mkelf_section(&m, tables[i], LKM_SHT_PROGBITS, modinfo, 8);
		m.sections[m.count - 1].flags = LKM_SHF_ALLOC | LKM_SHF_WRITE;
	}
	mkelf_section(&m, ".text", LKM_SHT_PROGBITS, modinfo, 8);
	m.sections[m.count - 1].flags = LKM_SHF_ALLOC;
	mkelf_finish(&m);
	lkm_buf_puts(&m.buf, marker);
	blob = (struct lkm_blob){ malloc(m.buf.len), m.buf.len };
	memcpy(blob.ptr, m.buf.ptr, m.buf.len);
	mkelf_release(&m);
	return blob;
}

static uint64_t flags_of(struct lkm_blob *blob, const char *section)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source src = lkm_source_memory(lkm_blob_view(blob));
	struct lkm_elf elf;

	assert_int_equal(lkm_elf_init(&elf, &src, &arena, NULL), 0);
	return lkm_elf_find(&elf, section)->flags;
}

static void hides_the_version_tables_and_nothing_else(void **state)
{
	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		lkm_auto(lkm_blob) struct lkm_blob blob = sample(shape & 1, shape & 2);

		assert_int_equal(lkm_force_edit(&blob, LKM_FINIT_IGNORE_MODVERSIONS, NULL), 0);
		for (size_t i = 0; i < COUNT(tables); i++)
			assert_row(tables[i], flags_of(&blob, tables[i]), LKM_SHF_WRITE);
		assert_int_equal(flags_of(&blob, ".text"), LKM_SHF_ALLOC);
		assert_non_null(memmem(blob.ptr, blob.len, "vermagic=", 9));
	}
}

static void forgets_vermagic_and_nothing_else(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob before = sample(true, false);
	lkm_auto(lkm_blob) struct lkm_blob after = sample(true, false);

	(void)state;
	assert_int_equal(lkm_force_edit(&after, LKM_FINIT_IGNORE_VERMAGIC, NULL), 0);
	assert_null(memmem(after.ptr, after.len, "vermagic", 8));
	for (size_t i = 0; i < after.len; i++)
		if (before.ptr[i] != after.ptr[i])
			assert_int_equal(after.ptr[i], 0);
	assert_non_null(memmem(after.ptr, after.len, "license=GPL\0\0", 13));
	assert_non_null(memmem(after.ptr, after.len, "\0name=x", 7));
}

static void drops_the_signature(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = sample(true, false);
	size_t signed_len = blob.len;

	(void)state;
	assert_int_equal(lkm_force_edit(&blob, LKM_FINIT_IGNORE_VERMAGIC, NULL), 0);
	assert_int_equal(blob.len, signed_len - strlen(marker));
}

static void leaves_what_is_no_module(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = sample(true, false);

	(void)state;
	blob.ptr[0] = 'X';
	assert_int_equal(lkm_force_edit(&blob, 3, NULL), -ENOEXEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hides_the_version_tables_and_nothing_else),
		cmocka_unit_test(forgets_vermagic_and_nothing_else),
		cmocka_unit_test(drops_the_signature),
		cmocka_unit_test(leaves_what_is_no_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
