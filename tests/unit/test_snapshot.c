/* plan/snapshot: what is left for ksymoops, and what is said where that is not possible. */
#include "check.h"
#include "fakehost.h"
#include "plan/snapshot.h"

/* The moment of the fake host's clock. */
#define FILE_NAME LKM_SNAPSHOT_DIR "/20010909014640"

static const char modules[] = "m 16384 0 - Live 0xffffffffc0000000\n";
static const char kallsyms[] = "ffffffff81000000 T _text\n"
			       "ffffffff81000010 T printk\n"
			       "ffffffff82000000 r __ksymtab_printk\n"
			       "ffffffffc0000000 t help\t[m]\n"
			       "ffffffffc0000010 T crc\t[m]\n"
			       "ffffffffc0000020 r __ksymtab_crc\t[m]\n";

#define MODULES_FILE "create " FILE_NAME ".modules mode=600\nm 16384 0 - Live 0xffffffffc0000000\n"
#define KSYMS_FILE                           \
	"create " FILE_NAME ".ksyms mode=600\n" \
	"ffffffff81000010 printk\n"          \
	"ffffffffc0000010 crc\t[m]\n"

static const struct {
	const char *name;
	bool wanted; /* there is a directory */
	const char *modules, *kallsyms; /* NULL: cannot be read */
	int created; /* what making a file says */
	int err;
	const char *calls;
	unsigned int warnings;
} rows[] = {
	{ "nobody wants one", false, modules, kallsyms, 0, 0, "", 0 },
	{ "exports of kernel and modules", true, modules, kallsyms, 0, 0, MODULES_FILE KSYMS_FILE, 0 },
	{ "addresses are hidden", true, modules,
	  "0000000000000000 T printk\n0000000000000000 r __ksymtab_printk\n", 0, -ENODATA, MODULES_FILE,
	  1 },
	{ "no kallsyms", true, modules, NULL, 0, -ENOENT, MODULES_FILE, 1 },
	{ "no list of modules", true, NULL, kallsyms, 0, -ENOENT, "", 0 },
	{ "one of this second is there", true, modules, kallsyms, -EEXIST, 0, MODULES_FILE KSYMS_FILE,
	  0 },
	{ "the disk is full", true, modules, kallsyms, -ENOSPC, -ENOSPC, MODULES_FILE, 1 },
};

static void leaves_two_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_report report = { 0 };
		struct fakehost f;

		fakehost_init(&f);
		if (rows[i].wanted)
			fakehost_dir(&f, LKM_SNAPSHOT_DIR, "");
		if (rows[i].modules)
			fakehost_file(&f, "/proc/modules", rows[i].modules);
		if (rows[i].kallsyms)
			fakehost_file(&f, "/proc/kallsyms", rows[i].kallsyms);
		fakehost_answer(&f, "create_file", rows[i].created);
		assert_row(rows[i].name, lkm_snapshot_take(&f.host, &report), rows[i].err);
		if (strcmp(fakehost_calls(&f), rows[i].calls) != 0)
			fail_msg("row \"%s\": %s", rows[i].name, fakehost_calls(&f));
		assert_row(rows[i].name, report.warnings, rows[i].warnings);
		fakehost_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_two_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
