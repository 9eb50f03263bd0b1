#include "fmt/paramdefault.h"
#include "fmt/parminfo.h"
#include "link/subject_core.h"

static struct lkm_str type_in(const struct lkm_parminfo *parms, struct lkm_str name)
{
	for (size_t i = 0; i < parms->list.len; i++)
		if (lkm_str_eq(parms->list.ptr[i].name, name))
			return parms->list.ptr[i].type;
	return lkm_str("");
}

/* The word for the functions that read it; of an array .modinfo tells of what. */
static struct lkm_str type_of(const struct lkm_paramslot *slot, const struct lkm_parminfo *parms)
{
	struct lkm_str type = type_in(parms, slot->name);

	if (lkm_str_is(slot->functions, "param_array_ops"))
		return lkm_str_starts(type, "array of ", NULL) ? type : lkm_str("array of ");
	return lkm_str_starts(slot->functions, "param_ops_", &type) ? type : lkm_str("");
}

static int add(struct lkm_subject *subject, const struct lkm_subject_parm *parm)
{
	struct lkm_subject_parm *to = lkm_vec_push(&subject->parms);

	if (!to)
		return -ENOMEM;
	*to = *parm;
	return lkm_subject_keep(subject, parm->name, &to->name) &&
	       lkm_subject_keep(subject, parm->type, &to->type) ? 0 : -ENOMEM;
}

int lkm_subject_params(struct lkm_subject *subject, const struct lkm_elf *elf,
		       const struct lkm_parminfo *parms)
{
	lkm_auto(lkm_paramslots) struct lkm_paramslots slots = { 0 };
	int err = lkm_paramdefault_read(elf, &slots);

	if (err == -ENOMEM || err == -EIO)
		return err;
	err = 0;
	for (size_t i = 0; i < slots.list.len && !err; i++)
		err = add(subject, &(struct lkm_subject_parm){
			.name = slots.list.ptr[i].name, .type = type_of(&slots.list.ptr[i], parms),
			.max = slots.list.ptr[i].max, .flags = slots.list.ptr[i].flags });
	for (size_t i = 0; i < parms->list.len && slots.list.len == 0 && !err; i++)
		err = add(subject, &(struct lkm_subject_parm){ .name = parms->list.ptr[i].name,
							       .type = parms->list.ptr[i].type });
	return err;
}
