/*
 * link/relocate_arch.h - what the relocations of one machine are: for link/ only.
 *
 * A machine is a table of types and a function.  Plain numbers (a word of some
 * size, absolute or relative, in some range) are rows alone; what goes into
 * instructions or through trampolines has the form LKM_FORM_OWN and is done by
 * the machine's function.
 *
 *	P = address of the place, S = value of the symbol, A = addend (from the
 *	place itself in a REL section)
 *
 * Trust      Before a row is applied it is known that its `size` bytes are
 *            inside the section, and that the symbol exists.
 */
#ifndef LKM_LINK_RELOCATE_ARCH_H
#define LKM_LINK_RELOCATE_ARCH_H

#include <elf.h>

#include "base/store.h"
#include "link/layout_arch.h"
#include "link/relocate.h"

enum lkm_form {
	LKM_FORM_IGNORED, /* known, and nothing to do */
	LKM_FORM_ABS,	  /* S + A */
	LKM_FORM_REL,	  /* S + A - P */
	LKM_FORM_REFUSED, /* known, and refused like one that is not */
	LKM_FORM_OWN,	  /* the machine's function */
};

enum lkm_range {
	LKM_RANGE_ANY,	    /* cut off without a word */
	LKM_RANGE_SIGNED,   /* -2^(n-1) to 2^(n-1) - 1, n bits */
	LKM_RANGE_UNSIGNED, /* 0 to 2^n - 1 */
};

struct lkm_reloc_type {
	uint32_t type;
	const char *name;
	enum lkm_form form;
	uint8_t size; /* bytes that are read or written */
	enum lkm_range range;

	/* For the machine's own function: what to do, and which bits of the value count. */
	uint8_t own;
	uint8_t bits, shift; /* the lowest `bits` must hold it; those above `shift` are stored */
};

/* One relocation that is being applied. */
struct lkm_reloc {
	const struct lkm_reloc_type *row;
	struct lkm_elfrel rel;
	uint8_t *at;	 /* the bytes at P */
	uint64_t room;	 /* bytes from there to the end of the section */
	uint64_t place;	 /* P */
	uint64_t symbol; /* S */
	uint64_t addend; /* A */
	size_t section;	 /* that is patched */
	size_t table;	 /* that holds the relocation */
};

struct lkm_reloc_machine {
	uint16_t machine;
	bool addends;	      /* RELA, else REL */
	bool reports_targets; /* what did not fit is reported as S + A, whatever was to be stored */
	int err;	      /* what the kernel answers to a bad relocation */
	const struct lkm_reloc_type *types;
	size_t type_count;

	/* Before the first relocation; may be NULL.  -ENOMEM, -EIO. */
	int (*start)(struct lkm_link *link);

	/*
	 * Those relocations of section `table` that are applied before the rest,
	 * in this order, and how they are told from it; both or none are NULL.
	 * -ENOMEM, -EIO.
	 */
	int (*first)(const struct lkm_elf *elf, size_t table, struct lkm_elfrel **ret_list,
		     size_t *ret_count);
	bool (*is_first)(const struct lkm_elfsyms *symbols, size_t section,
			 const struct lkm_elfrel *rel);

	/* A row of LKM_FORM_OWN.  ret_value counts only with a fault: what did not fit. */
	enum lkm_link_fault (*apply)(struct lkm_link *link, const struct lkm_reloc *r,
				     uint64_t *ret_value);

	/* The kernel's line for an unknown type or a value out of range. */
	void (*message)(const struct lkm_link_finding *f, const char *module, struct lkm_buf *buf);
};

/* One table and function for each machine; link/relocate.c knows them all. */
extern const struct lkm_reloc_machine lkm_reloc_x86_64, lkm_reloc_i386, lkm_reloc_arm64,
	lkm_reloc_s390, lkm_reloc_riscv, lkm_reloc_ppc64;

/* The machine of a link that runs or has run. */
const struct lkm_reloc_machine *lkm_link_machine(const struct lkm_link *link);

/* Does a value fit a field of so many bits? */
bool lkm_range_fits(enum lkm_range range, unsigned int bits, uint64_t value);

/*
 * Fill all of a relocation but its row.  False, and `at` is NULL, when the
 * place is outside its section; S is 0 when there is no such symbol.
 */
bool lkm_reloc_locate(const struct lkm_link *link, size_t table, const struct lkm_elfrel *rel,
		      struct lkm_reloc *ret);

#endif
