/* link/relocate.h: findings in words. */
#include "link/relocate_arch.h"

static void ours(const struct lkm_link *link, const struct lkm_link_finding *f, const char *why,
		 struct lkm_buf *buf)
{
	lkm_link_place_text(link, f, buf);
	lkm_buf_printf(buf, ": %s", why);
}

void lkm_link_message(const struct lkm_link *link, const struct lkm_link_finding *f,
		      const char *module, struct lkm_buf *buf)
{
	switch (f->fault) {
	case LKM_FAULT_UNDEF:
		lkm_buf_printf(buf, "%s: Unknown symbol %s (err -2)", module, f->name);
		break;
	case LKM_FAULT_COMMON:
		lkm_buf_printf(buf, "%s: please compile with -fno-common", module);
		break;
	case LKM_FAULT_KIND:
		lkm_buf_printf(buf, "module %s: %s relocation unsupported", module,
			       lkm_link_machine(link)->addends ? "REL" : "RELA");
		break;
	case LKM_FAULT_OUTSIDE:
		ours(link, f, "the place is outside the section", buf);
		break;
	case LKM_FAULT_SYMBOL:
		ours(link, f, "there is no such symbol", buf);
		break;
	case LKM_FAULT_ROOM:
		ours(link, f, "no room for a trampoline or an entry of the GOT", buf);
		break;
	default:
		lkm_link_machine(link)->message(f, module, buf);
	}
}

void lkm_link_place_text(const struct lkm_link *link, const struct lkm_link_finding *f,
			 struct lkm_buf *buf)
{
	if (f->section == 0) {
		lkm_buf_printf(buf, "symbol %s", f->name);
		return;
	}
	lkm_buf_printf(buf, "%.*s+%#llx: ", LKM_STR_ARG(link->elf->sections[f->section].name),
		       (unsigned long long)f->offset);
	if (f->type_name)
		lkm_buf_puts(buf, f->type_name);
	else
		lkm_buf_printf(buf, "type %u", f->type);
	if (f->name[0] != '\0')
		lkm_buf_printf(buf, " against %s", f->name);
	else
		lkm_buf_printf(buf, " against symbol %u", f->symbol);
}
