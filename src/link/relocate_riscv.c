/*
 * riscv64: numbers, sums that are built in place, and pairs of instructions.
 *
 * The lower half of a PC-relative pair names the place of the upper half, not
 * the target; the loader looks for the relocation at that place.  Calls that do
 * not reach go through the PLT, whose entries load their targets from .got.plt:
 *
 *	0  auipc t0,high	4  ld t1,low(t0)	8  jr t1
 *
 * Kernels without CONFIG_MODULE_SECTIONS, and their modules, have neither GOT nor PLT.
 */
#include "link/relocate_arch.h"
#include "link/slots.h"

enum own {
	ADD, SUB,	/* from what is there, `bits` wide */
	SET,		/* replaces it */
	ULEB_SET, ULEB_SUB,
	BRANCH, JAL, RVC_BRANCH, RVC_JUMP, /* distances spread over an instruction */
	CALL,		/* auipc and jalr */
	CALL_PLT,	/* the same, or through the PLT */
	REACH32,	/* 32 bits of a distance that must fit, or that to the PLT */
	PC_HI20, PC_LO12_I, PC_LO12_S,
	HI20, LO12_I, LO12_S,
	GOT_HI20,
};

#define ROW(name, size, own, bits) \
	{ R_RISCV_##name, "R_RISCV_" #name, LKM_FORM_OWN, size, LKM_RANGE_ANY, own, bits }
#define PLAIN(name, form, size, range) { R_RISCV_##name, "R_RISCV_" #name, form, size, range }

/* Not yet in every elf.h */
#define R_RISCV_PLT32	    LKM_R_RISCV_PLT32
#define R_RISCV_SET_ULEB128 60
#define R_RISCV_SUB_ULEB128 61

static const struct lkm_reloc_type types[] = {
	PLAIN(NONE, LKM_FORM_IGNORED, 0, LKM_RANGE_ANY),
	PLAIN(32, LKM_FORM_ABS, 4, LKM_RANGE_UNSIGNED),
	PLAIN(64, LKM_FORM_ABS, 8, LKM_RANGE_ANY),
	PLAIN(32_PCREL, LKM_FORM_REL, 4, LKM_RANGE_ANY),
	PLAIN(RELAX, LKM_FORM_IGNORED, 0, LKM_RANGE_ANY),
	PLAIN(ALIGN, LKM_FORM_REFUSED, 0, LKM_RANGE_ANY),
	ROW(BRANCH, 4, BRANCH, 0),
	ROW(JAL, 4, JAL, 0),
	ROW(RVC_BRANCH, 2, RVC_BRANCH, 0),
	ROW(RVC_JUMP, 2, RVC_JUMP, 0),
	ROW(CALL, 8, CALL, 0),
	ROW(CALL_PLT, 8, CALL_PLT, 0),
	ROW(PLT32, 4, REACH32, 0),
	ROW(GOT_HI20, 4, GOT_HI20, 0),
	ROW(PCREL_HI20, 4, PC_HI20, 0),
	ROW(PCREL_LO12_I, 4, PC_LO12_I, 0),
	ROW(PCREL_LO12_S, 4, PC_LO12_S, 0),
	ROW(HI20, 4, HI20, 0),
	ROW(LO12_I, 4, LO12_I, 0),
	ROW(LO12_S, 4, LO12_S, 0),
	ROW(ADD8, 1, ADD, 8),
	ROW(ADD16, 2, ADD, 16),
	ROW(ADD32, 4, ADD, 32),
	ROW(ADD64, 8, ADD, 64),
	ROW(SUB6, 1, SUB, 6),
	ROW(SUB8, 1, SUB, 8),
	ROW(SUB16, 2, SUB, 16),
	ROW(SUB32, 4, SUB, 32),
	ROW(SUB64, 8, SUB, 64),
	ROW(SET6, 1, SET, 6),
	ROW(SET8, 1, SET, 8),
	ROW(SET16, 2, SET, 16),
	ROW(SET32, 4, SET, 32),
	ROW(SET_ULEB128, 1, ULEB_SET, 0),
	ROW(SUB_ULEB128, 1, ULEB_SUB, 0),
};

struct memory {
	/* The upper halves of the table that was looked at last, by place. */
	size_t table;
	struct lkm_elfrel *list;
	size_t count;

	struct lkm_slots got, plt; /* by address */
};

static int make_slots(struct lkm_link *link, size_t section, uint64_t entry, struct lkm_slots *ret)
{
	size_t room = section ? (size_t)(link->layout->sections[section].size / entry) : 0;

	return lkm_slots_init(ret, link->elf->arena, room);
}

static int start(struct lkm_link *link)
{
	struct memory *memory = lkm_arena_alloc(link->elf->arena, sizeof(*memory));
	int err = memory ? 0 : -ENOMEM;

	if (memory)
		*memory = (struct memory){ 0 };
	link->arch = memory;
	err = err ? err : make_slots(link, link->layout->got, LKM_RISCV_GOT_ENTRY, &memory->got);
	return err ? err : make_slots(link, link->layout->plt, LKM_RISCV_PLT_ENTRY, &memory->plt);
}

static int compare_places(const void *left, const void *right)
{
	const struct lkm_elfrel *a = left, *b = right;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static bool is_upper(const struct lkm_elfrel *rel)
{
	return rel->type == R_RISCV_PCREL_HI20 || rel->type == R_RISCV_GOT_HI20;
}

static int list_halves(struct lkm_link *link, size_t table)
{
	struct memory *halves = link->arch;
	struct lkm_elfrel rel;
	struct lkm_elfrels it, all;
	size_t count = 0;
	int err = lkm_elfrels_open(&it, link->elf, table);

	if (err < 0)
		return err;
	for (all = it; lkm_elfrels_next(&all, &rel);)
		count += is_upper(&rel);
	halves->list = lkm_arena_alloc(link->elf->arena, (count + 1) * sizeof(*halves->list));
	halves->count = 0;
	if (!halves->list)
		return -ENOMEM;
	while (lkm_elfrels_next(&it, &rel))
		if (is_upper(&rel))
			halves->list[halves->count++] = rel;
	qsort(halves->list, halves->count, sizeof(*halves->list), compare_places);
	halves->table = table;
	return 0;
}

static uint8_t *room_at(struct lkm_link *link, size_t section, uint64_t offset)
{
	const struct lkm_layout_section *s = &link->layout->sections[section];

	return link->bytes[s->region] + s->offset + offset;
}

/* The address of the GOT entry that holds `target`; 0 when there is no room. */
static uint64_t got_for(struct lkm_link *link, uint64_t target)
{
	struct memory *memory = link->arch;
	uint64_t at;
	size_t entry;
	bool new;

	if (lkm_slots_get(&memory->got, target, &entry, &new) < 0)
		return 0;
	at = entry * LKM_RISCV_GOT_ENTRY;
	if (new)
		lkm_store_u64(room_at(link, link->layout->got, at), target, false);
	return lkm_layout_address(link->layout, link->layout->got) + at;
}

/* The address of the PLT entry that jumps to `target`; 0 when there is no room. */
static uint64_t plt_for(struct lkm_link *link, uint64_t target)
{
	const struct lkm_layout *layout = link->layout;
	struct memory *memory = link->arch;
	uint64_t address, distance;
	uint8_t *insn;
	size_t entry;
	bool new;

	if (lkm_slots_get(&memory->plt, target, &entry, &new) < 0)
		return 0;
	address = lkm_layout_address(layout, layout->plt) + entry * LKM_RISCV_PLT_ENTRY;
	if (!new)
		return address;
	distance = lkm_layout_address(layout, layout->got_plt) + entry * LKM_RISCV_GOT_ENTRY - address;
	insn = room_at(link, layout->plt, entry * LKM_RISCV_PLT_ENTRY);
	lkm_store_u32(insn, 0x00000297 | ((distance + 0x800) & 0xfffff000), false);
	lkm_store_u32(insn + 4, 0x0002b303 | (distance & 0xfff) << 20, false);
	lkm_store_u32(insn + 8, 0x00030067, false);
	lkm_store_u64(room_at(link, layout->got_plt, entry * LKM_RISCV_GOT_ENTRY), target, false);
	return address;
}

/* The distance that belongs to a lower half, whose symbol is at the upper one. */
static bool find_upper(struct lkm_link *link, const struct lkm_reloc *r, uint64_t *ret_distance)
{
	struct memory *halves = link->arch;
	uint64_t start_address = lkm_layout_address(link->layout, r->section);
	struct lkm_elfrel key = { .offset = r->symbol - start_address };
	const struct lkm_elfrel *found;
	struct lkm_reloc upper;
	uint64_t target;

	if (halves->table != r->table && list_halves(link, r->table) < 0)
		return false;
	found = bsearch(&key, halves->list, halves->count, sizeof(key), compare_places);
	if (!found || !lkm_reloc_locate(link, r->table, found, &upper))
		return false;
	target = upper.symbol + upper.addend;
	if (found->type == R_RISCV_GOT_HI20)
		target = got_for(link, target);
	*ret_distance = target - upper.place;
	return true;
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static uint64_t load(const struct lkm_reloc *r)
{
	switch (r->row->size) {
	case 1:
		return *r->at;
	case 2:
		return lkm_load_u16(r->at, false);
	case 4:
		return lkm_load_u32(r->at, false);
	default:
		return lkm_load_u64(r->at, false);
	}
}

static void store(const struct lkm_reloc *r, uint64_t value)
{
	switch (r->row->size) {
	case 1:
		*r->at = (uint8_t)value;
		break;
	case 2:
		lkm_store_u16(r->at, value, false);
		break;
	case 4:
		lkm_store_u32(r->at, value, false);
		break;
	default:
		lkm_store_u64(r->at, value, false);
	}
}

/* Replace the lowest `bits` of what is there. */
static void store_bits(const struct lkm_reloc *r, uint64_t value)
{
	uint64_t mask = r->row->bits < 64 ? (1ull << r->row->bits) - 1 : UINT64_MAX;

	store(r, (load(r) & ~mask) | (value & mask));
}

/* A ULEB128 number keeps its length; false when it does not end in the section. */
static bool change_uleb(const struct lkm_reloc *r, uint64_t value, bool subtract)
{
	uint64_t old = 0;
	size_t len = 0;

	do {
		if (len >= r->room || len >= 10)
			return false;
		old |= len < 9 ? (uint64_t)(r->at[len] & 0x7f) << (7 * len) : 0;
	} while (r->at[len++] & 0x80);
	value = subtract ? old - value : value;
	for (size_t i = 0; i < len; i++)
		r->at[i] = (uint8_t)((r->at[i] & 0x80) | (value >> (i < 9 ? 7 * i : 63) & 0x7f));
	return true;
}

/* ---- instructions -------------------------------------------------------------------------------- */

/* Bits [from, from + count) of a value, moved to bit `at`. */
static uint32_t bits(uint64_t value, unsigned int from, unsigned int count, unsigned int at)
{
	return (uint32_t)((value >> from) & ((1ull << count) - 1)) << at;
}

static void put(uint8_t *insn, uint32_t mask, uint32_t value)
{
	lkm_store_u32(insn, (lkm_load_u32(insn, false) & ~mask) | value, false);
}

static void put_half(uint8_t *insn, uint32_t mask, uint32_t value)
{
	lkm_store_u16(insn, (lkm_load_u16(insn, false) & ~mask) | value, false);
}

/* The upper 20 bits, rounded so that the signed lower 12 lead to the value. */
static void put_hi20(uint8_t *insn, uint64_t value)
{
	put(insn, 0xfffff000, (uint32_t)(value + 0x800) & 0xfffff000);
}

static void put_lo12_i(uint8_t *insn, uint64_t value)
{
	put(insn, 0xfff00000, bits(value, 0, 12, 20));
}

static void put_lo12_s(uint8_t *insn, uint64_t value)
{
	put(insn, 0xfe000f80, bits(value, 5, 7, 25) | bits(value, 0, 5, 7));
}

static void put_jump(const struct lkm_reloc *r, uint64_t v)
{
	switch (r->row->own) {
	case BRANCH:
		put(r->at, 0xfe000f80, bits(v, 12, 1, 31) | bits(v, 5, 6, 25) | bits(v, 1, 4, 8) |
					       bits(v, 11, 1, 7));
		break;
	case JAL:
		put(r->at, 0xfffff000, bits(v, 20, 1, 31) | bits(v, 1, 10, 21) |
					       bits(v, 11, 1, 20) | bits(v, 12, 8, 12));
		break;
	case RVC_BRANCH:
		put_half(r->at, 0x1c7c, bits(v, 8, 1, 12) | bits(v, 3, 2, 10) | bits(v, 6, 2, 5) |
						bits(v, 1, 2, 3) | bits(v, 5, 1, 2));
		break;
	default:
		put_half(r->at, 0x1ffc, bits(v, 11, 1, 12) | bits(v, 4, 1, 11) | bits(v, 8, 2, 9) |
						bits(v, 10, 1, 8) | bits(v, 6, 1, 7) |
						bits(v, 7, 1, 6) | bits(v, 1, 3, 3) |
						bits(v, 5, 1, 2));
	}
}

/* What auipc and a signed 12-bit offset can reach. */
static bool reaches(uint64_t distance)
{
	return distance + 0x80000800u < 1ull << 32;
}

/* It is too far: the distance becomes that to the PLT, if there is one.  False: it is full. */
static bool through_plt(struct lkm_link *link, const struct lkm_reloc *r, uint64_t *distance)
{
	uint64_t entry;

	if (!link->layout->plt)
		return true;
	entry = plt_for(link, r->symbol + r->addend);
	*distance = entry - r->place;
	return entry != 0;
}

static enum lkm_link_fault apply_pair(struct lkm_link *link, const struct lkm_reloc *r)
{
	uint64_t v = r->symbol + r->addend, distance = v - r->place;

	switch (r->row->own) {
	case CALL: case CALL_PLT:
		if (r->row->own == CALL_PLT && !reaches(distance) && !through_plt(link, r, &distance))
			return LKM_FAULT_ROOM;
		put_hi20(r->at, distance);
		put_lo12_i(r->at + 4, distance);
		return reaches(distance) ? LKM_FAULT_NONE : LKM_FAULT_RANGE;
	case PC_HI20:
		put_hi20(r->at, distance);
		return reaches(distance) ? LKM_FAULT_NONE : LKM_FAULT_RANGE;
	case PC_LO12_I: case PC_LO12_S:
		if (!find_upper(link, r, &distance))
			return LKM_FAULT_PAIR;
		v = distance;
		break;
	case HI20:
		put_hi20(r->at, v);
		return LKM_FAULT_NONE;
	default:
		break;
	}
	if (r->row->own == PC_LO12_S || r->row->own == LO12_S)
		put_lo12_s(r->at, v);
	else
		put_lo12_i(r->at, v);
	return LKM_FAULT_NONE;
}

static enum lkm_link_fault reach_32(struct lkm_link *link, const struct lkm_reloc *r)
{
	uint64_t distance = r->symbol + r->addend - r->place;

	if (!lkm_range_fits(LKM_RANGE_SIGNED, 32, distance) && !through_plt(link, r, &distance))
		return LKM_FAULT_ROOM;
	store(r, distance);
	return lkm_range_fits(LKM_RANGE_SIGNED, 32, distance) ? LKM_FAULT_NONE : LKM_FAULT_RANGE;
}

static enum lkm_link_fault apply(struct lkm_link *link, const struct lkm_reloc *r,
				 uint64_t *ret_value)
{
	uint64_t v = r->symbol + r->addend;

	*ret_value = v;
	switch (r->row->own) {
	case ADD:
		store_bits(r, load(r) + v);
		return LKM_FAULT_NONE;
	case SUB:
		store_bits(r, load(r) - v);
		return LKM_FAULT_NONE;
	case SET:
		store_bits(r, v);
		return LKM_FAULT_NONE;
	case ULEB_SET: case ULEB_SUB:
		return change_uleb(r, v, r->row->own == ULEB_SUB) ? LKM_FAULT_NONE :
								    LKM_FAULT_OUTSIDE;
	case BRANCH: case JAL: case RVC_BRANCH: case RVC_JUMP:
		put_jump(r, v - r->place);
		return LKM_FAULT_NONE;
	case REACH32:
		return reach_32(link, r);
	case GOT_HI20:
		v = got_for(link, v);
		if (!v)
			return LKM_FAULT_ROOM;
		put_hi20(r->at, v - r->place);
		return LKM_FAULT_NONE;
	default:
		return apply_pair(link, r);
	}
}

static void message(const struct lkm_link_finding *f, const char *module, struct lkm_buf *buf)
{
	if (f->fault == LKM_FAULT_UNKNOWN)
		lkm_buf_printf(buf, "%s: Unknown relocation type %u", module, f->type);
	else if (f->fault == LKM_FAULT_PAIR)
		lkm_buf_printf(buf, "%s: Can not find HI20 relocation information", module);
	else if (f->type == R_RISCV_32)
		lkm_buf_printf(buf, "%s: value %016llx out of range for 32-bit field", module,
			       (unsigned long long)f->value);
	else
		lkm_buf_printf(buf,
			       "%s: target %016llx can not be addressed by the 32-bit offset from PC",
			       module, (unsigned long long)f->value);
}

const struct lkm_reloc_machine lkm_reloc_riscv = {
	.machine = EM_RISCV,
	.addends = true,
	.reports_targets = true,
	.err = -EINVAL,
	.types = types,
	.type_count = sizeof(types) / sizeof(types[0]),
	.start = start,
	.apply = apply,
	.message = message,
};
