/* A range that is found lies in one entry of the table, wherever the header puts that. */
#include "fmt/kcore.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t addresses[] = { 0, 0x1000, 0xffffffffc0000000u, UINT64_MAX };
	struct lkm_bytes file = { data, size }, header, table;
	struct lkm_kcore core;

	if (lkm_bytes_slice(file, 0, LKM_KCORE_HEADER, &header) < 0 ||
	    lkm_kcore_init(&core, header) < 0)
		return 0;
	fuzz_check(core.entry > 0 && core.len / core.entry <= LKM_KCORE_ENTRIES_MAX);
	if (lkm_bytes_slice(file, core.table, core.len, &table) < 0)
		table = header;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		uint64_t whole = 0, behind = 0;

		if (lkm_kcore_find(&core, table, addresses[i], 8, &whole) < 0)
			continue;
		fuzz_check(lkm_kcore_find(&core, table, addresses[i] + 4, 4, &behind) == 0);
	}
	return 0;
}
