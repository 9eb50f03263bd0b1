/* host/kmsg: records of /dev/kmsg, and which of them are about a module. */
#include "check.h"
#include "fakehost.h"
#include "host/kmsg.h"

static const struct {
	const char *name;
	const char *bytes;
	int want;
	const char *text;
} records[] = {
	{ "plain", "6,1234,98765432,-;dummy: hello\n", 0, "dummy: hello" },
	{ "more fields", "6,1,2,-,caller=T77;x\n", 0, "x" },
	{ "properties follow", "6,1,2,-;x\n SUBSYSTEM=pci\n DEVICE=+pci:0\n", 0, "x" },
	{ "text with semicolons", "4,1,2,-;a;b;c\n", 0, "a;b;c" },
	{ "no newline", "6,1,2,-;cut off", 0, "cut off" },
	{ "empty text", "6,1,2,-;\n", 0, "" },
	{ "escaped backslash", "6,1,2,-;a\\x5cb\n", 0, "a\\b" },
	{ "escaped UTF-8", "6,1,2,-;\\xc3\\xa9\n", 0, "\xc3\xa9" },
	{ "escape sequence is made harmless", "6,1,2,-;\\x1b[31m\n", 0, "?[31m" },
	{ "escape sequence in UTF-8", "6,1,2,-;a\\xc2\\x9b2J\n", 0, "a??2J" },
	{ "NUL", "6,1,2,-;a\\x00b\n", 0, "a?b" },
	{ "raw control character", "6,1,2,-;a\x1b" "b\n", 0, "a?b" },
	{ "half an escape", "6,1,2,-;a\\x5\n", 0, "a\\x5" },
	{ "no semicolon", "6,1,2,-\n", -EBADMSG, "" },
	{ "priority is no number", "x,1,2,-;t\n", -EBADMSG, "" },
	{ "sequence is missing", "6;t\n", -EBADMSG, "" },
	{ "sequence is no number", "6,y,2,-;t\n", -EBADMSG, "" },
	{ "empty", "", -EBADMSG, "" },
};

static void reads_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(records); i++) {
		struct lkm_kmsg_record record = { .text = "" };

		assert_row(records[i].name, lkm_kmsg_parse(lkm_str(records[i].bytes), &record),
			   records[i].want);
		assert_str(lkm_str(record.text), records[i].text);
	}
}

static void keeps_level_and_sequence(void **state)
{
	struct lkm_kmsg_record record;

	(void)state;
	/* facility 3 (daemon), level 4 */
	assert_int_equal(lkm_kmsg_parse(lkm_str("28,77,1,-;x\n"), &record), 0);
	assert_int_equal(record.level, 4);
	assert_int_equal(record.sequence, 77);
}

static void cuts_long_text(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_kmsg_record record;

	(void)state;
	lkm_buf_puts(&buf, "6,1,2,-;");
	for (int i = 0; i < 3000; i++)
		lkm_buf_putc(&buf, 'a');
	assert_int_equal(lkm_kmsg_parse(lkm_buf_view(&buf), &record), 0);
	assert_int_equal(strlen(record.text), LKM_KMSG_TEXT_MAX - 1);
}

static const struct {
	const char *text;
	const char *module;
	enum lkm_kmsg_about about;
} abouts[] = {
	{ "dummy: version magic 'a' should be 'b'", "dummy", LKM_KMSG_MODULE },
	{ "snd-hda-intel: Unknown symbol x (err -2)", "snd_hda_intel", LKM_KMSG_MODULE },
	{ "e1000e 0000:00:19.0: probe failed", "e1000e", LKM_KMSG_MODULE },
	{ "e1000e 0000:00:19.0: probe failed", "e1000", LKM_KMSG_OTHER },
	{ "dummy2: hello", "dummy", LKM_KMSG_OTHER },
	{ "dumm", "dummy", LKM_KMSG_OTHER },
	{ "module dummy: .gnu.linkonce.this_module section must have a size set", "dummy",
	  LKM_KMSG_MODULE },
	{ "Module dummy is blacklisted", "dummy", LKM_KMSG_MODULE },
	{ "do_init_module: 'dummy'->init suspiciously returned 1", "dummy", LKM_KMSG_MODULE },
	{ "failed to validate module [dummy] BTF: -22", "dummy", LKM_KMSG_MODULE },
	{ "sysfs: cannot create duplicate filename '/module/dummy/sections/.text'", "dummy",
	  LKM_KMSG_MODULE },
	{ "sysfs: cannot create duplicate filename '/module/dummy2'", "dummy", LKM_KMSG_OTHER },
	{ "Invalid ELF header magic: != \x7f" "ELF", "dummy", LKM_KMSG_LOADER },
	{ "Loading of unsigned module is rejected", "dummy", LKM_KMSG_LOADER },
	{ "Lockdown: insmod: unsigned module loading is restricted", "dummy", LKM_KMSG_LOADER },
	{ "module: PKCS#7 signature info has unexpected non-zero params", "dummy",
	  LKM_KMSG_LOADER },
	{ "decompression failed with status 6", "dummy", LKM_KMSG_LOADER },
	{ "not an xz compressed module", "dummy", LKM_KMSG_LOADER },
	{ "eth0: link up", "dummy", LKM_KMSG_OTHER },
	{ "eth0: link up", "", LKM_KMSG_OTHER },
	{ "", "dummy", LKM_KMSG_OTHER },
};

static void knows_what_is_about_a_module(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(abouts); i++) {
		struct lkm_kmsg_record record = { .level = 6 };

		snprintf(record.text, sizeof(record.text), "%s", abouts[i].text);
		assert_row(abouts[i].text, lkm_kmsg_about(&record, abouts[i].module),
			   abouts[i].about);
	}
}

static void knows_the_decoders_complaints(void **state)
{
	static const struct {
		const char *text;
		bool decoder;
	} rows[] = {
		{ "module: decompression failed with status 6", true },
		{ "decompression failed with status 7", true },
		{ "module: not an xz compressed module", true },
		{ "module: not a gzip compressed module", true },
		{ "ZSTD-compressed data has an incomplete frame header", true },
		{ "ZSTD-decompression failed with status 20", true },
		{ "SQUASHFS error: zstd decompression error: 20", false },
		{ "dummy: invalid parameter", false },
		{ "an uncompressed module", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_kmsg_record record = { .level = 3 };

		snprintf(record.text, sizeof(record.text), "%s", rows[i].text);
		assert_row(rows[i].text, lkm_kmsg_is_decoder(&record), rows[i].decoder);
	}
}

static void collects_until_nothing_is_left(void **state)
{
	lkm_auto(lkm_kmsg_records) struct lkm_kmsg_records got = LKM_KMSG_RECORDS_INIT;
	lkm_auto(lkm_kmsg) struct lkm_kmsg kmsg;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	lkm_kmsg_open(&kmsg, &f.host);
	*lkm_vec_push(&f.kmsg) = "first";
	*lkm_vec_push(&f.kmsg) = "second";
	assert_int_equal(lkm_kmsg_collect(&kmsg, &got), 0);
	assert_int_equal(got.list.len, 2);
	assert_string_equal(got.list.ptr[1].text, "second");
	assert_int_equal(lkm_kmsg_collect(&kmsg, &got), 0);
	assert_int_equal(got.list.len, 2);
	assert_false(got.gap);
	fakehost_release(&f);
}

static void says_when_records_were_lost(void **state)
{
	lkm_auto(lkm_kmsg_records) struct lkm_kmsg_records got = LKM_KMSG_RECORDS_INIT;
	lkm_auto(lkm_kmsg) struct lkm_kmsg kmsg;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	lkm_kmsg_open(&kmsg, &f.host);
	*lkm_vec_push(&f.kmsg) = "after the gap";
	f.fail_at = 2; /* the first read */
	f.fail_with = -EPIPE;
	assert_int_equal(lkm_kmsg_collect(&kmsg, &got), 0);
	assert_true(got.gap);
	assert_int_equal(got.list.len, 1);
	fakehost_release(&f);
}

static void is_silent_without_permission(void **state)
{
	lkm_auto(lkm_kmsg_records) struct lkm_kmsg_records got = LKM_KMSG_RECORDS_INIT;
	lkm_auto(lkm_kmsg) struct lkm_kmsg kmsg;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	fakehost_answer(&f, "kmsg_open", -EPERM);
	lkm_kmsg_open(&kmsg, &f.host);
	assert_int_equal(kmsg.fd, -EPERM);
	assert_int_equal(lkm_kmsg_collect(&kmsg, &got), 0);
	assert_int_equal(got.list.len, 0);
	fakehost_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_records),
		cmocka_unit_test(keeps_level_and_sequence),
		cmocka_unit_test(cuts_long_text),
		cmocka_unit_test(knows_what_is_about_a_module),
		cmocka_unit_test(knows_the_decoders_complaints),
		cmocka_unit_test(collects_until_nothing_is_left),
		cmocka_unit_test(says_when_records_were_lost),
		cmocka_unit_test(is_silent_without_permission),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
