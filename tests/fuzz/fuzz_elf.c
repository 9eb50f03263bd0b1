/* Section table, symbols and relocations: every view lies inside the file. */
#include "fmt/elfrel.h"
#include "fmt/elfsym.h"
#include "fuzz.h"
#include "shape.h"

static void walk_sections(const struct fuzz_elf *f)
{
	const struct lkm_elf *elf = &f->elf;

	fuzz_check(elf->section_count > 0);
	for (size_t i = 0; i < elf->section_count; i++) {
		const struct lkm_elf_section *s = &elf->sections[i];
		struct lkm_bytes contents;
		char name[64];

		fuzz_touch(lkm_str_bytes(s->name));
		fuzz_check(i == 0 || fuzz_inside(lkm_str_bytes(s->name), f->file));
		fuzz_check(!fuzz_has(s->name, '\0'));
		fuzz_check(lkm_elf_contents(elf, s, &contents) == 0);
		fuzz_check(fuzz_inside(contents, f->file));
		fuzz_check(lkm_elf_find_type(elf, s->type, i) == s);
		if (i == 0 || s->name.len >= sizeof(name))
			continue;
		memcpy(name, s->name.ptr, s->name.len);
		name[s->name.len] = '\0';
		fuzz_check(lkm_elf_find(elf, name) <= s);
	}
}

static void walk_symbols(const struct fuzz_elf *f)
{
	struct lkm_elfsyms it;
	struct lkm_elfsym sym;
	size_t seen = 0;

	if (lkm_elfsyms_init(&it, &f->elf, NULL) < 0)
		return;
	while (lkm_elfsyms_next(&it, &sym) == 1) {
		struct lkm_str name = lkm_str(sym.name);

		fuzz_touch(lkm_str_bytes(name));
		name.len++; /* its NUL lies inside too */
		fuzz_check(fuzz_inside(lkm_str_bytes(name), it.strings));
		fuzz_check(sym.section < f->elf.section_count || sym.section >= LKM_SHN_RESERVED);
		fuzz_check(++seen < it.count);
	}
	fuzz_check(lkm_elfsyms_at(&it, it.count, &sym) == -EBADMSG);
}

static void walk_relocations(const struct fuzz_elf *f)
{
	for (size_t i = 0; i < f->elf.section_count && i < 64; i++) {
		struct lkm_elfrels it;
		struct lkm_elfrel rel;
		size_t seen = 0;

		if (lkm_elfrels_init(&it, &f->elf, i) < 0)
			continue;
		while (lkm_elfrels_next(&it, &rel))
			fuzz_check(++seen <= f->file.len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(fuzz_elf) struct fuzz_elf f = { 0 };

	if (fuzz_elf_open(&f, data, size) < 0)
		return 0;
	walk_sections(&f);
	walk_symbols(&f);
	walk_relocations(&f);
	return 0;
}
