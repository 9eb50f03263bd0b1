/* Any modules.conf is read to its end, also one that includes itself; and it stays within its limits. */
#include "fmt/modulesconf.h"
#include "fuzz.h"

/* What includes find: the file itself. */
struct machine {
	struct lkm_bytes file;
	size_t told, read;
};

static void count_line(void *ctx, enum lkm_report_level level, const char *text)
{
	struct machine *m = ctx;

	(void)level;
	fuzz_check(text[0]);
	m->told++;
}

static bool is_readable(void *ctx, const char *path)
{
	(void)ctx;
	return path[0] == '/';
}

static int read_itself(void *ctx, const char *path, struct lkm_blob *ret)
{
	struct machine *m = ctx;

	fuzz_check(path[0] == '/');
	m->read++;
	*ret = (struct lkm_blob){ malloc(m->file.len + 1), m->file.len };
	if (!ret->ptr)
		return -ENOMEM;
	memcpy(ret->ptr, m->file.ptr, m->file.len);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_modulesconf) struct lkm_modulesconf conf = LKM_MODULESCONF_INIT;
	struct machine m = { .file = { data, size } };
	struct lkm_modulesconf_system system = { .release = "6.1.0-x", .readable = is_readable,
						 .read = read_itself, .ctx = &m };
	struct lkm_report report = { .say = count_line, .ctx = &m };
	int err;

	/* A hundred times all of it must not take long. */
	if (size > 4096)
		return 0;
	err = lkm_modulesconf_read(&conf, lkm_bytes_str(m.file), "/modules.conf", &system, &report);
	fuzz_check(err == 0 || err == -EINVAL);
	fuzz_check(m.read <= LKM_MODULESCONF_INCLUDES_MAX && conf.paths.len <= size * (m.read + 1));
	for (size_t i = 0; i < conf.paths.len; i++)
		fuzz_check(strlen(conf.paths.ptr[i]) <= LKM_MODULESCONF_WORD_MAX);
	return 0;
}
