/* fmt/btf: one sample in both byte orders, then each row damages one field. */
#include "check.h"
#include "base/file.h"
#include "fmt/btf.h"
#include "mkelf.h"

static const char strings[] = "\0int\0module\0other";

enum { INT = 1, MODULE = 5, OTHER = 12 };

/* Types: int, a union of the name we look for, two structs; offsets as in `rows`. */
static void sample(struct lkm_buf *buf, bool big_endian)
{
	static const uint32_t numbers[] = {
		24, 0, 12 + 4 + 12 + 24 + 12 + 12 + 12, 88, sizeof(strings),
		INT, 1u << 24, 4, 32,		     /* 24: int */
		MODULE, 5u << 24 | 2, 8, 1, 1, 0, 1, 1, 0, /* 40: union module, 2 members */
		OTHER, 4u << 24 | 1, 77, 1, 1, 0,    /* 76: struct other, 1 member */
		MODULE, 4u << 24, 896,		     /* 100: struct module */
	};
	struct mkelf m = { .wide = true, .big_endian = big_endian };

	mkelf_num(&m, buf, 0xeb9f, 2);
	mkelf_num(&m, buf, 1, 1);
	mkelf_num(&m, buf, 0, 1);
	for (size_t i = 0; i < COUNT(numbers); i++)
		mkelf_num(&m, buf, numbers[i], 4);
	lkm_buf_add(buf, strings, sizeof(strings));
}

static void finds_a_struct_in_both_byte_orders(void **state)
{
	(void)state;
	for (int order = 0; order < 2; order++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		struct lkm_bytes btf;
		uint64_t size;

		sample(&buf, order);
		btf = lkm_str_bytes(lkm_buf_view(&buf));
		assert_int_equal(lkm_btf_struct_size(btf, "module", &size), 0);
		assert_int_equal(size, 896);
		assert_int_equal(lkm_btf_struct_size(btf, "other", &size), 0);
		assert_int_equal(size, 77);
		assert_int_equal(lkm_btf_struct_size(btf, "int", &size), -ENODATA);
		assert_int_equal(lkm_btf_struct_size(btf, "mod", &size), -ENODATA);
	}
}

static const struct {
	const char *name;
	size_t offset;
	uint8_t byte;
	int want;
} rows[] = {
	{ "magic", 0, 0, -ENOEXEC },
	{ "header length beyond the end", 6, 1, -EBADMSG },
	{ "types beyond the end", 10, 1, -EBADMSG },
	{ "types longer than the file", 14, 1, -EBADMSG },
	{ "strings longer than the file", 22, 1, -EBADMSG },
	{ "kind 0", 107, 0, -EBADMSG },
	{ "kind 20", 107, 20, -EBADMSG },
	{ "more members than bytes", 80, 200, -EBADMSG },
	{ "name outside the strings", 102, 1, -ENODATA },
};

static void refuses_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		uint64_t size = 1;

		sample(&buf, false);
		buf.ptr[rows[i].offset] = (char)rows[i].byte;
		assert_row(rows[i].name,
			   lkm_btf_struct_size(lkm_str_bytes(lkm_buf_view(&buf)), "module", &size),
			   rows[i].want);
		assert_row(rows[i].name, size, 1);
	}
}

static void refuses_every_shorter_file(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	uint64_t size;

	(void)state;
	sample(&buf, false);
	for (size_t len = 0; len < buf.len; len++) {
		struct lkm_bytes part = { (const uint8_t *)buf.ptr, len };

		assert_true(lkm_btf_struct_size(part, "module", &size) < 0);
	}
}

/* A module's part: one struct with a member, both named by strings of its own behind the kernel's. */
static void part(struct lkm_buf *buf, uint32_t kernel_strings, uint32_t member)
{
	static const char own[] = "mine\0field";
	const uint32_t numbers[] = {
		24, 0, 24, 24, sizeof(own),
		kernel_strings, 4u << 24 | 1, 8, kernel_strings + member, 1, 0,
	};
	struct mkelf m = { .wide = true };

	mkelf_num(&m, buf, 0xeb9f, 2);
	mkelf_num(&m, buf, 1, 2);
	for (size_t i = 0; i < COUNT(numbers); i++)
		mkelf_num(&m, buf, numbers[i], 4);
	lkm_buf_add(buf, own, sizeof(own));
}

static void tells_for_which_kernel_a_part_was_made(void **state)
{
	static const struct {
		const char *name;
		uint32_t made_for, member, kernel;
		int want;
	} fits[] = {
		{ "this one", 1000, 5, 1000, 1 },
		{ "fewer strings", 1000, 5, 999, 0 },
		{ "many more strings", 1000, 5, 2000, 0 },
		{ "member inside a string", 1000, 6, 1000, 0 },
		{ "member beyond the strings", 1000, 50, 1000, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(fits); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

		part(&buf, fits[i].made_for, fits[i].member);
		assert_row(fits[i].name,
			   lkm_btf_fits(lkm_str_bytes(lkm_buf_view(&buf)), fits[i].kernel), fits[i].want);
		buf.len -= 12;
		assert_row(fits[i].name,
			   lkm_btf_fits(lkm_str_bytes(lkm_buf_view(&buf)), fits[i].kernel), -EBADMSG);
	}
}

/* The running kernel, where it has type information at all. */
static void reads_the_running_kernel(void **state)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	uint64_t size;

	(void)state;
	if (lkm_file_read(-100, "/sys/kernel/btf/vmlinux", (size_t)64 << 20, &blob) < 0) {
		/* skip() of some cmockas says "not ok". */
		fprintf(stderr, "# the running kernel has no type information\n");
		return;
	}
	assert_int_equal(lkm_btf_struct_size(lkm_blob_view(&blob), "task_struct", &size), 0);
	assert_in_range(size, 1000, 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_struct_in_both_byte_orders),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(refuses_every_shorter_file),
		cmocka_unit_test(tells_for_which_kernel_a_part_was_made),
		cmocka_unit_test(reads_the_running_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
