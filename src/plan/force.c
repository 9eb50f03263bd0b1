#include "plan/force.h"

#include "fmt/elf.h"
#include "fmt/elfedit.h"
#include "host/host.h"

static const char *const version_tables[] = {
	"__versions", "__version_ext_crcs", "__version_ext_names",
};

static void forget_vermagic(const struct lkm_elf *elf, uint8_t *image)
{
	const struct lkm_elf_section *section = lkm_elf_find(elf, ".modinfo");
	struct lkm_str rest, item;
	struct lkm_bytes bytes;

	if (!section || lkm_elf_contents(elf, section, &bytes) < 0)
		return;
	for (rest = lkm_bytes_str(bytes); rest.len;) {
		size_t at = bytes.len - rest.len;

		lkm_str_cut(rest, '\0', &item, &rest);
		if (lkm_str_starts(item, "vermagic=", NULL))
			memset(image + section->offset + at, 0, item.len);
	}
}

int lkm_force_edit(struct lkm_blob *image, unsigned int flags, struct lkm_diag *diag)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source source = lkm_source_memory(lkm_blob_view(image));
	struct lkm_elf elf;
	int err;

	err = lkm_elf_init(&elf, &source, &arena, diag);
	if (err < 0)
		return err;
	if (flags & LKM_FINIT_IGNORE_VERMAGIC)
		forget_vermagic(&elf, image->ptr);
	if (flags & LKM_FINIT_IGNORE_MODVERSIONS)
		err = lkm_elfedit_hide(image, version_tables,
				       sizeof(version_tables) / sizeof(version_tables[0]), NULL, diag);
	lkm_elfedit_unsign(image);
	return err;
}
