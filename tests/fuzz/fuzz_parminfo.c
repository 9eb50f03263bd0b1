/* The parameters in a .modinfo section: one entry per name, texts inside the section. */
#include "fmt/parminfo.h"
#include "fuzz.h"

static void check(const struct lkm_parminfo *parms, struct lkm_bytes section)
{
	for (size_t i = 0; i < parms->list.len; i++) {
		const struct lkm_parm *p = &parms->list.ptr[i];

		fuzz_check(fuzz_inside(lkm_str_bytes(p->name), section));
		fuzz_check(fuzz_inside(lkm_str_bytes(p->text), section));
		fuzz_check(fuzz_inside(lkm_str_bytes(p->type), section));
		fuzz_check(p->has_text || p->has_type);
		fuzz_check(!fuzz_has(p->name, ':'));
		for (size_t j = 0; j < i && i < 32; j++)
			fuzz_check(!lkm_str_eq(p->name, parms->list.ptr[j].name));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_parminfo) struct lkm_parminfo parms = LKM_PARMINFO_INIT;
	struct lkm_bytes section = { data, size };
	struct lkm_modinfo it = lkm_modinfo(section);
	struct lkm_modinfo_item item;
	size_t taken = 0;

	while (lkm_modinfo_next(&it, &item))
		taken += lkm_parminfo_add(&parms, &item) == 1;
	fuzz_check(parms.list.len <= taken);
	check(&parms, section);
	lkm_parminfo_clear(&parms);
	fuzz_check(parms.list.len == 0);
	return 0;
}
