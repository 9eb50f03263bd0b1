/* plan/parammemory: values from kernel memory, type by type, and why there is none. */
#include <sys/stat.h>

#include "base/store.h"
#include "check.h"
#include "fakehost.h"
#include "mkcore.h"
#include "mkparam.h"
#include "plan/parammemory.h"
#include "samples.h"

/* Kernel memory: .data is at its start, .bss and .init.data further on, then a text. */
enum { BASE_OFFSET = 0x200, SIZE = 0x2000, BSS = 0x400, INIT = 0x600, FAR = 0xff8 };
static const uint64_t base = 0xffffffffc0001000u;

#define PLAIN  LKM_PARAMKIND_PLAIN
#define ARRAY  LKM_PARAMKIND_ARRAY
#define STRING LKM_PARAMKIND_STRING

static const struct {
	struct mkparam param; /* its name is what it shows */
	int got;
	const char *text;
} rows[] = {
	{ { "byte", "byte", PLAIN, 0, 0, 0, 0, 0 }, 1, "200" },
	{ { "short", "short", PLAIN, 2, 0, 0, 0, 0 }, 1, "-2" },
	{ { "ushort", "ushort", PLAIN, 2, 0, 0, 0, 0 }, 1, "65534" },
	{ { "int", "int", PLAIN, 4, 0, 0, 0, 0 }, 1, "-70000" },
	{ { "uint", "uint", PLAIN, 8, 0, 0, 0, 0 }, 1, "4000000000" },
	{ { "long", "long", PLAIN, 16, 0, 0, 0, 0 }, 1, "-5" },
	{ { "ulong", "ulong", PLAIN, 16, 0, 0, 0, 0 }, 1, "18446744073709551611" },
	{ { "ullong", "ullong", PLAIN, 24, 0, 0, 0, 0 }, 1, "9223372036854775809" },
	{ { "hexint", "hexint", PLAIN, 32, 0, 0, 0, 0 }, 1, "0x0000001f" },
	{ { "bool", "bool", PLAIN, 36, 0, 0, 0, 0 }, 1, "Y" },
	{ { "invbool", "invbool", PLAIN, 36, 0, 0, 0, 0 }, 1, "N" },
	{ { "invbool_of_0", "invbool", PLAIN, 37, 0, 0, 0, 0 }, 1, "Y" },
	{ { "text", "charp", PLAIN, 40, 0, 0, 0, 0 }, 1, "across a page" },
	{ { "text_not_set", "charp", PLAIN, 48, 0, 0, 0, 0 }, 0, "" },
	{ { "text_elsewhere", "charp", PLAIN, 104, 0, 0, 0, 0 }, -ENODATA, "" },
	{ { "array", "array of int", ARRAY, 56, 4, 4, 0, 0 }, 1, "1,-2,3,4" },
	{ { "array_in_part", "array of int", ARRAY, 56, 4, 4, 72, 0 }, 1, "1,-2,3" },
	{ { "array_without_elements", "array of int", ARRAY, 56, 4, 4, 128, 0 }, 0, "" },
	{ { "array_of_more_than_there_are", "array of int", ARRAY, 56, 4, 4, 76, 0 }, -ENODATA, "" },
	{ { "array_of_another_width", "array of int", ARRAY, 56, 4, 2, 0, 0 }, -ENODATA, "" },
	{ { "array_too_long", "array of int", ARRAY, 56, 1025, 4, 0, 0 }, -ENODATA, "" },
	{ { "room", "string", STRING, 80, 16, 0, 0, 0 }, 1, "two words" },
	{ { "room_that_is_full", "string", STRING, 80, 9, 0, 0, 0 }, -ENODATA, "" },
	{ { "in_bss", "int", PLAIN, 4, 0, 0, 0, MKPARAM_BSS }, 1, "77" },
	{ { "for_init_only", "int", PLAIN, 4, 0, 0, 0, MKPARAM_INIT }, -ENODATA, "" },
	{ { "a_type_of_its_own", "custom", PLAIN, 4, 0, 0, 0, 0 }, -ENODATA, "" },
	{ { "behind_all_memory", "int", PLAIN, 0x10000, 0, 0, 0, 0 }, -ENODATA, "" },
};

static void fill(uint8_t *data)
{
	data[0] = 200;
	lkm_store_u16(data + 2, (uint64_t)-2, false);
	lkm_store_u32(data + 4, (uint64_t)-70000, false);
	lkm_store_u32(data + 8, 4000000000u, false);
	lkm_store_u64(data + 16, (uint64_t)-5, false);
	lkm_store_u64(data + 24, ((uint64_t)1 << 63) + 1, false);
	lkm_store_u32(data + 32, 0x1f, false);
	data[36] = 1;
	lkm_store_u64(data + 40, base + FAR, false);
	for (unsigned int i = 0; i < 4; i++)
		lkm_store_u32(data + 56 + (size_t)4 * i, i == 1 ? (uint64_t)-2 : i + 1, false);
	lkm_store_u32(data + 72, 3, false);
	lkm_store_u32(data + 76, 9, false);
	memcpy(data + 80, "two words", 9);
	lkm_store_u64(data + 104, 0x1234, false);
	lkm_store_u32(data + BSS + 4, 77, false);
	lkm_store_u32(data + INIT + 4, 88, false);
	memcpy(data + FAR, "across a page", 14);
}

/* A machine on which the module m, of rows, is loaded. */
struct fixture {
	struct fakehost f;
	struct lkm_buf core;
	char *path;
	uint64_t mtime;
};

static struct fake_answer *begin(struct fixture *x, uint64_t address)
{
	const struct mkcore shape = { .address = address, .size = SIZE, .offset = BASE_OFFSET };
	lkm_auto(lkm_buf) struct lkm_buf module = LKM_BUF_INIT;
	struct mkparam params[COUNT(rows)];
	struct fake_answer *answer;
	struct stat st;

	*x = (struct fixture){ .core = LKM_BUF_INIT };
	for (size_t i = 0; i < COUNT(rows); i++)
		params[i] = rows[i].param;
	mkparam(params, COUNT(rows), &module);
	x->path = sample_file(lkm_str_bytes(lkm_buf_view(&module)));
	assert_int_equal(stat(x->path, &st), 0);
	x->mtime = (uint64_t)st.st_mtime;
	mkcore(&shape, &x->core);
	fill((uint8_t *)x->core.ptr + BASE_OFFSET);
	fakehost_init(&x->f);
	fakehost_file(&x->f, "/sys/module/m/sections/.data", "0xffffffffc0001000\n");
	fakehost_file(&x->f, "/sys/module/m/sections/.bss", "0xffffffffc0001400\n");
	fakehost_file(&x->f, "/sys/module/m/sections/.init.data", "0xffffffffc0001600\n");
	answer = fakehost_answer(&x->f, "read /proc/kcore", 0);
	answer->text = x->core.ptr;
	answer->len = x->core.len;
	return answer;
}

static void end(struct fixture *x)
{
	unlink(x->path);
	free(x->path);
	lkm_buf_release(&x->core);
	fakehost_release(&x->f);
}

static void reads_each_type(void **state)
{
	lkm_auto(lkm_parammemory) struct lkm_parammemory memory = LKM_PARAMMEMORY_INIT;
	struct fixture x;

	(void)state;
	begin(&x, base);
	assert_int_equal(lkm_parammemory_open(&memory, &x.f.host, "m", x.path, x.mtime, NULL), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

		assert_row(rows[i].param.name,
			   lkm_parammemory_read(&memory, lkm_str(rows[i].param.name), &text),
			   rows[i].got);
		assert_str(lkm_buf_view(&text), rows[i].text);
	}
	end(&x);
}

static void takes_only_addresses_that_are_shown(void **state)
{
	lkm_auto(lkm_parammemory) struct lkm_parammemory memory = LKM_PARAMMEMORY_INIT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct fixture x;

	(void)state;
	begin(&x, 0);
	/* Memory from 0 on, as s390x has it: the second answer is for a reader who may not know. */
	fakehost_file(&x.f, "/sys/module/m/sections/.bss", "0x0000000000000000\n");
	assert_int_equal(lkm_parammemory_open(&memory, &x.f.host, "m", x.path, x.mtime, NULL), 0);
	assert_int_equal(lkm_parammemory_read(&memory, lkm_str("in_bss"), &text), -ENODATA);
	assert_int_equal(lkm_parammemory_read(&memory, lkm_str("in_bss"), &text), -ENODATA);
	assert_int_equal(lkm_parammemory_read(&memory, lkm_str("nosuch"), &text), -ENODATA);
	end(&x);
}

static const struct {
	const char *name;
	int kcore;	      /* the answer for it, if it is an error */
	size_t cut;	      /* length of it, if it is cut off */
	const char *lockdown; /* contents of the file, or NULL */
	bool no_object, another_time;
	int err;
	const char *what; /* how the reason begins */
} refusals[] = {
	{ "no object", 0, 0, NULL, true, false, -ENOENT, "it was not loaded from a file" },
	{ "written since", 0, 0, NULL, false, true, -ESTALE, "/" },
	{ "no kcore", -ENOENT, 0, NULL, false, false, -ENOENT, "cannot read /proc/kcore: No such" },
	{ "not root", -EACCES, 0, NULL, false, false, -EACCES, "cannot read /proc/kcore: Perm" },
	{ "locked down", -EPERM, 0, "none integrity [confidentiality]\n", false, false, -EPERM,
	  "the kernel is locked down" },
	{ "forbidden, not locked down", -EPERM, 0, "[none] integrity\n", false, false, -EPERM,
	  "cannot read /proc/kcore: Operation not" },
	{ "an empty kcore", 0, 1, NULL, false, false, -ENOEXEC, "cannot read /proc/kcore: " },
	{ "half a table", 0, 100, NULL, false, false, -EBADMSG, "cannot read /proc/kcore: " },
};

static void says_why_there_is_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		lkm_auto(lkm_parammemory) struct lkm_parammemory memory = LKM_PARAMMEMORY_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct fake_answer *answer;
		struct fixture x;

		answer = begin(&x, base);
		answer->result = refusals[i].kcore;
		answer->len = refusals[i].cut ? refusals[i].cut : answer->len;
		if (refusals[i].lockdown)
			fakehost_file(&x.f, "/sys/kernel/security/lockdown", refusals[i].lockdown);
		assert_row(refusals[i].name,
			   lkm_parammemory_open(&memory, &x.f.host, "m",
						refusals[i].no_object ? "" : x.path,
						x.mtime + refusals[i].another_time, &diag),
			   refusals[i].err);
		assert_row(refusals[i].name,
			   strncmp(diag.what, refusals[i].what, strlen(refusals[i].what)), 0);
		end(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_type),
		cmocka_unit_test(takes_only_addresses_that_are_shown),
		cmocka_unit_test(says_why_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
