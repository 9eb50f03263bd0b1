#include "plan/licence.h"

#include "fmt/modinfo.h"

int lkm_licence_taints(const struct lkm_host *host, struct lkm_image *image, struct lkm_buf *ret)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	struct lkm_bytes modinfo;
	struct lkm_str licence;

	/* A kernel that does not count taints has nobody to warn. */
	if (!lkm_host_exists(host, "/proc/sys/kernel/tainted") ||
	    lkm_image_modfile(image, &file) < 0 ||
	    lkm_elf_contents_of(&file.elf, ".modinfo", &modinfo) < 0)
		return 0;
	if (lkm_modinfo_get(modinfo, "license", &licence) < 0) {
		lkm_buf_puts(ret, "no license");
		return 1;
	}
	if (lkm_modinfo_license_is_gpl(licence))
		return 0;
	lkm_buf_printf(ret, "non-GPL license - %.*s", LKM_STR_ARG(licence));
	return 1;
}
