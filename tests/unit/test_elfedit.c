/* fmt/elfedit: names, strings, hidden sections, symbols and exports of an image. */
#include "check.h"
#include "fmt/elfedit.h"
#include "fmt/exports.h"
#include "fmt/elfrel.h"
#include "fmt/modinfo.h"
#include "fmt/thismodule.h"
#include "mkelf.h"

static const char modinfo[] = "license=GPL\0name=crc\0vermagic=6.1.0 SMP \0";

struct shape {
	const char *name;
	bool wide, big_endian;
	uint16_t machine;
};

static const struct shape shapes[] = {
	{ "x86-64", true, false, 62 },	   { "arm64", true, false, 183 },
	{ "s390", true, true, 22 },	   { "riscv", true, false, 243 },
	{ "i386", false, false, 3 },	   { "ppc 32", false, true, 20 },
};

static struct lkm_blob blob_of(struct mkelf *m)
{
	struct lkm_blob blob = { malloc(m->buf.len), m->buf.len };

	memcpy(blob.ptr, m->buf.ptr, m->buf.len);
	mkelf_release(m);
	return blob;
}

static void add_this_module(struct mkelf *m, const char *name)
{
	char image[256] = { 0 };

	memcpy(image + (m->wide ? 24 : 12), name, strlen(name));
	mkelf_section(m, ".gnu.linkonce.this_module", 1, image, sizeof(image));
}

/* .text 1, .data 2, .init.text 3; symbols `one` and `two` global, `own` local, and what is no export. */
static struct lkm_blob sample(const struct shape *shape, const char *name)
{
	struct mkelf_symtab table = { 0 };
	struct mkelf m;

	mkelf_init(&m, shape->wide, shape->big_endian);
	m.machine = shape->machine;
	mkelf_section(&m, ".text", 1, "codecode", 8);
	mkelf_section(&m, ".data", 1, "datadata", 8);
	mkelf_section(&m, ".init.text", 1, "initinit", 8);
	mkelf_section(&m, ".modinfo", 1, modinfo, sizeof(modinfo) - 1);
	add_this_module(&m, name);
	mkelf_symtab_add(&m, &table, "own", 0x02, 1, 4);
	mkelf_symtab_add(&m, &table, "two", 0x11, 2, 4);
	mkelf_symtab_add(&m, &table, "one", 0x12, 1, 0);
	mkelf_symtab_add(&m, &table, "setup", 0x12, 3, 0);
	mkelf_symtab_add(&m, &table, "init_module", 0x12, 1, 4);
	mkelf_symtab_add(&m, &table, "__pfx_one", 0x12, 1, 0);
	mkelf_symtab_add(&m, &table, "printk", 0x10, 0, 0);
	mkelf_symtab_add(&m, &table, "absolute", 0x10, 0xfff1, 7);
	mkelf_symtab_finish(&m, &table);
	mkelf_finish(&m);
	return blob_of(&m);
}

struct opened {
	struct lkm_arena arena;
	struct lkm_source src;
	struct lkm_elf elf;
};

static void open_image(struct opened *o, const struct lkm_blob *blob)
{
	*o = (struct opened){ .arena = LKM_ARENA_INIT };
	o->src = lkm_source_memory(lkm_blob_view(blob));
	assert_int_equal(lkm_elf_init(&o->elf, &o->src, &o->arena, NULL), 0);
}

static void opened_release(struct opened *o)
{
	lkm_arena_release(&o->arena);
}
LKM_DEFINE_AUTO(opened)

static void names_that_a_module_can_have(void **state)
{
	static const char longest[] = "a234567890123456789012345678901234567890123456789012345";
	static const struct {
		const char *name;
		bool wide;
		int err;
	} rows[] = {
		{ "crc2", true, 0 },
		{ "a-b_c", true, 0 },
		{ "", true, -EINVAL },
		{ "a/b", true, -EINVAL },
		{ "a,b", true, -EINVAL },
		{ "a b", true, -EINVAL },
		{ "a\tb", true, -EINVAL },
		{ "a\x7f", true, -EINVAL },
		{ "..", true, -EINVAL },
		{ longest, true, 0 },
		{ "a2345678901234567890123456789012345678901234567890123456", true, -ENAMETOOLONG },
		{ "a2345678901234567890123456789012345678901234567890123456789", false, 0 },
		{ "a23456789012345678901234567890123456789012345678901234567890", false,
		  -ENAMETOOLONG },
	};

	(void)state;
	assert_int_equal(strlen(longest), 55);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_row(rows[i].name,
			   lkm_elfedit_check_name(lkm_str(rows[i].name), rows[i].wide, NULL),
			   rows[i].err);
}

static void renames(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		lkm_auto(lkm_blob) struct lkm_blob before = sample(&shapes[i], "crc");
		lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[i], "crc");
		lkm_auto(opened) struct opened o = { 0 };
		struct lkm_thismodule this;

		assert_row(shapes[i].name, lkm_elfedit_rename(&blob, lkm_str("crc_two"), NULL), 0);
		assert_row(shapes[i].name, blob.len, before.len);
		open_image(&o, &blob);
		assert_int_equal(lkm_thismodule_read(&o.elf, &this, NULL), 0);
		assert_str(this.name, "crc_two");
		/* The kernel's own black list goes by .modinfo: that stays. */
		assert_non_null(memmem(blob.ptr, blob.len, "name=crc\0", 9));
	}
}

static void a_shorter_name_leaves_nothing_of_the_longer(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[0], "crc");

	(void)state;
	assert_int_equal(lkm_elfedit_rename(&blob, lkm_str("x"), NULL), 0);
	assert_non_null(memmem(blob.ptr, blob.len, "x\0\0\0\0", 5));
	assert_null(memmem(blob.ptr, blob.len, "xrc", 3));
}

static void renames_only_where_the_name_is(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[0], "else");
	lkm_auto(lkm_blob) struct lkm_blob nameless = sample(&shapes[0], "");
	struct lkm_blob before = blob;

	(void)state;
	assert_int_equal(lkm_elfedit_rename(&blob, lkm_str("x"), NULL), -EBADMSG);
	assert_ptr_equal(blob.ptr, before.ptr);
	assert_int_equal(lkm_elfedit_rename(&nameless, lkm_str("x"), NULL), -EBADMSG);
	assert_int_equal(lkm_elfedit_rename(&blob, lkm_str("a/b"), NULL), -EINVAL);
}

static void takes_signatures_off(void **state)
{
	static const struct {
		const char *name;
		const char *tail;
		size_t tail_len, dropped;
	} rows[] = {
		{ "pkcs7", "SIGN\0\0\2\0\0\0\0\0\0\0\0\4", 16, 16 + 28 },
		{ "length beyond the start", "SIGN\0\0\2\0\0\0\0\0\xff\0\0\0", 16, 28 },
		{ "another type", "SIGN\0\0\1\0\0\0\0\0\0\0\0\4", 16, 28 },
		{ "marker alone", "", 0, 28 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;

		lkm_buf_puts(&buf, "module");
		lkm_buf_add(&buf, rows[i].tail, rows[i].tail_len);
		lkm_buf_puts(&buf, "~Module signature appended~\n");
		blob.len = buf.len;
		blob.ptr = (uint8_t *)lkm_buf_take(&buf);
		assert_row(rows[i].name, lkm_elfedit_unsign(&blob), true);
		assert_row(rows[i].name, blob.len, 6 + rows[i].tail_len + 28 - rows[i].dropped);
		assert_row(rows[i].name, lkm_elfedit_unsign(&blob), false);
	}
}

static void replaces_a_string(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[i], "crc");
		lkm_auto(opened) struct opened o = { 0 };
		struct lkm_bytes strings;
		struct lkm_str value;

		assert_int_equal(lkm_elfedit_set_info(&blob, "name", lkm_str("longer name"), NULL),
				 0);
		assert_int_equal(lkm_elfedit_set_info(&blob, "none", lkm_str(""), NULL), -ENODATA);
		open_image(&o, &blob);
		assert_int_equal(lkm_elf_contents_of(&o.elf, ".modinfo", &strings), 0);
		assert_int_equal(lkm_modinfo_get(strings, "name", &value), 0);
		assert_str(value, "longer name");
		assert_int_equal(lkm_modinfo_get(strings, "vermagic", &value), 0);
		assert_str(value, "6.1.0 SMP ");
		assert_int_equal(lkm_modinfo_get(strings, "license", &value), 0);
		assert_str(value, "GPL");
	}
}

static void hides_sections(void **state)
{
	static const char *const names[] = { ".data", ".nothing", ".text" };

	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[i], "crc");
		lkm_auto(opened) struct opened o = { 0 };
		size_t hidden = 9;

		assert_int_equal(lkm_elfedit_hide(&blob, names, COUNT(names), &hidden, NULL), 0);
		assert_row(shapes[i].name, hidden, 2);
		open_image(&o, &blob);
		assert_int_equal(lkm_elf_find(&o.elf, ".text")->flags, 0);
		assert_int_equal(lkm_elf_find(&o.elf, ".data")->flags, 0);
		assert_int_equal(lkm_elf_find(&o.elf, ".modinfo")->flags, LKM_SHF_ALLOC);
		assert_int_equal(lkm_elfedit_hide(&blob, names, COUNT(names), &hidden, NULL), 0);
		assert_row(shapes[i].name, hidden, 0);
	}
}

static void adds_symbols_behind_the_others(void **state)
{
	static const struct lkm_elfedit_symbol added[] = {
		{ "__insmod_crc_O/lib/crc.ko", 5, 0 },
		{ "__insmod_crc_S.text_L8", 1, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[i], "crc");
		lkm_auto(opened) struct opened o = { 0 };
		struct lkm_elfsyms symbols;
		struct lkm_elfsym symbol;

		assert_int_equal(lkm_elfedit_add_symbols(&blob, added, COUNT(added), NULL), 0);
		open_image(&o, &blob);
		assert_int_equal(lkm_elfsyms_init(&symbols, &o.elf, NULL), 0);
		assert_row(shapes[i].name, symbols.count, 9 + COUNT(added));
		assert_int_equal(lkm_elfsyms_at(&symbols, 3, &symbol), 0);
		assert_string_equal(symbol.name, "one");
		for (size_t k = 0; k < COUNT(added); k++) {
			assert_int_equal(lkm_elfsyms_at(&symbols, 9 + k, &symbol), 0);
			assert_string_equal(symbol.name, added[k].name);
			assert_int_equal(symbol.section, added[k].section);
			assert_int_equal(symbol.value, added[k].value);
			assert_int_equal(symbol.bind, LKM_STB_GLOBAL);
		}
	}
}

static void symbols_that_cannot_be_added(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[0], "crc");
	lkm_auto(lkm_blob) struct lkm_blob bare = LKM_BLOB_INIT;
	struct lkm_elfedit_symbol bad = { "x", 0, 0 };
	size_t len = blob.len;
	struct mkelf m;

	(void)state;
	assert_int_equal(lkm_elfedit_add_symbols(&blob, &bad, 1, NULL), -EINVAL);
	bad.section = 99;
	assert_int_equal(lkm_elfedit_add_symbols(&blob, &bad, 1, NULL), -EINVAL);
	assert_int_equal(lkm_elfedit_add_symbols(&blob, &bad, LKM_ELFEDIT_SYMBOLS_MAX + 1, NULL),
			 -EFBIG);
	assert_int_equal(blob.len, len);
	mkelf_init(&m, true, false);
	mkelf_section(&m, ".text", 1, "codecode", 8);
	mkelf_finish(&m);
	bare = blob_of(&m);
	bad.section = 1;
	assert_int_equal(lkm_elfedit_add_symbols(&bare, &bad, 1, NULL), -ENODATA);
}

static void a_long_name_is_cut(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[0], "crc");
	lkm_auto(opened) struct opened o = { 0 };
	char name[700];
	struct lkm_elfedit_symbol symbol = { name, 1, 0 };
	struct lkm_elfsyms symbols;
	struct lkm_elfsym found;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(lkm_elfedit_add_symbols(&blob, &symbol, 1, NULL), 0);
	open_image(&o, &blob);
	assert_int_equal(lkm_elfsyms_init(&symbols, &o.elf, NULL), 0);
	assert_int_equal(lkm_elfsyms_at(&symbols, 9, &found), 0);
	assert_int_equal(strlen(found.name), LKM_ELFEDIT_NAME_MAX);
}

/* What the relocations of the table make of its words: the symbols they name. */
static void check_entry(struct opened *o, size_t index, size_t word, const char *name)
{
	const struct lkm_elf_section *table = lkm_elf_find(&o->elf, "__ksymtab");
	struct lkm_elfsyms symbols;
	struct lkm_elfrels relocations;
	struct lkm_elfrel relocation;
	struct lkm_elfsym symbol = { .name = "" };
	bool value = false, text = false;

	assert_int_equal(lkm_elfsyms_init(&symbols, &o->elf, NULL), 0);
	assert_int_equal(lkm_elfrels_init(&relocations, &o->elf,
					  (size_t)(table - o->elf.sections)), 0);
	while (lkm_elfrels_next(&relocations, &relocation)) {
		assert_int_equal(lkm_elfsyms_at(&symbols, relocation.symbol, &symbol), 0);
		if (relocation.offset == 3 * word * index)
			value = strcmp(symbol.name, name) == 0;
		if (relocation.offset == 3 * word * index + word)
			text = strcmp(symbol.name + strlen("__kstrtab_"), name) == 0;
	}
	assert_true(value);
	assert_true(text);
}

static void exports_global_symbols(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shapes) && shapes[i].wide; i++) {
		lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[i], "crc");
		lkm_auto(lkm_exports) struct lkm_exports exports = LKM_EXPORTS_INIT;
		lkm_auto(opened) struct opened o = { 0 };
		size_t word = i < 2 ? 4 : 8, count = 0;
		struct lkm_bytes flags;

		assert_int_equal(lkm_elfedit_export(&blob, NULL, NULL, &count, NULL), 0);
		assert_row(shapes[i].name, count, 2);
		open_image(&o, &blob);
		assert_int_equal(lkm_exports_read(&exports, &o.elf, LKM_EXPORTS_NAMES, NULL), 0);
		assert_row(shapes[i].name, exports.given.len, 2);
		assert_str(exports.given.ptr[0].name, "one");
		assert_str(exports.given.ptr[1].name, "two");
		assert_int_equal(lkm_elf_find(&o.elf, "__ksymtab")->size, 6 * word);
		assert_int_equal(lkm_elf_contents_of(&o.elf, "__kflagstab", &flags), 0);
		assert_int_equal(flags.len, 2);
		check_entry(&o, 0, word, "one");
		check_entry(&o, 1, word, "two");
		assert_int_equal(lkm_elfedit_export(&blob, NULL, NULL, NULL, NULL), -EEXIST);
	}
}

static bool only_two(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "two") == 0;
}

static bool nothing(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return false;
}

static void exports_what_is_wanted(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[0], "crc");
	struct lkm_blob before = blob;
	size_t count;

	(void)state;
	assert_int_equal(lkm_elfedit_export(&blob, nothing, NULL, &count, NULL), 0);
	assert_int_equal(count, 0);
	assert_ptr_equal(blob.ptr, before.ptr);
	assert_int_equal(lkm_elfedit_export(&blob, only_two, NULL, &count, NULL), 0);
	assert_int_equal(count, 1);
}

static void no_exports_for_other_machines(void **state)
{
	(void)state;
	for (size_t i = 4; i < COUNT(shapes); i++) {
		lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[i], "crc");

		assert_row(shapes[i].name, lkm_elfedit_export(&blob, NULL, NULL, NULL, NULL),
			   -ENOTSUP);
	}
}

static void edits_can_follow_each_other(void **state)
{
	static const struct lkm_elfedit_symbol symbol = { "late", 1, 0 };
	static const char *const tables[] = { "__ksymtab" };
	lkm_auto(lkm_blob) struct lkm_blob blob = sample(&shapes[0], "crc");
	lkm_auto(opened) struct opened o = { 0 };
	struct lkm_elfsyms symbols;
	size_t hidden;

	(void)state;
	assert_int_equal(lkm_elfedit_set_info(&blob, "vermagic", lkm_str("6.12 SMP "), NULL), 0);
	assert_int_equal(lkm_elfedit_export(&blob, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(lkm_elfedit_rename(&blob, lkm_str("other"), NULL), 0);
	assert_int_equal(lkm_elfedit_add_symbols(&blob, &symbol, 1, NULL), 0);
	assert_int_equal(lkm_elfedit_hide(&blob, tables, 1, &hidden, NULL), 0);
	assert_int_equal(hidden, 1);
	open_image(&o, &blob);
	assert_int_equal(lkm_elfsyms_init(&symbols, &o.elf, NULL), 0);
	assert_int_equal(symbols.count, 9 + 4 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_a_module_can_have),
		cmocka_unit_test(renames),
		cmocka_unit_test(a_shorter_name_leaves_nothing_of_the_longer),
		cmocka_unit_test(renames_only_where_the_name_is),
		cmocka_unit_test(takes_signatures_off),
		cmocka_unit_test(replaces_a_string),
		cmocka_unit_test(hides_sections),
		cmocka_unit_test(adds_symbols_behind_the_others),
		cmocka_unit_test(symbols_that_cannot_be_added),
		cmocka_unit_test(a_long_name_is_cut),
		cmocka_unit_test(exports_global_symbols),
		cmocka_unit_test(exports_what_is_wanted),
		cmocka_unit_test(no_exports_for_other_machines),
		cmocka_unit_test(edits_can_follow_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
