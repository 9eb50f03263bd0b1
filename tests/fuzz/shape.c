#include "shape.h"

#include <elf.h>

#include "tests/unit/mkelf.h"

static const char *const section_names[] = {
	"",
	".modinfo",
	"__versions",
	"__version_ext_crcs",
	"__version_ext_names",
	"__ksymtab",
	"__ksymtab_gpl",
	"__ksymtab_gpl_future",
	"__ksymtab_unused",
	"__ksymtab_unused_gpl",
	"__ksymtab_strings",
	"__kcrctab",
	"__kcrctab_gpl",
	"__kflagstab",
	".symtab",
	".strtab",
	".rela__ksymtab",
	".rel__ksymtab_gpl",
	".note.gnu.build-id",
	".gnu.linkonce.this_module",
	".text",
	"___ksymtab+f",
	"___kcrctab+f",
};

static const uint16_t machines[] = {
	EM_X86_64, EM_386,  EM_PPC64,	EM_SPARCV9, EM_MIPS, EM_ARM,
	EM_AARCH64, EM_S390, EM_RISCV, EM_PARISC,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Entry size of a table, as the assembler writes it. */
static uint64_t entry_size(uint32_t type, bool wide)
{
	switch (type) {
	case SHT_SYMTAB:
		return wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	case SHT_RELA:
		return wide ? sizeof(Elf64_Rela) : sizeof(Elf32_Rela);
	case SHT_REL:
		return wide ? sizeof(Elf64_Rel) : sizeof(Elf32_Rel);
	default:
		return 0;
	}
}

/* One section of the recipe; false at its end. */
static bool add_section(struct mkelf *m, struct lkm_reader *r)
{
	struct lkm_bytes contents;
	uint8_t head[4];
	uint16_t size;
	size_t i;

	for (i = 0; i < COUNT(head); i++)
		if (lkm_read_u8(r, &head[i]) < 0)
			return false;
	if (lkm_read_u16(r, &size) < 0)
		return false;
	if (size > lkm_reader_left(r))
		size = (uint16_t)lkm_reader_left(r);
	if (lkm_read_bytes(r, size, &contents) < 0)
		return false;
	i = mkelf_section(m, section_names[head[0] % COUNT(section_names)], head[1], contents.ptr,
			  contents.len);
	m->sections[i].link = head[2];
	m->sections[i].info = head[3];
	m->sections[i].entsize = entry_size(head[1], m->wide);
	return true;
}

/* Follow the recipe; the file is left in f->made. */
static void make(struct fuzz_elf *f, struct lkm_bytes recipe)
{
	struct lkm_reader r = lkm_reader(recipe, false);
	uint8_t shape = 0, machine = 0;
	struct mkelf m;

	(void)lkm_read_u8(&r, &shape);
	(void)lkm_read_u8(&r, &machine);
	mkelf_init(&m, shape & 1, shape & 2);
	m.machine = machines[machine % COUNT(machines)];
	m.extended_count = shape & 4;
	while (m.count < MKELF_SECTIONS - 2 && add_section(&m, &r))
		;
	mkelf_finish(&m);
	f->made = m.buf;
}

int fuzz_elf_open(struct fuzz_elf *f, const uint8_t *data, size_t size)
{
	*f = (struct fuzz_elf){ .file = { data, size } };
	if (size < SELFMAG || memcmp(data, ELFMAG, SELFMAG) != 0) {
		make(f, f->file);
		f->file = lkm_str_bytes(lkm_buf_view(&f->made));
	}
	f->src = lkm_source_memory(f->file);
	return lkm_elf_init(&f->elf, &f->src, &f->arena, NULL);
}

void fuzz_elf_release(struct fuzz_elf *f)
{
	lkm_arena_release(&f->arena);
	lkm_buf_release(&f->made);
}
