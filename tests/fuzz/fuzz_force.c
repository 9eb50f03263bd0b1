/* An image whose version checks are taken out stays an ELF file, without vermagic and tables. */
#include "fmt/elf.h"
#include "fuzz.h"
#include "host/host.h"
#include "plan/force.h"
#include "shape.h"

/* Does any byte of one section belong to the header, the section table or another one? */
static bool overlaps(const struct lkm_elf *elf)
{
	size_t used = 0;

	for (size_t i = 1; i < elf->section_count; i++)
		if (elf->sections[i].type != LKM_SHT_NOBITS && elf->sections[i].type != LKM_SHT_NULL)
			used += elf->sections[i].size;
	return used + elf->section_count * (elf->wide ? 64 : 40) + (elf->wide ? 64 : 52) >
	       elf->src->size;
}

static void check_edited(const struct lkm_elf *elf)
{
	static const char *const tables[] = {
		"__versions", "__version_ext_crcs", "__version_ext_names",
	};
	struct lkm_bytes modinfo = { 0 };
	struct lkm_str rest, item;

	(void)lkm_elf_contents_of(elf, ".modinfo", &modinfo);
	for (rest = lkm_bytes_str(modinfo); rest.len > 0;) {
		lkm_str_cut(rest, '\0', &item, &rest);
		fuzz_check(!lkm_str_starts(item, "vermagic=", NULL));
	}
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		const struct lkm_elf_section *s = lkm_elf_find(elf, tables[t]);

		fuzz_check(!s || !(s->flags & LKM_SHF_ALLOC));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(fuzz_elf) struct fuzz_elf f = { 0 };
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_blob) struct lkm_blob image = LKM_BLOB_INIT;
	const unsigned int all = LKM_FINIT_IGNORE_VERMAGIC | LKM_FINIT_IGNORE_MODVERSIONS;
	struct lkm_source src;
	struct lkm_elf elf;
	int err = fuzz_elf_open(&f, data, size);

	image = (struct lkm_blob){ malloc(f.file.len + 1), f.file.len };
	if (!image.ptr)
		return 0;
	memcpy(image.ptr, f.file.ptr, f.file.len);
	fuzz_check(lkm_force_edit(&image, all, NULL) == err);
	fuzz_check(image.len <= f.file.len);
	if (err < 0 || overlaps(&f.elf))
		return 0;
	src = lkm_source_memory(lkm_blob_view(&image));
	if (lkm_elf_init(&elf, &src, &arena, NULL) == 0)
		check_edited(&elf);
	return 0;
}
