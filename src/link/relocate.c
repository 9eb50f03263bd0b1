#include "link/relocate.h"

#include "link/relocate_arch.h"

/* A livepatch relocation: applied when the patch is, not by the loader. */
#define SHF_LIVEPATCH 0x00100000u

/* ---- machines ------------------------------------------------------------------------------------ */

static const struct lkm_reloc_machine *machine_of(const struct lkm_elf *elf)
{
	static const struct lkm_reloc_machine *const wide[] = {
		&lkm_reloc_x86_64, &lkm_reloc_arm64, &lkm_reloc_s390,
		&lkm_reloc_riscv,  &lkm_reloc_ppc64,
	};

	if (!elf->wide)
		return elf->machine == EM_386 ? &lkm_reloc_i386 : NULL;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (wide[i]->machine == elf->machine)
			return wide[i];
	return NULL;
}

const struct lkm_reloc_machine *lkm_link_machine(const struct lkm_link *link)
{
	return machine_of(link->elf);
}

static const struct lkm_reloc_type *row_of(const struct lkm_reloc_machine *machine, uint32_t type)
{
	for (size_t i = 0; i < machine->type_count; i++)
		if (machine->types[i].type == type)
			return &machine->types[i];
	return NULL;
}

/* ---- findings ------------------------------------------------------------------------------------ */

static void add(struct lkm_link *link, const struct lkm_link_finding *finding)
{
	if (link->finding_count < LKM_LINK_FINDINGS_MAX)
		link->findings[link->finding_count] = *finding;
	link->finding_count++;
}

static void add_symbol(struct lkm_link *link, enum lkm_link_fault fault, int err, uint32_t symbol,
		       const char *name)
{
	add(link, &(struct lkm_link_finding){
			  .fault = fault, .err = err, .symbol = symbol, .name = name });
}

static void add_relocation(struct lkm_link *link, const struct lkm_reloc *r,
			   enum lkm_link_fault fault, uint64_t value)
{
	struct lkm_elfsym sym = { .name = "" };

	if (lkm_elfsyms_at(&link->symbols, r->rel.symbol, &sym) < 0)
		sym.name = "";
	add(link, &(struct lkm_link_finding){
			  .fault = fault,
			  .err = machine_of(link->elf)->err,
			  .section = r->section,
			  .offset = r->rel.offset,
			  .symbol = r->rel.symbol,
			  .name = sym.name,
			  .type = r->rel.type,
			  .type_name = r->row ? r->row->name : NULL,
			  .value = value,
		  });
}

/* ---- symbols ------------------------------------------------------------------------------------- */

/* Names that the loader itself gives a meaning; their values are of no interest or come later. */
static bool is_special(const struct lkm_elf *elf, const char *name)
{
	switch (elf->machine) {
	case EM_386: case EM_X86_64: case EM_S390:
		return strcmp(name, "_GLOBAL_OFFSET_TABLE_") == 0;
	case EM_PPC64:
		return strcmp(name, ".TOC.") == 0 || strcmp(name, "TOC.") == 0;
	default:
		return false;
	}
}

static void import(struct lkm_link *link, const struct lkm_link_imports *imports,
		   const struct lkm_elfsym *sym, uint64_t *value)
{
	struct lkm_str name = lkm_str(sym->name);
	struct lkm_symbol found;

	*value = sym->value;
	if (is_special(link->elf, sym->name))
		return;
	if (link->elf->machine == EM_PPC64)
		(void)lkm_str_starts(name, ".", &name);
	if (lkm_symbols_find(imports->symbols, name, &found) == 0)
		*value = found.has_address ? found.address : imports->unknown;
	else if (sym->bind != LKM_STB_WEAK)
		add_symbol(link, LKM_FAULT_UNDEF, -ENOENT, (uint32_t)(value - link->values),
			   sym->name);
}

static void give_value(struct lkm_link *link, const struct lkm_link_imports *imports,
		       const struct lkm_elfsym *sym, uint64_t *value)
{
	if (sym->section == LKM_SHN_UNDEF)
		import(link, imports, sym, value);
	else if (sym->section == LKM_SHN_COMMON && strncmp(sym->name, "__gnu_lto", 9) != 0)
		add_symbol(link, LKM_FAULT_COMMON, -ENOEXEC, (uint32_t)(value - link->values),
			   sym->name);
	else if (lkm_layout_loaded(link->layout, sym->section))
		*value = lkm_layout_address(link->layout, sym->section) + sym->value;
	else
		*value = sym->value;
}

static int give_values(struct lkm_link *link, const struct lkm_link_imports *imports,
		       struct lkm_diag *diag)
{
	struct lkm_elfsym sym;
	int more;

	link->values = lkm_arena_alloc(link->elf->arena,
				       (link->symbols.count + 1) * sizeof(*link->values));
	if (!link->values)
		return -ENOMEM;
	memset(link->values, 0, (link->symbols.count + 1) * sizeof(*link->values));
	for (struct lkm_elfsyms it = link->symbols; (more = lkm_elfsyms_next(&it, &sym)) != 0;) {
		if (more < 0)
			return lkm_diag_set(diag, more, "symbol %zu is malformed", it.next);
		give_value(link, imports, &sym, &link->values[it.next - 1]);
	}
	return 0;
}

/* ---- bytes --------------------------------------------------------------------------------------- */

static int copy_section(struct lkm_link *link, size_t index)
{
	const struct lkm_layout_section *to = &link->layout->sections[index];
	struct lkm_bytes bytes;
	int err;

	if (!lkm_layout_loaded(link->layout, index))
		return 0;
	err = lkm_elf_contents(link->elf, &link->elf->sections[index], &bytes);
	if (err < 0)
		return err;
	/* Room for trampolines has another size than what holds its place in the file. */
	if (bytes.len > 0 && bytes.len == to->size)
		memcpy(link->bytes[to->region] + to->offset, bytes.ptr, bytes.len);
	return 0;
}

static int copy_sections(struct lkm_link *link)
{
	for (size_t i = 0; i < LKM_REGION_COUNT; i++) {
		uint64_t len = link->layout->regions[i].used;

		link->bytes[i] = lkm_arena_alloc(link->elf->arena, len + 1);
		if (!link->bytes[i])
			return -ENOMEM;
		memset(link->bytes[i], 0, len + 1);
	}
	for (size_t i = 1; i < link->elf->section_count; i++) {
		int err = copy_section(link, i);

		if (err < 0)
			return err;
	}
	return 0;
}

struct lkm_bytes lkm_link_region(const struct lkm_link *link, enum lkm_region region)
{
	return (struct lkm_bytes){ link->bytes[region], link->layout->regions[region].used };
}

struct lkm_bytes lkm_link_section(const struct lkm_link *link, size_t section)
{
	const struct lkm_layout_section *s = &link->layout->sections[section];

	return (struct lkm_bytes){ link->bytes[s->region] + s->offset, s->size };
}

/* ---- relocations --------------------------------------------------------------------------------- */

bool lkm_range_fits(enum lkm_range range, unsigned int bits, uint64_t value)
{
	if (range == LKM_RANGE_ANY || bits >= 64)
		return true;
	if (range == LKM_RANGE_UNSIGNED)
		return value >> bits == 0;
	return value + (1ull << (bits - 1)) < 1ull << bits;
}

bool lkm_reloc_locate(const struct lkm_link *link, size_t table, const struct lkm_elfrel *rel,
		      struct lkm_reloc *ret)
{
	size_t section = link->elf->sections[table].info;
	const struct lkm_layout_section *s = &link->layout->sections[section];

	*ret = (struct lkm_reloc){ .rel = *rel, .section = section, .table = table };
	if (rel->offset > s->size)
		return false;
	ret->at = link->bytes[s->region] + s->offset + rel->offset;
	ret->room = s->size - rel->offset;
	ret->place = lkm_layout_address(link->layout, section) + rel->offset;
	ret->addend = (uint64_t)rel->addend;
	if (rel->symbol < link->symbols.count)
		ret->symbol = link->values[rel->symbol];
	return true;
}

static uint64_t load(const struct lkm_link *link, const struct lkm_reloc *r)
{
	bool be = link->elf->big_endian;

	switch (r->row->size) {
	case 1:
		return *r->at;
	case 2:
		return lkm_load_u16(r->at, be);
	case 4:
		return lkm_load_u32(r->at, be);
	default:
		return lkm_load_u64(r->at, be);
	}
}

static void store(const struct lkm_link *link, const struct lkm_reloc *r, uint64_t value)
{
	bool be = link->elf->big_endian;

	switch (r->row->size) {
	case 1:
		*r->at = (uint8_t)value;
		break;
	case 2:
		lkm_store_u16(r->at, value, be);
		break;
	case 4:
		lkm_store_u32(r->at, value, be);
		break;
	default:
		lkm_store_u64(r->at, value, be);
	}
}

/* A row that is a plain number. */
static enum lkm_link_fault apply_number(const struct lkm_link *link,
					const struct lkm_reloc_machine *machine,
					const struct lkm_reloc *r, uint64_t *ret_value)
{
	enum lkm_link_fault fault = LKM_FAULT_NONE;
	uint64_t old = load(link, r), value = r->symbol + r->addend;

	if (!machine->addends)
		value += old;
	else if (machine->machine == EM_X86_64 && old != 0)
		fault = LKM_FAULT_NONZERO;
	if (r->row->form == LKM_FORM_REL)
		value -= r->place;
	if (!lkm_range_fits(r->row->range, r->row->size * 8u, value))
		fault = LKM_FAULT_RANGE;
	store(link, r, value);
	*ret_value = machine->reports_targets ? r->symbol + r->addend : value;
	return fault;
}

static enum lkm_link_fault apply_row(struct lkm_link *link,
				     const struct lkm_reloc_machine *machine,
				     const struct lkm_reloc *r, uint64_t *ret_value)
{
	if (!r->row || r->row->form == LKM_FORM_REFUSED)
		return LKM_FAULT_UNKNOWN;
	if (r->row->form == LKM_FORM_IGNORED)
		return LKM_FAULT_NONE;
	if (r->rel.symbol >= link->symbols.count)
		return LKM_FAULT_SYMBOL;
	if (!r->at || r->room < r->row->size)
		return LKM_FAULT_OUTSIDE;
	if (r->row->form == LKM_FORM_OWN)
		return machine->apply(link, r, ret_value);
	return apply_number(link, machine, r, ret_value);
}

static void apply(struct lkm_link *link, const struct lkm_reloc_machine *machine, size_t table,
		  const struct lkm_elfrel *rel)
{
	enum lkm_link_fault fault;
	struct lkm_reloc r;
	uint64_t value = 0;

	/* When it is outside its section, `at` stays NULL. */
	(void)lkm_reloc_locate(link, table, rel, &r);
	r.row = row_of(machine, rel->type);
	fault = apply_row(link, machine, &r, &value);
	link->relocation_count++;
	if (fault != LKM_FAULT_NONE)
		add_relocation(link, &r, fault, value);
}

static int apply_table(struct lkm_link *link, const struct lkm_reloc_machine *machine,
		       size_t table)
{
	size_t section = link->elf->sections[table].info, count = 0;
	struct lkm_elfrel *first = NULL, rel;
	struct lkm_elfrels it;
	int err = lkm_elfrels_open(&it, link->elf, table);

	if (err == 0 && machine->first)
		err = machine->first(link->elf, table, &first, &count);
	if (err < 0)
		return err;
	for (size_t i = 0; i < count; i++)
		apply(link, machine, table, &first[i]);
	while (lkm_elfrels_next(&it, &rel))
		if (!machine->is_first || !machine->is_first(&link->symbols, section, &rel))
			apply(link, machine, table, &rel);
	return 0;
}

/* Does the loader apply the relocations in that section? */
static bool is_applied(const struct lkm_link *link, const struct lkm_elf_section *s)
{
	if ((s->type != LKM_SHT_REL && s->type != LKM_SHT_RELA) || (s->flags & SHF_LIVEPATCH) ||
	    !lkm_layout_loaded(link->layout, s->info))
		return false;
	return link->layout->sections[s->info].region != LKM_REGION_PERCPU ||
	       link->layout->kernel.percpu_relocs;
}

static int relocate(struct lkm_link *link, const struct lkm_reloc_machine *machine)
{
	int err = machine->start ? machine->start(link) : 0;

	for (size_t i = 1; i < link->elf->section_count && err == 0; i++) {
		const struct lkm_elf_section *s = &link->elf->sections[i];

		if (!is_applied(link, s))
			continue;
		if ((s->type == LKM_SHT_RELA) == machine->addends)
			err = apply_table(link, machine, i);
		else
			add_relocation(link, &(struct lkm_reloc){ .section = s->info, .table = i },
				       LKM_FAULT_KIND, 0);
	}
	return err;
}

int lkm_link_run(struct lkm_link *link, const struct lkm_layout *layout,
		 const struct lkm_link_imports *imports, struct lkm_diag *diag)
{
	const struct lkm_reloc_machine *machine = machine_of(layout->elf);
	struct lkm_link new = { .elf = layout->elf, .layout = layout };
	char name[24];
	int err;

	if (!machine)
		return lkm_diag_set(diag, -ENOTSUP, "no way to link for %s",
				    lkm_elf_machine_name(layout->elf->machine, name));
	new.findings = lkm_arena_alloc(new.elf->arena,
				       LKM_LINK_FINDINGS_MAX * sizeof(*new.findings));
	if (!new.findings)
		return lkm_diag_set(diag, -ENOMEM, "cannot link");
	err = lkm_elfsyms_init(&new.symbols, new.elf, diag);
	err = err ? err : give_values(&new, imports, diag);
	err = err ? err : copy_sections(&new);
	err = err ? err : relocate(&new, machine);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot link");
	*link = new;
	return 0;
}
