/* fmt/kcore: which range is where, and headers that lie. */
#include "check.h"
#include "fmt/kcore.h"
#include "mkcore.h"

#define SIZE   0x40u
#define OFFSET 0x200u

static uint64_t address_of(bool narrow)
{
	return narrow ? 0xc0001000u : 0xffffffffc0001000u;
}

static const struct {
	const char *name;
	int64_t from; /* the memory's start */
	uint64_t len;
	int err;
	uint64_t offset;
} ranges[] = {
	{ "first byte", 0, 1, 0, OFFSET },
	{ "all of it", 0, SIZE, 0, OFFSET },
	{ "the end", SIZE - 8, 8, 0, OFFSET + SIZE - 8 },
	{ "before it", -1, 1, -ENODATA, 0 },
	{ "begins before it", -1, 8, -ENODATA, 0 },
	{ "behind it", SIZE, 1, -ENODATA, 0 },
	{ "far behind it", SIZE + 0x1000, 1, -ENODATA, 0 },
	{ "ends behind it", SIZE - 4, 8, -ENODATA, 0 },
	{ "longer than all memory", 8, UINT64_MAX, -ENODATA, 0 },
};

static void finds_ranges(void **state)
{
	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		struct mkcore c = { .narrow = shape & 1, .big_endian = shape & 2, .size = SIZE,
				    .offset = OFFSET, .address = address_of(shape & 1) };
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
		struct lkm_bytes all, table;
		struct lkm_kcore core;

		mkcore(&c, &file);
		all = lkm_str_bytes(lkm_buf_view(&file));
		assert_int_equal(lkm_kcore_init(&core, all), 0);
		assert_int_equal(lkm_bytes_slice(all, core.table, core.len, &table), 0);
		for (size_t i = 0; i < COUNT(ranges); i++) {
			uint64_t offset = 0;

			assert_row(ranges[i].name,
				   lkm_kcore_find(&core, table, c.address + (uint64_t)ranges[i].from,
						  ranges[i].len, &offset),
				   ranges[i].err);
			assert_row(ranges[i].name, offset, ranges[i].offset);
		}
	}
}

/* Damage: these bytes, written here; 0xff is the end of them. */
static const struct {
	const char *name;
	size_t at;
	uint8_t bytes[3];
	size_t len; /* of the header that is given; 0: all */
	int err;
} damages[] = {
	{ "no ELF file", 0, { 'x', 0xff }, 0, -ENOEXEC },
	{ "no class", 4, { 0, 0xff }, 0, -ENOEXEC },
	{ "a class that is none", 4, { 3, 0xff }, 0, -ENOEXEC },
	{ "no byte order", 5, { 0, 0xff }, 0, -ENOEXEC },
	{ "a byte order that is none", 5, { 3, 0xff }, 0, -ENOEXEC },
	{ "a header that is cut off", 0, { 0x7f, 0xff }, LKM_KCORE_HEADER - 1, -ENOEXEC },
	{ "entries too small", 54, { 55, 0xff }, 0, -EBADMSG },
	{ "no entries", 56, { 0, 0, 0xff }, 0, -EBADMSG },
	{ "too many entries", 56, { 0x01, 0x10, 0xff }, 0, -EBADMSG },
};

static void refuses_what_lies(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		struct mkcore c = { .size = SIZE, .offset = OFFSET, .address = address_of(false) };
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
		struct lkm_bytes all;
		struct lkm_kcore core;

		mkcore(&c, &file);
		for (size_t b = 0; damages[i].bytes[b] != 0xff; b++)
			file.ptr[damages[i].at + b] = (char)damages[i].bytes[b];
		all = lkm_str_bytes(lkm_buf_view(&file));
		all.len = damages[i].len ? damages[i].len : all.len;
		assert_row(damages[i].name, lkm_kcore_init(&core, all), damages[i].err);
	}
}

static void refuses_half_a_table(void **state)
{
	struct mkcore c = { .size = SIZE, .offset = OFFSET, .address = address_of(false) };
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_bytes all, table;
	struct lkm_kcore core;
	uint64_t offset;

	(void)state;
	mkcore(&c, &file);
	all = lkm_str_bytes(lkm_buf_view(&file));
	assert_int_equal(lkm_kcore_init(&core, all), 0);
	assert_int_equal(lkm_bytes_slice(all, core.table, core.len - 1, &table), 0);
	assert_int_equal(lkm_kcore_find(&core, table, c.address, 1, &offset), -EBADMSG);
}

static void refuses_a_range_over_the_end_of_all_addresses(void **state)
{
	struct mkcore c = { .size = SIZE, .offset = OFFSET, .address = UINT64_MAX - 10 };
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_bytes all, table;
	struct lkm_kcore core;
	uint64_t offset;

	(void)state;
	mkcore(&c, &file);
	all = lkm_str_bytes(lkm_buf_view(&file));
	assert_int_equal(lkm_kcore_init(&core, all), 0);
	assert_int_equal(lkm_bytes_slice(all, core.table, core.len, &table), 0);
	assert_int_equal(lkm_kcore_find(&core, table, UINT64_MAX - 4, 4, &offset), 0);
	assert_int_equal(lkm_kcore_find(&core, table, UINT64_MAX - 4, 8, &offset), -ENODATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_ranges),
		cmocka_unit_test(refuses_what_lies),
		cmocka_unit_test(refuses_a_range_over_the_end_of_all_addresses),
		cmocka_unit_test(refuses_half_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
