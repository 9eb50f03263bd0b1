/*
 * s390x: fields of 8 to 64 bits, a GOT and a PLT.
 *
 * GOT and PLT stand before the code, in the order in which the symbols are first
 * met.  An entry of the PLT is
 *
 *	 0  2  basr %r1,0		after it r1 is the address of byte 2
 *	 2  6  lg   %r1,12(%r1)
 *	 8  6  br   %r1			or, with expolines, a jump to the last entry
 *	14  8  the target
 */
#include "link/relocate_arch.h"

enum own {
	ADDRESS, /* S + A */
	NEAR,	 /* S + A - P */
	CALL,	 /* the same, or to a PLT entry when that is too far */
	PLT,	 /* PLT entry + A - P */
	PLTOFF,	 /* PLT entry + A - GOT */
	GOT,	 /* GOT entry + A - GOT */
	GOTENT,	 /* GOT entry + A - P */
	GOTOFF,	 /* S + A - GOT */
	GOTPC,	 /* GOT + A - P */
};

#define U LKM_RANGE_UNSIGNED
#define S LKM_RANGE_SIGNED
#define ROW(name, size, range, own, bits, shift) \
	{ R_390_##name, "R_390_" #name, LKM_FORM_OWN, size, range, own, bits, shift }

static const struct lkm_reloc_type types[] = {
	{ R_390_NONE, "R_390_NONE", LKM_FORM_IGNORED },
	ROW(8, 1, U, ADDRESS, 8, 0),
	ROW(12, 2, U, ADDRESS, 12, 0),
	ROW(16, 2, U, ADDRESS, 16, 0),
	ROW(20, 4, S, ADDRESS, 20, 0),
	ROW(32, 4, U, ADDRESS, 32, 0),
	ROW(64, 8, U, ADDRESS, 64, 0),
	ROW(PC16, 2, S, NEAR, 16, 0),
	ROW(PC32, 4, S, NEAR, 32, 0),
	ROW(PC64, 8, S, NEAR, 64, 0),
	ROW(PC16DBL, 2, S, NEAR, 17, 1),
	ROW(PC32DBL, 4, S, NEAR, 33, 1),
	ROW(PLT16DBL, 2, S, CALL, 17, 1),
	ROW(PLT32DBL, 4, S, CALL, 33, 1),
	ROW(PLT32, 4, U, PLT, 32, 0),
	ROW(PLT64, 8, U, PLT, 64, 0),
	ROW(PLTOFF16, 2, U, PLTOFF, 16, 0),
	ROW(PLTOFF32, 4, U, PLTOFF, 32, 0),
	ROW(PLTOFF64, 8, U, PLTOFF, 64, 0),
	ROW(GOT12, 2, U, GOT, 12, 0),
	ROW(GOT16, 2, U, GOT, 16, 0),
	ROW(GOT20, 4, S, GOT, 20, 0),
	ROW(GOT32, 4, U, GOT, 32, 0),
	ROW(GOT64, 8, U, GOT, 64, 0),
	ROW(GOTPLT12, 2, U, GOT, 12, 0),
	ROW(GOTPLT16, 2, U, GOT, 16, 0),
	ROW(GOTPLT20, 4, S, GOT, 20, 0),
	ROW(GOTPLT32, 4, U, GOT, 32, 0),
	ROW(GOTPLT64, 8, U, GOT, 64, 0),
	ROW(GOTENT, 4, S, GOTENT, 33, 1),
	ROW(GOTPLTENT, 4, S, GOTENT, 33, 1),
	ROW(GOTOFF16, 2, U, GOTOFF, 16, 0),
	ROW(GOTOFF32, 4, U, GOTOFF, 32, 0),
	ROW(GOTOFF64, 8, U, GOTOFF, 64, 0),
	ROW(GOTPC, 4, S, GOTPC, 32, 0),
	ROW(GOTPCDBL, 4, S, GOTPC, 33, 1),
};

#undef S
#undef U

/* Of a symbol: offsets in GOT and PLT, or NOT_THERE. */
#define NOT_THERE UINT32_MAX

struct slot {
	uint32_t got, plt;
};

struct slots {
	uint32_t got_used, plt_used;
	struct slot *symbols;
};

static void give_slots(struct slots *slots, struct lkm_elfrels *it, size_t symbols)
{
	struct lkm_elfrel rel;

	while (lkm_elfrels_next(it, &rel)) {
		struct slot *slot;

		if (rel.symbol >= symbols)
			continue;
		slot = &slots->symbols[rel.symbol];
		if (lkm_s390_needs_got(rel.type) && slot->got == NOT_THERE) {
			slot->got = slots->got_used;
			slots->got_used += 8;
		}
		if (lkm_s390_needs_plt(rel.type) && slot->plt == NOT_THERE) {
			slot->plt = slots->plt_used;
			slots->plt_used += LKM_S390_PLT_ENTRY;
		}
	}
}

static int start(struct lkm_link *link)
{
	const struct lkm_elf *elf = link->elf;
	size_t count = link->symbols.count;
	struct slots *slots = lkm_arena_alloc(elf->arena, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	*slots = (struct slots){ .symbols = lkm_arena_alloc(elf->arena,
							    (count + 1) * sizeof(struct slot)) };
	if (!slots->symbols)
		return -ENOMEM;
	memset(slots->symbols, 0xff, (count + 1) * sizeof(struct slot));
	for (size_t i = 1; i < elf->section_count; i++) {
		struct lkm_elfrels it;
		int err;

		if (elf->sections[i].type != LKM_SHT_RELA)
			continue;
		err = lkm_elfrels_open(&it, elf, i);
		if (err < 0)
			return err;
		give_slots(slots, &it, count);
	}
	link->arch = slots;
	return 0;
}

static struct slot *slot_of(const struct lkm_link *link, const struct lkm_reloc *r)
{
	return &((struct slots *)link->arch)->symbols[r->rel.symbol];
}

static uint64_t got_base(const struct lkm_link *link)
{
	return link->layout->regions[LKM_REGION_TEXT].base;
}

/* Fill the symbol's entry of the GOT; its offset there. */
static uint64_t got_entry(struct lkm_link *link, const struct lkm_reloc *r)
{
	uint32_t at = slot_of(link, r)->got;

	lkm_store_u64(link->bytes[LKM_REGION_TEXT] + at, r->symbol, true);
	return at;
}

/* Fill the symbol's entry of the PLT; its offset from the GOT. */
static uint64_t plt_entry(struct lkm_link *link, const struct lkm_reloc *r)
{
	const struct lkm_layout *layout = link->layout;
	uint64_t at = layout->got_size + slot_of(link, r)->plt;
	uint64_t last = layout->got_size + layout->plt_size - LKM_S390_PLT_ENTRY;
	uint8_t *entry = link->bytes[LKM_REGION_TEXT] + at;

	lkm_store_u32(entry, 0x0d10e310, true);
	lkm_store_u32(entry + 4, 0x100c0004, true);
	if (layout->kernel.expoline) {
		lkm_store_u16(entry + 8, 0xc0f4, true);
		lkm_store_u32(entry + 10, (last - (at + 8)) / 2, true);
	} else {
		lkm_store_u32(entry + 8, 0x07f10000, true);
	}
	lkm_store_u64(entry + 14, r->symbol, true);
	return at;
}

/* A call within reach goes straight to its target. */
static uint64_t call_target(struct lkm_link *link, const struct lkm_reloc *r)
{
	uint64_t reach = (1ull << (r->row->bits - 1)) - 1;
	uint64_t plt = got_base(link) + plt_entry(link, r);

	return r->symbol - r->place + reach < 2 * reach ? r->symbol : plt;
}

static uint64_t value_of(struct lkm_link *link, const struct lkm_reloc *r)
{
	uint64_t a = r->addend, p = r->place, got = got_base(link);

	switch (r->row->own) {
	case ADDRESS:
		return r->symbol + a;
	case NEAR:
		return r->symbol + a - p;
	case CALL:
		return call_target(link, r) + a - p;
	case PLT:
		return got + plt_entry(link, r) + a - p;
	case PLTOFF:
		return plt_entry(link, r) + a;
	case GOT:
		return got_entry(link, r) + a;
	case GOTENT:
		return got + got_entry(link, r) + a - p;
	case GOTOFF:
		return r->symbol + a - got;
	default:
		return got + a - p;
	}
}

/* Store the lowest `bits` of a value as the field that a row describes. */
static void put(const struct lkm_reloc *r, uint64_t value, unsigned int bits)
{
	uint32_t old;

	switch (bits) {
	case 8:
		*r->at = (uint8_t)value;
		break;
	case 12:
		lkm_store_u16(r->at, (lkm_load_u16(r->at, true) & 0xf000u) | (value & 0xfff), true);
		break;
	case 16:
		lkm_store_u16(r->at, value, true);
		break;
	case 20: /* a long displacement: the lower 12 bits come first */
		old = lkm_load_u32(r->at, true) & 0xf00000ffu;
		lkm_store_u32(r->at, old | (value & 0xfff) << 16 | (value & 0xff000) >> 4, true);
		break;
	case 32:
		lkm_store_u32(r->at, value, true);
		break;
	default:
		lkm_store_u64(r->at, value, true);
	}
}

static enum lkm_link_fault apply(struct lkm_link *link, const struct lkm_reloc *r,
				 uint64_t *ret_value)
{
	const struct lkm_reloc_type *row = r->row;
	uint64_t value = value_of(link, r);
	bool odd = value & ((1u << row->shift) - 1);

	put(r, value >> row->shift, row->bits - row->shift);
	*ret_value = value;
	return odd || !lkm_range_fits(row->range, row->bits, value) ? LKM_FAULT_RANGE :
								       LKM_FAULT_NONE;
}

static void message(const struct lkm_link_finding *f, const char *module, struct lkm_buf *buf)
{
	if (f->fault == LKM_FAULT_UNKNOWN)
		lkm_buf_printf(buf, "module %s: unknown relocation: %u", module, f->type);
	else
		lkm_buf_printf(buf, "module %s: relocation error for symbol %s (r_type %u, value %#llx)",
			       module, f->name, f->type, (unsigned long long)f->value);
}

const struct lkm_reloc_machine lkm_reloc_s390 = {
	.machine = EM_S390,
	.addends = true,
	.err = -ENOEXEC,
	.types = types,
	.type_count = sizeof(types) / sizeof(types[0]),
	.start = start,
	.apply = apply,
	.message = message,
};
