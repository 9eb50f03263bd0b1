/* plan/load: which call, when a second one, and what is said about it. */
#include "check.h"
#include "fakehost.h"
#include "plan/load.h"
#include "samples.h"

static const char modinfo[] = "vermagic=6.1.0-test SMP \0name=dummy";

/* Everything one load needs, with the file already open. */
struct bench {
	struct fakehost f;
	struct lkm_buf plain, gzip;
	struct lkm_image image;
	struct lkm_load_request request;
	struct lkm_load_result result;
	struct lkm_diag diag;
	char *path;
};

enum shape { PLAIN, GZIP, PIPE, PIPE_GZIP };

static void set_up(struct bench *b, enum shape shape)
{
	struct lkm_bytes bytes;

	*b = (struct bench){ .image = LKM_IMAGE_INIT, .request = { .params = "a=1" },
			     .diag = LKM_DIAG_INIT };
	fakehost_init(&b->f);
	sample_module(&b->plain, "dummy", modinfo, sizeof(modinfo));
	sample_gzip(&b->gzip, lkm_str_bytes(lkm_buf_view(&b->plain)));
	bytes = lkm_str_bytes(lkm_buf_view(shape == PLAIN || shape == PIPE ? &b->plain : &b->gzip));
	b->path = sample_file(bytes);
	if (shape == PLAIN || shape == GZIP) {
		assert_int_equal(lkm_image_open(&b->image, b->path, &b->diag), 0);
	} else {
		lkm_autoclose int fd = -1;

		assert_int_equal(lkm_file_open(-100, b->path, &fd, NULL), 0);
		assert_int_equal(lkm_image_read(&b->image, fd, &b->diag), 0);
	}
}

static int load(struct bench *b)
{
	return lkm_load(&b->f.host, &b->image, &b->request, &b->result, &b->diag);
}

static void tear_down(struct bench *b)
{
	unlink(b->path);
	free(b->path);
	lkm_image_release(&b->image);
	lkm_load_result_release(&b->result);
	lkm_buf_release(&b->plain);
	lkm_buf_release(&b->gzip);
	fakehost_release(&b->f);
}

#define FINIT	   "finit_module flags=0 params=a=1\n"
#define FINIT_GZIP "finit_module flags=4 params=a=1\n"
#define PROBE	   "finit_module probe\n"
/* The sample decoded: a call with the compressed bytes would show another length. */
#define MEMORY	   "memory_file bytes=1544\n"
#define INIT	   "init_module bytes=1544 params=a=1\n"

/*
 * What the kernel answers to each call, what it logs at the first, and what is
 * then done.  An errno of 1 in `probe` stands for "there is such a call".
 */
static const struct row {
	const char *name;
	enum shape shape;
	const char *compression; /* what the kernel decodes; NULL: nothing */
	int first, second;	 /* finit_module */
	int probe;		 /* finit_module(-1); 0: it exists */
	int memory, init;	 /* memory_file, init_module */
	const char *logs;
	int want;
	const char *calls;
	bool again;
	const char *also; /* logged as well */
} rows[] = {
	{ "plain", PLAIN, .calls = FINIT },
	{ "plain, refused", PLAIN, .first = -ENOEXEC, .want = -ENOEXEC, .calls = FINIT },
	{ "plain, init says EINVAL", PLAIN, .first = -EINVAL, .want = -EINVAL, .calls = FINIT },
	{ "plain, init says EINVAL, another's decoder complains", PLAIN, .first = -EINVAL,
	  .logs = "decompression failed with status 6", .want = -EINVAL, .calls = FINIT },
	{ "plain, open for writing", PLAIN, .first = -ETXTBSY, .want = -ETXTBSY, .calls = FINIT },
	{ "plain, no finit_module", PLAIN, .first = -ENOSYS, .probe = -ENOSYS,
	  .calls = FINIT PROBE INIT },
	{ "plain, init says ENOSYS", PLAIN, .first = -ENOSYS, .probe = -EBADF, .want = -ENOSYS,
	  .calls = FINIT PROBE },
	{ "plain, no modules at all", PLAIN, .first = -ENOSYS, .probe = -ENOSYS, .init = -ENOSYS,
	  .want = -ENOSYS, .calls = FINIT PROBE INIT },

	{ "gzip, kernel decodes", GZIP, "gzip", .calls = FINIT_GZIP },
	{ "gzip, kernel decodes another format", GZIP, "xz", .calls = MEMORY FINIT },
	{ "gzip, kernel decodes nothing", GZIP, NULL, .calls = MEMORY FINIT },
	{ "gzip, no memory files", GZIP, NULL, .memory = -ENOSYS, .calls = MEMORY INIT },
	{ "gzip, no finit_module", GZIP, NULL, .first = -ENOSYS, .probe = -ENOSYS,
	  .calls = MEMORY FINIT PROBE INIT },
	{ "gzip, init says ENOSYS", GZIP, NULL, .first = -ENOSYS, .probe = -EBADF, .want = -ENOSYS,
	  .calls = MEMORY FINIT PROBE },
	{ "gzip, refused from memory", GZIP, NULL, .first = -EKEYREJECTED, .want = -EKEYREJECTED,
	  .calls = MEMORY FINIT },

	{ "gzip, kernel's decoder fails", GZIP, "gzip", .first = -EINVAL,
	  .logs = "module: decompression failed with status -3",
	  .calls = FINIT_GZIP MEMORY FINIT, .again = true },
	{ "gzip, kernel's decoder fails, then init", GZIP, "gzip", .first = -EINVAL,
	  .second = -ENODEV, .logs = "decompression failed with status 6", .want = -ENODEV,
	  .calls = FINIT_GZIP MEMORY FINIT, .again = true },
	{ "gzip, kernel's decoder fails, no memory files", GZIP, "gzip", .first = -EINVAL,
	  .memory = -ENOSYS, .logs = "not a gzip compressed module",
	  .calls = FINIT_GZIP MEMORY INIT, .again = true },
	{ "gzip, EINVAL of another kind", GZIP, "gzip", .first = -EINVAL, .want = -EINVAL,
	  .calls = FINIT_GZIP },
	{ "gzip, a parameter is wrong", GZIP, "gzip", .first = -EINVAL,
	  .logs = "dummy: `x' invalid for parameter `a'", .want = -EINVAL, .calls = FINIT_GZIP },
	{ "gzip, another's decoder fails and our module is named", GZIP, "gzip", .first = -EINVAL,
	  .logs = "decompression failed with status 6", .want = -EINVAL, .calls = FINIT_GZIP,
	  .also = "dummy: `x' invalid for parameter `a'" },
	{ "gzip, decoder's text but another errno", GZIP, "gzip", .first = -ENOMEM,
	  .logs = "decompression failed with status 6", .want = -ENOMEM, .calls = FINIT_GZIP },
	{ "gzip, init says EOPNOTSUPP", GZIP, "gzip", .first = -EOPNOTSUPP, .want = -EOPNOTSUPP,
	  .calls = FINIT_GZIP },
	{ "gzip, init says ENOSYS to the kernel's decoder", GZIP, "gzip", .first = -ENOSYS,
	  .probe = -EBADF, .want = -ENOSYS, .calls = FINIT_GZIP PROBE },

	{ "standard input", PIPE, .calls = MEMORY FINIT },
	{ "standard input, gzip", PIPE_GZIP, "gzip", .calls = MEMORY FINIT },
	{ "standard input, no memory files", PIPE, .memory = -EMFILE, .calls = MEMORY INIT },
};

static void takes_the_right_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		struct bench b;

		set_up(&b, r->shape);
		if (r->compression)
			fakehost_file(&b.f, "/sys/module/compression", r->compression);
		fakehost_answer(&b.f, "finit_module", r->first)->logs = r->logs;
		if (r->also)
			*lkm_vec_push(&b.f.kmsg) = r->also;
		fakehost_answer(&b.f, "finit_module", r->second);
		fakehost_answer(&b.f, "probe", r->probe);
		fakehost_answer(&b.f, "memory_file", r->memory);
		fakehost_answer(&b.f, "init_module", r->init);
		assert_row(r->name, load(&b), r->want);
		if (strcmp(fakehost_calls(&b.f), r->calls) != 0)
			fail_msg("row \"%s\":\n%s", r->name, fakehost_calls(&b.f));
		assert_row(r->name, b.result.again, r->again);
		tear_down(&b);
	}
}

/* What the log holds of the decoder and the module does not count when it cannot be read. */
static void does_not_try_again_on_a_guess(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, GZIP);
	fakehost_file(&b.f, "/sys/module/compression", "gzip\n");
	fakehost_answer(&b.f, "finit_module", -EINVAL)->logs = "decompression failed with status 6";
	fakehost_answer(&b.f, "kmsg_open", -EPERM);
	assert_int_equal(load(&b), -EINVAL);
	assert_string_equal(fakehost_calls(&b.f), FINIT_GZIP);
	assert_int_equal(b.result.log_error, -EPERM);
	tear_down(&b);
}

static void asks_the_kernel_about_what_it_cannot_decode(void **state)
{
	static const uint8_t bzip2[] = "BZh91AY&SYrest of it";
	struct bench b;

	(void)state;
	set_up(&b, PLAIN);
	lkm_image_release(&b.image);
	unlink(b.path);
	free(b.path);
	b.path = sample_file((struct lkm_bytes){ bzip2, sizeof(bzip2) });
	assert_int_equal(lkm_image_open(&b.image, b.path, NULL), 0);
	assert_int_equal(b.image.codec, LKM_CODEC_BZIP2);
	fakehost_answer(&b.f, "finit_module", -ENOEXEC);
	assert_int_equal(load(&b), -ENOEXEC);
	assert_string_equal(fakehost_calls(&b.f), FINIT);
	tear_down(&b);
}

static void refuses_a_damaged_file_before_any_call(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, PIPE_GZIP);
	b.image.raw.len -= 9;
	assert_int_equal(load(&b), -EBADMSG);
	assert_int_equal(b.result.way, LKM_WAY_NONE);
	assert_int_equal(b.f.log.len, 0);
	assert_int_equal(b.diag.err, -EBADMSG);
	assert_string_equal(b.diag.file, "-");
	tear_down(&b);
}

/* The last word is ours, not the kernel's: no such call there. */
static void refuses_a_damaged_file_after_a_call_that_is_not_there(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, GZIP);
	assert_int_equal(truncate(b.path, 600), 0);
	fakehost_file(&b.f, "/sys/module/compression", "gzip\n");
	fakehost_answer(&b.f, "finit_module", -ENOSYS);
	fakehost_answer(&b.f, "probe", -ENOSYS);
	assert_int_equal(load(&b), -EBADMSG);
	assert_int_equal(b.result.way, LKM_WAY_NONE);
	tear_down(&b);
}

static void passes_the_flags_of_force(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, GZIP);
	b.request.force = LKM_FINIT_IGNORE_MODVERSIONS | LKM_FINIT_IGNORE_VERMAGIC;
	fakehost_file(&b.f, "/sys/module/compression", "gzip\n");
	assert_int_equal(load(&b), 0);
	assert_string_equal(fakehost_calls(&b.f), "finit_module flags=7 params=a=1\n");
	tear_down(&b);
}

static void keeps_what_the_kernel_logged(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, PLAIN);
	*lkm_vec_push(&b.f.kmsg) = "dummy: Unknown symbol x (err -2)";
	fakehost_answer(&b.f, "finit_module", -ENOENT);
	assert_int_equal(load(&b), -ENOENT);
	assert_int_equal(b.result.log.list.len, 1);
	assert_int_equal(b.result.log_error, 0);
	tear_down(&b);
}

/* The state of the module before and after the lock is had, and what the kernel says. */
static const struct lock_row {
	const char *name;
	const char *before, *after, *later; /* initstate; NULL: not there */
	int lock, loaded;
	int want;
	const char *calls;
	bool twin;
} lock_rows[] = {
	{ "alone", NULL, NULL, NULL, .calls = "lock\n" FINIT },
	{ "was there before", "live\n", "live\n", NULL, .want = -EEXIST, .calls = "" },
	{ "twin is just loading", "coming\n", "live\n", NULL, .calls = "lock\n", .twin = true },
	{ "twin had the lock", NULL, "live\n", NULL, .calls = "lock\n", .twin = true },
	{ "no lock on this file system", NULL, NULL, NULL, .lock = -ENOLCK,
	  .calls = "lock\n" FINIT },
	{ "kernel says EEXIST, it is there", NULL, NULL, "live\n", .loaded = -EEXIST,
	  .calls = "lock\n" FINIT, .twin = true },
	{ "kernel says EEXIST, it is not", NULL, NULL, NULL, .loaded = -EEXIST, .want = -EEXIST,
	  .calls = "lock\n" FINIT },
	{ "kernel says something else", NULL, NULL, "live\n", .loaded = -ENODEV, .want = -ENODEV,
	  .calls = "lock\n" FINIT },
};

static void add_state(struct fakehost *f, const char *state)
{
	struct fake_answer *a = fakehost_answer(f, "read /sys/module/dummy/initstate",
						state ? 0 : -ENOENT);

	a->text = state ? state : "";
}

static void locks_so_that_two_loads_are_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lock_rows); i++) {
		const struct lock_row *r = &lock_rows[i];
		struct bench b;

		set_up(&b, PLAIN);
		b.request.lock = true;
		add_state(&b.f, r->before);
		add_state(&b.f, r->after);
		add_state(&b.f, r->later);
		fakehost_answer(&b.f, "stat /sys/module/dummy", -ENOENT);
		fakehost_answer(&b.f, "lock", r->lock);
		fakehost_answer(&b.f, "finit_module", r->loaded);
		assert_row(r->name, load(&b), r->want);
		if (strcmp(fakehost_calls(&b.f) ? fakehost_calls(&b.f) : "", r->calls) != 0)
			fail_msg("row \"%s\":\n%s", r->name, fakehost_calls(&b.f));
		assert_row(r->name, b.result.twin, r->twin);
		assert_row(r->name, b.result.lock_error, r->lock);
		assert_string_equal(b.result.module, "dummy");
		tear_down(&b);
	}
}

/* Each host call made to fail in turn: never two calls that could both run init. */
static void never_runs_init_twice_whatever_fails(void **state)
{
	static const enum shape shapes[] = { PLAIN, GZIP, PIPE };
	static const int errors[] = { -EIO, -ENOMEM, -EINVAL, -ENOSYS };

	(void)state;
	for (size_t i = 0; i < COUNT(shapes) * COUNT(errors) * 12; i++) {
		struct bench b;
		const char *calls;
		int ran = 0;

		set_up(&b, shapes[i % COUNT(shapes)]);
		fakehost_file(&b.f, "/sys/module/compression", "gzip\n");
		fakehost_answer(&b.f, "probe", -EBADF);
		b.request.lock = i % 2;
		b.f.fail_at = (unsigned int)(i / 12 % 12) + 1;
		b.f.fail_with = errors[i % COUNT(errors)];
		load(&b);
		calls = fakehost_calls(&b.f) ? fakehost_calls(&b.f) : "";
		for (const char *at = calls; (at = strstr(at, "init_module ")); at++)
			ran += strncmp(at, "init_module probe", 17) != 0;
		assert_in_range(ran, 0, 1);
		tear_down(&b);
	}
}

static void opens_only_what_can_be_a_module(void **state)
{
	static const struct {
		const char *name, *path;
		int want;
	} files[] = {
		{ "not there", "/nowhere/x.ko", -ENOENT },
		{ "directory", "/", -EISDIR },
		{ "device", "/dev/null", -EINVAL },
		{ "too short", NULL, -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		lkm_auto(lkm_image) struct lkm_image image = LKM_IMAGE_INIT;
		lkm_autofree char *made = NULL;
		struct lkm_diag diag = LKM_DIAG_INIT;

		if (!files[i].path)
			made = sample_file(lkm_str_bytes(lkm_str("12345")));
		assert_row(files[i].name, lkm_image_open(&image, made ? made : files[i].path, &diag),
			   files[i].want);
		assert_row(files[i].name, diag.err, files[i].want);
		assert_true(diag.file[0]);
		if (made)
			unlink(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_right_way),
		cmocka_unit_test(does_not_try_again_on_a_guess),
		cmocka_unit_test(asks_the_kernel_about_what_it_cannot_decode),
		cmocka_unit_test(refuses_a_damaged_file_before_any_call),
		cmocka_unit_test(refuses_a_damaged_file_after_a_call_that_is_not_there),
		cmocka_unit_test(passes_the_flags_of_force),
		cmocka_unit_test(keeps_what_the_kernel_logged),
		cmocka_unit_test(locks_so_that_two_loads_are_one),
		cmocka_unit_test(never_runs_init_twice_whatever_fails),
		cmocka_unit_test(opens_only_what_can_be_a_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
