#include "fmt/thismodule.h"

static const char section_name[] = ".gnu.linkonce.this_module";

int lkm_thismodule_read(const struct lkm_elf *elf, struct lkm_thismodule *ret,
			struct lkm_diag *diag)
{
	const struct lkm_elf_section *section = lkm_elf_find(elf, section_name);
	uint64_t offset = elf->wide ? 24 : 12;
	struct lkm_bytes contents, field;
	struct lkm_reader r;
	struct lkm_str name;
	int err;

	if (!section)
		return lkm_diag_set(diag, -ENODATA, "the file has no section %s", section_name);
	err = lkm_elf_contents(elf, section, &contents);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read section %s", section_name);
	err = lkm_bytes_slice(contents, offset,
			      elf->wide ? LKM_THISMODULE_ROOM_64 : LKM_THISMODULE_ROOM_32, &field);
	if (err < 0)
		return lkm_diag_at(diag, err, section->offset, "section %s is too short",
				   section_name);
	r = lkm_elf_reader(elf, field);
	err = lkm_read_cstr(&r, &name);
	if (err < 0)
		return lkm_diag_at(diag, err, section->offset + offset,
				   "the module's name does not end in a NUL");
	*ret = (struct lkm_thismodule){ .name = name, .size = section->size };
	return 0;
}
