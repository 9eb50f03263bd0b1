/* Any modules.conf is read to its end; directories have neither backquotes nor variables. */
#include "fmt/modulesconf.h"
#include "fuzz.h"

static void count_line(void *ctx, enum lkm_report_level level, const char *text)
{
	(void)level;
	fuzz_check(text[0]);
	++*(size_t *)ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_modulesconf) struct lkm_modulesconf conf = LKM_MODULESCONF_INIT;
	struct lkm_str text = lkm_bytes_str((struct lkm_bytes){ data, size });
	size_t told = 0;
	struct lkm_report report = { .say = count_line, .ctx = &told };
	int err = lkm_modulesconf_read(&conf, text, "modules.conf", "6.1.0-x", &report);

	fuzz_check(err == 0 || err == -EINVAL);
	fuzz_check(told <= size && conf.paths.len <= size);
	for (size_t i = 0; i < conf.paths.len; i++)
		fuzz_check(!strpbrk(conf.paths.ptr[i], "`$"));
	return 0;
}
