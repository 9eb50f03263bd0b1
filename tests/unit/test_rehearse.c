/* plan/rehearse: an image is judged as it would be loaded, and exports that are taken are told. */
#include "check.h"
#include "fakehost.h"
#include "mkmodule.h"
#include "plan/rehearse.h"
#include "samples.h"

static const char kallsyms[] = "ffffffff81000010 T printk\n"
			       "ffffffff82000000 r __ksymtab_printk\n"
			       "ffffffffc0000010 T crc\t[lib]\n"
			       "ffffffffc0000020 r __ksymtab_crc\t[lib]\n";

#define MODINFO "license=GPL|name=m|vermagic=6.1.0-test SMP |parmtype=level:byte|"

static const struct {
	const char *name;
	struct mkmodule module;
	const char *params;
	uint16_t machine;
	bool loaded;
	enum lkm_outcome outcome;
	int err, exports; /* of the whole, of what it exports */
} rows[] = {
	{ "sound", { .needs = { { .name = "printk" } } }, "", 0, false, LKM_OUTCOME_LOADS, 0, 0 },
	{ "loaded already", { .needs = { { .name = "printk" } } }, "", 0, true, LKM_OUTCOME_LOADED,
	  -EEXIST, 0 },
	{ "a symbol that nobody exports", { .needs = { { .name = "nosuch" } } }, "", 0, false,
	  LKM_OUTCOME_REFUSED, -ENOENT, 0 },
	{ "a symbol that the kernel exports too", { .gives = { { .name = "printk" } } }, "", 0, false,
	  LKM_OUTCOME_REFUSED, -ENOEXEC, -ENOEXEC },
	{ "a symbol that a module exports too", { .gives = { { .name = "crc" } } }, "", 0, false,
	  LKM_OUTCOME_REFUSED, -ENOEXEC, -ENOEXEC },
	{ "for another machine", { .needs = { { .name = "printk" } } }, "", 183, false,
	  LKM_OUTCOME_REFUSED, -ENOEXEC, 0 },
	{ "a value that does not fit", { .needs = { { .name = "printk" } } }, "level=256", 0, false,
	  LKM_OUTCOME_REFUSED, -ERANGE, 0 },
};

static char *open_image(const struct mkmodule *row, struct lkm_image *image)
{
	lkm_auto(lkm_buf) struct lkm_buf plain = LKM_BUF_INIT;
	struct mkmodule module = *row;
	char *path;

	module.name = "m";
	module.modinfo = MODINFO;
	module.machine = 62;
	module.size = 1024;
	module.no_versions = module.no_export_crcs = true;
	mkmodule(&module, &plain);
	path = sample_file(lkm_str_bytes(lkm_buf_view(&plain)));
	assert_int_equal(lkm_image_open(image, path, NULL), 0);
	return path;
}

static void begin(struct fakehost *f, bool loaded)
{
	fakehost_init(f);
	fakehost_file(f, "/proc/kallsyms", kallsyms);
	if (!loaded)
		return;
	fakehost_dir(f, "/sys/module/m", "");
	fakehost_file(f, "/sys/module/m/initstate", "live\n");
}

static void judges_what_would_be_loaded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_image) struct lkm_image image = LKM_IMAGE_INIT;
		lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct fakehost f;
		char *path;

		begin(&f, rows[i].loaded);
		path = open_image(&rows[i].module, &image);
		assert_row(rows[i].name,
			   lkm_rehearse_check(&f.host, &image, lkm_str(rows[i].params),
					      rows[i].machine, &checked, &diag),
			   0);
		assert_row(rows[i].name, checked.verdict.outcome, rows[i].outcome);
		assert_row(rows[i].name, checked.verdict.err, rows[i].err);
		assert_row(rows[i].name, lkm_rehearse_exports(&f.host, &image, &diag),
			   rows[i].exports);
		assert_row(rows[i].name, diag.err, rows[i].exports);
		assert_string_equal(fakehost_calls(&f), "");
		unlink(path);
		free(path);
		fakehost_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_what_would_be_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
