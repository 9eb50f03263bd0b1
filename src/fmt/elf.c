#include "fmt/elf.h"

#include <elf.h>

/* What the header says about the section table, before any of it is believed. */
struct table {
	uint64_t offset;
	uint64_t count;
	uint64_t names; /* section that holds the section names */
	uint16_t entry; /* bytes per section header */
};

static int bad(struct lkm_diag *diag, uint64_t offset, const char *what)
{
	return lkm_diag_at(diag, -EBADMSG, offset, "%s", what);
}

/* e_ident: magic, class, byte order. */
static int read_ident(struct lkm_elf *elf, struct lkm_bytes head, struct lkm_diag *diag)
{
	if (head.len < EI_NIDENT || memcmp(head.ptr, ELFMAG, SELFMAG) != 0)
		return lkm_diag_set(diag, -ENOEXEC, "not an ELF file");
	if (head.ptr[EI_CLASS] != ELFCLASS32 && head.ptr[EI_CLASS] != ELFCLASS64)
		return lkm_diag_at(diag, -ENOEXEC, EI_CLASS, "ELF class %u is neither 32 nor 64 bit",
				   head.ptr[EI_CLASS]);
	if (head.ptr[EI_DATA] != ELFDATA2LSB && head.ptr[EI_DATA] != ELFDATA2MSB)
		return lkm_diag_at(diag, -ENOEXEC, EI_DATA, "ELF byte order %u is unknown",
				   head.ptr[EI_DATA]);
	elf->wide = head.ptr[EI_CLASS] == ELFCLASS64;
	elf->big_endian = head.ptr[EI_DATA] == ELFDATA2MSB;
	return 0;
}

static int read_header(struct lkm_elf *elf, struct table *ret, struct lkm_diag *diag)
{
	uint64_t len = elf->src->size < sizeof(Elf64_Ehdr) ? elf->src->size : sizeof(Elf64_Ehdr);
	struct lkm_bytes head;
	struct lkm_reader r;
	uint64_t word;
	uint16_t half[3];
	int err;

	err = lkm_source_get(elf->src, 0, len, &head);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the ELF header");
	err = read_ident(elf, head, diag);
	if (err < 0)
		return err;
	r = lkm_elf_reader(elf, head);
	err = lkm_read_seek(&r, EI_NIDENT);
	err = err ? err : lkm_read_u16(&r, &elf->type);
	err = err ? err : lkm_read_u16(&r, &elf->machine);
	err = err ? err : lkm_read_skip(&r, 4);			 /* e_version */
	err = err ? err : lkm_read_word(&r, elf->wide, &word);	 /* e_entry */
	err = err ? err : lkm_read_word(&r, elf->wide, &word);	 /* e_phoff */
	err = err ? err : lkm_read_word(&r, elf->wide, &ret->offset);
	err = err ? err : lkm_read_u32(&r, &elf->flags);
	err = err ? err : lkm_read_skip(&r, 6);			 /* e_ehsize, e_ph* */
	for (size_t i = 0; i < 3 && !err; i++)
		err = lkm_read_u16(&r, &half[i]);
	if (err < 0)
		return bad(diag, head.len, "the file ends inside its ELF header");
	ret->entry = half[0];
	ret->count = half[1];
	ret->names = half[2];
	return 0;
}

static int check_table(const struct lkm_elf *elf, const struct table *table, struct lkm_diag *diag)
{
	size_t entry = elf->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);

	if (table->offset == 0)
		return bad(diag, 0, "the file has no section table");
	if (table->entry != entry)
		return lkm_diag_set(diag, -EBADMSG, "a section header has %u bytes instead of %zu",
				    table->entry, entry);
	return 0;
}

/* The section header at `at`, all of which is there; its name's offset apart. */
static void load_section(const struct lkm_elf *elf, const uint8_t *at, uint32_t *ret_name,
			 struct lkm_elf_section *ret)
{
	bool wide = elf->wide, be = elf->big_endian;

	*ret_name = lkm_load_u32(at, be);
	ret->type = lkm_load_u32(at + 4, be);
	ret->flags = lkm_load_word(at + 8, wide, be);
	ret->addr = lkm_load_word(at + (wide ? 16 : 12), wide, be);
	ret->offset = lkm_load_word(at + (wide ? 24 : 16), wide, be);
	ret->size = lkm_load_word(at + (wide ? 32 : 20), wide, be);
	ret->link = lkm_load_u32(at + (wide ? 40 : 24), be);
	ret->info = lkm_load_u32(at + (wide ? 44 : 28), be);
	ret->align = lkm_load_word(at + (wide ? 48 : 32), wide, be);
	ret->entsize = lkm_load_word(at + (wide ? 56 : 36), wide, be);
}

/* Counts that do not fit 16 bits stand in section 0: size and link. */
static int read_extended_counts(const struct lkm_elf *elf, struct table *table,
				struct lkm_diag *diag)
{
	struct lkm_elf_section first = { 0 };
	struct lkm_bytes bytes;
	uint32_t name;
	int err;

	if (table->count != 0 && table->names != SHN_XINDEX)
		return 0;
	err = lkm_source_get(elf->src, table->offset, table->entry, &bytes);
	if (err < 0)
		return lkm_diag_at(diag, err, table->offset, "cannot read the section table");
	load_section(elf, bytes.ptr, &name, &first);
	if (table->count == 0)
		table->count = first.size;
	if (table->names == SHN_XINDEX)
		table->names = first.link;
	return 0;
}

/* Every section that occupies the file lies inside it. */
static int check_section(const struct lkm_elf *elf, const struct lkm_elf_section *s, size_t index,
			 struct lkm_diag *diag)
{
	if (s->type == LKM_SHT_NULL || s->type == LKM_SHT_NOBITS)
		return 0;
	if (s->offset > elf->src->size || s->size > elf->src->size - s->offset)
		return lkm_diag_at(diag, -EBADMSG, s->offset,
				   "section %zu reaches beyond the end of the file", index);
	return 0;
}

/* Read all section headers; names[i] receives the offset of section i's name. */
static int read_sections(struct lkm_elf *elf, const struct table *table, uint32_t *names,
			 struct lkm_diag *diag)
{
	struct lkm_bytes bytes;
	int err;

	err = lkm_source_get(elf->src, table->offset, table->count * table->entry, &bytes);
	if (err == -EBADMSG)
		return bad(diag, table->offset, "the section table reaches beyond the end of the file");
	if (err < 0)
		return lkm_diag_at(diag, err, table->offset, "cannot read the section table");
	for (size_t i = 0; i < table->count; i++) {
		load_section(elf, bytes.ptr + i * table->entry, &names[i], &elf->sections[i]);
		err = check_section(elf, &elf->sections[i], i, diag);
		if (err < 0)
			return err;
	}
	elf->section_count = (size_t)table->count;
	return 0;
}

/* The name table; its last byte must end a name, so that every name in it ends. */
static int read_names(const struct lkm_elf *elf, const struct table *table, struct lkm_bytes *ret,
		      struct lkm_diag *diag)
{
	int err;

	if (table->names == 0 || table->names >= table->count)
		return lkm_diag_set(diag, -EBADMSG, "the section names are said to be in section %llu",
				    (unsigned long long)table->names);
	err = lkm_elf_contents(elf, &elf->sections[table->names], ret);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the section names");
	if (ret->len == 0 || ret->ptr[ret->len - 1] != '\0')
		return bad(diag, elf->sections[table->names].offset,
			   "the table of section names does not end in a NUL");
	return 0;
}

/* Give each section its name. */
static int name_sections(struct lkm_elf *elf, const struct table *table, const uint32_t *names,
			 struct lkm_diag *diag)
{
	struct lkm_bytes strings;
	int err = read_names(elf, table, &strings, diag);

	if (err < 0)
		return err;
	elf->sections[0].name = lkm_str("");
	for (size_t i = 1; i < elf->section_count; i++) {
		if (names[i] >= strings.len)
			return lkm_diag_set(diag, -EBADMSG,
					    "the name of section %zu is not in the name table", i);
		elf->sections[i].name = lkm_str((const char *)strings.ptr + names[i]);
	}
	return 0;
}

/* Everything behind the header, which has been read into *new and *table. */
static int read_table(struct lkm_elf *new, struct table *table, struct lkm_diag *diag)
{
	uint32_t *names;
	int err;

	err = check_table(new, table, diag);
	err = err ? err : read_extended_counts(new, table, diag);
	if (err < 0)
		return err;
	if (table->count == 0)
		return bad(diag, table->offset, "the section table is empty");
	if (table->count > LKM_ELF_SECTIONS_MAX)
		return lkm_diag_at(diag, -EFBIG, table->offset, "%llu sections are too many",
				   (unsigned long long)table->count);
	/* Believe a count only if that many headers fit into the file. */
	if (table->count * table->entry > new->src->size)
		return bad(diag, table->offset, "the section table reaches beyond the end of the file");
	new->sections = lkm_arena_alloc(new->arena, (size_t)table->count * sizeof(*new->sections));
	names = lkm_arena_alloc(new->arena, (size_t)table->count * sizeof(*names));
	if (!new->sections || !names)
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	err = read_sections(new, table, names, diag);
	return err ? err : name_sections(new, table, names, diag);
}

int lkm_elf_init_any(struct lkm_elf *elf, struct lkm_source *src, struct lkm_arena *arena,
		     struct lkm_diag *diag)
{
	struct lkm_elf new = { .src = src, .arena = arena };
	struct table table;
	int err = read_header(&new, &table, diag);

	err = err ? err : read_table(&new, &table, diag);
	if (err == 0)
		*elf = new;
	return err;
}

int lkm_elf_init(struct lkm_elf *elf, struct lkm_source *src, struct lkm_arena *arena,
		 struct lkm_diag *diag)
{
	struct lkm_elf new = { .src = src, .arena = arena };
	struct table table;
	int err = read_header(&new, &table, diag);

	if (err == 0 && new.type != ET_REL)
		err = lkm_diag_at(diag, -ENOEXEC, EI_NIDENT,
				  "ELF type %u is not a relocatable file", new.type);
	err = err ? err : read_table(&new, &table, diag);
	if (err == 0)
		*elf = new;
	return err;
}

const struct lkm_elf_section *lkm_elf_find(const struct lkm_elf *elf, const char *name)
{
	struct lkm_str wanted = lkm_str(name);

	for (size_t i = 1; i < elf->section_count; i++)
		if (lkm_str_eq(elf->sections[i].name, wanted))
			return &elf->sections[i];
	return NULL;
}

const struct lkm_elf_section *lkm_elf_find_type(const struct lkm_elf *elf, uint32_t type,
						size_t from)
{
	for (size_t i = from; i < elf->section_count; i++)
		if (elf->sections[i].type == type)
			return &elf->sections[i];
	return NULL;
}

int lkm_elf_contents(const struct lkm_elf *elf, const struct lkm_elf_section *section,
		     struct lkm_bytes *ret)
{
	if (section->type == LKM_SHT_NULL || section->type == LKM_SHT_NOBITS) {
		*ret = (struct lkm_bytes){ 0 };
		return 0;
	}
	return lkm_source_get(elf->src, section->offset, section->size, ret);
}

int lkm_elf_contents_of(const struct lkm_elf *elf, const char *name, struct lkm_bytes *ret)
{
	const struct lkm_elf_section *section = lkm_elf_find(elf, name);

	return section ? lkm_elf_contents(elf, section, ret) : -ENODATA;
}

const char *lkm_elf_machine_name(uint16_t machine, char buf[static 24])
{
	static const struct {
		uint16_t machine;
		const char *name;
	} names[] = {
		{ EM_386, "i386" },	 { EM_X86_64, "x86-64" },   { EM_ARM, "arm" },
		{ EM_AARCH64, "arm64" }, { EM_S390, "s390" },	    { EM_PPC, "powerpc" },
		{ EM_PPC64, "ppc64" },	 { EM_RISCV, "riscv" },	    { EM_MIPS, "mips" },
		{ 258, "loongarch" },	 { EM_SPARCV9, "sparc64" }, { EM_PARISC, "parisc" },
		{ EM_IA_64, "ia64" },	 { EM_68K, "m68k" },	    { 0x9026, "alpha" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].machine == machine)
			return names[i].name;
	snprintf(buf, 24, "machine %u", machine);
	return buf;
}
