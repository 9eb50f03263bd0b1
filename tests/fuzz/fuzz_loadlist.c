/* Lists of modules to load: names and parameters lie inside the text, and the walk ends. */
#include "fmt/loadlist.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_bytes whole = { data, size };
	struct lkm_loadlist list = lkm_loadlist(lkm_bytes_str(whole));
	struct lkm_loadlist_item item = { .line = 0 };
	unsigned int last = 0;

	while (lkm_loadlist_next(&list, &item)) {
		fuzz_check(fuzz_inside(lkm_str_bytes(item.name), whole));
		fuzz_check(fuzz_inside(lkm_str_bytes(item.params), whole));
		fuzz_check(item.name.len > 0 && item.name.len <= LKM_LOADLIST_NAME_MAX);
		fuzz_check(!fuzz_has(item.name, '\n') && !fuzz_has(item.params, '\0'));
		fuzz_check(item.line > last && item.line <= size);
		last = item.line;
	}
	return 0;
}
