/* plan/explain and plan/reasons: what is said after a refusal. */
#include "check.h"
#include "fakehost.h"
#include "mkelf.h"
#include "plan/explain.h"
#include "samples.h"

static const char modinfo[] = "vermagic=6.12.0 SMP preempt mod_unload \0"
			      "depends=crc16,mbcache\0name=dummy";

/* One refused load of a sound module, from memory, with the kernel's answer chosen. */
struct bench {
	struct fakehost f;
	struct lkm_buf file;
	struct lkm_image image;
	struct lkm_load_request request;
	struct lkm_load_result result;
	struct lkm_diag diag;
	struct lkm_reasons reasons;
	struct lkm_buf text;
};

static void set_up(struct bench *b)
{
	*b = (struct bench){ .image = LKM_IMAGE_INIT, .request = { .params = "" },
			     .diag = LKM_DIAG_INIT };
	fakehost_init(&b->f);
	sample_module(&b->file, "dummy", modinfo, sizeof(modinfo));
	b->image.name = "dir/other-name.ko";
	b->result.way = LKM_WAY_FILE;
}

static void log_line(struct bench *b, const char *text)
{
	struct lkm_kmsg_record *record = lkm_vec_push(&b->result.log.list);

	snprintf(record->text, sizeof(record->text), "%s", text);
}

/* The reasons as they would be printed, one per line. */
static const char *explain(struct bench *b, int err)
{
	struct lkm_refusal refusal = { .image = &b->image, .request = &b->request,
				       .result = &b->result, .diag = &b->diag, .err = err };

	b->image.raw = (struct lkm_blob){ (uint8_t *)malloc(b->file.len), b->file.len };
	memcpy(b->image.raw.ptr, b->file.ptr, b->file.len);
	assert_int_equal(lkm_explain_load(&b->f.host, &refusal, &b->reasons), 0);
	for (size_t i = 0; i < b->reasons.list.len; i++)
		lkm_buf_printf(&b->text, "%s%s\n",
			       lkm_sureness_prefix(b->reasons.list.ptr[i].sureness),
			       b->reasons.list.ptr[i].text);
	return b->text.len ? lkm_buf_cstr(&b->text) : "";
}

static void tear_down(struct bench *b)
{
	lkm_image_release(&b->image);
	lkm_load_result_release(&b->result);
	lkm_reasons_release(&b->reasons);
	lkm_buf_release(&b->text);
	lkm_buf_release(&b->file);
	fakehost_release(&b->f);
}

/* What the system shows; a row says which file, what is in it, and what follows. */
static const struct host_row {
	const char *name;
	int err;
	const char *path, *text;
	const char *log;
	const char *want;
} host_rows[] = {
	{ "nothing known", -EIO, NULL, NULL, NULL, "" },
	{ "no capability", -EPERM, "/proc/self/status", "CapEff:\t0\n", NULL,
	  "this process lacks CAP_SYS_MODULE; root has it\n" },
	{ "capability", -EPERM, "/proc/self/status", "CapEff:\tffffffff\n", NULL,
	  "likely: a security policy (seccomp, LoadPin, SELinux) does not allow it\n" },
	{ "container", -EPERM, "/proc/self/uid_map", "0 100000 65536\n", NULL,
	  "this process is in a user namespace (a container), and only the host's root may do this\n" },
	{ "switched off", -EPERM, "/proc/sys/kernel/modules_disabled", "1\n", NULL,
	  "loading and unloading is switched off until the next boot (kernel.modules_disabled)\n" },
	{ "switched off, but that is not it", -ENODEV, "/proc/sys/kernel/modules_disabled", "1\n",
	  NULL, "likely: its init function found no hardware that it drives\n" },
	{ "blacklisted at boot", -EPERM, "/sys/module/kernel/parameters/module_blacklist",
	  "dummy\n", "Module dummy is blacklisted",
	  "kernel: Module dummy is blacklisted\n"
	  "the boot option module_blacklist= names dummy\n" },
	{ "unsigned, demanded", -EKEYREJECTED, "/sys/module/module/parameters/sig_enforce", "Y\n",
	  "Loading of unsigned module is rejected",
	  "the file is not signed, and this kernel demands a signature (module.sig_enforce)\n"
	  "likely: kernel: Loading of unsigned module is rejected\n" },
	{ "unsigned, locked down", -EPERM, "/sys/kernel/security/lockdown",
	  "none [integrity] confidentiality\n", NULL,
	  "the file is not signed, and this kernel demands a signature (lockdown)\n" },
	{ "loaded", -EEXIST, "/sys/module/dummy/initstate", "live\n", NULL,
	  "module dummy is already loaded\n" },
	{ "init says it exists", -EEXIST, NULL, NULL, NULL,
	  "likely: something that its init function registers is there already\n" },
	{ "coming", -EBUSY, "/sys/module/dummy/initstate", "coming\n", NULL,
	  "module dummy is just being loaded by another process\n" },
	{ "going", -EBUSY, "/sys/module/dummy/initstate", "going\n", NULL,
	  "module dummy is just being removed\n" },
	{ "init says busy", -EBUSY, NULL, NULL, NULL,
	  "likely: something that its init function needs is taken\n" },
	{ "dependencies", -ENOENT, "/sys/module/crc16/initstate", "live\n",
	  "dummy: Unknown symbol mb_cache_create (err -2)",
	  "kernel: dummy: Unknown symbol mb_cache_create (err -2)\n"
	  "it depends on modules that are not loaded: mbcache (modprobe loads them first)\n" },
	{ "another kernel, and it says which", -ENOEXEC, NULL, NULL,
	  "dummy: version magic '6.12.0 SMP preempt mod_unload ' should be '6.1.0-test SMP mod_unload modversions '",
	  "kernel: dummy: version magic '6.12.0 SMP preempt mod_unload ' should be '6.1.0-test SMP mod_unload modversions '\n"
	  "built for another kernel: for \"6.12.0 SMP preempt mod_unload\", and this is "
	  "\"6.1.0-test SMP mod_unload modversions\": only the module has 6.12.0 preempt, "
	  "only the kernel 6.1.0-test modversions\n" },
	{ "another kernel, and nobody says so", -ENOEXEC, NULL, NULL, NULL,
	  "likely: built for another kernel: for \"6.12.0 SMP preempt mod_unload\", and this is "
	  "6.1.0-test\n" },
	{ "another kernel, and another struct module", -ENOEXEC, NULL, NULL,
	  "dummy: disagrees about version of symbol module_layout",
	  "kernel: dummy: disagrees about version of symbol module_layout\n"
	  "built for another kernel: for \"6.12.0 SMP preempt mod_unload\", and this is 6.1.0-test\n" },
	{ "another driver's messages", -EIO, NULL, NULL, "eth0: link up", "" },
	{ "open for writing", -ETXTBSY, NULL, NULL, NULL,
	  "some process has the file open for writing\n" },
	{ "no modules", -ENOSYS, NULL, NULL, NULL, "this kernel has no loadable modules\n" },
	{ "init says ENOSYS", -ENOSYS, "/proc/modules", "", NULL, "" },
};

static void says_what_the_system_shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(host_rows); i++) {
		const struct host_row *r = &host_rows[i];
		struct bench b;

		set_up(&b);
		if (r->path)
			fakehost_file(&b.f, r->path, r->text);
		if (r->log)
			log_line(&b, r->log);
		if (strcmp(explain(&b, r->err), r->want) != 0)
			fail_msg("row \"%s\":\n%s", r->name, lkm_buf_cstr(&b.text));
		tear_down(&b);
	}
}

/* The file: each row damages it, or makes it another, before the kernel says ENOEXEC. */
static void text_file(struct bench *b)
{
	lkm_buf_clear(&b->file);
	lkm_buf_puts(&b->file, "#!/bin/sh\necho no module\n");
}

static void cut_off(struct bench *b)
{
	b->file.len -= 100;
}

static void make_other(struct bench *b, uint16_t machine, const char *section)
{
	struct mkelf m;

	mkelf_init(&m, true, false);
	m.machine = machine;
	mkelf_section(&m, section, LKM_SHT_PROGBITS, "x", 1);
	mkelf_section(&m, ".modinfo", LKM_SHT_PROGBITS, "x", 1);
	mkelf_finish(&m);
	lkm_buf_clear(&b->file);
	lkm_buf_str(&b->file, lkm_buf_view(&m.buf));
	mkelf_release(&m);
}

static void other_machine(struct bench *b)
{
	make_other(b, 183, ".gnu.linkonce.this_module");
}

static void no_module(struct bench *b)
{
	make_other(b, 62, ".text");
}

static void stripped(struct bench *b)
{
	make_other(b, 62, ".gnu.linkonce.this_module");
}

static void bzip2(struct bench *b)
{
	lkm_buf_clear(&b->file);
	lkm_buf_puts(&b->file, "BZh91AY&SY and so on");
	b->image.codec = LKM_CODEC_BZIP2;
}

static const struct file_row {
	const char *name;
	void (*change)(struct bench *b);
	const char *want; /* the first line begins so */
} file_rows[] = {
	{ "text", text_file, "not an ELF file" },
	{ "cut off", cut_off, "the section table reaches beyond the end of the file (at byte " },
	{ "other machine", other_machine, "built for arm64, and this machine is x86_64\n" },
	{ "no module", no_module,
	  "an ELF file, but no kernel module: it has no section .gnu.linkonce.this_module\n" },
	{ "stripped", stripped, "its symbol table was stripped off, and the kernel needs it\n" },
	{ "bzip2", bzip2, "the file is compressed with bzip2, which no kernel decodes\n" },
};

static void says_what_the_file_shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(file_rows); i++) {
		struct bench b;

		set_up(&b);
		file_rows[i].change(&b);
		if (!lkm_str_starts(lkm_str(explain(&b, -ENOEXEC)), file_rows[i].want, NULL))
			fail_msg("row \"%s\":\n%s", file_rows[i].name, lkm_buf_cstr(&b.text));
		tear_down(&b);
	}
}

/* Type information with a struct module of 900 bytes; the sample has 896. */
static void compares_struct_module(void **state)
{
	unsigned char btf[] = {
		0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 8, 0, 0, 0,
		1, 0, 0, 0, 0, 0, 0, 4, 0x84, 3, 0, 0,
		0, 'm', 'o', 'd', 'u', 'l', 'e', 0,
	};

	(void)state;
	for (int same = 0; same < 2; same++) {
		struct fake_answer *a;
		struct bench b;

		set_up(&b);
		btf[32] = same ? 0x80 : 0x84;
		a = fakehost_answer(&b.f, "read /sys/kernel/btf/vmlinux", 0);
		a->text = (const char *)btf;
		a->len = sizeof(btf);
		assert_int_equal(strstr(explain(&b, -ENOEXEC), "struct module") == NULL, same);
		assert_int_equal(strstr(lkm_buf_cstr(&b.text),
					"has 896 bytes, this kernel's 900\n") == NULL, same);
		tear_down(&b);
	}
}

static void says_nothing_of_a_release_that_is_right(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	b.f.release = "6.12.0";
	assert_string_equal(explain(&b, -ENOEXEC), "");
	tear_down(&b);
}

/* The kernel could not decode it, and neither can we. */
static void says_that_a_compressed_file_is_damaged(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	lkm_buf_clear(&b.file);
	lkm_buf_puts(&b.file, "\xfd" "7zXZ and nothing that follows makes sense");
	b.image.codec = LKM_CODEC_XZ;
	b.result.way = LKM_WAY_COMPRESSED;
	assert_non_null(strstr(explain(&b, -EINVAL), "the xz data is damaged"));
	tear_down(&b);
}

static void tells_what_was_found_before_the_kernel_was_asked(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	b.result.way = LKM_WAY_NONE;
	lkm_diag_set(&b.diag, -EBADMSG, "the xz data is cut off");
	assert_string_equal(explain(&b, -EBADMSG), "the xz data is cut off\n");
	tear_down(&b);
}

static void shows_a_dozen_kernel_lines(void **state)
{
	struct bench b;
	const char *text;
	int lines = 0;

	(void)state;
	set_up(&b);
	for (int i = 0; i < 40; i++) {
		char line[64];

		snprintf(line, sizeof(line), "dummy: trouble %d", i);
		log_line(&b, line);
	}
	text = explain(&b, -EIO);
	assert_non_null(strstr(text, "kernel: ... and 28 more lines; see dmesg\n"));
	for (const char *at = text; (at = strstr(at, "trouble")); at++)
		lines++;
	assert_int_equal(lines, 12);
	tear_down(&b);
}

static void names_every_unknown_symbol(void **state)
{
	struct bench b;
	const char *text;

	(void)state;
	set_up(&b);
	for (int i = 0; i < 60; i++) {
		char line[64];

		snprintf(line, sizeof(line), "dummy: Unknown symbol sym%d (err -2)", i);
		log_line(&b, line);
	}
	log_line(&b, "dummy: disagrees about version of symbol x");
	text = explain(&b, -ENOENT);
	assert_true(lkm_str_starts(lkm_str(text), "kernel: dummy: disagrees about version of symbol x\n"
				   "kernel: unknown symbols: sym0 sym1 sym2 ", NULL));
	for (int i = 0; i < 60; i++) {
		char name[16];

		snprintf(name, sizeof(name), " sym%d", i);
		assert_non_null(strstr(text, name));
	}
	assert_null(strstr(text, "Unknown"));
	tear_down(&b);
}

static void says_when_lines_were_lost(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	b.result.log.gap = true;
	assert_string_equal(explain(&b, -EIO),
			    "the kernel logged more than it keeps: some lines are lost\n");
	tear_down(&b);
}

static void calls_a_guess_likely(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	b.result.way = LKM_WAY_COMPRESSED;
	b.result.log_error = -EPERM;
	assert_string_equal(explain(&b, -EINVAL),
			    "likely: the kernel could not decode the file; its log, which would "
			    "say so, cannot be read\n");
	tear_down(&b);
	set_up(&b);
	b.request.params = "a=1";
	assert_string_equal(explain(&b, -EINVAL),
			    "likely: the module does not take one of the parameters' values\n");
	tear_down(&b);
}

static void puts_the_surest_first(void **state)
{
	lkm_auto(lkm_reasons) struct lkm_reasons reasons = LKM_REASONS_INIT;
	static const char *const wanted[] = { "k1", "k2", "s1", "s2", "l1" };

	(void)state;
	lkm_reasons_add(&reasons, LKM_SURE, "s1");
	lkm_reasons_add(&reasons, LKM_LIKELY, "l1");
	lkm_reasons_add(&reasons, LKM_SURE_KERNEL, "k1");
	lkm_reasons_add(&reasons, LKM_SURE, "s2");
	lkm_reasons_add(&reasons, LKM_SURE_KERNEL, "k2");
	lkm_reasons_add(&reasons, LKM_LIKELY, "k2"); /* said already */
	assert_int_equal(reasons.list.len, COUNT(wanted));
	for (size_t i = 0; i < COUNT(wanted); i++)
		assert_string_equal(reasons.list.ptr[i].text, wanted[i]);
}

static void makes_texts_harmless(void **state)
{
	lkm_auto(lkm_reasons) struct lkm_reasons reasons = LKM_REASONS_INIT;

	(void)state;
	lkm_reasons_add(&reasons, LKM_SURE, "a%sb", "\x1b[2J\n");
	assert_string_equal(reasons.list.ptr[0].text, "a?[2J?b");
}

static void names_errnos_as_kmod_does(void **state)
{
	static const struct {
		int err;
		enum lkm_load_way way;
		const char *want;
	} rows[] = {
		{ -ENOEXEC, LKM_WAY_FILE, "Invalid module format" },
		{ -ENOENT, LKM_WAY_FILE, "Unknown symbol in module" },
		{ -ENOENT, LKM_WAY_NONE, "No such file or directory" },
		{ -ESRCH, LKM_WAY_FILE, "Module has wrong symbol version" },
		{ -EINVAL, LKM_WAY_FILE, "Invalid parameters" },
		{ -EINVAL, LKM_WAY_NONE, "Invalid parameters" },
		{ -EBADMSG, LKM_WAY_NONE, "Invalid parameters" },
		{ -EBADMSG, LKM_WAY_FILE, "Bad message" },
		{ -EEXIST, LKM_WAY_FILE, "File exists" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(lkm_load_strerror(rows[i].err, rows[i].way), rows[i].want);
}

/* Each host call made to fail in turn: fewer reasons, never a crash or an error. */
static void survives_every_failing_call(void **state)
{
	static const int errors[] = { -EPERM, -ENOEXEC, -ENOENT, -EEXIST, -EKEYREJECTED };

	(void)state;
	for (size_t i = 0; i < COUNT(errors) * 12; i++) {
		struct bench b;

		set_up(&b);
		b.f.fail_at = (unsigned int)(i / COUNT(errors)) + 1;
		b.f.fail_with = -EIO;
		explain(&b, errors[i % COUNT(errors)]);
		tear_down(&b);
	}
}

static void explains_removals(void **state)
{
	static const struct {
		const char *name;
		enum lkm_unload_refusal refusal;
		int err;
		const char *path, *text;
		const char *want;
	} rows[] = {
		{ "in use, unseen", LKM_UNLOAD_IN_USE, -EAGAIN, NULL, NULL,
		  "its reference count is 2, and whose references they are cannot be seen from here" },
		{ "in use, mounted", LKM_UNLOAD_IN_USE, -EAGAIN, "/proc/mounts",
		  "/dev/vda1 /mnt x rw 0 0\n", "/dev/vda1 is mounted on /mnt (x)" },
		{ "permanent", LKM_UNLOAD_PERMANENT, -EBUSY, NULL, NULL,
		  "module x is permanent: it has no exit function" },
		{ "coming", LKM_UNLOAD_BUSY, -EBUSY, "/sys/module/x/initstate", "coming\n",
		  "module x is just being loaded by another process" },
		{ "no right", LKM_UNLOAD_REFUSED, -EPERM, "/proc/self/status", "CapEff:\t0\n",
		  "this process lacks CAP_SYS_MODULE; root has it" },
		{ "held", LKM_UNLOAD_HELD, -EAGAIN, NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_reasons) struct lkm_reasons reasons = LKM_REASONS_INIT;
		struct lkm_unload_result result = { .refusal = rows[i].refusal, .refcnt = 2 };
		struct lkm_unload_refused refused = { "x", &result, NULL, rows[i].err };
		struct fakehost f;

		fakehost_init(&f);
		if (rows[i].path)
			fakehost_file(&f, rows[i].path, rows[i].text);
		assert_row(rows[i].name,
			   lkm_explain_unload(&f.host, &refused, &reasons), 0);
		assert_row(rows[i].name, reasons.list.len, rows[i].want != NULL);
		if (rows[i].want)
			assert_string_equal(reasons.list.ptr[0].text, rows[i].want);
		fakehost_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_the_system_shows),
		cmocka_unit_test(says_what_the_file_shows),
		cmocka_unit_test(compares_struct_module),
		cmocka_unit_test(says_nothing_of_a_release_that_is_right),
		cmocka_unit_test(says_that_a_compressed_file_is_damaged),
		cmocka_unit_test(tells_what_was_found_before_the_kernel_was_asked),
		cmocka_unit_test(shows_a_dozen_kernel_lines),
		cmocka_unit_test(names_every_unknown_symbol),
		cmocka_unit_test(says_when_lines_were_lost),
		cmocka_unit_test(calls_a_guess_likely),
		cmocka_unit_test(puts_the_surest_first),
		cmocka_unit_test(makes_texts_harmless),
		cmocka_unit_test(names_errnos_as_kmod_does),
		cmocka_unit_test(survives_every_failing_call),
		cmocka_unit_test(explains_removals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
