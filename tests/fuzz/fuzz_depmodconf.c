/* depmod.d: any lines are taken or refused, and ranking by them is steady. */
#include "fmt/confline.h"
#include "fmt/depmodconf.h"
#include "fuzz.h"

/* Regular expressions are libc's: without repetition they cannot take long. */
static bool is_tame(struct lkm_str text)
{
	return !fuzz_has(text, '{') && !fuzz_has(text, '+') &&
	       !fuzz_has(text, '(') && text.len < 256;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct lkm_depmodconf_place place = {
		.module = LKM_STR("ext4"), .dir = LKM_STR("kernel/fs/ext4"),
	};
	lkm_auto(lkm_conflines) struct lkm_conflines it =
		lkm_conflines(lkm_bytes_str((struct lkm_bytes){ data, size }));
	lkm_auto(lkm_depmodconf) struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	struct lkm_confline line;

	if (lkm_depmodconf_init(&conf, "6.1.0-1-amd64") < 0)
		return 0;
	while (lkm_conflines_next(&it, &line) == 1) {
		struct lkm_diag diag = LKM_DIAG_INIT;

		if (is_tame(line.text))
			fuzz_check(lkm_depmodconf_add(&conf, line.text, &diag) == diag.err);
	}
	fuzz_check(lkm_depmodconf_rank(&conf, &place) == lkm_depmodconf_rank(&conf, &place));
	fuzz_check(lkm_depmodconf_excludes(&conf, lkm_str("build")));
	return 0;
}
