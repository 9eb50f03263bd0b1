/* Notes and struct module: what is found lies inside the file. */
#include "fmt/note.h"
#include "fmt/thismodule.h"
#include "fuzz.h"
#include "shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(fuzz_elf) struct fuzz_elf f = { 0 };
	struct lkm_thismodule this_module;
	struct lkm_bytes id;

	if (lkm_note_find(lkm_reader((struct lkm_bytes){ data, size }, size & 1), "GNU", 3, &id) == 0)
		fuzz_check(fuzz_inside(id, (struct lkm_bytes){ data, size }));
	if (fuzz_elf_open(&f, data, size) < 0)
		return 0;
	if (lkm_note_build_id(&f.elf, &id) == 0) {
		fuzz_touch(id);
		fuzz_check(fuzz_inside(id, f.file));
	}
	if (lkm_thismodule_read(&f.elf, &this_module, NULL) == 0) {
		fuzz_touch(lkm_str_bytes(this_module.name));
		fuzz_check(fuzz_inside(lkm_str_bytes(this_module.name), f.file));
	}
	return 0;
}
