/*
 * arm64: numbers, immediates in instructions, and branches with a PLT.
 *
 * Instructions are little-endian whatever the order of data.  An entry of the
 * PLT is
 *
 *	adrp x16, page of the target
 *	add  x16, x16, offset in the page
 *	br   x16
 *
 * and is used again only by the branch that comes next in the loader's order.
 * On a processor with the erratum 843419 no ADRP may be in the last 8 bytes of
 * a page: such an entry is left out, and such an instruction becomes an ADR or a
 * branch to an entry that does what it did and comes back.
 */
#include "link/relocate_arch.h"

enum own {
	LOW,	     /* bits of the address in the page, above `shift`; at bit 10 */
	NEAR,	     /* bytes to the target; at bit 5 */
	PAGE,	     /* pages to it, in two parts */
	BYTES,	     /* bytes to it, in two parts */
	MOV,	     /* 16 bits of the address */
	MOV_SIGNED,  /* 16 bits of it or of its complement: MOVZ or MOVN */
	MOVP,	     /* 16 bits of the distance */
	MOVP_SIGNED, /* 16 bits of it or of its complement */
	BRANCH,	     /* instructions to the target or to a PLT entry; at bit 0 */
};

#define NUMBER(name, form, size, range) { R_AARCH64_##name, "R_AARCH64_" #name, form, size, range }
#define INSN(name, own, range, bits, shift) \
	{ R_AARCH64_##name, "R_AARCH64_" #name, LKM_FORM_OWN, 4, range, own, bits, shift }

static const struct lkm_reloc_type types[] = {
	{ 0, "R_AARCH64_NONE", LKM_FORM_IGNORED },
	{ 256, "R_AARCH64_NONE", LKM_FORM_IGNORED },
	NUMBER(ABS64, LKM_FORM_ABS, 8, LKM_RANGE_ANY),
	NUMBER(ABS32, LKM_FORM_ABS, 4, LKM_RANGE_UNSIGNED),
	NUMBER(ABS16, LKM_FORM_ABS, 2, LKM_RANGE_UNSIGNED),
	NUMBER(PREL64, LKM_FORM_REL, 8, LKM_RANGE_ANY),
	NUMBER(PREL32, LKM_FORM_REL, 4, LKM_RANGE_SIGNED),
	NUMBER(PREL16, LKM_FORM_REL, 2, LKM_RANGE_SIGNED),
	INSN(MOVW_UABS_G0, MOV, LKM_RANGE_UNSIGNED, 16, 0),
	INSN(MOVW_UABS_G0_NC, MOV, LKM_RANGE_ANY, 16, 0),
	INSN(MOVW_UABS_G1, MOV, LKM_RANGE_UNSIGNED, 32, 16),
	INSN(MOVW_UABS_G1_NC, MOV, LKM_RANGE_ANY, 32, 16),
	INSN(MOVW_UABS_G2, MOV, LKM_RANGE_UNSIGNED, 48, 32),
	INSN(MOVW_UABS_G2_NC, MOV, LKM_RANGE_ANY, 48, 32),
	INSN(MOVW_UABS_G3, MOV, LKM_RANGE_ANY, 64, 48),
	INSN(MOVW_SABS_G0, MOV_SIGNED, LKM_RANGE_SIGNED, 17, 0),
	INSN(MOVW_SABS_G1, MOV_SIGNED, LKM_RANGE_SIGNED, 33, 16),
	INSN(MOVW_SABS_G2, MOV_SIGNED, LKM_RANGE_SIGNED, 49, 32),
	INSN(MOVW_PREL_G0, MOVP_SIGNED, LKM_RANGE_SIGNED, 17, 0),
	INSN(MOVW_PREL_G0_NC, MOVP, LKM_RANGE_ANY, 16, 0),
	INSN(MOVW_PREL_G1, MOVP_SIGNED, LKM_RANGE_SIGNED, 33, 16),
	INSN(MOVW_PREL_G1_NC, MOVP, LKM_RANGE_ANY, 32, 16),
	INSN(MOVW_PREL_G2, MOVP_SIGNED, LKM_RANGE_SIGNED, 49, 32),
	INSN(MOVW_PREL_G2_NC, MOVP, LKM_RANGE_ANY, 48, 32),
	INSN(MOVW_PREL_G3, MOVP_SIGNED, LKM_RANGE_ANY, 64, 48),
	INSN(LD_PREL_LO19, NEAR, LKM_RANGE_SIGNED, 21, 2),
	INSN(ADR_PREL_LO21, BYTES, LKM_RANGE_SIGNED, 21, 0),
	INSN(ADR_PREL_PG_HI21, PAGE, LKM_RANGE_SIGNED, 33, 12),
	INSN(ADR_PREL_PG_HI21_NC, PAGE, LKM_RANGE_ANY, 33, 12),
	INSN(ADD_ABS_LO12_NC, LOW, LKM_RANGE_ANY, 12, 0),
	INSN(LDST8_ABS_LO12_NC, LOW, LKM_RANGE_ANY, 12, 0),
	INSN(LDST16_ABS_LO12_NC, LOW, LKM_RANGE_ANY, 12, 1),
	INSN(LDST32_ABS_LO12_NC, LOW, LKM_RANGE_ANY, 12, 2),
	INSN(LDST64_ABS_LO12_NC, LOW, LKM_RANGE_ANY, 12, 3),
	INSN(LDST128_ABS_LO12_NC, LOW, LKM_RANGE_ANY, 12, 4),
	INSN(TSTBR14, NEAR, LKM_RANGE_SIGNED, 16, 2),
	INSN(CONDBR19, NEAR, LKM_RANGE_SIGNED, 21, 2),
	INSN(JUMP26, BRANCH, LKM_RANGE_SIGNED, 28, 2),
	INSN(CALL26, BRANCH, LKM_RANGE_SIGNED, 28, 2),
};

/* A PLT while it is filled: [0] of the core, [1] of init sections. */
struct plt {
	uint64_t used;	 /* entries */
	uint64_t target; /* of the last one */
	bool jumps;	 /* which goes there, and is no replaced ADRP */
};

static int start(struct lkm_link *link)
{
	struct plt *plts = lkm_arena_alloc(link->elf->arena, 2 * sizeof(*plts));

	if (!plts)
		return -ENOMEM;
	plts[0] = plts[1] = (struct plt){ 0 };
	link->arch = plts;
	return 0;
}

/* Put `count` bits of a value into an instruction at bit `at`. */
static void put(uint8_t *insn, uint64_t value, unsigned int count, unsigned int at)
{
	uint32_t mask = (uint32_t)(((1ull << count) - 1) << at);
	uint32_t old = lkm_load_u32(insn, false);

	lkm_store_u32(insn, (old & ~mask) | ((uint32_t)(value << at) & mask), false);
}

/* The 21 bits of ADR and ADRP: the lower two at bit 29, the rest at bit 5. */
static void put_adr(uint8_t *insn, uint64_t value)
{
	put(insn, value, 2, 29);
	put(insn, value >> 2, 19, 5);
}

static uint64_t page(uint64_t address)
{
	return address & ~(uint64_t)0xfff;
}

/* The PLT for a relocation. */
static struct plt *plt_of(struct lkm_link *link, const struct lkm_reloc *r, size_t *ret_section)
{
	bool init = lkm_region_is_init(link->layout->sections[r->section].region);

	*ret_section = init ? link->layout->init_plt : link->layout->plt;
	return (struct plt *)link->arch + init;
}

/* A new entry that computes `target` in a register: its bytes and address, or NULL. */
static uint8_t *new_entry(struct lkm_link *link, const struct lkm_reloc *r, uint64_t target,
			  uint32_t reg, uint64_t *ret_address)
{
	const struct lkm_layout *layout = link->layout;
	size_t section;
	struct plt *plt = plt_of(link, r, &section);
	uint64_t start = lkm_layout_address(layout, section);
	uint8_t *entry;

	plt->used += lkm_arm64_is_forbidden(layout, start + plt->used * LKM_ARM64_PLT_ENTRY);
	if ((plt->used + 1) * LKM_ARM64_PLT_ENTRY > lkm_link_section(link, section).len)
		return NULL;
	*ret_address = start + plt->used * LKM_ARM64_PLT_ENTRY;
	entry = link->bytes[layout->sections[section].region] + layout->sections[section].offset +
		plt->used * LKM_ARM64_PLT_ENTRY;
	lkm_store_u32(entry, 0x90000000 | reg, false);
	put_adr(entry, (page(target) - page(*ret_address)) >> 12);
	lkm_store_u32(entry + 4, 0x91000000 | reg << 5 | reg, false);
	put(entry + 4, target, 12, 10);
	plt->used++;
	plt->target = target;
	return entry;
}

/* The address of an entry that jumps to `target`; 0 when there is no room. */
static uint64_t plt_entry(struct lkm_link *link, const struct lkm_reloc *r, uint64_t target)
{
	uint64_t address;
	size_t section;
	struct plt *plt = plt_of(link, r, &section);
	uint8_t *entry;

	if (plt->used > 0 && plt->jumps && plt->target == target)
		return lkm_layout_address(link->layout, section) + (plt->used - 1) * LKM_ARM64_PLT_ENTRY;
	entry = new_entry(link, r, target, 16, &address);
	if (!entry)
		return 0;
	lkm_store_u32(entry + 8, 0xd61f0200, false);
	plt->jumps = true;
	return address;
}

/* An ADRP where none may be. */
static enum lkm_link_fault replace_adrp(struct lkm_link *link, const struct lkm_reloc *r,
					uint64_t target)
{
	uint64_t distance = target - r->place, address;
	uint8_t *entry;
	size_t section;

	if (lkm_range_fits(LKM_RANGE_SIGNED, 21, distance)) {
		put(r->at, 0, 1, 31);
		put_adr(r->at, distance);
		return LKM_FAULT_NONE;
	}
	entry = new_entry(link, r, target, lkm_load_u32(r->at, false) & 31, &address);
	if (!entry)
		return LKM_FAULT_ROOM;
	plt_of(link, r, &section)->jumps = false;
	lkm_store_u32(entry + 8, 0x14000000, false);
	put(entry + 8, (r->place + 4 - (address + 8)) >> 2, 26, 0);
	lkm_store_u32(r->at, 0x14000000, false);
	put(r->at, (address - r->place) >> 2, 26, 0);
	return LKM_FAULT_NONE;
}

static enum lkm_link_fault branch(struct lkm_link *link, const struct lkm_reloc *r)
{
	uint64_t target = r->symbol + r->addend;

	if (!lkm_range_fits(r->row->range, r->row->bits, target - r->place)) {
		target = plt_entry(link, r, target);
		if (target == 0)
			return LKM_FAULT_ROOM;
	}
	put(r->at, (target - r->place) >> 2, 26, 0);
	return lkm_range_fits(r->row->range, r->row->bits, target - r->place) ? LKM_FAULT_NONE :
										 LKM_FAULT_RANGE;
}

/* Make it MOVZ, or, of a negative value, MOVN, which takes the complement. */
static uint64_t choose_mov(uint8_t *insn, uint64_t value)
{
	bool negative = value >> 63;

	put(insn, negative ? 0 : 2, 2, 29);
	return negative ? ~value : value;
}

/* The value that is checked: an address, a distance, or pages. */
static uint64_t value_of(const struct lkm_reloc *r, uint64_t target)
{
	switch (r->row->own) {
	case LOW: case MOV: case MOV_SIGNED:
		return target;
	case PAGE:
		return page(target) - page(r->place);
	default:
		return target - r->place;
	}
}

static enum lkm_link_fault apply(struct lkm_link *link, const struct lkm_reloc *r,
				 uint64_t *ret_value)
{
	const struct lkm_reloc_type *row = r->row;
	uint64_t target = r->symbol + r->addend, value = value_of(r, target);

	*ret_value = target;
	switch (row->own) {
	case BRANCH:
		return branch(link, r);
	case LOW:
		put(r->at, (value & 0xfff) >> row->shift, 12, 10);
		break;
	case NEAR:
		put(r->at, value >> row->shift, row->bits - row->shift, 5);
		break;
	case PAGE:
		if (lkm_arm64_is_forbidden(link->layout, r->place))
			return replace_adrp(link, r, page(target));
		put_adr(r->at, value >> row->shift);
		break;
	case BYTES:
		put_adr(r->at, value >> row->shift);
		break;
	case MOV_SIGNED: case MOVP_SIGNED:
		put(r->at, choose_mov(r->at, value) >> row->shift, 16, 5);
		break;
	default:
		put(r->at, value >> row->shift, 16, 5);
	}
	return lkm_range_fits(row->range, row->bits, value) ? LKM_FAULT_NONE : LKM_FAULT_RANGE;
}

static void message(const struct lkm_link_finding *f, const char *module, struct lkm_buf *buf)
{
	if (f->fault == LKM_FAULT_UNKNOWN)
		lkm_buf_printf(buf, "module %s: unsupported RELA relocation: %u", module, f->type);
	else
		lkm_buf_printf(buf, "module %s: overflow in relocation type %u val %llx", module,
			       f->type, (unsigned long long)f->value);
}

const struct lkm_reloc_machine lkm_reloc_arm64 = {
	.machine = EM_AARCH64,
	.addends = true,
	.reports_targets = true,
	.err = -ENOEXEC,
	.types = types,
	.type_count = sizeof(types) / sizeof(types[0]),
	.start = start,
	.first = lkm_arm64_branches,
	.is_first = lkm_arm64_leaves,
	.apply = apply,
	.message = message,
};
