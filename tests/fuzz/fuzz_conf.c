/* modprobe.d: lines are inside the text or joined, names carry no '-' outside sets, numbers rise. */
#include "fmt/modprobeconf.h"
#include "fuzz.h"

static void parse(const struct lkm_confline *line, struct lkm_arena *arena)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_modprobeconf_line got;
	int err = lkm_modprobeconf_parse(line, arena, &got, &diag);

	fuzz_check(diag.err == err);
	if (err < 0)
		return;
	fuzz_touch(lkm_str_bytes(got.name));
	fuzz_touch(lkm_str_bytes(got.value));
	fuzz_check(got.number == line->number);
	fuzz_check(lkm_modprobeconf_name(got.word) != NULL);
	fuzz_check(got.word == LKM_CONF_ALLOW_ONLY || got.name.len > 0);
	if (got.word != LKM_CONF_ALIAS)
		fuzz_check(!fuzz_has(got.name, '-'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_conflines) struct lkm_conflines it =
		lkm_conflines(lkm_bytes_str((struct lkm_bytes){ data, size }));
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_confline line;
	unsigned int last = 0;

	while (lkm_conflines_next(&it, &line) == 1) {
		fuzz_touch(lkm_str_bytes(line.text));
		fuzz_check(line.text.len > 0 && line.number > last);
		fuzz_check(!fuzz_has(line.text, '\0'));
		last = line.number;
		parse(&line, &arena);
	}
	return 0;
}
