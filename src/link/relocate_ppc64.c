/*
 * powerpc64le, ELFv2: numbers, offsets from the TOC pointer r2, and calls.
 *
 * A call to another module or the kernel goes through a stub, which it finds
 * with the r2 of this module; after it r2 is loaded again by the instruction
 * that was a nop:
 *
 *	 0  addis r11,r2,high	16  mtctr r12
 *	 4  addi  r11,r11,low	20  bctr
 *	 8  std   r2,24(r1)	28  "stub"
 *	12  ld    r12,32(r11)	32  the target
 *
 * The loader sorts the relocations of a section, those of the highest symbol
 * first, and so do we for calls; the order of the others shows nowhere.
 *
 * Not as in a running kernel: the stub of _mcount is an ordinary one; the
 * kernel's finds its way from the kernel's own TOC, which no file tells.  Nor
 * are there the PC-relative modules of kernels that need a POWER10.
 */
#include "link/relocate_arch.h"
#include "link/slots.h"

enum own {
	TOC,	     /* r2 itself */
	TOC16,	     /* S + A - r2, 16 bits of it */
	TOC16_HA,    /* the upper half of it, rounded */
	TOC16_DS,    /* the same in an instruction whose lowest 2 bits are no offset */
	TOC16_LO_DS, /* the same, cut off */
	CALL,
	ENTRY,
	REL16_LO, REL16_HA,
};

#define ROW(name, size, range, own, bits) \
	{ R_PPC64_##name, "R_PPC64_" #name, LKM_FORM_OWN, size, range, own, bits }
#define PLAIN(name, form, size, range) { R_PPC64_##name, "R_PPC64_" #name, form, size, range }

/* Not in elf.h */
#define R_PPC64_ENTRY 118

static const struct lkm_reloc_type types[] = {
	PLAIN(ADDR32, LKM_FORM_ABS, 4, LKM_RANGE_ANY),
	PLAIN(ADDR64, LKM_FORM_ABS, 8, LKM_RANGE_ANY),
	PLAIN(REL32, LKM_FORM_REL, 4, LKM_RANGE_SIGNED),
	PLAIN(REL64, LKM_FORM_REL, 8, LKM_RANGE_ANY),
	PLAIN(TOCSAVE, LKM_FORM_IGNORED, 0, LKM_RANGE_ANY),
	ROW(TOC, 8, LKM_RANGE_ANY, TOC, 64),
	ROW(TOC16, 2, LKM_RANGE_SIGNED, TOC16, 16),
	ROW(TOC16_LO, 2, LKM_RANGE_ANY, TOC16, 16),
	ROW(TOC16_HA, 2, LKM_RANGE_ANY, TOC16_HA, 16),
	ROW(TOC16_DS, 2, LKM_RANGE_SIGNED, TOC16_DS, 16),
	ROW(TOC16_LO_DS, 2, LKM_RANGE_ANY, TOC16_LO_DS, 16),
	ROW(REL24, 4, LKM_RANGE_SIGNED, CALL, 26),
	ROW(ENTRY, 8, LKM_RANGE_ANY, ENTRY, 32),
	ROW(REL16_LO, 2, LKM_RANGE_ANY, REL16_LO, 16),
	ROW(REL16_HA, 2, LKM_RANGE_ANY, REL16_HA, 16),
};

#define NOP	    0x60000000u
#define LOAD_R2	    0xe8410018u /* ld r2,24(r1) */

struct stubs {
	uint64_t r2;
	struct lkm_slots slots; /* by what they jump to */
};

static int start(struct lkm_link *link)
{
	size_t count = link->symbols.count;
	struct stubs *stubs = lkm_arena_alloc(link->elf->arena, sizeof(*stubs));
	struct lkm_elfsym sym;

	if (!stubs)
		return -ENOMEM;
	stubs->r2 = (lkm_layout_address(link->layout, link->layout->toc) & ~(uint64_t)0xff) + 0x8000;
	if (lkm_slots_init(&stubs->slots, link->elf->arena,
			   lkm_link_section(link, link->layout->stubs).len / LKM_PPC64_STUB) < 0)
		return -ENOMEM;
	for (size_t i = 1; i < count; i++)
		if (lkm_elfsyms_at(&link->symbols, i, &sym) == 0 &&
		    sym.section == LKM_SHN_UNDEF && strcmp(sym.name, ".TOC.") == 0)
			link->values[i] = stubs->r2;
	link->arch = stubs;
	return 0;
}

/* The half that is added to a signed lower half. */
static uint64_t high(uint64_t value)
{
	return (value + 0x8000) >> 16 & 0xffff;
}

static void write_stub(uint8_t *stub, uint64_t offset, uint64_t target)
{
	lkm_store_u32(stub, 0x3d620000 | high(offset), false);
	lkm_store_u32(stub + 4, 0x396b0000 | (offset & 0xffff), false);
	lkm_store_u32(stub + 8, 0xf8410018, false);
	lkm_store_u32(stub + 12, 0xe98b0020, false);
	lkm_store_u32(stub + 16, 0x7d8903a6, false);
	lkm_store_u32(stub + 20, 0x4e800420, false);
	lkm_store_u32(stub + 28, 0x73747562, false);
	lkm_store_u64(stub + 32, target, false);
}

/* The address of the stub that jumps to `target`; 0 when there is no room. */
static uint64_t stub_for(struct lkm_link *link, uint64_t target)
{
	const struct lkm_layout *layout = link->layout;
	const struct lkm_layout_section *s = &layout->sections[layout->stubs];
	struct stubs *stubs = link->arch;
	uint64_t at, address;
	size_t entry;
	bool new;

	if (lkm_slots_get(&stubs->slots, target, &entry, &new) < 0)
		return 0;
	at = entry * LKM_PPC64_STUB;
	address = lkm_layout_address(layout, layout->stubs) + at;
	if (new)
		write_stub(link->bytes[s->region] + s->offset + at, address - stubs->r2, target);
	return address;
}

/* Behind a call through a stub: have r2 loaded again.  False when there is no nop. */
static bool restore_r2(const struct lkm_reloc *r, const char *callee)
{
	uint32_t insn = lkm_load_u32(r->at, false), next;

	/* A jump does not come back, and ftrace takes care of its own calls. */
	if ((insn & 0xfc000003) != 0x48000001 || strcmp(callee, "_mcount") == 0)
		return true;
	if (r->room < 8)
		return false;
	next = lkm_load_u32(r->at + 4, false);
	if (next == LOAD_R2)
		return true;
	if (next != NOP)
		return false;
	lkm_store_u32(r->at + 4, LOAD_R2, false);
	return true;
}

static enum lkm_link_fault call(struct lkm_link *link, const struct lkm_reloc *r,
				uint64_t *ret_value)
{
	uint64_t target = r->symbol + r->addend;
	struct lkm_elfsym sym;
	uint32_t insn;

	if (lkm_elfsyms_at(&link->symbols, r->rel.symbol, &sym) < 0)
		return LKM_FAULT_SYMBOL;
	if (sym.section == LKM_SHN_UNDEF) {
		target = stub_for(link, target);
		if (target == 0)
			return LKM_FAULT_ROOM;
		if (!restore_r2(r, sym.name)) {
			*ret_value = r->room < 8 ? 0 : lkm_load_u32(r->at + 4, false);
			return LKM_FAULT_CODE;
		}
	} else {
		/* Where a caller with the same r2 enters: bits 5 to 7 are a power of two. */
		target += (1u << (sym.other >> 5)) >> 2 << 2;
	}
	*ret_value = target - r->place;
	insn = lkm_load_u32(r->at, false);
	lkm_store_u32(r->at, (insn & ~0x03fffffcu) | (*ret_value & 0x03fffffc), false);
	return (*ret_value & 3) || !lkm_range_fits(r->row->range, r->row->bits, *ret_value) ?
		       LKM_FAULT_RANGE :
		       LKM_FAULT_NONE;
}

/* A function that computes r2 the long way does so the short way when the TOC is near. */
static enum lkm_link_fault shorten_entry(const struct lkm_reloc *r, uint64_t r2)
{
	uint64_t offset = r2 - r->place;

	if (offset + 0x80008000u > UINT32_MAX ||
	    lkm_load_u32(r->at, false) != 0xe84cfff8 ||	    /* ld r2,-8(r12) */
	    lkm_load_u32(r->at + 4, false) != 0x7c426214)   /* add r2,r2,r12 */
		return LKM_FAULT_NONE;
	lkm_store_u32(r->at, 0x3c4c0000 | high(offset), false);		/* addis r2,r12,.. */
	lkm_store_u32(r->at + 4, 0x38420000 | (offset & 0xffff), false); /* addi r2,r2,.. */
	return LKM_FAULT_NONE;
}

/* 16 bits, of which a DS field leaves the lowest two as they are. */
static enum lkm_link_fault put_16(const struct lkm_reloc *r, uint64_t value, bool ds)
{
	uint16_t keep = ds ? lkm_load_u16(r->at, false) & 3 : 0;

	lkm_store_u16(r->at, (value & (ds ? 0xfffc : 0xffff)) | keep, false);
	return (ds && (value & 3)) || !lkm_range_fits(r->row->range, r->row->bits, value) ?
		       LKM_FAULT_RANGE :
		       LKM_FAULT_NONE;
}

static enum lkm_link_fault apply(struct lkm_link *link, const struct lkm_reloc *r,
				 uint64_t *ret_value)
{
	uint64_t r2 = ((struct stubs *)link->arch)->r2, value = r->symbol + r->addend;

	switch (r->row->own) {
	case CALL:
		return call(link, r, ret_value);
	case ENTRY:
		return shorten_entry(r, r2);
	case TOC:
		lkm_store_u64(r->at, r2, false);
		return LKM_FAULT_NONE;
	case REL16_LO: case REL16_HA:
		value -= r->place;
		break;
	default:
		value -= r2;
	}
	*ret_value = value;
	if (r->row->own == TOC16_HA || r->row->own == REL16_HA)
		value = high(value);
	return put_16(r, value, r->row->own == TOC16_DS || r->row->own == TOC16_LO_DS);
}

static void message(const struct lkm_link_finding *f, const char *module, struct lkm_buf *buf)
{
	const char *name = f->type_name ? f->type_name + strlen("R_PPC64_") : "";

	if (f->fault == LKM_FAULT_UNKNOWN)
		lkm_buf_printf(buf, "%s: Unknown ADD relocation: %u", module, f->type);
	else if (f->fault == LKM_FAULT_CODE)
		lkm_buf_printf(buf, "%s: Expected nop after call, got %08llx", module,
			       (unsigned long long)f->value);
	else if (f->type == R_PPC64_REL24 || f->type == R_PPC64_REL32)
		lkm_buf_printf(buf, "%s: %s %lld out of range!", module, name,
			       (long long)f->value);
	else
		lkm_buf_printf(buf, "%s: bad %s relocation (%#llx)", module, name,
			       (unsigned long long)f->value);
}

const struct lkm_reloc_machine lkm_reloc_ppc64 = {
	.machine = EM_PPC64,
	.addends = true,
	.err = -ENOEXEC,
	.types = types,
	.type_count = sizeof(types) / sizeof(types[0]),
	.start = start,
	.first = lkm_ppc64_calls,
	.is_first = lkm_ppc64_is_call,
	.apply = apply,
	.message = message,
};
