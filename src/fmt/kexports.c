#include "fmt/kexports.h"

#include "fmt/exports.h"

/* How the entries of a table are written. */
struct shape {
	unsigned int width; /* bytes of a word */
	unsigned int words; /* of an entry */
	bool relative;
};

/* Longer entries first: the names of a table of two words can look right by chance, hardly ever all. */
static const struct shape shapes[] = {
	{ 4, 3, true }, { 4, 2, true }, { 8, 3, false }, { 8, 2, false }, { 4, 3, false }, { 4, 2, false },
};

/* One table, and what stands beside it. */
struct table {
	const struct lkm_elf *elf;
	const struct lkm_elf_section *strings_section;
	uint64_t address;
	struct lkm_bytes bytes;
	struct lkm_bytes strings;
	struct lkm_bytes crcs;	/* empty if there are none */
	uint64_t crcs_address;
	struct lkm_bytes flags; /* empty if there are none */
	bool gpl_only;
	const struct shape *shape;
	size_t count;
};

static uint64_t word_at(const struct table *t, size_t offset)
{
	const uint8_t *at = t->bytes.ptr + offset;

	if (!t->shape->relative)
		return lkm_load_word(at, t->shape->width == 8, t->elf->big_endian);
	return t->address + offset + (uint64_t)(int64_t)(int32_t)lkm_load_u32(at, t->elf->big_endian);
}

static size_t entry_size(const struct shape *shape)
{
	return (size_t)shape->width * shape->words;
}

/* The text at an address in __ksymtab_strings. */
static bool string_at(const struct table *t, uint64_t address, struct lkm_str *ret)
{
	uint64_t offset = address - t->strings_section->addr;
	const char *text, *end;

	if (!t->elf->wide)
		offset &= UINT32_MAX;
	if (offset >= t->strings.len)
		return false;
	text = (const char *)t->strings.ptr + offset;
	end = memchr(text, 0, t->strings.len - (size_t)offset);
	*ret = (struct lkm_str){ text, end ? (size_t)(end - text) : 0 };
	return end != NULL;
}

/* A namespace word of 0, seen as an address, is the word's own place. */
static bool space_at(const struct table *t, size_t offset, struct lkm_str *ret)
{
	uint64_t address = word_at(t, offset);

	*ret = lkm_str("");
	return address == (t->shape->relative ? t->address + offset : 0) || string_at(t, address, ret);
}

static bool read_entry(const struct table *t, size_t i, struct lkm_kexport *ret)
{
	size_t at = i * entry_size(t->shape), width = t->shape->width;

	ret->address = word_at(t, at);
	ret->name_space = lkm_str("");
	return string_at(t, word_at(t, at + width), &ret->name) && ret->name.len > 0 &&
	       (t->shape->words < 3 || space_at(t, at + 2 * width, &ret->name_space));
}

static bool has_shape(struct table *t, const struct shape *shape)
{
	struct lkm_kexport entry;

	t->shape = shape;
	t->count = t->bytes.len / entry_size(shape);
	if (t->bytes.len % entry_size(shape))
		return false;
	for (size_t i = 0; i < t->count; i++)
		if (!read_entry(t, i, &entry))
			return false;
	return true;
}

static bool find_shape(struct table *t)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (has_shape(t, &shapes[i]))
			return true;
	return false;
}

/* The 4 bytes at an address of the kernel. */
static bool load_at(const struct lkm_elf *elf, uint64_t address, uint32_t *ret)
{
	for (size_t i = 1; i < elf->section_count; i++) {
		const struct lkm_elf_section *s = &elf->sections[i];
		struct lkm_bytes bytes;

		if (!(s->flags & LKM_SHF_ALLOC) || address < s->addr || s->size < 4 ||
		    address - s->addr > s->size - 4)
			continue;
		if (s->type == LKM_SHT_NOBITS ||
		    lkm_source_get(elf->src, s->offset + (address - s->addr), 4, &bytes) < 0)
			return false;
		*ret = lkm_load_u32(bytes.ptr, elf->big_endian);
		return true;
	}
	return false;
}

static uint64_t crc_target(const struct table *t, size_t i)
{
	uint32_t raw = lkm_load_u32(t->crcs.ptr + i * 4, t->elf->big_endian);

	return t->crcs_address + i * 4 + (uint64_t)(int64_t)(int32_t)raw;
}

/* CRCs are random numbers: all of them never look like places in the kernel. */
static bool crcs_are_offsets(const struct table *t)
{
	uint32_t crc;

	if (t->count < 8 || t->crcs.len != t->count * 4)
		return false;
	for (size_t i = 0; i < t->count; i++)
		if (!load_at(t->elf, crc_target(t, i), &crc))
			return false;
	return true;
}

static int add_entries(const struct table *t, struct lkm_kexports *ret)
{
	bool wide_crcs = t->crcs.len == t->count * 8, offsets = crcs_are_offsets(t);

	for (size_t i = 0; i < t->count; i++) {
		struct lkm_kexport *entry = lkm_vec_push(&ret->list);

		if (!entry)
			return -ENOMEM;
		read_entry(t, i, entry);
		entry->gpl_only = t->flags.len ? t->flags.ptr[i] & 1 : t->gpl_only;
		entry->has_crc = t->crcs.len != 0;
		if (offsets)
			load_at(t->elf, crc_target(t, i), &entry->crc);
		else if (entry->has_crc)
			entry->crc = (uint32_t)lkm_load_word(t->crcs.ptr + i * (wide_crcs ? 8 : 4),
							     wide_crcs, t->elf->big_endian);
	}
	return 0;
}

/* The section with the table's name, but another beginning: __kcrctab_gpl of __ksymtab_gpl. */
static int contents_beside(const struct lkm_elf *elf, struct lkm_str suffix, const char *start,
			   uint64_t *ret_address, struct lkm_bytes *ret)
{
	char name[64];

	*ret = (struct lkm_bytes){ 0 };
	snprintf(name, sizeof(name), "%s%.*s", start, LKM_STR_ARG(suffix));
	for (size_t i = 1; i < elf->section_count; i++) {
		if (!lkm_str_is(elf->sections[i].name, name))
			continue;
		*ret_address = elf->sections[i].addr;
		return lkm_elf_contents(elf, &elf->sections[i], ret);
	}
	return 0;
}

static bool all_zero(struct lkm_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.ptr[i])
			return false;
	return true;
}

static int read_table(struct table *t, const struct lkm_elf_section *section,
		      struct lkm_kexports *ret, struct lkm_diag *diag)
{
	struct lkm_str suffix = lkm_str("");
	uint64_t unused;
	int err = lkm_elf_contents(t->elf, section, &t->bytes);

	if (err < 0 || t->bytes.len == 0)
		return err;
	lkm_str_starts(section->name, "__ksymtab", &suffix);
	t->address = section->addr;
	err = contents_beside(t->elf, suffix, "__kcrctab", &t->crcs_address, &t->crcs);
	err = err ? err : contents_beside(t->elf, suffix, "__kflagstab", &unused, &t->flags);
	if (err < 0)
		return err;
	if (all_zero(t->bytes))
		return lkm_diag_set(diag, -ENODATA, "its export tables are filled in only when it starts");
	if (!find_shape(t))
		return lkm_diag_at(diag, -EBADMSG, section->offset,
				   "the export table %.*s is of no known form",
				   LKM_STR_ARG(section->name));
	if (t->count > LKM_KEXPORTS_MAX)
		return lkm_diag_set(diag, -EFBIG, "%zu exports are too many", t->count);
	if (t->crcs.len && t->crcs.len != t->count * 4 && t->crcs.len != t->count * 8)
		return lkm_diag_at(diag, -EBADMSG, section->offset,
				   "%zu exports, but CRCs for another number", t->count);
	if (t->flags.len && t->flags.len != t->count)
		return lkm_diag_at(diag, -EBADMSG, section->offset,
				   "%zu exports, but flags for another number", t->count);
	return add_entries(t, ret);
}

int lkm_kexports_read(struct lkm_kexports *ret, const struct lkm_elf *kernel, struct lkm_diag *diag)
{
	const struct lkm_elf_section *strings = lkm_elf_find(kernel, "__ksymtab_strings");
	struct table table = { .elf = kernel, .strings_section = strings };
	int err;

	if (!strings)
		return lkm_diag_set(diag, -ENODATA, "it has no export tables");
	err = lkm_elf_contents(kernel, strings, &table.strings);
	for (size_t i = 1; i < kernel->section_count && !err; i++) {
		if (lkm_exports_is_table(kernel->sections[i].name, &table.gpl_only))
			err = read_table(&table, &kernel->sections[i], ret, diag);
	}
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read its export tables");
	return ret->list.len ? 0 : lkm_diag_set(diag, -ENODATA, "it has no export tables");
}

void lkm_kexports_release(struct lkm_kexports *exports)
{
	lkm_vec_release(&exports->list);
}
