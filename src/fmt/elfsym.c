#include "fmt/elfsym.h"

#include <elf.h>

/* The string table that the symbol table names; its last byte must end a string. */
static int read_strings(struct lkm_elfsyms *it, const struct lkm_elf *elf,
			const struct lkm_elf_section *table, struct lkm_diag *diag)
{
	const struct lkm_elf_section *strings;
	int err;

	if (table->link == 0 || table->link >= elf->section_count)
		return lkm_diag_set(diag, -EBADMSG,
				    "the symbol names are said to be in section %u", table->link);
	strings = &elf->sections[table->link];
	if (strings->type != LKM_SHT_STRTAB)
		return lkm_diag_set(diag, -EBADMSG,
				    "the symbol names are in section %u, which is no string table",
				    table->link);
	err = lkm_elf_contents(elf, strings, &it->strings);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the symbol names");
	if (it->strings.len == 0 || it->strings.ptr[it->strings.len - 1] != '\0')
		return lkm_diag_at(diag, -EBADMSG, strings->offset,
				   "the table of symbol names does not end in a NUL");
	return 0;
}

/* The section numbers beside the symbol table, if the file has them. */
static int read_extended(struct lkm_elfsyms *it, const struct lkm_elf *elf, size_t table,
			 struct lkm_diag *diag)
{
	const struct lkm_elf_section *s = lkm_elf_find_type(elf, LKM_SHT_SYMTAB_SHNDX, 1);
	int err;

	while (s && s->link != table)
		s = lkm_elf_find_type(elf, LKM_SHT_SYMTAB_SHNDX,
				      (size_t)(s - elf->sections) + 1);
	if (!s)
		return 0;
	err = lkm_elf_contents(elf, s, &it->extended);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the extended section numbers");
	if (it->extended.len / 4 < it->count)
		return lkm_diag_at(diag, -EBADMSG, s->offset,
				   "there are fewer extended section numbers than symbols");
	return 0;
}

int lkm_elfsyms_init(struct lkm_elfsyms *it, const struct lkm_elf *elf, struct lkm_diag *diag)
{
	struct lkm_elfsyms new = { .wide = elf->wide, .big_endian = elf->big_endian, .next = 1,
				   .section_count = elf->section_count };
	const struct lkm_elf_section *table = lkm_elf_find_type(elf, LKM_SHT_SYMTAB, 1);
	int err;

	if (!table)
		return lkm_diag_set(diag, -ENODATA, "the file has no symbol table (stripped?)");
	err = lkm_elf_contents(elf, table, &new.symbols);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the symbol table");
	new.count = new.symbols.len / (elf->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym));
	err = read_strings(&new, elf, table, diag);
	err = err ? err : read_extended(&new, elf, (size_t)(table - elf->sections), diag);
	if (err == 0)
		*it = new;
	return err;
}

int lkm_elfsyms_special_section(const struct lkm_elfsyms *it, size_t index, uint16_t field,
				uint32_t *ret)
{
	uint32_t section;

	if (field != SHN_XINDEX) {
		*ret = 0xffff0000u | field;
		return 0;
	}
	if (it->extended.len == 0)
		return -EBADMSG;
	section = lkm_load_u32(it->extended.ptr + index * 4, it->big_endian);
	if (section >= it->section_count)
		return -EBADMSG;
	*ret = section;
	return 0;
}
