/*
 * link/layout.h - where the kernel puts the sections of a module.
 *
 * Sections are taken in passes (code, read-only, read-only after init,
 * writable), in file order within a pass, each at the next offset its
 * alignment allows; .init* sections apart from all others.  Since 6.4 each
 * kind is a region, an allocation of its own:
 *
 *	pass (flags)		       core		init
 *	1 exec			       TEXT		INIT_TEXT
 *	2 not writable		       RODATA		INIT_RODATA
 *	3 read-only after init	       RO_AFTER_INIT	-
 *	4 writable		       DATA		INIT_DATA
 *	.data..percpu		       PERCPU, in every kernel
 *
 * Before, there was one core block (here: region TEXT) and one init block
 * (INIT_TEXT), each rounded up to a page after every pass.  The symbols that
 * kallsyms keeps follow the writable data; the whole symbol table follows the
 * init data.  They count in the sizes and are no sections here.
 *
 * What a machine adds is counted too: the PLT of arm64, the stubs of ppc64le,
 * GOT and PLT of riscv64, those that s390x puts before the code.
 *
 * Units      Sizes and offsets in bytes, from the start of the region.
 * Ownership  Everything is from the arena of the struct lkm_elf, which, like
 *            the elf itself, is borrowed; there is nothing to release.
 * Errors     0, or a negative errno with a diagnosis; a message that the kernel
 *            would give is given in its words.
 *              -ENOEXEC  what the kernel answers to this module
 *              -EBADMSG  an alignment that is no power of two
 *              -EFBIG    larger than LKM_LAYOUT_MAX
 *              -ENOMEM, -EIO
 * Trust      Any elf that lkm_elf_init() took.
 * Source     linux kernel/module/main.c layout_sections(), kallsyms.c
 *            layout_symtab(), arch/ARCH/kernel/module*.c module_frob_arch_sections().
 */
#ifndef LKM_LINK_LAYOUT_H
#define LKM_LINK_LAYOUT_H

#include "fmt/elf.h"
#include "link/kernel.h"

/* All regions together; the largest modules have some 20 MiB. */
#define LKM_LAYOUT_MAX ((uint64_t)256 << 20)

/* The largest alignment: a huge page. */
#define LKM_LAYOUT_ALIGN_MAX ((uint64_t)2 << 20)

/* Where insmod of old pretended that modules are, when it did not load them. */
#define LKM_LAYOUT_BASE 0x12340000u

/* In the order in which the kernel allocates them; per-CPU data are apart. */
enum lkm_region {
	LKM_REGION_TEXT,
	LKM_REGION_DATA,
	LKM_REGION_RODATA,
	LKM_REGION_RO_AFTER_INIT,
	LKM_REGION_INIT_TEXT,
	LKM_REGION_INIT_DATA,
	LKM_REGION_INIT_RODATA,
	LKM_REGION_PERCPU,
	LKM_REGION_COUNT,
	LKM_REGION_NONE = LKM_REGION_COUNT, /* of a section that is not loaded */
};

struct lkm_layout_section {
	enum lkm_region region;
	uint64_t offset; /* in the region */
	uint64_t size;	 /* may differ from the file's (PLT) */
	uint64_t align;	 /* at least 1; may differ from the file's (PLT) */
};

struct lkm_layout_region {
	uint64_t used; /* up to the end of the last section */
	uint64_t size; /* with the kept symbols, rounded up to pages */
	uint64_t base; /* address of the first byte; 0 until it is placed */
	bool placed;
};

struct lkm_layout {
	const struct lkm_elf *elf;
	struct lkm_link_kernel kernel;
	struct lkm_layout_section *sections; /* by number, as in the elf */
	struct lkm_layout_region regions[LKM_REGION_COUNT];
	uint64_t got_size, plt_size; /* s390x: bytes at the start of TEXT */
	size_t plt, init_plt;	     /* arm64: sections, or 0; riscv64: plt alone */
	size_t got, got_plt;	     /* riscv64: sections, or 0 */
	size_t stubs, toc;	     /* ppc64le: sections, or 0 */
};

/* Lay a module out; no region has a base yet.  See Errors. */
int lkm_layout_init(struct lkm_layout *layout, const struct lkm_elf *elf,
		    const struct lkm_link_kernel *kernel, struct lkm_diag *diag);

/* Give all regions a base: one after the other from `base` (a page), each on a new page. */
void lkm_layout_place(struct lkm_layout *layout, uint64_t base);

/*
 * A section of the running kernel is at `address`: this gives its region a
 * base.  False, and nothing is changed, when the section is not loaded or the
 * region's base is another one already: then the layout is not the kernel's.
 * /sys/module/NAME/sections has all but .data..percpu, which is where a symbol
 * of it in /proc/kallsyms is, less the symbol's value; and it has .symtab and
 * .strtab, which are not loaded here.
 */
bool lkm_layout_observe(struct lkm_layout *layout, size_t section, uint64_t address);

/* The address of a loaded section. */
static inline uint64_t lkm_layout_address(const struct lkm_layout *layout, size_t section)
{
	const struct lkm_layout_section *s = &layout->sections[section];

	return layout->regions[s->region].base + s->offset;
}

/* Is that section loaded? */
static inline bool lkm_layout_loaded(const struct lkm_layout *layout, size_t section)
{
	return section < layout->elf->section_count &&
	       layout->sections[section].region != LKM_REGION_NONE;
}

/* Is the region given back when the module's init is done? */
static inline bool lkm_region_is_init(enum lkm_region region)
{
	return region >= LKM_REGION_INIT_TEXT && region <= LKM_REGION_INIT_RODATA;
}

/* What /sys/module/NAME/coresize will say; also the size in /proc/modules. */
uint64_t lkm_layout_core_size(const struct lkm_layout *layout);

/* The region's name: "text", "init.data", ... or, without regions, "core" and "init". */
const char *lkm_layout_region_name(const struct lkm_layout *layout, enum lkm_region region);

#endif
