#include "mklink.h"

#include <elf.h>

enum { PLACE = 8, LOCAL = 0x18, TEXT_SIZE = 32 };

static int find(const void *ctx, struct lkm_str name, size_t n, struct lkm_symbol *ret)
{
	const struct mklink *t = ctx;

	if (n > 0 || !lkm_str_is(name, "there"))
		return -ENODATA;
	*ret = (struct lkm_symbol){ .name = name, .address = t->there, .has_address = true };
	return 0;
}

static void add_text(struct mklink *t)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	size_t n;

	while (text.len < PLACE)
		lkm_buf_putc(&text, '\0');
	mkelf_num(&t->elf_file, &text, t->before, t->width);
	while (text.len < TEXT_SIZE)
		lkm_buf_putc(&text, '\0');
	n = mkelf_section(&t->elf_file, ".text", SHT_PROGBITS, text.ptr, text.len);
	t->elf_file.sections[n].flags = LKM_SHF_ALLOC | LKM_SHF_EXECINSTR;
}

static void put_relocation(struct mklink *t, struct lkm_buf *table, uint64_t offset, uint32_t type,
			   int64_t addend)
{
	size_t word = t->narrow ? 4 : 8;

	mkelf_num(&t->elf_file, table, offset, word);
	mkelf_num(&t->elf_file, table, t->narrow ? 1u << 8 | type : 1ull << 32 | type, word);
	if (t->machine != EM_386)
		mkelf_num(&t->elf_file, table, (uint64_t)addend, word);
}

/* The relocation section; the symbol table follows its string table. */
static void add_relocations(struct mklink *t)
{
	lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;
	size_t n;

	put_relocation(t, &table, PLACE, t->type, t->addend);
	if (t->other_type)
		put_relocation(t, &table, 0, t->other_type, t->other_addend);
	n = mkelf_section(&t->elf_file, ".rela.text", t->machine != EM_386 ? SHT_RELA : SHT_REL,
			  table.ptr, table.len);
	t->elf_file.sections[n].flags = 0;
	t->elf_file.sections[n].info = MKLINK_TEXT;
	t->elf_file.sections[n].link = MKLINK_SYMTAB;
}

static void add_symbols(struct mklink *t)
{
	struct mkelf_symtab table = { 0 };
	uint8_t info = LKM_STB_GLOBAL << 4 | LKM_STT_FUNC;
	size_t n;

	mkelf_symtab_add(&t->elf_file, &table, "there", info, t->local ? MKLINK_TEXT : 0,
			 t->local ? LOCAL : 0);
	n = mkelf_symtab_finish(&t->elf_file, &table);
	t->elf_file.sections[n].flags = t->elf_file.sections[n - 1].flags = 0;
}

/* What a loader wants to find in modules of its machine. */
static void add_rooms(struct mklink *t)
{
	static const char zero[8];
	size_t n;

	if (t->machine == EM_AARCH64) {
		mkelf_section(&t->elf_file, ".plt", SHT_PROGBITS, zero, 1);
		mkelf_section(&t->elf_file, ".init.plt", SHT_PROGBITS, zero, 1);
	}
	if (t->machine == EM_RISCV && t->sections) {
		n = mkelf_section(&t->elf_file, ".plt", SHT_PROGBITS, zero, 1);
		t->elf_file.sections[n].flags |= LKM_SHF_WRITE;
		mkelf_section(&t->elf_file, ".got", SHT_PROGBITS, zero, 1);
		n = mkelf_section(&t->elf_file, ".got.plt", SHT_PROGBITS, zero, 1);
		t->elf_file.sections[n].flags |= LKM_SHF_WRITE;
	}
	if (t->machine == EM_PPC64) {
		n = mkelf_section(&t->elf_file, ".stubs", SHT_NOBITS, "", 0);
		t->elf_file.sections[n].flags |= LKM_SHF_EXECINSTR;
		n = mkelf_section(&t->elf_file, ".toc", SHT_PROGBITS, zero, 8);
		t->elf_file.sections[n].flags |= LKM_SHF_WRITE;
	}
}

static void note_finding(struct mklink *t)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	t->fault = LKM_FAULT_NONE;
	t->message[0] = '\0';
	if (t->link.finding_count == 0)
		return;
	t->fault = t->link.findings[0].fault;
	lkm_link_message(&t->link, &t->link.findings[0], "m", &text);
	snprintf(t->message, sizeof(t->message), "%s", lkm_buf_cstr(&text));
}

static uint64_t read_back(const struct mklink *t)
{
	const uint8_t *at = lkm_link_section(&t->link, MKLINK_TEXT).ptr + PLACE;

	switch (t->width) {
	case 1:
		return *at;
	case 2:
		return lkm_load_u16(at, t->big_endian);
	case 4:
		return lkm_load_u32(at, t->big_endian);
	default:
		return lkm_load_u64(at, t->big_endian);
	}
}

int mklink_run(struct mklink *t)
{
	struct lkm_symbols symbols = { .find = find, .ctx = t };
	struct lkm_link_imports imports = { .symbols = &symbols };
	struct lkm_link_kernel kernel = lkm_link_kernel(lkm_str("6.12"), t->machine);
	int err;

	kernel.erratum_843419 = t->erratum;
	mkelf_init(&t->elf_file, !t->narrow, t->big_endian);
	t->elf_file.machine = t->machine;
	add_text(t);
	add_relocations(t);
	add_symbols(t);
	add_rooms(t);
	mkelf_finish(&t->elf_file);
	if (t->damage)
		t->damage(t);
	t->src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&t->elf_file.buf)));
	err = lkm_elf_init(&t->elf, &t->src, &t->arena, NULL);
	err = err ? err : lkm_layout_init(&t->layout, &t->elf, &kernel, NULL);
	if (err < 0)
		return err;
	lkm_layout_place(&t->layout, t->base & ~(uint64_t)0xfff);
	t->layout.regions[LKM_REGION_TEXT].base = t->base - t->layout.sections[MKLINK_TEXT].offset;
	err = lkm_link_run(&t->link, &t->layout, &imports, NULL);
	if (err < 0)
		return err;
	note_finding(t);
	t->after = read_back(t);
	return 0;
}

void mklink_release(struct mklink *t)
{
	lkm_arena_release(&t->arena);
	mkelf_release(&t->elf_file);
}
