#include "link/map.h"

#include "fmt/elfsym.h"

/* ELF: the symbol is the name of a source file. */
#define STT_FILE_NAME 4

static int compare_sections(const void *left, const void *right)
{
	const struct lkm_loadmap_section *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static int compare_symbols(const void *left, const void *right)
{
	const struct lkm_loadmap_symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* Loaded, and it is known where. */
static bool has_place(const struct lkm_layout *layout, size_t section)
{
	return lkm_layout_loaded(layout, section) &&
	       layout->regions[layout->sections[section].region].placed;
}

static int list_sections(struct lkm_loadmap *map, const struct lkm_layout *layout)
{
	const struct lkm_elf *elf = layout->elf;
	struct lkm_loadmap_section *list =
		lkm_arena_alloc(elf->arena, elf->section_count * sizeof(*list));
	size_t count = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 1; i < elf->section_count; i++) {
		const struct lkm_layout_section *s = &layout->sections[i];

		if (!has_place(layout, i) || s->size == 0)
			continue;
		list[count++] = (struct lkm_loadmap_section){
			.name = elf->sections[i].name,
			.size = s->size,
			.address = lkm_layout_address(layout, i),
			.align = s->align,
			.index = i,
		};
	}
	qsort(list, count, sizeof(*list), compare_sections);
	map->sections = list;
	map->section_count = count;
	return 0;
}

static char letter_of(const struct lkm_layout *layout, const struct lkm_elfsym *sym)
{
	uint64_t flags;
	char letter;

	if (sym->section == LKM_SHN_ABS)
		return sym->bind == LKM_STB_LOCAL ? 'a' : 'A';
	flags = layout->elf->sections[sym->section].flags;
	if (flags & LKM_SHF_EXECINSTR)
		letter = 'T';
	else if (flags & LKM_SHF_WRITE)
		letter = 'D';
	else
		letter = flags & LKM_SHF_ALLOC ? 'R' : '?';
	return sym->bind == LKM_STB_LOCAL && letter != '?' ? (char)(letter - 'A' + 'a') : letter;
}

/* Does it have a line, and which? */
static bool describe(const struct lkm_layout *layout, const struct lkm_elfsym *sym,
		     struct lkm_loadmap_symbol *ret)
{
	bool absolute = sym->section == LKM_SHN_ABS;
	struct lkm_str name = lkm_str(sym->name);

	if (sym->type == STT_FILE_NAME || (!absolute && !has_place(layout, sym->section)))
		return false;
	if (sym->type == LKM_STT_SECTION && !absolute)
		name = layout->elf->sections[sym->section].name;
	if (name.len == 0)
		return false;
	*ret = (struct lkm_loadmap_symbol){
		.name = name,
		.address = sym->value,
		.section = absolute ? 0 : sym->section,
		.letter = letter_of(layout, sym),
	};
	if (!absolute)
		ret->address += lkm_layout_address(layout, sym->section);
	return true;
}

static int list_symbols(struct lkm_loadmap *map, const struct lkm_layout *layout,
			struct lkm_diag *diag)
{
	struct lkm_elfsyms symbols;
	struct lkm_elfsym sym;
	int more = lkm_elfsyms_init(&symbols, layout->elf, diag);

	if (more < 0)
		return more;
	map->symbols = lkm_arena_alloc(layout->elf->arena,
				       (symbols.count + 1) * sizeof(*map->symbols));
	if (!map->symbols)
		return -ENOMEM;
	while ((more = lkm_elfsyms_next(&symbols, &sym)) > 0) {
		struct lkm_loadmap_symbol *to = &map->symbols[map->symbol_count];

		if (!describe(layout, &sym, to))
			continue;
		to->index = symbols.next - 1;
		map->symbol_count++;
	}
	if (more < 0)
		return lkm_diag_set(diag, more, "symbol %zu is malformed", symbols.next);
	qsort(map->symbols, map->symbol_count, sizeof(*map->symbols), compare_symbols);
	return 0;
}

int lkm_loadmap_init(struct lkm_loadmap *map, const struct lkm_layout *layout,
		     struct lkm_diag *diag)
{
	struct lkm_loadmap new = { .wide = layout->elf->wide };
	int err = list_sections(&new, layout);

	err = err ? err : list_symbols(&new, layout, diag);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot make the map");
	*map = new;
	return 0;
}

/* The power of two; alignments were checked when the module was laid out. */
static unsigned int log2_of(uint64_t align)
{
	return align ? (unsigned int)__builtin_ctzll(align) : 0;
}

void lkm_loadmap_print(const struct lkm_loadmap *map, struct lkm_buf *buf)
{
	int digits = map->wide ? 16 : 8;

	lkm_buf_printf(buf, "Sections:       Size      %-*s  Align\n", digits, "Address");
	for (size_t i = 0; i < map->section_count; i++) {
		const struct lkm_loadmap_section *s = &map->sections[i];

		lkm_buf_printf(buf, "%-15.*s %08llx  %0*llx  2**%u\n", LKM_STR_ARG(s->name),
			       (unsigned long long)s->size, digits,
			       (unsigned long long)s->address, log2_of(s->align));
	}
	lkm_buf_puts(buf, "\nSymbols:\n");
	for (size_t i = 0; i < map->symbol_count; i++) {
		const struct lkm_loadmap_symbol *s = &map->symbols[i];

		lkm_buf_printf(buf, "%0*llx %c %.*s\n", digits, (unsigned long long)s->address,
			       s->letter, LKM_STR_ARG(s->name));
	}
}
