/*
 * link/layout_arch.h - what each machine adds to the layout: for link/ only.
 *
 * Out-of-range calls need trampolines, and what can be out of range is counted
 * before anything has an address.
 *
 *	arm64	 .plt, .init.plt: 12 bytes for each branch that leaves its
 *		 section, one more; equal ones once (but those with an addend).
 *		 With the erratum 843419 also one for each ADRP that no alignment
 *		 of its section, which is raised, keeps from the last 8 bytes of
 *		 a page, and one more for each 341
 *	s390x	 8 bytes for each symbol reached through the GOT, 22 for each
 *		 through the PLT and one more with expolines; they begin TEXT
 *	ppc64le	 .stubs: 40 bytes for each call (symbol and addend, per
 *		 section), one more, and those of ftrace
 *	riscv64	 modules of kernels with CONFIG_MODULE_SECTIONS have .plt, 12
 *		 bytes for each call, .got.plt, 8 bytes for each, and .got, 8
 *		 bytes for each relocation of it (symbol and addend, per section;
 *		 since 6.16 per module), each with one more
 *
 * Errors     as in link/layout.h.
 */
#ifndef LKM_LINK_LAYOUT_ARCH_H
#define LKM_LINK_LAYOUT_ARCH_H

#include "fmt/elfrel.h"
#include "fmt/elfsym.h"
#include "link/layout.h"

#define LKM_ARM64_PLT_ENTRY 12u
#define LKM_S390_PLT_ENTRY  22u
#define LKM_PPC64_STUB	    40u
#define LKM_RISCV_PLT_ENTRY 12u
#define LKM_RISCV_GOT_ENTRY 8u

/* Not yet in every elf.h */
#define LKM_R_RISCV_PLT32 59u

/* Find the machine's sections, count, and set sizes; before any section has a place. */
int lkm_layout_add_arch(struct lkm_layout *layout, struct lkm_diag *diag);

/* Is this section room for trampolines, which the loader makes executable? */
bool lkm_layout_is_trampoline(const struct lkm_layout *layout, size_t section);

/* Is it a GOT, which the loader makes read-only? */
bool lkm_layout_is_got(const struct lkm_layout *layout, size_t section);

/* May an ADRP not be at that address, on a processor with the erratum 843419? */
static inline bool lkm_arm64_is_forbidden(const struct lkm_layout *layout, uint64_t address)
{
	return layout->kernel.erratum_843419 && (address & 0xfff) >= 0xff8;
}

/* Does the relocation take room in the GOT of an s390x module; in its PLT? */
bool lkm_s390_needs_got(uint32_t type);
bool lkm_s390_needs_plt(uint32_t type);

/*
 * The branches of an arm64 section to other sections, in the order in which the
 * loader relocates them: by type, symbol, addend.  From the elf's arena.
 * -ENOMEM, -EIO.
 */
int lkm_arm64_branches(const struct lkm_elf *elf, size_t relocations,
		       struct lkm_elfrel **ret_branches, size_t *ret_count);

/* Is that relocation one of them?  `section` is the section that is patched. */
bool lkm_arm64_leaves(const struct lkm_elfsyms *symbols, size_t section,
		      const struct lkm_elfrel *rel);

/* The calls of a ppc64 section, in the order in which the loader relocates them.  The same. */
int lkm_ppc64_calls(const struct lkm_elf *elf, size_t relocations, struct lkm_elfrel **ret_calls,
		    size_t *ret_count);
bool lkm_ppc64_is_call(const struct lkm_elfsyms *symbols, size_t section,
		       const struct lkm_elfrel *rel);

#endif
