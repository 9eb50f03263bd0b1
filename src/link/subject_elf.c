#include <elf.h>

#include "fmt/elfsym.h"
#include "link/subject_core.h"

static const char this_module[] = ".gnu.linkonce.this_module";

/* Places of the checks in LKM_STEP_ELF; the machine is 3, its struct's size 30. */
enum { LENGTH, MAGIC, TYPE, IDENT = 3, ENTRY = 4, TABLE, FIRST, INSIDE, NAMES, ANY,
       MODINFO = 20, SYMTAB, LINK, THIS = 25, THIS_NOBITS, THIS_ALLOC };

struct header {
	uint16_t type, entry, count, names;
	uint64_t table;
	bool wide, big_endian;
};

static struct lkm_fault format_fault(unsigned int place, const char *message)
{
	return (struct lkm_fault){ .check = LKM_CHECK_FORMAT, .order = LKM_ORDER(LKM_STEP_ELF, place),
				   .err = -ENOEXEC, .message = message };
}

/* The fields of a header that is long enough; the class is the machine's, as kernels take it. */
static void load_header(struct lkm_bytes head, struct header *ret, uint16_t *ret_machine)
{
	const uint8_t *at = head.ptr;
	bool be = at[EI_DATA] == ELFDATA2MSB;
	bool wide = at[EI_CLASS] == ELFCLASS64;

	*ret_machine = lkm_load_u16(at + 18, be);
	*ret = (struct header){
		.type = lkm_load_u16(at + 16, be),
		.table = lkm_load_word(at + (wide ? 40 : 32), wide, be),
		.entry = lkm_load_u16(at + (wide ? 58 : 46), be),
		.count = lkm_load_u16(at + (wide ? 60 : 48), be),
		.names = lkm_load_u16(at + (wide ? 62 : 50), be),
		.wide = wide,
		.big_endian = be,
	};
}

int lkm_subject_as_seen(struct lkm_subject *subject, struct lkm_source *src,
			struct lkm_arena *arena, struct lkm_source *ret)
{
	struct lkm_fault fault = { .check = LKM_CHECK_FORMAT, .message = "",
				   .order = LKM_ORDER(LKM_STEP_ELF, IDENT) };
	struct lkm_bytes file;
	uint16_t machine;
	uint8_t *copy;
	int err;

	*ret = *src;
	if (src->size < sizeof(Elf64_Ehdr))
		return 0;
	err = lkm_source_get(src, 0, sizeof(Elf64_Ehdr), &file);
	if (err < 0 || memcmp(file.ptr, ELFMAG, SELFMAG) != 0)
		return err;
	machine = lkm_load_u16(file.ptr + 18, false);
	if ((machine != EM_X86_64 && machine != EM_AARCH64) ||
	    (file.ptr[EI_CLASS] == ELFCLASS64 && file.ptr[EI_DATA] == ELFDATA2LSB))
		return 0;
	err = lkm_source_get(src, 0, src->size, &file);
	copy = err ? NULL : lkm_arena_alloc(arena, file.len);
	if (!copy)
		return err ? err : -ENOMEM;
	memcpy(copy, file.ptr, file.len);
	copy[EI_CLASS] = ELFCLASS64;
	copy[EI_DATA] = ELFDATA2LSB;
	*ret = lkm_source_memory((struct lkm_bytes){ copy, file.len });
	return lkm_subject_fault(subject, &fault, "its header names another word size or byte order, "
						  "which kernels for this machine do not look at");
}

/* The header itself; *ret_sound tells whether to go on. */
static int check_header(struct lkm_subject *subject, struct lkm_source *src, struct header *ret,
			bool *ret_sound)
{
	struct lkm_bytes head;
	struct lkm_fault fault;
	char message[64];
	int err = lkm_source_get(src, 0, src->size < 64 ? src->size : 64, &head);

	*ret_sound = false;
	if (err < 0)
		return err;
	snprintf(message, sizeof(message), "Invalid ELF header len %llu",
		 (unsigned long long)src->size);
	fault = format_fault(LENGTH, message);
	if (src->size == 0) {
		/* finit_module() does not get as far as the loader. */
		fault.err = -EINVAL;
		fault.message = "";
		return lkm_subject_fault(subject, &fault, "an empty file");
	}
	if (head.len < 52 || (head.len < 64 && head.ptr[EI_CLASS] == ELFCLASS64))
		return lkm_subject_fault(subject, &fault, "%llu bytes: not a module",
					 (unsigned long long)src->size);
	fault = format_fault(MAGIC, "Invalid ELF header magic: != \\x7fELF");
	if (memcmp(head.ptr, ELFMAG, SELFMAG) != 0)
		return lkm_subject_fault(subject, &fault, "not an ELF file");
	load_header(head, ret, &subject->machine);
	snprintf(message, sizeof(message), "Invalid ELF header type: %u != 1", ret->type);
	fault = format_fault(TYPE, message);
	if (ret->type != ET_REL)
		return lkm_subject_fault(subject, &fault,
					 "an ELF file, but no module: its type is %u, not relocatable",
					 ret->type);
	*ret_sound = true;
	return 0;
}

static int check_table(struct lkm_subject *subject, const struct lkm_source *src,
		       const struct header *h, bool *ret_sound)
{
	struct lkm_fault fault = format_fault(ENTRY, "Invalid ELF section header size");

	*ret_sound = false;
	if (h->entry != (h->wide ? 64 : 40))
		return lkm_subject_fault(subject, &fault, "a section header has %u bytes instead of %u",
					 h->entry, h->wide ? 64 : 40);
	fault = format_fault(TABLE, "Invalid ELF section header overflow");
	if (h->table >= src->size || (uint64_t)h->count * h->entry > src->size - h->table)
		return lkm_subject_fault(subject, &fault,
					 "cut off: its section table reaches to byte %llu of %llu",
					 (unsigned long long)(h->table + (uint64_t)h->count * h->entry),
					 (unsigned long long)src->size);
	*ret_sound = true;
	return 0;
}

/* Section 0 is none. */
static int check_first(struct lkm_subject *subject, struct lkm_bytes table, const struct header *h,
		       bool *ret_sound)
{
	const uint8_t *at = table.ptr;
	struct lkm_fault fault;
	char message[96];
	uint32_t type;

	if (h->count == 0)
		return 0;
	type = lkm_load_u32(at + 4, h->big_endian);
	if (type == LKM_SHT_NULL && !lkm_load_word(at + (h->wide ? 16 : 12), h->wide, h->big_endian) &&
	    !lkm_load_word(at + (h->wide ? 32 : 20), h->wide, h->big_endian))
		return 0;
	*ret_sound = false;
	snprintf(message, sizeof(message), "ELF Spec violation: section 0 type(%u)!=SH_NULL or non-zero "
		 "len or addr", type);
	fault = format_fault(FIRST, message);
	return lkm_subject_fault(subject, &fault, "section 0 is not empty");
}

/* Which section reaches beyond the end of the file? */
static int check_sections(struct lkm_subject *subject, struct lkm_source *src,
			  const struct header *h, bool *ret_sound)
{
	struct lkm_bytes table;
	int err = lkm_source_get(src, h->table, (uint64_t)h->count * h->entry, &table);

	*ret_sound = err == 0;
	err = err ? err : check_first(subject, table, h, ret_sound);
	for (unsigned int i = 1; i < h->count && !err && *ret_sound; i++) {
		const uint8_t *at = table.ptr + (size_t)i * h->entry;
		uint32_t type = lkm_load_u32(at + 4, h->big_endian);
		uint64_t offset = lkm_load_word(at + (h->wide ? 24 : 16), h->wide, h->big_endian);
		uint64_t size = lkm_load_word(at + (h->wide ? 32 : 20), h->wide, h->big_endian);
		struct lkm_fault fault;
		char message[64];

		if (type == LKM_SHT_NULL || type == LKM_SHT_NOBITS ||
		    (offset <= src->size && size <= src->size - offset))
			continue;
		*ret_sound = false;
		snprintf(message, sizeof(message), "Invalid ELF section in module (section %u type %u)",
			 i, type);
		fault = format_fault(INSIDE, message);
		return lkm_subject_fault(subject, &fault,
					 "cut off: section %u reaches beyond the end of the file", i);
	}
	return err;
}

int lkm_subject_open(struct lkm_subject *subject, struct lkm_source *src, struct lkm_arena *arena,
		     struct lkm_elf *ret, bool *ret_open)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_fault fault = format_fault(ANY, "");
	struct header header;
	bool sound;
	int err = check_header(subject, src, &header, &sound);

	*ret_open = false;
	if (!err && sound)
		err = check_table(subject, src, &header, &sound);
	if (!err && sound)
		err = check_sections(subject, src, &header, &sound);
	if (err || !sound)
		return err;
	err = lkm_elf_init(ret, src, arena, &diag);
	if (err == -ENOMEM || err == -EIO)
		return err;
	if (err < 0)
		return lkm_subject_fault(subject, &fault, "%s", diag.what);
	*ret_open = true;
	return 0;
}

static size_t count_named(const struct lkm_elf *elf, const char *name,
			  const struct lkm_elf_section **ret_first)
{
	size_t count = 0;

	for (size_t i = 1; i < elf->section_count; i++) {
		if (!lkm_str_is(elf->sections[i].name, name))
			continue;
		if (count++ == 0 && ret_first)
			*ret_first = &elf->sections[i];
	}
	return count;
}

static int check_symtab(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	const struct lkm_elf_section *first = lkm_elf_find_type(elf, LKM_SHT_SYMTAB, 1);
	struct lkm_fault fault;
	char message[128];

	snprintf(message, sizeof(message), "%.*s: module has no symbols (stripped?)",
		 LKM_STR_ARG(subject->shown));
	fault = format_fault(SYMTAB, message);
	if (!first)
		return lkm_subject_fault(subject, &fault, "its symbol table was stripped off");
	if (lkm_elf_find_type(elf, LKM_SHT_SYMTAB, (size_t)(first - elf->sections) + 1)) {
		fault.since = LKM_SINCE(6, 4);
		return lkm_subject_fault(subject, &fault, "it has more than one symbol table");
	}
	snprintf(message, sizeof(message), "Invalid ELF sh_link!=SHN_UNDEF(%u) or (sh_link(%u) >= "
		 "hdr->e_shnum(%zu)", first->link, first->link, elf->section_count);
	fault = format_fault(LINK, message);
	if (first->link == 0 || first->link >= elf->section_count)
		return lkm_subject_fault(subject, &fault, "its symbol table has no names");
	return 0;
}

static int check_this_module(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	const struct lkm_elf_section *section = NULL;
	size_t count = count_named(elf, this_module, &section);
	struct lkm_fault fault;
	char message[192];

	snprintf(message, sizeof(message), "module %.*s: Only one %s section must exist.",
		 LKM_STR_ARG(subject->shown), this_module);
	fault = format_fault(THIS, message);
	if (count == 0)
		return lkm_subject_fault(subject, &fault,
					 "an ELF file, but no kernel module: it has no section %s",
					 this_module);
	fault.since = LKM_SINCE(6, 4);
	if (count > 1)
		return lkm_subject_fault(subject, &fault, "it has %zu sections %s", count, this_module);
	snprintf(message, sizeof(message), "module %.*s: %s section must have a size set",
		 LKM_STR_ARG(subject->shown), this_module);
	fault.order = LKM_ORDER(LKM_STEP_ELF, THIS_NOBITS);
	if (section->type == LKM_SHT_NOBITS)
		return lkm_subject_fault(subject, &fault, "its section %s is empty", this_module);
	snprintf(message, sizeof(message), "module %.*s: %s must occupy memory during process execution",
		 LKM_STR_ARG(subject->shown), this_module);
	fault.order = LKM_ORDER(LKM_STEP_ELF, THIS_ALLOC);
	fault.since = 0; /* older kernels find only what is loaded */
	if (!(section->flags & LKM_SHF_ALLOC))
		return lkm_subject_fault(subject, &fault, "its section %s is not loaded", this_module);
	return 0;
}

/* Writable code: refused by every kernel that keeps its own code read-only. */
static int check_flags(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	const uint64_t both = LKM_SHF_WRITE | LKM_SHF_EXECINSTR;
	char message[192];

	for (size_t i = 1; i < elf->section_count; i++) {
		const struct lkm_elf_section *s = &elf->sections[i];

		if ((s->flags & both) != both)
			continue;
		snprintf(message, sizeof(message),
			 "%.*s: section %.*s (index %zu) has invalid WRITE|EXEC flags",
			 LKM_STR_ARG(subject->shown), LKM_STR_ARG(s->name), i);
		return lkm_subject_fault(subject, &(struct lkm_fault){
			.check = LKM_CHECK_SECTIONS, .order = LKM_ORDER(LKM_STEP_FLAGS, 0),
			.err = -ENOEXEC, .message = message },
			"section %.*s is writable and executable", LKM_STR_ARG(s->name));
	}
	return 0;
}

static bool is_shown(const struct lkm_elf_section *s)
{
	return (s->flags & LKM_SHF_ALLOC) && s->size;
}

/* Each section that is loaded gets a file in /sys/module/NAME/sections. */
static int check_names(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	char message[256];

	for (size_t i = 1; i < elf->section_count; i++)
		for (size_t k = 1; k < i && is_shown(&elf->sections[i]); k++) {
			if (!is_shown(&elf->sections[k]) ||
			    !lkm_str_eq(elf->sections[k].name, elf->sections[i].name))
				continue;
			snprintf(message, sizeof(message),
				 "sysfs: cannot create duplicate filename '/module/%.*s/sections/%.*s'",
				 LKM_STR_ARG(subject->name), LKM_STR_ARG(elf->sections[i].name));
			return lkm_subject_fault(subject, &(struct lkm_fault){
				.check = LKM_CHECK_SECTIONS, .order = LKM_ORDER(LKM_STEP_SYSFS, 50),
				.since = LKM_SINCE(6, 12), .err = -EEXIST, .message = message },
				"two sections are named %.*s", LKM_STR_ARG(elf->sections[i].name));
		}
	return 0;
}

static int check_common(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	struct lkm_elfsyms it;
	struct lkm_elfsym sym;
	char message[128];
	int err = lkm_elfsyms_init(&it, elf, NULL);

	if (err < 0)
		return err == -ENODATA || err == -EBADMSG ? 0 : err;
	while (lkm_elfsyms_next(&it, &sym) == 1) {
		if (sym.section != LKM_SHN_COMMON ||
		    lkm_str_starts(lkm_str(sym.name), "__gnu_lto", NULL))
			continue;
		snprintf(message, sizeof(message), "%.*s: please compile with -fno-common",
			 LKM_STR_ARG(subject->shown));
		return lkm_subject_fault(subject, &(struct lkm_fault){
			.check = LKM_CHECK_FORMAT, .order = LKM_ORDER(LKM_STEP_SYMBOLS, 90),
			.err = -ENOEXEC, .message = message },
			"%s is a common symbol: built without -fno-common", sym.name);
	}
	return 0;
}

/* Constructors may be listed in one way only. */
static int check_constructors(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	char message[128];

	if (!lkm_elf_find(elf, ".ctors") || !lkm_elf_find(elf, ".init_array"))
		return 0;
	snprintf(message, sizeof(message), "%.*s: has both .ctors and .init_array.",
		 LKM_STR_ARG(subject->shown));
	return lkm_subject_fault(subject, &(struct lkm_fault){
		.check = LKM_CHECK_SECTIONS, .order = LKM_ORDER(LKM_STEP_POINTERS, 0),
		.err = -EINVAL, .message = message }, "it has both .ctors and .init_array");
}

int lkm_subject_sections(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	struct lkm_fault fault = format_fault(MODINFO, "Only one .modinfo section must exist.");
	int err = 0;

	fault.since = LKM_SINCE(6, 4);
	if (count_named(elf, ".modinfo", NULL) > 1)
		err = lkm_subject_fault(subject, &fault, "it has more than one section .modinfo");
	err = err ? err : check_symtab(subject, elf);
	err = err ? err : check_this_module(subject, elf);
	err = err ? err : check_flags(subject, elf);
	err = err ? err : check_constructors(subject, elf);
	err = err ? err : check_common(subject, elf);
	return err ? err : check_names(subject, elf);
}
