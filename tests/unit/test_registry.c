/* plan/registry: which records count, and what is written and listed. */
#include "check.h"
#include "fakehost.h"
#include "plan/registry.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static const struct {
	const char *name;
	const char *boot;   /* the boot id of this system, or NULL */
	const char *record; /* or NULL: there is none */
	bool loaded;
	int err;
	bool removed; /* the record was taken away */
} rows[] = {
	{ "of this load", "one\n", "boot=\"one\"\ninode=0\n", true, 0, false },
	{ "of this load, on a system without boot ids", NULL, "inode=0\n", true, 0, false },
	{ "no record", "one\n", NULL, true, -ENOENT, false },
	{ "of another boot", "two\n", "boot=\"one\"\ninode=0\n", true, -ENOENT, true },
	{ "without a boot", "one\n", "inode=0\n", true, -ENOENT, true },
	{ "of another load", "one\n", "boot=\"one\"\ninode=7\n", true, -ENOENT, true },
	{ "of a module that is gone", "one\n", "boot=\"one\"\ninode=0\n", false, -ENOENT, true },
	{ "that is none", "one\n", "rubbish\n", true, -ENOENT, true },
};

static void a_record_counts_for_its_load(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		struct lkm_loadrecord record;
		struct fakehost f;

		fakehost_init(&f);
		if (rows[i].boot)
			fakehost_file(&f, BOOT_ID, rows[i].boot);
		if (rows[i].record)
			fakehost_file(&f, LKM_REGISTRY "/m", rows[i].record);
		if (rows[i].loaded)
			fakehost_dir(&f, "/sys/module/m", "");
		assert_row(rows[i].name, lkm_registry_read(&f.host, "m", &arena, &record), rows[i].err);
		assert_row(rows[i].name,
			   strcmp(fakehost_calls(&f), "remove " LKM_REGISTRY "/m\n") == 0,
			   rows[i].removed);
		fakehost_release(&f);
	}
}

static void an_error_of_reading_is_told(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_loadrecord record;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	fakehost_answer(&f, "read " LKM_REGISTRY "/m", -EIO);
	assert_int_equal(lkm_registry_read(&f.host, "m", &arena, &record), -EIO);
	assert_string_equal(fakehost_calls(&f), "");
	fakehost_release(&f);
}

static void boot_and_inode_are_filled_in(void **state)
{
	const struct lkm_loadrecord record = { .boot = "another", .inode = 7, .object = "/m.ko",
					       .autoclean = true };
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	assert_int_equal(lkm_registry_write(&f.host, "m", &record), -ENOENT);
	fakehost_dir(&f, "/sys/module/m", "");
	fakehost_file(&f, BOOT_ID, "one\n");
	assert_int_equal(lkm_registry_write(&f.host, "m", &record), 0);
	assert_string_equal(fakehost_calls(&f),
			    "save " LKM_REGISTRY "/m mode=644\nboot=\"one\"\ninode=0\n"
			    "object=\"/m.ko\"\nmtime=0\nautoclean=1\nused=0\nidle=0\n"
			    "persist=\"\"\nparameters=\"\"\n");
	fakehost_answer(&f, "save_file", -ENOSPC);
	assert_int_equal(lkm_registry_write(&f.host, "m", &record), -ENOSPC);
	fakehost_release(&f);
}

static const struct {
	const char *name, *files, *listed; /* names with a blank behind each */
} lists[] = {
	{ "none", "", "" },
	{ "in order", "b\na\nc\n", "a b c " },
	{ "what a killed insmod left", "a.123\nb\n", "b " },
};

static void lists_names_of_modules(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
		struct fakehost f;

		fakehost_init(&f);
		fakehost_dir(&f, LKM_REGISTRY, lists[i].files);
		assert_row(lists[i].name, lkm_registry_list(&f.host, &names), 0);
		for (size_t n = 0; n < names.len; n++)
			names.ptr[n] = names.ptr[n] ? names.ptr[n] : ' ';
		assert_str(lkm_buf_view(&names), lists[i].listed);
		fakehost_release(&f);
	}
}

static void no_registry_is_an_empty_list(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	assert_int_equal(lkm_registry_list(&f.host, &names), 0);
	assert_int_equal(names.len, 0);
	fakehost_answer(&f, "list " LKM_REGISTRY, -EACCES);
	assert_int_equal(lkm_registry_list(&f.host, &names), -EACCES);
	fakehost_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_counts_for_its_load),
		cmocka_unit_test(an_error_of_reading_is_told),
		cmocka_unit_test(boot_and_inode_are_filled_in),
		cmocka_unit_test(lists_names_of_modules),
		cmocka_unit_test(no_registry_is_an_empty_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
