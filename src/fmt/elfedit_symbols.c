#include <elf.h>

#include "fmt/elfedit_core.h"
#include "fmt/elfsym.h"
#include "fmt/exports.h"

/* A symbol table in the making: what is there, and what comes behind it. */
struct growing {
	const struct lkm_edit *edit;
	struct lkm_elfsyms old;
	size_t symtab, strtab; /* their sections */
	size_t count;	       /* symbols so far */
	struct lkm_buf symbols, strings;
};

static void growing_release(struct growing *g)
{
	lkm_buf_release(&g->symbols);
	lkm_buf_release(&g->strings);
}
LKM_DEFINE_AUTO(growing)

static int growing_open(struct growing *g, const struct lkm_edit *edit, struct lkm_diag *diag)
{
	const struct lkm_elf_section *table;
	int err;

	*g = (struct growing){ .edit = edit };
	err = lkm_elfsyms_init(&g->old, &edit->elf, diag);
	if (err < 0)
		return err;
	table = lkm_elf_find_type(&edit->elf, LKM_SHT_SYMTAB, 1);
	g->symtab = lkm_edit_index(edit, table);
	g->strtab = table->link;
	g->count = g->old.count;
	lkm_buf_add(&g->symbols, g->old.symbols.ptr, g->count * (edit->elf.wide ? 24 : 16));
	lkm_buf_add(&g->strings, g->old.strings.ptr, g->old.strings.len);
	return 0;
}

/* One global symbol more, named `prefix` and `name` together; its number. */
static uint32_t growing_add(struct growing *g, const char *prefix,
			    const struct lkm_elfedit_symbol *symbol)
{
	const struct lkm_edit *edit = g->edit;
	size_t at = g->strings.len, len;

	lkm_buf_puts(&g->strings, prefix);
	lkm_buf_puts(&g->strings, symbol->name);
	len = g->strings.len - at;
	if (!lkm_buf_error(&g->strings) && len > LKM_ELFEDIT_NAME_MAX)
		g->strings.len = at + LKM_ELFEDIT_NAME_MAX;
	lkm_buf_putc(&g->strings, '\0');
	lkm_edit_num(edit, &g->symbols, at, 4);
	if (!edit->elf.wide) {
		lkm_edit_num(edit, &g->symbols, symbol->value, 4);
		lkm_edit_num(edit, &g->symbols, 0, 4);
	}
	lkm_edit_num(edit, &g->symbols, ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), 1);
	lkm_edit_num(edit, &g->symbols, 0, 1);
	lkm_edit_num(edit, &g->symbols, symbol->section, 2);
	if (edit->elf.wide) {
		lkm_edit_num(edit, &g->symbols, symbol->value, 8);
		lkm_edit_num(edit, &g->symbols, 0, 8);
	}
	return (uint32_t)g->count++;
}

/* Give a symbol that is there another name. */
static void growing_rename(struct growing *g, size_t index, struct lkm_str name)
{
	const struct lkm_edit *edit = g->edit;
	size_t at = index * (edit->elf.wide ? 24 : 16);

	if (lkm_buf_error(&g->symbols))
		return;
	for (size_t i = 0; i < 4; i++)
		g->symbols.ptr[at + i] =
			(char)(uint8_t)(g->strings.len >> 8 * (edit->elf.big_endian ? 3 - i : i));
	lkm_buf_str(&g->strings, name);
	lkm_buf_putc(&g->strings, '\0');
}

static int growing_finish(struct growing *g, struct lkm_edit *edit, struct lkm_diag *diag)
{
	if (g->strings.len > UINT32_MAX)
		return lkm_diag_set(diag, -EFBIG, "the names of the symbols become too long");
	lkm_edit_replace(edit, g->symtab, &g->symbols);
	lkm_edit_replace(edit, g->strtab, &g->strings);
	return 0;
}

int lkm_elfedit_add_symbols(struct lkm_blob *image, const struct lkm_elfedit_symbol *symbols,
			    size_t count, struct lkm_diag *diag)
{
	lkm_auto(lkm_edit) struct lkm_edit edit = { 0 };
	lkm_auto(growing) struct growing g = { 0 };
	int err;

	if (count > LKM_ELFEDIT_SYMBOLS_MAX)
		return lkm_diag_set(diag, -EFBIG, "%zu symbols are too many to add", count);
	err = lkm_edit_open(&edit, image, diag);
	err = err ? err : growing_open(&g, &edit, diag);
	if (err < 0)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (symbols[i].section == 0 || symbols[i].section >= edit.elf.section_count ||
		    symbols[i].section >= SHN_LORESERVE)
			return lkm_diag_set(diag, -EINVAL, "no section %u for the symbol %s",
					    symbols[i].section, symbols[i].name);
		growing_add(&g, "", &symbols[i]);
	}
	err = growing_finish(&g, &edit, diag);
	return err ? err : lkm_edit_finish(&edit, diag);
}

/* ---- exports ---- */

/* How a machine writes a word of __ksymtab. */
struct entry_shape {
	uint16_t machine;
	uint32_t relocation;
	unsigned int word; /* bytes */
};

static const struct entry_shape *find_shape(const struct lkm_elf *elf)
{
	static const struct entry_shape shapes[] = {
		{ EM_X86_64, R_X86_64_PC32, 4 },  { EM_AARCH64, R_AARCH64_PREL32, 4 },
		{ EM_S390, R_390_64, 8 },	  { EM_PPC64, R_PPC64_ADDR64, 8 },
		{ EM_RISCV, R_RISCV_64, 8 },
	};

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]) && elf->wide; i++)
		if (shapes[i].machine == elf->machine)
			return &shapes[i];
	return NULL;
}

/* One symbol that is to be exported. */
struct chosen {
	const char *name;
	uint32_t symbol;
};

struct choice {
	LKM_VEC(struct chosen) list;
};

static void choice_release(struct choice *choice)
{
	lkm_vec_release(&choice->list);
}
LKM_DEFINE_AUTO(choice)

/* What the build itself makes, and what goes away after init, is nobody else's business. */
static bool is_exportable(const struct lkm_elf *elf, const struct lkm_elfsym *symbol)
{
	static const char *const own[] = { "init_module", "cleanup_module", "__this_module" };
	static const char *const prefixes[] = { "__pfx_", "__cfi_", "__ksymtab_", "__kstrtab",
						"__crc_",  "__UNIQUE_ID_", "__mod_",
						"__insmod_", "__start_", "__stop_" };
	const struct lkm_elf_section *s;

	if (symbol->section == LKM_SHN_UNDEF || symbol->section >= elf->section_count ||
	    symbol->bind == LKM_STB_LOCAL || symbol->name[0] == '\0')
		return false;
	s = &elf->sections[symbol->section];
	if (!(s->flags & LKM_SHF_ALLOC) || lkm_str_starts(s->name, ".init", NULL) ||
	    lkm_str_starts(s->name, ".exit", NULL) || lkm_str_is(s->name, ".modinfo"))
		return false;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(symbol->name, own[i]) == 0)
			return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (lkm_str_starts(lkm_str(symbol->name), prefixes[i], NULL))
			return false;
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct chosen *)a)->name, ((const struct chosen *)b)->name);
}

static int choose(const struct lkm_elf *elf, struct lkm_elfsyms *symbols, struct choice *choice,
		  lkm_elfedit_wants *wants, void *ctx)
{
	struct lkm_elfsym symbol;
	size_t kept = 0;
	int got;

	while ((got = lkm_elfsyms_next(symbols, &symbol)) > 0) {
		struct chosen *chosen;

		if (!is_exportable(elf, &symbol) || (wants && !wants(ctx, symbol.name)))
			continue;
		if (choice->list.len >= LKM_ELFEDIT_SYMBOLS_MAX)
			return -EFBIG;
		chosen = lkm_vec_push(&choice->list);
		if (!chosen)
			return -ENOMEM;
		*chosen = (struct chosen){ symbol.name, (uint32_t)(symbols->next - 1) };
	}
	if (got < 0 || choice->list.len == 0)
		return got;
	qsort(choice->list.ptr, choice->list.len, sizeof(choice->list.ptr[0]), by_name);
	/* A sound file has no name twice; the kernel would refuse it. */
	for (size_t i = 1; i < choice->list.len; i++)
		if (strcmp(choice->list.ptr[i].name, choice->list.ptr[kept].name) != 0)
			choice->list.ptr[++kept] = choice->list.ptr[i];
	choice->list.len = kept + 1;
	return 0;
}

/* What a table of exports consists of, in the making. */
struct tables {
	struct lkm_buf entries, relocations, strings, flags;
};

static void tables_release(struct tables *t)
{
	lkm_buf_release(&t->entries);
	lkm_buf_release(&t->relocations);
	lkm_buf_release(&t->strings);
	lkm_buf_release(&t->flags);
}
LKM_DEFINE_AUTO(tables)

static void add_relocation(const struct growing *g, struct tables *t, uint32_t type,
			   uint32_t symbol, size_t offset)
{
	lkm_edit_num(g->edit, &t->relocations, offset, 8);
	lkm_edit_num(g->edit, &t->relocations, (uint64_t)symbol << 32 | type, 8);
	lkm_edit_num(g->edit, &t->relocations, 0, 8);
}

/* The new sections in their order, counted from the first. */
enum { KSYMTAB, RELA, FLAGS, STRINGS, NEW_SECTIONS };

static void add_entry(struct growing *g, struct tables *t, const struct entry_shape *shape,
		      const struct chosen *chosen)
{
	uint32_t first = (uint32_t)g->edit->elf.section_count;
	size_t at = t->entries.len;
	struct lkm_elfedit_symbol label = { chosen->name, first + STRINGS, t->strings.len };

	lkm_buf_add(&t->strings, chosen->name, strlen(chosen->name) + 1);
	lkm_buf_putc(&t->flags, 0);
	for (unsigned int i = 0; i < 3 * shape->word; i++)
		lkm_buf_putc(&t->entries, 0);
	add_relocation(g, t, shape->relocation, chosen->symbol, at);
	add_relocation(g, t, shape->relocation, growing_add(g, "__kstrtab_", &label),
		       at + shape->word);
	label = (struct lkm_elfedit_symbol){ chosen->name, first + KSYMTAB, at };
	growing_add(g, "__ksymtab_", &label);
}

static bool has_exports(const struct lkm_elf *elf)
{
	bool gpl_only;

	for (size_t i = 1; i < elf->section_count; i++)
		if (lkm_exports_is_table(elf->sections[i].name, &gpl_only))
			return true;
	return false;
}

static int add_tables(struct lkm_edit *edit, struct growing *g, const struct tables *t,
		      const struct entry_shape *shape, struct lkm_diag *diag)
{
	uint32_t first = (uint32_t)edit->elf.section_count;
	const struct lkm_edit_section sections[NEW_SECTIONS] = {
		[KSYMTAB] = { "__ksymtab", LKM_SHT_PROGBITS, .flags = LKM_SHF_ALLOC,
			      .align = shape->word, .contents = &t->entries },
		[RELA] = { ".rela__ksymtab", LKM_SHT_RELA, .flags = SHF_INFO_LINK,
			   .link = (uint32_t)g->symtab, .info = first + KSYMTAB, .align = 8,
			   .entsize = 24, .contents = &t->relocations },
		[FLAGS] = { "__kflagstab", LKM_SHT_PROGBITS, .flags = LKM_SHF_ALLOC, .align = 1,
			    .contents = &t->flags },
		[STRINGS] = { "__ksymtab_strings", LKM_SHT_PROGBITS, .flags = LKM_SHF_ALLOC,
			      .align = 1, .contents = &t->strings },
	};
	int err = growing_finish(g, edit, diag);

	return err ? err : lkm_edit_add_sections(edit, sections, NEW_SECTIONS, diag);
}

int lkm_elfedit_export(struct lkm_blob *image, lkm_elfedit_wants *wants, void *ctx,
		       size_t *ret_count, struct lkm_diag *diag)
{
	lkm_auto(lkm_edit) struct lkm_edit edit = { 0 };
	lkm_auto(growing) struct growing g = { 0 };
	lkm_auto(choice) struct choice choice = { .list = LKM_VEC_INIT };
	lkm_auto(tables) struct tables tables = { 0 };
	const struct entry_shape *shape;
	int err;

	err = lkm_edit_open(&edit, image, diag);
	err = err ? err : growing_open(&g, &edit, diag);
	if (err < 0)
		return err;
	shape = find_shape(&edit.elf);
	if (has_exports(&edit.elf))
		return lkm_diag_set(diag, -EEXIST, "the module says itself what it exports");
	if (!shape)
		return lkm_diag_set(diag, -ENOTSUP, "cannot make exports for this machine");
	err = choose(&edit.elf, &g.old, &choice, wants, ctx);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the module's symbols");
	for (size_t i = 0; i < choice.list.len; i++)
		add_entry(&g, &tables, shape, &choice.list.ptr[i]);
	if (choice.list.len > 0) {
		err = add_tables(&edit, &g, &tables, shape, diag);
		err = err ? err : lkm_edit_finish(&edit, diag);
	}
	if (err == 0 && ret_count)
		*ret_count = choice.list.len;
	return err;
}

/* ---- names with a version ---- */

/* "NAME_RPREFIX01234567" without what follows NAME; false for any other name. */
static bool has_version(struct lkm_str name, struct lkm_str prefix, struct lkm_str *ret_plain)
{
	size_t tail = 2 + prefix.len + 8;
	const char *mark;

	if (name.len <= tail)
		return false;
	mark = name.ptr + name.len - tail;
	if (memcmp(mark, "_R", 2) != 0 || memcmp(mark + 2, prefix.ptr, prefix.len) != 0)
		return false;
	for (size_t i = 0; i < 8; i++)
		if (!strchr("0123456789abcdef", mark[2 + prefix.len + i]))
			return false;
	*ret_plain = (struct lkm_str){ name.ptr, name.len - tail };
	return true;
}

int lkm_elfedit_strip_versions(struct lkm_blob *image, struct lkm_str prefix, size_t *ret_count,
			       struct lkm_diag *diag)
{
	lkm_auto(lkm_edit) struct lkm_edit edit = { 0 };
	lkm_auto(growing) struct growing g = { 0 };
	struct lkm_elfsym symbol;
	struct lkm_str plain;
	size_t count = 0;
	int err, got;

	err = lkm_edit_open(&edit, image, diag);
	err = err ? err : growing_open(&g, &edit, diag);
	if (err < 0)
		return err;
	while ((got = lkm_elfsyms_next(&g.old, &symbol)) > 0) {
		if (symbol.section != LKM_SHN_UNDEF ||
		    !has_version(lkm_str(symbol.name), prefix, &plain))
			continue;
		growing_rename(&g, g.old.next - 1, plain);
		count++;
	}
	if (got < 0)
		return lkm_diag_set(diag, got, "cannot read the module's symbols");
	if (count > 0) {
		err = growing_finish(&g, &edit, diag);
		err = err ? err : lkm_edit_finish(&edit, diag);
	}
	if (err == 0 && ret_count)
		*ret_count = count;
	return err;
}
