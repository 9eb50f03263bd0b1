/* The kernel command line: what is found lies inside it, parameters have a module and a name, and walks end. */
#include "fmt/cmdline.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_bytes whole = { data, size };
	struct lkm_str rest = lkm_bytes_str(whole);
	struct lkm_cmdline_param param;
	enum lkm_cmdline_list kind = LKM_CMDLINE_LOAD;
	struct lkm_str names;
	size_t seen = 0;

	while (lkm_cmdline_next(&rest, &param)) {
		fuzz_check(fuzz_inside(lkm_str_bytes(param.module), whole));
		fuzz_check(fuzz_inside(lkm_str_bytes(param.param), whole));
		fuzz_check(fuzz_inside(lkm_str_bytes(rest), whole));
		fuzz_check(param.module.len > 0 && param.param.len > 0);
		fuzz_check(!fuzz_has(param.module, '.'));
		fuzz_check(++seen <= size);
	}
	rest = lkm_bytes_str(whole);
	for (seen = 0; lkm_cmdline_next_list(&rest, &kind, &names); seen++) {
		fuzz_check(kind <= LKM_CMDLINE_AVOID);
		fuzz_check(fuzz_inside(lkm_str_bytes(names), whole));
		fuzz_check(seen <= size);
	}
	return 0;
}
