#include "plan/force.h"

#include "fmt/elf.h"
#include "host/host.h"

/* The last bytes of a signed file. */
static const char marker[] = "~Module signature appended~\n";

/* Where a section header stands, and its flags in it. */
#define FLAGS_OFFSET 8u /* in either class */

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

/* Clear SHF_ALLOC, which is in the least significant byte of the flags. */
static void hide_section(const struct lkm_elf *elf, size_t index, uint8_t *image)
{
	struct lkm_bytes head = { image, (size_t)elf->src->size };
	struct lkm_reader r = lkm_elf_reader(elf, head);
	size_t width = elf->wide ? 8 : 4;
	uint64_t table, at;

	if (lkm_read_seek(&r, elf->wide ? 40 : 32) < 0 || lkm_read_word(&r, elf->wide, &table) < 0)
		return;
	at = table + index * (elf->wide ? 64 : 40) + FLAGS_OFFSET;
	image[at + (elf->big_endian ? width - 1 : 0)] &= (uint8_t)~LKM_SHF_ALLOC;
}

static void hide_versions(const struct lkm_elf *elf, uint8_t *image)
{
	static const char *const tables[] = {
		"__versions", "__version_ext_crcs", "__version_ext_names",
	};

	for (size_t i = 1; i < elf->section_count; i++)
		for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
			if (lkm_str_is(elf->sections[i].name, tables[t]))
				hide_section(elf, i, image);
}

int lkm_force_edit(struct lkm_blob *image, unsigned int flags, struct lkm_diag *diag)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source source = lkm_source_memory(lkm_blob_view(image));
	struct lkm_elf elf;
	struct lkm_str rest;
	int err;

	err = lkm_elf_init(&elf, &source, &arena, diag);
	if (err < 0)
		return err;
	if (flags & LKM_FINIT_IGNORE_VERMAGIC)
		forget_vermagic(&elf, image->ptr);
	if (flags & LKM_FINIT_IGNORE_MODVERSIONS)
		hide_versions(&elf, image->ptr);
	if (lkm_str_ends(lkm_bytes_str(lkm_blob_view(image)), marker, &rest))
		image->len = rest.len;
	return 0;
}
