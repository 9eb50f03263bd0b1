/* plan/autoclean: what a pass makes of a module, by its record and its state. */
#include "check.h"
#include "fakehost.h"
#include "plan/autoclean.h"

/* What a pass does: remove it, write its record anew, or nothing. */
enum done { NOTHING, USED_NOW, IDLE_NOW, BUSY_AGAIN, REMOVED };

static const struct row {
	const char *name;
	const char *flags; /* lines of the record */
	const char *refcnt, *holders, *initstate;
	bool device;
	enum done done;
} rows[] = {
	{ "never used", "used=0\nidle=0\n", "0", "", "live", false, NOTHING },
	{ "referenced", "used=0\nidle=0\n", "1", "", "live", false, USED_NOW },
	{ "held", "used=0\nidle=0\n", "0", "other\n", "live", false, USED_NOW },
	{ "drives a device", "used=0\nidle=0\n", "0", "", "live", true, USED_NOW },
	{ "on its way in", "used=0\nidle=0\n", "0", "", "coming", false, USED_NOW },
	{ "still in use", "used=1\nidle=0\n", "2", "", "live", false, NOTHING },
	{ "free for the first time", "used=1\nidle=0\n", "0", "", "live", false, IDLE_NOW },
	{ "free for the second time", "used=1\nidle=1\n", "0", "", "live", false, REMOVED },
	{ "in use again", "used=1\nidle=1\n", "1", "", "live", false, BUSY_AGAIN },
	{ "drives a device again", "used=1\nidle=1\n", "0", "", "live", true, BUSY_AGAIN },
	{ "loaded without -k", "autoclean=0\nused=1\nidle=1\n", "0", "", "live", false, NOTHING },
	{ "a record of another boot", "boot=\"x\"\nused=1\nidle=1\n", "0", "", "live", false,
	  NOTHING },
	{ "a record of another load", "inode=7\nused=1\nidle=1\n", "0", "", "live", false, NOTHING },
	{ "a record that is none", "rubbish\n", "0", "", "live", false, NOTHING },
};

static void set_up(struct fakehost *f, const struct row *row, char record[static 256])
{
	snprintf(record, 256, "autoclean=1\n%s", row->flags);
	fakehost_init(f);
	fakehost_dir(f, "/run/insmod/modules", "m\nm.123\n");
	fakehost_file(f, "/run/insmod/modules/m", record);
	fakehost_dir(f, "/sys/module/m", "");
	fakehost_file(f, "/sys/module/m/initstate", row->initstate);
	fakehost_file(f, "/sys/module/m/refcnt", row->refcnt);
	fakehost_dir(f, "/sys/module/m/holders", row->holders);
	if (!row->device)
		return;
	fakehost_dir(f, "/sys/module/m/drivers", "pci:m\n");
	fakehost_dir(f, "/sys/module/m/drivers/pci:m", "module\n0000:00:03.0\nbind\n");
	fakehost_link(f, "/sys/module/m/drivers/pci:m/module", "../m");
	fakehost_link(f, "/sys/module/m/drivers/pci:m/0000:00:03.0", "../x");
}

static enum done what_was_done(const char *calls)
{
	bool used = strstr(calls, "used=1\n"), idle = strstr(calls, "idle=1\n");

	if (strstr(calls, "delete_module m "))
		return REMOVED;
	if (!strstr(calls, "save "))
		return NOTHING;
	return idle ? IDLE_NOW : used ? USED_NOW : BUSY_AGAIN;
}

static void a_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_report report = { 0 };
		enum done wanted = rows[i].done == BUSY_AGAIN ? USED_NOW : rows[i].done;
		struct fakehost f;
		char record[256];

		set_up(&f, &rows[i], record);
		assert_row(rows[i].name, lkm_autoclean_pass(&f.host, &report),
			   rows[i].done == REMOVED);
		assert_row(rows[i].name, what_was_done(fakehost_calls(&f)), wanted);
		assert_row(rows[i].name, report.errors, 0);
		fakehost_release(&f);
	}
}

static void no_records_is_no_error(void **state)
{
	struct lkm_report report = { 0 };
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	assert_int_equal(lkm_autoclean_pass(&f.host, &report), 0);
	fakehost_release(&f);
}

static void a_removal_that_fails_is_told(void **state)
{
	struct lkm_report report = { 0 };
	struct fakehost f;
	char record[256];

	(void)state;
	set_up(&f, &rows[7], record);
	fakehost_answer(&f, "delete_module", -EPERM);
	assert_int_equal(lkm_autoclean_pass(&f.host, &report), 0);
	assert_int_equal(report.errors, 1);
	assert_null(strstr(fakehost_calls(&f), "remove "));
	fakehost_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pass),
		cmocka_unit_test(no_records_is_no_error),
		cmocka_unit_test(a_removal_that_fails_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
