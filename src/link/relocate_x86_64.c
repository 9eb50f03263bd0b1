/* x86-64: numbers only.  The loader checks 32 and 32S; the relative ones wrap. */
#include "link/relocate_arch.h"

static const struct lkm_reloc_type types[] = {
	{ R_X86_64_NONE, "R_X86_64_NONE", LKM_FORM_IGNORED, 0 },
	{ R_X86_64_64, "R_X86_64_64", LKM_FORM_ABS, 8, LKM_RANGE_ANY },
	{ R_X86_64_32, "R_X86_64_32", LKM_FORM_ABS, 4, LKM_RANGE_UNSIGNED },
	{ R_X86_64_32S, "R_X86_64_32S", LKM_FORM_ABS, 4, LKM_RANGE_SIGNED },
	{ R_X86_64_PC32, "R_X86_64_PC32", LKM_FORM_REL, 4, LKM_RANGE_ANY },
	{ R_X86_64_PLT32, "R_X86_64_PLT32", LKM_FORM_REL, 4, LKM_RANGE_ANY },
	{ R_X86_64_PC64, "R_X86_64_PC64", LKM_FORM_REL, 8, LKM_RANGE_ANY },
};

static void message(const struct lkm_link_finding *f, const char *module, struct lkm_buf *buf)
{
	if (f->fault == LKM_FAULT_NONZERO)
		lkm_buf_printf(buf,
			       "x86/modules: Invalid relocation target, existing value is nonzero "
			       "for type %u", f->type);
	else if (f->fault == LKM_FAULT_UNKNOWN)
		lkm_buf_printf(buf, "%s: Unknown rela relocation: %u", module, f->type);
	else
		lkm_buf_printf(buf, "overflow in relocation type %u val %llx", f->type,
			       (unsigned long long)f->value);
}

const struct lkm_reloc_machine lkm_reloc_x86_64 = {
	.machine = EM_X86_64,
	.addends = true,
	.err = -ENOEXEC,
	.types = types,
	.type_count = sizeof(types) / sizeof(types[0]),
	.message = message,
};
