/* fmt/note, fmt/thismodule: small fixed-layout parts of a module. */
#include "check.h"
#include "fmt/note.h"
#include "fmt/thismodule.h"
#include "mkelf.h"

/* Two little-endian notes: owner "Linux" type 257, then owner "GNU" type 3. */
#define LINUX_NOTE "\6\0\0\0\3\0\0\0\1\1\0\0Linux\0\0\0abc\0"
#define GNU_NOTE   "\4\0\0\0\2\0\0\0\3\0\0\0GNU\0\xab\xcd\0\0"

#define BYTES(literal) { (const uint8_t *)literal, sizeof(literal) - 1 }

static const struct {
	const char *name;
	struct lkm_bytes notes;
	const char *owner;
	uint32_t type;
	int want;
	const char *contents;
} searches[] = {
	{ "first note", BYTES(LINUX_NOTE GNU_NOTE), "Linux", 257, 0, "abc" },
	{ "second note", BYTES(LINUX_NOTE GNU_NOTE), "GNU", 3, 0, "\xab\xcd" },
	{ "other type", BYTES(LINUX_NOTE GNU_NOTE), "GNU", 1, -ENODATA, NULL },
	{ "other owner", BYTES(LINUX_NOTE GNU_NOTE), "GNV", 3, -ENODATA, NULL },
	{ "owner is a prefix", BYTES(LINUX_NOTE GNU_NOTE), "GN", 3, -ENODATA, NULL },
	{ "owner goes on", BYTES(LINUX_NOTE GNU_NOTE), "Linux1", 257, -ENODATA, NULL },
	{ "no notes", BYTES(""), "GNU", 3, -ENODATA, NULL },
	{ "last padding is missing", BYTES("\4\0\0\0\2\0\0\0\3\0\0\0GNU\0\xab\xcd"), "GNU", 3, 0,
	  "\xab\xcd" },
	{ "last note is searched though its padding is missing",
	  BYTES("\4\0\0\0\1\0\0\0\3\0\0\0GNU\0x"), "GNU", 4, -ENODATA, NULL },
	{ "header is cut off", BYTES("\4\0\0\0\2\0\0\0\3\0\0"), "GNU", 3, -EBADMSG, NULL },
	{ "owner reaches beyond the end", BYTES("\5\0\0\0\0\0\0\0\3\0\0\0GNU\0"), "GNU", 3,
	  -EBADMSG, NULL },
	{ "contents reach beyond the end", BYTES("\4\0\0\0\3\0\0\0\3\0\0\0GNU\0\xab\xcd"), "GNU", 3,
	  -EBADMSG, NULL },
	{ "lengths of 4 GiB", BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\3\0\0\0GNU\0"), "GNU", 3,
	  -EBADMSG, NULL },
	{ "empty contents", BYTES("\4\0\0\0\0\0\0\0\3\0\0\0GNU\0"), "GNU", 3, 0, "" },
};

static void searches_notes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(searches); i++) {
		struct lkm_bytes got = { 0 };

		assert_row(searches[i].name,
			   lkm_note_find(lkm_reader(searches[i].notes, false), searches[i].owner,
					 searches[i].type, &got),
			   searches[i].want);
		if (searches[i].want == 0)
			assert_str(lkm_bytes_str(got), searches[i].contents);
		else
			assert_null(got.ptr);
	}
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

static void reads_the_build_id(void **state)
{
	(void)state;
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		lkm_auto(lkm_buf) struct lkm_buf note = LKM_BUF_INIT;
		struct lkm_bytes got;
		struct opened o;
		struct mkelf m;

		mkelf_init(&m, true, big_endian);
		mkelf_num(&m, &note, 4, 4);
		mkelf_num(&m, &note, 3, 4);
		mkelf_num(&m, &note, 3, 4);
		lkm_buf_add(&note, "GNU\0\1\2\3", 8);
		mkelf_section(&m, ".note.gnu.build-id", LKM_SHT_NOTE, note.ptr, note.len);
		mkelf_finish(&m);
		open_elf(&o, &m);
		assert_int_equal(lkm_note_build_id(&o.elf, &got), 0);
		assert_int_equal(got.len, 3);
		assert_memory_equal(got.ptr, "\1\2\3", 3);
		o.elf.sections[1].name = lkm_str(".note");
		assert_int_equal(lkm_note_build_id(&o.elf, &got), -ENODATA);
		lkm_arena_release(&o.arena);
		mkelf_release(&m);
	}
}

/* What stands at which offset of the section, and what is read. */
static const struct {
	const char *name;
	bool wide;
	size_t size;   /* of the section */
	size_t at;     /* of the name */
	size_t fill;   /* that many 'x' instead of the name "loop" */
	int want;
} modules[] = {
	{ "64 bit", true, 896, 24, 0, 0 },
	{ "32 bit", false, 576, 12, 0, 0 },
	{ "64 bit, longest name", true, 896, 24, 55, 0 },
	{ "64 bit, name does not end", true, 896, 24, 56, -EBADMSG },
	{ "32 bit, longest name", false, 576, 12, 59, 0 },
	{ "32 bit, name does not end", false, 576, 12, 60, -EBADMSG },
	{ "shortest section", true, 80, 24, 0, 0 },
	{ "section one byte too short", true, 79, 24, 0, -EBADMSG },
	{ "empty section", true, 0, 24, 0, -EBADMSG },
};

static void reads_the_modules_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modules); i++) {
		struct lkm_thismodule got = { 0 };
		char contents[1024] = { 0 };
		struct opened o;
		struct mkelf m;

		memset(contents, 0x7f, modules[i].at);
		memcpy(contents + modules[i].at, "loop", 5);
		memset(contents + modules[i].at, 'x', modules[i].fill);
		mkelf_init(&m, modules[i].wide, false);
		mkelf_section(&m, ".gnu.linkonce.this_module", LKM_SHT_PROGBITS, contents,
			      modules[i].size);
		mkelf_finish(&m);
		open_elf(&o, &m);
		assert_row(modules[i].name, lkm_thismodule_read(&o.elf, &got, NULL),
			   modules[i].want);
		if (modules[i].want == 0) {
			assert_str(got.name, contents + modules[i].at);
			assert_row(modules[i].name, got.size, modules[i].size);
		} else {
			assert_null(got.name.ptr);
		}
		o.elf.sections[1].name = lkm_str("");
		assert_int_equal(lkm_thismodule_read(&o.elf, &got, NULL), -ENODATA);
		lkm_arena_release(&o.arena);
		mkelf_release(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches_notes),
		cmocka_unit_test(reads_the_build_id),
		cmocka_unit_test(reads_the_modules_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
