/* i386: words with the addend in place; nothing is checked, and NONE is not known. */
#include "link/relocate_arch.h"

static const struct lkm_reloc_type types[] = {
	{ R_386_32, "R_386_32", LKM_FORM_ABS, 4, LKM_RANGE_ANY },
	{ R_386_PC32, "R_386_PC32", LKM_FORM_REL, 4, LKM_RANGE_ANY },
	{ R_386_PLT32, "R_386_PLT32", LKM_FORM_REL, 4, LKM_RANGE_ANY },
};

static void message(const struct lkm_link_finding *f, const char *module, struct lkm_buf *buf)
{
	lkm_buf_printf(buf, "%s: Unknown relocation: %u", module, f->type);
}

const struct lkm_reloc_machine lkm_reloc_i386 = {
	.machine = EM_386,
	.err = -ENOEXEC,
	.types = types,
	.type_count = sizeof(types) / sizeof(types[0]),
	.message = message,
};
