/* The kernel's type information: any bytes give an answer. */
#include "fmt/btf.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_bytes btf = { data, size };
	uint64_t first = 0, again = 0;
	int err = lkm_btf_struct_size(btf, "module", &first);

	fuzz_check(lkm_btf_struct_size(btf, "module", &again) == err && first == again);
	fuzz_check(err == 0 || first == 0);
	fuzz_check(first <= UINT32_MAX);
	return 0;
}
