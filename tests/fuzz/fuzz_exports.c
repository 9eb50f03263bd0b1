/* Exports and needs: views inside the file, and the same whatever is asked for. */
#include "fmt/exports.h"
#include "fuzz.h"
#include "shape.h"

static void check_views(const struct lkm_exports *e, struct lkm_bytes file)
{
	for (size_t i = 0; i < e->given.len; i++) {
		const struct lkm_export *x = &e->given.ptr[i];

		fuzz_touch(lkm_str_bytes(x->name));
		fuzz_touch(lkm_str_bytes(x->name_space));
		fuzz_check(fuzz_inside(lkm_str_bytes(x->name), file));
		fuzz_check(fuzz_inside(lkm_str_bytes(x->name_space), file));
	}
	for (size_t i = 0; i < e->needed.len; i++) {
		fuzz_touch(lkm_str_bytes(e->needed.ptr[i].name));
		fuzz_check(fuzz_inside(lkm_str_bytes(e->needed.ptr[i].name), file));
	}
}

/* Less asked for is the same with parts left out. */
static void check_part(const struct lkm_exports *part, const struct lkm_exports *all)
{
	fuzz_check(part->given.len == 0 || part->given.len == all->given.len);
	fuzz_check(part->needed.len == 0 || part->needed.len == all->needed.len);
	for (size_t i = 0; i < part->given.len; i++) {
		fuzz_check(lkm_str_eq(part->given.ptr[i].name, all->given.ptr[i].name));
		fuzz_check(part->given.ptr[i].gpl_only == all->given.ptr[i].gpl_only);
	}
	for (size_t i = 0; i < part->needed.len; i++)
		fuzz_check(lkm_str_eq(part->needed.ptr[i].name, all->needed.ptr[i].name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned int all_of_it = LKM_EXPORTS_NAMES | LKM_EXPORTS_DETAILS | LKM_EXPORTS_NEEDED;
	lkm_auto(lkm_exports) struct lkm_exports all = LKM_EXPORTS_INIT, part = LKM_EXPORTS_INIT;
	lkm_auto(fuzz_elf) struct fuzz_elf f = { 0 };

	if (fuzz_elf_open(&f, data, size) < 0)
		return 0;
	if (lkm_exports_read(&all, &f.elf, all_of_it, NULL) < 0)
		return 0;
	check_views(&all, f.file);
	if (lkm_exports_read(&part, &f.elf, all_of_it | LKM_EXPORTS_STRINGS, NULL) == 0)
		check_views(&part, f.file);
	for (unsigned int want = 1; want < all_of_it; want++)
		if (lkm_exports_read(&part, &f.elf, want, NULL) == 0)
			check_part(&part, &all);
	return 0;
}
