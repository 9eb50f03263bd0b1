/* plan/watch: a module is seen while its init runs, and only then. */
#include <semaphore.h>

#include "check.h"
#include "fakehost.h"
#include "mkmodule.h"
#include "plan/watch.h"
#include "samples.h"

#define SECTION ".gnu.linkonce.this_module"
#define PLACE	0xffffffffc0000000u

/* A kernel that shows that section of "m" from some moment on. */
struct kernel {
	struct fakehost f; /* first: the host is in it */
	bool there;	   /* before the load */
	bool hidden;	   /* all addresses are 0 */
	atomic_bool shown;
	sem_t seen;
	unsigned int seen_count;
};

static int read_file(const struct lkm_host *host, const char *path, size_t max,
		     struct lkm_blob *ret)
{
	struct kernel *k = (struct kernel *)(uintptr_t)host;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	size_t len;

	(void)max;
	if (strcmp(path, "/sys/module/m/initstate") == 0 && k->there)
		lkm_buf_puts(&text, "live\n");
	else if (strcmp(path, "/sys/module/m/sections/" SECTION) == 0 && atomic_load(&k->shown))
		lkm_buf_printf(&text, "0x%016llx\n", k->hidden ? 0 : (unsigned long long)PLACE);
	else
		return -ENOENT;
	len = text.len;
	*ret = (struct lkm_blob){ (uint8_t *)lkm_buf_take(&text), len };
	return 0;
}

static void note(void *ctx)
{
	struct kernel *k = ctx;

	k->seen_count++;
	sem_post(&k->seen);
}

static const struct {
	const char *name;
	bool there, hidden; /* see above */
	bool before, during, after; /* shown before the load, until it is seen, when it is over */
	bool found;
} rows[] = {
	{ "shown while init runs", false, false, false, true, false, true },
	{ "shown when the load is over", false, false, false, false, true, true },
	{ "never shown", false, false, false, false, false, false },
	{ "addresses are hidden", false, true, true, false, true, false },
	{ "a module that was there before", true, false, true, false, true, false },
};

/* The number of that section. */
static size_t number(const struct lkm_placed *placed)
{
	return (size_t)(lkm_elf_find(&placed->file.elf, SECTION) - placed->file.elf.sections);
}

static void sees_what_is_loaded(void **state)
{
	static const struct mkmodule module = { .name = "m", .modinfo = "name=m|", .machine = 62,
						.size = 1024 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_image) struct lkm_image image = LKM_IMAGE_INIT;
		lkm_auto(lkm_placed) struct lkm_placed placed = LKM_PLACED_INIT;
		lkm_auto(lkm_buf) struct lkm_buf plain = LKM_BUF_INIT;
		struct kernel k = { .there = rows[i].there, .hidden = rows[i].hidden };
		struct lkm_watch watch = { .host = &k.f.host, .module = "m", .placed = &placed,
					   .seen = note, .ctx = &k };
		char *path;

		fakehost_init(&k.f);
		k.f.host.read_file = read_file;
		sem_init(&k.seen, 0, 0);
		mkmodule(&module, &plain);
		path = sample_file(lkm_str_bytes(lkm_buf_view(&plain)));
		assert_int_equal(lkm_image_open(&image, path, NULL), 0);
		assert_int_equal(lkm_placed_open(&placed, &k.f.host, &image, NULL), 0);
		atomic_store(&k.shown, rows[i].before);
		lkm_watch_begin(&watch);
		if (rows[i].during) {
			atomic_store(&k.shown, true);
			sem_wait(&k.seen);
		}
		atomic_store(&k.shown, rows[i].after);
		assert_row(rows[i].name, lkm_watch_end(&watch), rows[i].found);
		assert_row(rows[i].name, lkm_watch_end(&watch), rows[i].found);
		assert_row(rows[i].name, k.seen_count, rows[i].found);
		if (rows[i].found)
			assert_true(lkm_layout_address(&placed.layout, number(&placed)) == PLACE);
		sem_destroy(&k.seen);
		unlink(path);
		free(path);
		fakehost_release(&k.f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_what_is_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
