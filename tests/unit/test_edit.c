/* plan/edit: what is edited, and when the kernel is not even asked. */
#include "check.h"
#include "fakehost.h"
#include "plan/edit.h"
#include "samples.h"

static const char modinfo[] = "license=GPL\0vermagic=6.1.0-other SMP \0name=dummy";

static const struct {
	const char *name;
	const char *enforce, *lockdown; /* contents of the files; NULL: not there */
	struct lkm_edits edits;
	int err;
	const char *what;
} rows[] = {
	{ "nothing asked for", "Y\n", NULL, { 0 }, 0, "" },
	{ "the name it has", "Y\n", NULL, { .name = "dummy" }, 0, "" },
	{ "nothing to hide", "Y\n", NULL, { .hide = true }, 0, "" },
	{ "another name", NULL, NULL, { .name = "two" }, 0, "renamed to two" },
	{ "a dash", NULL, NULL, { .name = "a-b" }, 0, "renamed to a_b" },
	{ "no name", NULL, NULL, { .name = "" }, -EINVAL, "" },
	{ "not enforced", "N\n", "[none] integrity\n", { .name = "two" }, 0, "renamed to two" },
	{ "enforced", "Y\n", NULL, { .name = "two" }, -EKEYREJECTED, "" },
	{ "locked down", "N\n", "none [integrity] confidentiality\n", { .name = "two" }, -EPERM, "" },
	{ "locked down more", NULL, "none integrity [confidentiality]\n", { .marks = true, .path = "-" },
	  -EPERM, "" },
	{ "another release", NULL, NULL, { .release = true }, 0, "built for release 6.1.0-test now" },
	{ "names without versions", NULL, NULL, { .prefix = "smp_" }, 0, "" },
};

static void edits_what_is_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_edits_done) struct lkm_edits_done done = LKM_EDITS_DONE_INIT;
		lkm_auto(lkm_image) struct lkm_image image = LKM_IMAGE_INIT;
		lkm_auto(lkm_buf) struct lkm_buf plain = LKM_BUF_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct fakehost f;
		char *path;

		fakehost_init(&f);
		if (rows[i].enforce)
			fakehost_file(&f, "/sys/module/module/parameters/sig_enforce",
				      rows[i].enforce);
		if (rows[i].lockdown)
			fakehost_file(&f, "/sys/kernel/security/lockdown", rows[i].lockdown);
		sample_module(&plain, "dummy", modinfo, sizeof(modinfo));
		path = sample_file(lkm_str_bytes(lkm_buf_view(&plain)));
		assert_int_equal(lkm_image_open(&image, path, &diag), 0);
		assert_row(rows[i].name,
			   lkm_edits_apply(&f.host, &image, &rows[i].edits, &done, &diag),
			   rows[i].err);
		assert_str(lkm_buf_view(&done.what), rows[i].what);
		assert_row(rows[i].name, image.edited, rows[i].what[0] != '\0');
		assert_row(rows[i].name, diag.err, rows[i].err);
		unlink(path);
		free(path);
		fakehost_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_what_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
