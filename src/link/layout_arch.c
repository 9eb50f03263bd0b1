#include "link/layout_arch.h"

#include <elf.h>

#include "base/vec.h"

static size_t index_of(const struct lkm_elf *elf, const char *name)
{
	const struct lkm_elf_section *s = lkm_elf_find(elf, name);

	return s ? (size_t)(s - elf->sections) : 0;
}

bool lkm_layout_is_trampoline(const struct lkm_layout *layout, size_t section)
{
	struct lkm_str name = layout->elf->sections[section].name;

	if (layout->elf->machine == EM_RISCV)
		return layout->plt && section == layout->plt;
	if (layout->elf->machine != EM_AARCH64)
		return false;
	return section == layout->plt || section == layout->init_plt ||
	       lkm_str_is(name, ".text.ftrace_trampoline") ||
	       lkm_str_is(name, ".init.text.ftrace_trampoline");
}

bool lkm_layout_is_got(const struct lkm_layout *layout, size_t section)
{
	return layout->got && (section == layout->got || section == layout->got_plt);
}

/* The order in which arm64 sorts branches, too. */
static int compare_rel(const void *left, const void *right)
{
	const struct lkm_elfrel *a = left, *b = right;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->symbol != b->symbol)
		return a->symbol < b->symbol ? -1 : 1;
	return a->addend < b->addend ? -1 : a->addend > b->addend;
}

/* Which relocations of a section to collect. */
typedef bool (*wanted_fn)(const struct lkm_elfsyms *symbols, size_t section,
			  const struct lkm_elfrel *rel);

/* Those relocations of section `table` that are wanted, sorted. */
static int collect(const struct lkm_elf *elf, size_t table, wanted_fn wanted,
		   struct lkm_elfrel **ret_list, size_t *ret_count)
{
	const struct lkm_elf_section *s = &elf->sections[table];
	struct lkm_elfrel *list, rel;
	struct lkm_elfsyms symbols;
	struct lkm_elfrels it, all;
	size_t count = 0;
	int err = lkm_elfsyms_init(&symbols, elf, NULL);

	err = err ? err : lkm_elfrels_open(&it, elf, table);
	if (err < 0)
		return err;
	for (all = it; lkm_elfrels_next(&all, &rel);)
		count += wanted(&symbols, s->info, &rel);
	list = lkm_arena_alloc(elf->arena, (count + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (count = 0; lkm_elfrels_next(&it, &rel);)
		if (wanted(&symbols, s->info, &rel))
			list[count++] = rel;
	qsort(list, count, sizeof(*list), compare_rel);
	*ret_list = list;
	*ret_count = count;
	return 0;
}

/* Is entry i of a sorted list the same jump as the one before? */
static bool is_repeated(const struct lkm_elfrel *list, size_t i)
{
	return i > 0 && compare_rel(&list[i], &list[i - 1]) == 0;
}

/* ---- arm64 --------------------------------------------------------------------------------------- */

bool lkm_arm64_leaves(const struct lkm_elfsyms *symbols, size_t section,
		      const struct lkm_elfrel *rel)
{
	struct lkm_elfsym sym;

	return (rel->type == R_AARCH64_JUMP26 || rel->type == R_AARCH64_CALL26) &&
	       lkm_elfsyms_at(symbols, rel->symbol, &sym) == 0 && sym.section != section;
}

int lkm_arm64_branches(const struct lkm_elf *elf, size_t relocations,
		       struct lkm_elfrel **ret_branches, size_t *ret_count)
{
	return collect(elf, relocations, lkm_arm64_leaves, ret_branches, ret_count);
}

static bool is_adrp(const struct lkm_elfsyms *symbols, size_t section, const struct lkm_elfrel *rel)
{
	(void)symbols;
	(void)section;
	return rel->type == R_AARCH64_ADR_PREL_PG_HI21 || rel->type == R_AARCH64_ADR_PREL_PG_HI21_NC;
}

/*
 * The alignment of the section with which the address of that offset has a 0
 * among its bits 3 to 11, as the last 8 bytes of a page do not; more than a page
 * when there is none.
 */
static uint64_t safe_alignment(uint64_t offset)
{
	uint64_t align = 16;

	while (align <= 4096 && (offset & align / 2))
		align *= 2;
	return align;
}

/* Each ADRP raises the alignment of its section, or takes an entry. */
static int count_adrp(struct lkm_layout *layout, size_t table, uint64_t *entries)
{
	struct lkm_layout_section *target = &layout->sections[layout->elf->sections[table].info];
	struct lkm_elfrel *list;
	size_t count;
	int err = collect(layout->elf, table, is_adrp, &list, &count);

	for (size_t i = 0; err == 0 && i < count; i++) {
		uint64_t align = safe_alignment(list[i].offset);

		*entries += align > 4096;
		if (align <= 4096 && align > target->align)
			target->align = align;
	}
	return err;
}

static int count_arm64(struct lkm_layout *layout, size_t table, uint64_t *ret_entries)
{
	struct lkm_elfrel *list;
	uint64_t entries = 0;
	size_t count;
	int err = lkm_arm64_branches(layout->elf, table, &list, &count);

	for (size_t i = 0; err == 0 && i < count; i++)
		entries += list[i].addend != 0 || !is_repeated(list, i);
	if (!err && layout->kernel.erratum_843419) {
		err = count_adrp(layout, table, &entries);
		/* Some entries cannot be used: they begin with an ADRP too. */
		entries += (entries + 4096 / LKM_ARM64_PLT_ENTRY - 1) / (4096 / LKM_ARM64_PLT_ENTRY);
	}
	*ret_entries += entries;
	return err;
}

static void set_room(struct lkm_layout *layout, size_t section, uint64_t entries, uint64_t align)
{
	layout->sections[section].size = entries * LKM_ARM64_PLT_ENTRY;
	layout->sections[section].align = align;
}

static int add_arm64(struct lkm_layout *layout, struct lkm_diag *diag)
{
	const struct lkm_elf *elf = layout->elf;
	uint64_t entries[2] = { 1, 1 }; /* one more than can be needed */

	layout->plt = index_of(elf, ".plt");
	layout->init_plt = index_of(elf, ".init.plt");
	if (!layout->plt || !layout->init_plt)
		return lkm_diag_set(diag, -ENOEXEC, "module PLT section(s) missing");
	for (size_t i = 1; i < elf->section_count; i++) {
		const struct lkm_elf_section *s = &elf->sections[i], *target;
		int err;

		if (s->type != LKM_SHT_RELA || s->info >= elf->section_count)
			continue;
		target = &elf->sections[s->info];
		if (!(target->flags & LKM_SHF_EXECINSTR))
			continue;
		err = count_arm64(layout, i, &entries[lkm_str_starts(target->name, ".init", NULL)]);
		if (err < 0)
			return err;
	}
	for (size_t i = 1; i < elf->section_count; i++)
		if (lkm_layout_is_trampoline(layout, i))
			set_room(layout, i, layout->kernel.ftrace_entries, 4);
	set_room(layout, layout->plt, entries[0], 64);
	set_room(layout, layout->init_plt, entries[1], 64);
	return 0;
}

/* ---- s390x --------------------------------------------------------------------------------------- */

bool lkm_s390_needs_got(uint32_t type)
{
	switch (type) {
	case R_390_GOT12: case R_390_GOT16: case R_390_GOT20: case R_390_GOT32:
	case R_390_GOT64: case R_390_GOTENT:
	case R_390_GOTPLT12: case R_390_GOTPLT16: case R_390_GOTPLT20: case R_390_GOTPLT32:
	case R_390_GOTPLT64: case R_390_GOTPLTENT:
		return true;
	default:
		return false;
	}
}

bool lkm_s390_needs_plt(uint32_t type)
{
	switch (type) {
	case R_390_PLT16DBL: case R_390_PLT32DBL: case R_390_PLT32: case R_390_PLT64:
	case R_390_PLTOFF16: case R_390_PLTOFF32: case R_390_PLTOFF64:
		return true;
	default:
		return false;
	}
}

/* Count symbols, each once: bit 0 of its mark is the GOT, bit 1 the PLT. */
static void count_s390(struct lkm_layout *layout, struct lkm_elfrels *it, uint8_t *marks,
		       size_t symbols)
{
	struct lkm_elfrel rel;

	while (lkm_elfrels_next(it, &rel)) {
		uint8_t mark = (uint8_t)(lkm_s390_needs_got(rel.type) | lkm_s390_needs_plt(rel.type) << 1);

		if (rel.symbol >= symbols)
			continue;
		mark &= (uint8_t)~marks[rel.symbol];
		layout->got_size += mark & 1 ? 8 : 0;
		layout->plt_size += mark & 2 ? LKM_S390_PLT_ENTRY : 0;
		marks[rel.symbol] |= mark;
	}
}

static int add_s390(struct lkm_layout *layout, struct lkm_diag *diag)
{
	const struct lkm_elf *elf = layout->elf;
	lkm_autofree uint8_t *marks = NULL;
	struct lkm_elfsyms symbols;
	int err = lkm_elfsyms_init(&symbols, elf, diag);

	if (err < 0)
		return err;
	marks = calloc(symbols.count + 1, 1);
	if (!marks)
		return -ENOMEM;
	for (size_t i = 1; i < elf->section_count && err == 0; i++) {
		struct lkm_elfrels it;

		if (elf->sections[i].type != LKM_SHT_RELA)
			continue;
		err = lkm_elfrels_open(&it, elf, i);
		if (err == 0)
			count_s390(layout, &it, marks, symbols.count);
	}
	if (layout->plt_size && layout->kernel.expoline)
		layout->plt_size += LKM_S390_PLT_ENTRY;
	return err;
}

/* ---- ppc64le ------------------------------------------------------------------------------------- */

bool lkm_ppc64_is_call(const struct lkm_elfsyms *symbols, size_t section,
		       const struct lkm_elfrel *rel)
{
	(void)symbols;
	(void)section;
	return rel->type == R_PPC64_REL24;
}

/* The loader's order begins with the highest. */
int lkm_ppc64_calls(const struct lkm_elf *elf, size_t relocations, struct lkm_elfrel **ret_calls,
		    size_t *ret_count)
{
	int err = collect(elf, relocations, lkm_ppc64_is_call, ret_calls, ret_count);

	for (size_t i = 0; !err && i < *ret_count / 2; i++) {
		struct lkm_elfrel *low = *ret_calls + i, *high = *ret_calls + *ret_count - 1 - i;
		struct lkm_elfrel swap = *low;

		*low = *high;
		*high = swap;
	}
	return err;
}

static int add_ppc64(struct lkm_layout *layout, struct lkm_diag *diag)
{
	const struct lkm_elf *elf = layout->elf;
	uint64_t stubs = 1 + layout->kernel.ftrace_entries;

	layout->stubs = index_of(elf, ".stubs");
	layout->toc = index_of(elf, ".toc");
	if (!layout->stubs)
		return lkm_diag_set(diag, -ENOEXEC, "doesn't contain .stubs.");
	if (!layout->toc)
		layout->toc = layout->stubs;
	for (size_t i = 1; i < elf->section_count; i++) {
		struct lkm_elfrel *list;
		size_t count;
		int err;

		if (elf->sections[i].type != LKM_SHT_RELA)
			continue;
		err = lkm_ppc64_calls(elf, i, &list, &count);
		if (err < 0)
			return err;
		for (size_t n = 0; n < count; n++)
			stubs += !is_repeated(list, n);
	}
	layout->sections[layout->stubs].size = stubs * LKM_PPC64_STUB;
	return 0;
}

/* ---- riscv64 ------------------------------------------------------------------------------------- */

static bool wants_plt(const struct lkm_elfsyms *symbols, size_t section,
		      const struct lkm_elfrel *rel)
{
	(void)symbols;
	(void)section;
	return rel->type == R_RISCV_CALL_PLT || rel->type == LKM_R_RISCV_PLT32;
}

/* Older loaders counted calls only. */
static bool wants_plt_for_call(const struct lkm_elfsyms *symbols, size_t section,
			       const struct lkm_elfrel *rel)
{
	return wants_plt(symbols, section, rel) && rel->type == R_RISCV_CALL_PLT;
}

static bool wants_got(const struct lkm_elfsyms *symbols, size_t section,
		      const struct lkm_elfrel *rel)
{
	(void)symbols;
	(void)section;
	return rel->type == R_RISCV_GOT_HI20;
}

/* Those relocations of all sections with code that are wanted. */
struct wanted {
	LKM_VEC(struct lkm_elfrel) all;
	uint64_t different; /* within their sections */
};

static int collect_all(const struct lkm_elf *elf, wanted_fn wants, struct wanted *ret)
{
	for (size_t i = 0; i < elf->section_count; i++) {
		const struct lkm_elf_section *s = &elf->sections[i];
		struct lkm_elfrel *list, *to;
		size_t count;
		int err;

		if (s->type != LKM_SHT_RELA || s->info >= elf->section_count ||
		    !(elf->sections[s->info].flags & LKM_SHF_EXECINSTR))
			continue;
		err = collect(elf, i, wants, &list, &count);
		if (err < 0)
			return err;
		for (size_t n = 0; n < count; n++) {
			to = lkm_vec_push(&ret->all);
			if (!to)
				return -ENOMEM;
			*to = list[n];
			ret->different += !is_repeated(list, n);
		}
	}
	return 0;
}

/* How many entries they take, one more than is needed. */
static int count_riscv(const struct lkm_layout *layout, wanted_fn wants, uint64_t *ret)
{
	struct wanted wanted = { 0 };
	int err = collect_all(layout->elf, wants, &wanted);
	uint64_t entries = 1;

	if (!err && layout->kernel.shared_entries && wanted.all.len) {
		qsort(wanted.all.ptr, wanted.all.len, sizeof(*wanted.all.ptr), compare_rel);
		for (size_t n = 0; n < wanted.all.len; n++)
			entries += !is_repeated(wanted.all.ptr, n);
	} else {
		entries += wanted.different;
	}
	lkm_vec_release(&wanted.all);
	if (!err)
		*ret = entries;
	return err;
}

static void set_entries(struct lkm_layout *layout, size_t section, uint64_t entries, uint64_t size)
{
	layout->sections[section].size = entries * size;
	layout->sections[section].align = 64; /* a cache line */
}

/* The module tells: a kernel without CONFIG_MODULE_SECTIONS builds it without any of the three. */
static int add_riscv(struct lkm_layout *layout, struct lkm_diag *diag)
{
	uint64_t plts, gots;
	int err;

	layout->plt = index_of(layout->elf, ".plt");
	layout->got = index_of(layout->elf, ".got");
	layout->got_plt = index_of(layout->elf, ".got.plt");
	if (!layout->plt && !layout->got && !layout->got_plt)
		return 0;
	if (!layout->plt || !layout->got || !layout->got_plt)
		return lkm_diag_set(diag, -ENOEXEC, "module %s section(s) missing",
				    !layout->plt ? "PLT" : !layout->got ? "GOT" : "GOT.PLT");
	err = count_riscv(layout, layout->kernel.shared_entries ? wants_plt : wants_plt_for_call, &plts);
	err = err ? err : count_riscv(layout, wants_got, &gots);
	if (err < 0)
		return err;
	set_entries(layout, layout->plt, plts, LKM_RISCV_PLT_ENTRY);
	set_entries(layout, layout->got, gots, LKM_RISCV_GOT_ENTRY);
	set_entries(layout, layout->got_plt, plts, LKM_RISCV_GOT_ENTRY);
	return 0;
}

int lkm_layout_add_arch(struct lkm_layout *layout, struct lkm_diag *diag)
{
	switch (layout->elf->machine) {
	case EM_AARCH64:
		return add_arm64(layout, diag);
	case EM_S390:
		return layout->elf->wide ? add_s390(layout, diag) : 0;
	case EM_PPC64:
		return add_ppc64(layout, diag);
	case EM_RISCV:
		return layout->elf->wide ? add_riscv(layout, diag) : 0;
	default:
		return 0;
	}
}
