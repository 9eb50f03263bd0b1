/* All forms of version tables: names lie inside the file, hold no NUL, and end. */
#include "fmt/versions.h"
#include "fuzz.h"
#include "shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(fuzz_elf) struct fuzz_elf f = { 0 };
	struct lkm_versions it;
	struct lkm_version version;
	size_t seen = 0;

	if (fuzz_elf_open(&f, data, size) < 0 || lkm_versions_init(&it, &f.elf, NULL) < 0)
		return 0;
	while (lkm_versions_next(&it, &version)) {
		fuzz_touch(lkm_str_bytes(version.name));
		fuzz_check(fuzz_inside(lkm_str_bytes(version.name), f.file));
		fuzz_check(!fuzz_has(version.name, '\0'));
		fuzz_check(it.form == LKM_VERSIONS_ARRAY || version.crc <= UINT32_MAX);
		fuzz_check(++seen <= f.file.len);
	}
	fuzz_check(!lkm_versions_next(&it, &version));
	return 0;
}
