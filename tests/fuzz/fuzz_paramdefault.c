/* The values of parameters are looked for inside the file only, however its pointers go. */
#include "fmt/paramdefault.h"
#include "fuzz.h"
#include "shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "io", "irq", "" };
	lkm_auto(fuzz_elf) struct fuzz_elf f = { 0 };
	lkm_auto(lkm_paramslots) struct lkm_paramslots slots = { 0 };

	if (fuzz_elf_open(&f, data, size) < 0)
		return 0;
	(void)lkm_paramdefault_read(&f.elf, &slots);
	for (size_t i = 0; i < slots.list.len; i++) {
		fuzz_touch(lkm_str_bytes(slots.list.ptr[i].name));
		fuzz_touch(lkm_str_bytes(slots.list.ptr[i].functions));
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (uint64_t index = 0; index < 3; index++) {
			unsigned int width = 0;
			uint64_t value = 0;

			if (lkm_paramdefault_element(&f.elf, lkm_str(names[i]), index, &value,
						     &width) < 0)
				continue;
			fuzz_check(width == 1 || width == 2 || width == 4 || width == 8);
			fuzz_check(width == 8 || value >> (8 * width) == 0);
		}
	}
	return 0;
}
