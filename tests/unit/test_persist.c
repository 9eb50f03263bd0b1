/* plan/persist: what of a module's parameters gets into the file, and where that is. */
#include "check.h"
#include "fakehost.h"
#include "plan/persist.h"
#include "plan/registry.h"

#define HEAD "#% Kernel Linux 6.1.0-test x86_64\n#% Data saved Sun Sep  9 01:46:40 2001 GMT\n"
#define PARAMETER "/sys/module/m/parameters/p"
#define RECORD "inode=0\npersist=\"/keep\"\n"

static const struct {
	const char *name;
	const char *record, *value, *old; /* NULL: not there */
	size_t value_len;		  /* if it holds a NUL */
	const char *saved;		  /* NULL: nothing */
	unsigned int warnings;
} rows[] = {
	{ "a value", RECORD "parameters=\"p\"\n", "5\n", NULL, 0, "p=5\n", 0 },
	{ "a value in the place of an old one", RECORD "parameters=\"p\"\n", "5\n",
	  "# mine\np=4\n#% old\nlast=1\n", 0,
	  "# mine\np=5\n#% Warning: parameter last is not one of the module's\nlast=1\n", 0 },
	{ "a value with blanks", RECORD "parameters=\"p\"\n", "a b\n", NULL, 0, "p=\"a b\"\n", 0 },
	{ "only one newline is the kernel's", RECORD "parameters=\"p\"\n", "a\n\n", NULL, 0,
	  "p=\"a\\n\"\n", 0 },
	{ "a text that is not set", RECORD "parameters=\"p\"\n", "(null)\n", NULL, 0,
	  "#% Warning: parameter p cannot be read\n", 0 },
	{ "an array of such", RECORD "parameters=\"p\"\n", "(null),(null)\n", NULL, 0,
	  "#% Warning: parameter p cannot be read\n", 0 },
	{ "a value with a NUL", RECORD "parameters=\"p\"\n", "a\0b\n", NULL, 4,
	  "#% Warning: parameter p cannot be read\n", 0 },
	{ "no permission bits, and no file to say where it is", RECORD "parameters=\"p\"\n", NULL,
	  "p=4\n", 0, "#% Warning: parameter p cannot be read\np=4\n", 1 },
	{ "two of these are one warning", RECORD "parameters=\"p q\"\n", NULL, NULL, 0,
	  "#% Warning: parameter p cannot be read\n#% Warning: parameter q cannot be read\n", 1 },
	{ "no parameters", RECORD "parameters=\"\"\n", "5\n", NULL, 0, "", 0 },
	{ "a record without a place", "inode=0\nparameters=\"p\"\n", "5\n", NULL, 0, NULL, 0 },
	{ "a record of another load", "inode=7\npersist=\"/keep\"\nparameters=\"p\"\n", "5\n", NULL, 0,
	  NULL, 0 },
	{ "no record", NULL, "5\n", NULL, 0, NULL, 0 },
};

static void begin(struct fakehost *f, size_t i)
{
	fakehost_init(f);
	fakehost_dir(f, "/sys/module/m", "");
	if (rows[i].record)
		fakehost_file(f, LKM_REGISTRY "/m", rows[i].record);
	if (rows[i].old)
		fakehost_file(f, "/keep", rows[i].old);
	if (rows[i].value) {
		struct fake_answer *answer = fakehost_answer(f, "read " PARAMETER, 0);

		answer->text = rows[i].value;
		answer->len = rows[i].value_len;
	}
}

/* What was saved in the file, behind its head; NULL: nothing was. */
static const char *saved_text(const char *calls)
{
	static const char start[] = "save /keep mode=600\n" HEAD;
	const char *at = strstr(calls, start);

	return at ? at + sizeof(start) - 1 : NULL;
}

static void saves_what_can_be_given_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_report report = { 0 };
		struct fakehost f;
		const char *saved;

		begin(&f, i);
		assert_row(rows[i].name, lkm_persist_save(&f.host, "m", &report), 0);
		saved = saved_text(fakehost_calls(&f));
		assert_row(rows[i].name, saved != NULL, rows[i].saved != NULL);
		assert_row(rows[i].name, strstr(fakehost_calls(&f), "save ") != NULL, saved != NULL);
		if (saved && strcmp(saved, rows[i].saved) != 0)
			fail_msg("row \"%s\": %s", rows[i].name, saved);
		assert_row(rows[i].name, report.warnings, rows[i].warnings);
		fakehost_release(&f);
	}
}

static const struct {
	const char *name, *call;
	int err;
} failures[] = {
	{ "the record cannot be read", "read " LKM_REGISTRY "/m", -EIO },
	{ "the old file cannot be read", "read /keep", -EACCES },
	{ "the new file cannot be written", "save_file", -ENOSPC },
};

static void tells_what_failed_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(failures); i++) {
		struct lkm_report report = { 0 };
		struct fakehost f;

		fakehost_init(&f);
		fakehost_dir(&f, "/sys/module/m", "");
		fakehost_answer(&f, failures[i].call, failures[i].err);
		fakehost_file(&f, LKM_REGISTRY "/m", RECORD "parameters=\"p\"\n");
		fakehost_file(&f, PARAMETER, "5\n");
		assert_row(failures[i].name, lkm_persist_save(&f.host, "m", &report), failures[i].err);
		assert_row(failures[i].name, report.warnings, 1);
		fakehost_release(&f);
	}
}

static void saves_all_and_tells_the_first_failure(void **state)
{
	struct lkm_report report = { 0 };
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	fakehost_dir(&f, LKM_REGISTRY, "m\nbroken\nz\n");
	fakehost_answer(&f, "read " LKM_REGISTRY "/broken", -EIO);
	fakehost_file(&f, LKM_REGISTRY "/m", RECORD "parameters=\"p\"\n");
	fakehost_dir(&f, "/sys/module/m", "");
	fakehost_file(&f, PARAMETER, "5\n");
	assert_int_equal(lkm_persist_save_all(&f.host, &report), -EIO);
	assert_string_equal(saved_text(fakehost_calls(&f)), "p=5\n");
	fakehost_release(&f);
}

static const struct {
	const char *name;
	const char *base, *persistdir; /* NULL: the default */
	const char *object, *file;
} places[] = {
	{ "below the module directory", NULL, NULL, "/lib/modules/6.1.0-test/kernel/a/m.ko",
	  LKM_PERSIST_DIR "/kernel/a/m" },
	{ "compressed", NULL, NULL, "/lib/modules/6.1.0-test/m.ko.xz", LKM_PERSIST_DIR "/m" },
	{ "below where it was found", "/opt/mods", NULL, "/opt/mods/x/m.ko", LKM_PERSIST_DIR "/x/m" },
	{ "a directory whose name only begins so", "/opt/mods", NULL, "/opt/mods2/x/m.ko",
	  LKM_PERSIST_DIR "/m" },
	{ "elsewhere", NULL, NULL, "/tmp/m.ko", LKM_PERSIST_DIR "/m" },
	{ "in another place", NULL, "/var/keep", "/tmp/m.ko", "/var/keep/m" },
	{ "nowhere", NULL, "", "/tmp/m.ko", "" },
	{ "no file", NULL, NULL, "", "" },
};

static void names_the_file_after_the_module(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		lkm_auto(lkm_search) struct lkm_search search = { .release = "6.1.0-test" };
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;

		lkm_buf_puts(&search.base, places[i].base ? places[i].base : "");
		search.conf.persistdir = places[i].persistdir;
		lkm_persist_default_file(&search, places[i].object, &file);
		if (!lkm_str_is(lkm_buf_view(&file), places[i].file))
			fail_msg("row \"%s\": %.*s", places[i].name, LKM_STR_ARG(lkm_buf_view(&file)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saves_what_can_be_given_again),
		cmocka_unit_test(tells_what_failed_once),
		cmocka_unit_test(saves_all_and_tells_the_first_failure),
		cmocka_unit_test(names_the_file_after_the_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
