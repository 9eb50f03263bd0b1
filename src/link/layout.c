#include "link/layout.h"

#include <elf.h>

#include "fmt/elfsym.h"
#include "link/layout_arch.h"

static bool has_prefix(struct lkm_str name, const char *prefix)
{
	return lkm_str_starts(name, prefix, NULL);
}

/* Sections that the loader reads and does not load, or puts elsewhere. */
static bool is_set_apart(struct lkm_str name)
{
	static const char *const names[] = { ".modinfo", "__versions", "__version_ext_crcs",
					     "__version_ext_names", ".data..percpu" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (lkm_str_is(name, names[i]))
			return true;
	return false;
}

static bool is_init(const struct lkm_layout *layout, struct lkm_str name)
{
	uint16_t machine = layout->elf->machine;

	/* One TOC pointer serves all of a ppc64 module, so nothing is apart. */
	if (machine == EM_PPC64)
		return false;
	if (machine == EM_ARM && (has_prefix(name, ".ARM.extab.init") ||
				  has_prefix(name, ".ARM.exidx.init")))
		return true;
	return has_prefix(name, ".init") ||
	       (!layout->kernel.keeps_exit && has_prefix(name, ".exit"));
}

static bool is_fixed_after_init(const struct lkm_layout *layout, struct lkm_str name)
{
	return lkm_str_is(name, ".data..ro_after_init") || lkm_str_is(name, "__jump_table") ||
	       (layout->kernel.static_calls_fixed && lkm_str_is(name, ".static_call_sites"));
}

/* Which pass takes a section: 1 to 4, or 0. */
static int pass_of(const struct lkm_layout *layout, size_t index)
{
	const struct lkm_elf_section *s = &layout->elf->sections[index];

	if (lkm_layout_is_trampoline(layout, index))
		return 1;
	if (lkm_layout_is_got(layout, index))
		return 2;
	if (!(s->flags & LKM_SHF_ALLOC) || is_set_apart(s->name))
		return 0;
	if (s->flags & LKM_SHF_EXECINSTR)
		return 1;
	if (!(s->flags & LKM_SHF_WRITE))
		return 2;
	return is_fixed_after_init(layout, s->name) ? 3 : 4;
}

static enum lkm_region region_of(const struct lkm_layout *layout, int pass, bool init)
{
	static const enum lkm_region regions[2][5] = {
		{ LKM_REGION_NONE, LKM_REGION_TEXT, LKM_REGION_RODATA, LKM_REGION_RO_AFTER_INIT,
		  LKM_REGION_DATA },
		{ LKM_REGION_NONE, LKM_REGION_INIT_TEXT, LKM_REGION_INIT_RODATA,
		  LKM_REGION_INIT_DATA, LKM_REGION_INIT_DATA },
	};

	if (!layout->kernel.regions)
		return init ? LKM_REGION_INIT_TEXT : LKM_REGION_TEXT;
	return regions[init][pass];
}

static uint64_t round_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

/* Put a section at the end of its region.  -EFBIG, -EBADMSG. */
static int append(struct lkm_layout *layout, size_t index, enum lkm_region region,
		  struct lkm_diag *diag)
{
	struct lkm_layout_section *s = &layout->sections[index];
	struct lkm_layout_region *r = &layout->regions[region];
	struct lkm_str name = layout->elf->sections[index].name;

	if (s->align & (s->align - 1))
		return lkm_diag_set(diag, -EBADMSG, "section %.*s: alignment %#llx is no power of two",
				    LKM_STR_ARG(name), (unsigned long long)s->align);
	if (s->align > LKM_LAYOUT_ALIGN_MAX || s->size > LKM_LAYOUT_MAX)
		return lkm_diag_set(diag, -EFBIG, "section %.*s is too large to be loaded",
				    LKM_STR_ARG(name));
	s->region = region;
	s->offset = round_up(r->used, s->align);
	r->used = s->offset + s->size;
	return r->used > LKM_LAYOUT_MAX ? lkm_diag_set(diag, -EFBIG, "the module is too large") : 0;
}

/* A block of a kernel without regions: each kind of memory begins on a page of its own. */
static void end_pass(struct lkm_layout *layout, bool init)
{
	struct lkm_layout_region *block =
		&layout->regions[init ? LKM_REGION_INIT_TEXT : LKM_REGION_TEXT];

	if (!layout->kernel.regions)
		block->used = round_up(block->used, layout->kernel.page);
}

static int lay_out(struct lkm_layout *layout, bool init, struct lkm_diag *diag)
{
	for (int pass = 1; pass <= 4; pass++) {
		for (size_t i = 1; i < layout->elf->section_count; i++) {
			int err;

			if (pass_of(layout, i) != pass ||
			    is_init(layout, layout->elf->sections[i].name) != init)
				continue;
			err = append(layout, i, region_of(layout, pass, init), diag);
			if (err < 0)
				return err;
		}
		end_pass(layout, init);
	}
	return 0;
}

static int lay_out_percpu(struct lkm_layout *layout, struct lkm_diag *diag)
{
	const struct lkm_elf_section *s = lkm_elf_find(layout->elf, ".data..percpu");

	if (!s || !(s->flags & LKM_SHF_ALLOC))
		return 0;
	return append(layout, (size_t)(s - layout->elf->sections), LKM_REGION_PERCPU, diag);
}

/* ---- the symbols that kallsyms keeps ------------------------------------------------------------ */

/* Kept for good: named, and in a section that stays. */
static bool is_kept(const struct lkm_layout *layout, const struct lkm_elfsym *sym)
{
	return sym->name[0] != '\0' && lkm_layout_loaded(layout, sym->section) &&
	       !is_init(layout, layout->elf->sections[sym->section].name);
}

static uint64_t *data_end(struct lkm_layout *layout, bool init)
{
	enum lkm_region region = region_of(layout, 4, init);

	return &layout->regions[region].used;
}

/* After the init data: the whole symbol table, its names, and what the loader notes. */
static void add_init_tail(struct lkm_layout *layout, const struct lkm_elfsyms *symbols,
			  uint64_t align)
{
	uint64_t *end = data_end(layout, true);

	*end = round_up(*end, align) + symbols->symbols.len;
	*end += symbols->strings.len;
	*end = round_up(*end, symbols->wide ? 8 : 4) + (symbols->wide ? 32 : 16);
	*end += symbols->count;
}

static int add_symbols(struct lkm_layout *layout, struct lkm_diag *diag)
{
	const struct lkm_elf_section *table = lkm_elf_find_type(layout->elf, LKM_SHT_SYMTAB, 1);
	uint64_t strings = 1, kept = 1, *end = data_end(layout, false);
	struct lkm_elfsyms symbols;
	struct lkm_elfsym sym;
	uint64_t align;
	int more;

	if (!layout->kernel.keeps_symbols || !table)
		return 0;
	more = lkm_elfsyms_init(&symbols, layout->elf, diag);
	if (more < 0)
		return more;
	while ((more = lkm_elfsyms_next(&symbols, &sym)) > 0) {
		if (!is_kept(layout, &sym))
			continue;
		kept++;
		strings += strlen(sym.name) + 1;
	}
	if (more < 0)
		return lkm_diag_set(diag, more, "symbol %zu is malformed", symbols.next);
	align = table->align ? table->align : 1;
	if ((align & (align - 1)) || align > LKM_LAYOUT_ALIGN_MAX)
		return lkm_diag_set(diag, -EBADMSG, "the symbol table has a bad alignment");
	*end = round_up(*end, align) + kept * (symbols.wide ? 24 : 16) + strings + kept;
	add_init_tail(layout, &symbols, align);
	return 0;
}

/* Until now `used` ran ahead: size is what it came to, used the end of the last section.  -EFBIG. */
static int settle(struct lkm_layout *layout, struct lkm_diag *diag)
{
	uint64_t total = 0;

	for (size_t i = 0; i < LKM_REGION_COUNT; i++) {
		struct lkm_layout_region *r = &layout->regions[i];

		r->size = round_up(r->used, layout->kernel.page);
		total += r->size;
		r->used = i == LKM_REGION_TEXT ? layout->got_size + layout->plt_size : 0;
	}
	for (size_t i = 1; i < layout->elf->section_count; i++) {
		const struct lkm_layout_section *s = &layout->sections[i];

		if (s->region != LKM_REGION_NONE &&
		    s->offset + s->size > layout->regions[s->region].used)
			layout->regions[s->region].used = s->offset + s->size;
	}
	return total > LKM_LAYOUT_MAX ? lkm_diag_set(diag, -EFBIG, "the module is too large") : 0;
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static int start(struct lkm_layout *layout)
{
	const struct lkm_elf *elf = layout->elf;

	layout->sections = lkm_arena_alloc(elf->arena, elf->section_count * sizeof(*layout->sections));
	if (!layout->sections)
		return -ENOMEM;
	for (size_t i = 0; i < elf->section_count; i++)
		layout->sections[i] = (struct lkm_layout_section){
			.region = LKM_REGION_NONE,
			.size = elf->sections[i].size,
			.align = elf->sections[i].align ? elf->sections[i].align : 1,
		};
	return 0;
}

int lkm_layout_init(struct lkm_layout *layout, const struct lkm_elf *elf,
		    const struct lkm_link_kernel *kernel, struct lkm_diag *diag)
{
	struct lkm_layout new = { .elf = elf, .kernel = *kernel };
	int err = start(&new);

	err = err ? err : lkm_layout_add_arch(&new, diag);
	new.regions[LKM_REGION_TEXT].used = new.got_size + new.plt_size;
	err = err ? err : lay_out(&new, false, diag);
	err = err ? err : lay_out(&new, true, diag);
	err = err ? err : lay_out_percpu(&new, diag);
	err = err ? err : add_symbols(&new, diag);
	err = err ? err : settle(&new, diag);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot lay out the module");
	*layout = new;
	return 0;
}

void lkm_layout_place(struct lkm_layout *layout, uint64_t base)
{
	for (size_t i = 0; i < LKM_REGION_COUNT; i++) {
		layout->regions[i].base = base;
		layout->regions[i].placed = true;
		base += layout->regions[i].size;
	}
}

bool lkm_layout_observe(struct lkm_layout *layout, size_t section, uint64_t address)
{
	const struct lkm_layout_section *s;
	struct lkm_layout_region *r;

	if (!lkm_layout_loaded(layout, section))
		return false;
	s = &layout->sections[section];
	r = &layout->regions[s->region];
	if (r->placed)
		return r->base + s->offset == address;
	r->base = address - s->offset;
	r->placed = true;
	return true;
}

uint64_t lkm_layout_core_size(const struct lkm_layout *layout)
{
	uint64_t size = 0;

	for (size_t i = 0; i <= LKM_REGION_RO_AFTER_INIT; i++)
		size += layout->regions[i].size;
	return size;
}

const char *lkm_layout_region_name(const struct lkm_layout *layout, enum lkm_region region)
{
	static const char *const names[] = { "text",	  "data",      "rodata",      "ro_after_init",
					     "init.text", "init.data", "init.rodata", "percpu", "" };

	if (!layout->kernel.regions && region == LKM_REGION_TEXT)
		return "core";
	if (!layout->kernel.regions && region == LKM_REGION_INIT_TEXT)
		return "init";
	return names[region];
}
