#include "fmt/versions.h"

#include <elf.h>

/* Of the array, and of the chain */
#define ENTRY 64u
#define CHAIN_HEADER 8u
#define CHAIN_ALIGN 4u

static const char basic_section[] = "__versions";
static const char crcs_section[] = "__version_ext_crcs";
static const char names_section[] = "__version_ext_names";

/* ---- __versions ---- */

/* The next entry of a chain; false at its end, and where it breaks. */
static bool next_chained(struct lkm_versions *it, struct lkm_version *ret)
{
	struct lkm_bytes field;
	uint32_t step, crc;

	if (lkm_read_u32(&it->crcs, &step) < 0 || lkm_read_u32(&it->crcs, &crc) < 0 ||
	    step <= CHAIN_HEADER || lkm_read_bytes(&it->crcs, step - CHAIN_HEADER, &field) < 0)
		return false;
	ret->name = (struct lkm_str){ (const char *)field.ptr,
				      strnlen((const char *)field.ptr, field.len) };
	ret->crc = crc;
	/* No byte more than the name needs */
	return field.len == (ret->name.len + CHAIN_ALIGN) / CHAIN_ALIGN * CHAIN_ALIGN;
}

/* Is all of the table a chain?  Behind the entry that ends it is only the NUL of the literal it was. */
static bool is_chain(struct lkm_versions it)
{
	struct lkm_reader end = it.crcs;
	struct lkm_version entry;
	uint32_t step, crc;

	while (next_chained(&it, &entry))
		end = it.crcs;
	return end.pos > 0 && lkm_read_u32(&end, &step) == 0 && step == 0 &&
	       lkm_read_u32(&end, &crc) == 0 && end.data.len - end.pos < CHAIN_ALIGN;
}

static int check_array(struct lkm_bytes table, const struct lkm_elf_section *section, struct lkm_diag *diag)
{
	if (table.len % ENTRY != 0)
		return lkm_diag_at(diag, -EBADMSG, section->offset,
				   "section %s ends inside an entry", basic_section);
	for (size_t end = ENTRY; end <= table.len; end += ENTRY)
		if (table.ptr[end - 1] != '\0')
			return lkm_diag_at(diag, -EBADMSG, section->offset + end - 1,
					   "a name in section %s does not end in a NUL",
					   basic_section);
	return 0;
}

static int open_basic(struct lkm_versions *it, const struct lkm_elf *elf,
		      const struct lkm_elf_section *section, struct lkm_diag *diag)
{
	struct lkm_bytes table;
	int err = lkm_elf_contents(elf, section, &table);

	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read section %s", basic_section);
	it->crcs = lkm_elf_reader(elf, table);
	it->form = is_chain(*it) ? LKM_VERSIONS_CHAIN : LKM_VERSIONS_ARRAY;
	return it->form == LKM_VERSIONS_CHAIN ? 0 : check_array(table, section, diag);
}

/* ---- the pair ---- */

/* There must be a name for each CRC. */
static int check_pair(const struct lkm_versions *it, struct lkm_diag *diag)
{
	struct lkm_reader names = it->names;
	struct lkm_str name;

	if (it->crcs.data.len % 4 != 0)
		return lkm_diag_set(diag, -EBADMSG, "section %s ends inside a number", crcs_section);
	for (size_t i = 0; i < it->crcs.data.len / 4; i++)
		if (lkm_read_cstr(&names, &name) < 0)
			return lkm_diag_set(diag, -EBADMSG, "%s has more entries than %s",
					    crcs_section, names_section);
	return 0;
}

static int open_pair(struct lkm_versions *it, const struct lkm_elf *elf,
		     const struct lkm_elf_section *crcs, struct lkm_diag *diag)
{
	struct lkm_bytes numbers, names;
	int err = lkm_elf_contents(elf, crcs, &numbers);

	err = err ? err : lkm_elf_contents_of(elf, names_section, &names);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the extended version sections");
	it->crcs = lkm_elf_reader(elf, numbers);
	it->names = lkm_elf_reader(elf, names);
	it->form = LKM_VERSIONS_PAIR;
	return check_pair(it, diag);
}

/* ---- whichever it is ---- */

int lkm_versions_init(struct lkm_versions *it, const struct lkm_elf *elf, struct lkm_diag *diag)
{
	struct lkm_versions new = { .wide = elf->wide, .dotted = elf->machine == EM_PPC64 };
	const struct lkm_elf_section *basic = lkm_elf_find(elf, basic_section);
	const struct lkm_elf_section *crcs = lkm_elf_find(elf, crcs_section);
	int err;

	if (!crcs != !lkm_elf_find(elf, names_section))
		return lkm_diag_set(diag, -EBADMSG, "only one of the sections %s and %s is there",
				    crcs_section, names_section);
	if (crcs)
		err = open_pair(&new, elf, crcs, diag);
	else if (basic)
		err = open_basic(&new, elf, basic, diag);
	else
		return lkm_diag_set(diag, -ENODATA, "the module has no version tables");
	if (err == 0)
		*it = new;
	return err;
}

/* The next entry of the array: a CRC, and a name up to its first NUL. */
static bool next_entry(struct lkm_versions *it, struct lkm_version *ret)
{
	struct lkm_bytes field;

	if (lkm_read_word(&it->crcs, it->wide, &ret->crc) < 0 ||
	    lkm_read_bytes(&it->crcs, ENTRY - (it->wide ? 8 : 4), &field) < 0)
		return false;
	ret->name = (struct lkm_str){ (const char *)field.ptr,
				      strnlen((const char *)field.ptr, field.len) };
	return true;
}

static bool next_pair(struct lkm_versions *it, struct lkm_version *ret)
{
	uint32_t crc;

	if (lkm_read_u32(&it->crcs, &crc) < 0 || lkm_read_cstr(&it->names, &ret->name) < 0)
		return false;
	ret->crc = crc;
	return true;
}

static bool next_of_form(struct lkm_versions *it, struct lkm_version *ret)
{
	switch (it->form) {
	case LKM_VERSIONS_ARRAY:
		return next_entry(it, ret);
	case LKM_VERSIONS_CHAIN:
		return next_chained(it, ret);
	case LKM_VERSIONS_PAIR:
		return next_pair(it, ret);
	}
	return false;
}

bool lkm_versions_next(struct lkm_versions *it, struct lkm_version *ret)
{
	struct lkm_version got;

	if (!next_of_form(it, &got))
		return false;
	if (it->dotted)
		lkm_str_starts(got.name, ".", &got.name);
	*ret = got;
	return true;
}
