/*
 * link/relocate.h - link a module on paper: the bytes that the kernel would have.
 *
 * The sections of a layout are copied, symbols get their values, and every
 * relocation is applied as the kernel applies it, trampolines included.  What
 * the kernel would refuse is a finding; the work goes on behind it, so that all
 * of them are found (a value that does not fit is cut off).  The kernel would
 * answer with the first.
 *
 * Known are x86-64, i386, arm64, s390x, riscv64 and powerpc64le.  Not done is
 * what the kernel patches after relocation (alternatives, ftrace, jump labels).
 *
 * Ownership  Everything is from the arena of the struct lkm_elf of the layout,
 *            which is borrowed; there is nothing to release.
 * Errors     0, whatever was found, or a negative errno with a diagnosis:
 *              -ENOTSUP  a machine that is not known here
 *              -ENODATA  no symbol table
 *              -EBADMSG  a symbol is malformed
 *              -ENOMEM, -EIO
 * Trust      Any elf that lkm_elf_init() took: a relocation never reaches
 *            outside its section.
 * Source     System V ABI processor supplements; linux arch/ARCH/kernel/module*.c.
 */
#ifndef LKM_LINK_RELOCATE_H
#define LKM_LINK_RELOCATE_H

#include "fmt/elfrel.h"
#include "fmt/elfsym.h"
#include "link/layout.h"
#include "link/symbols.h"

/* So many findings are kept; all are counted. */
#define LKM_LINK_FINDINGS_MAX 64

enum lkm_link_fault {
	LKM_FAULT_NONE,
	LKM_FAULT_UNKNOWN,  /* the kernel does not know this type */
	LKM_FAULT_RANGE,    /* the value does not fit */
	LKM_FAULT_NONZERO,  /* x86-64: there is something at the place already */
	LKM_FAULT_CODE,	    /* the instruction there is not what it must be (ppc64le) */
	LKM_FAULT_PAIR,	    /* riscv: the other half of a pair is missing */
	LKM_FAULT_ROOM,	    /* no room left for a trampoline */
	LKM_FAULT_KIND,	    /* RELA where REL is needed, or the other way round */
	LKM_FAULT_OUTSIDE,  /* the place is outside its section: nobody checks that in the kernel */
	LKM_FAULT_SYMBOL,   /* no such symbol: nobody checks that either */
	LKM_FAULT_UNDEF,    /* nobody exports the symbol; `section` is 0 */
	LKM_FAULT_COMMON,   /* a common symbol; `section` is 0 */
};

struct lkm_link_finding {
	enum lkm_link_fault fault;
	int err;	      /* negative errno, the kernel's answer */
	size_t section;	      /* whose bytes are patched */
	uint64_t offset;      /* in it */
	uint32_t symbol;      /* number; may be beyond the table */
	const char *name;     /* the symbol's, or "" */
	uint32_t type;	      /* number */
	const char *type_name; /* "R_X86_64_32", or NULL */
	uint64_t value;	      /* what did not fit */
};

struct lkm_link {
	const struct lkm_elf *elf;
	const struct lkm_layout *layout;
	struct lkm_elfsyms symbols;
	uint64_t *values;		  /* by symbol number */
	uint8_t *bytes[LKM_REGION_COUNT]; /* regions[].used bytes of each */
	struct lkm_link_finding *findings;
	size_t finding_count; /* all; at most LKM_LINK_FINDINGS_MAX are in the array */
	size_t relocation_count;
	void *arch; /* what the machine's relocations remember */
};

/* Where the values of undefined symbols come from. */
struct lkm_link_imports {
	const struct lkm_symbols *symbols;
	uint64_t unknown; /* for a symbol that is exported, but nobody knows where it is */
};

/* Link a layout whose regions have been placed.  See Errors. */
int lkm_link_run(struct lkm_link *link, const struct lkm_layout *layout,
		 const struct lkm_link_imports *imports, struct lkm_diag *diag);

/* The linked bytes of a region, as many as its sections need: the blob of `insmod -O`. */
struct lkm_bytes lkm_link_region(const struct lkm_link *link, enum lkm_region region);

/* The linked bytes of a loaded section. */
struct lkm_bytes lkm_link_section(const struct lkm_link *link, size_t section);

/*
 * Append the line that the kernel logs about a finding, without a newline: in the
 * words of 6.12, without the addresses of the kernel's own copy.  Of what no
 * kernel checks it is a sentence of ours.
 */
void lkm_link_message(const struct lkm_link *link, const struct lkm_link_finding *finding,
		      const char *module, struct lkm_buf *buf);

/* Append where it is: ".text+0x1c: R_X86_64_32 against printk". */
void lkm_link_place_text(const struct lkm_link *link, const struct lkm_link_finding *finding,
			 struct lkm_buf *buf);

#endif
