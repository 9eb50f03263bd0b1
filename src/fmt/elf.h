/*
 * fmt/elf.h - read the section table of an ELF file.
 *
 * Opens nothing, prints nothing.  Both classes and both byte orders are read
 * on any host; files with more than 65,279 sections too (e_shnum and
 * e_shstrndx then stand in section 0).  The whole section table is checked
 * when the file is opened; after that sections are plain structs.
 * A module is a relocatable file; a kernel image is an executable one, or a
 * shared object.
 *
 *	 64-bit  32-bit  header field        section field  64-bit  32-bit
 *	 4       4       class (1, 2)        name           0  4    0  4
 *	 5       5       order (1 LE, 2 BE)  type           4  4    4  4
 *	16  2   16  2    e_type (1 = REL)    flags          8  8    8  4
 *	18  2   18  2    e_machine           addr          16  8   12  4
 *	40  8   32  4    e_shoff             offset        24  8   16  4
 *	48  4   36  4    e_flags             size          32  8   20  4
 *	58  2   46  2    e_shentsize         link, info    40 4+4  24 4+4
 *	60  2   48  2    e_shnum             align         48  8   32  4
 *	62  2   50  2    e_shstrndx          entsize       56  8   36  4
 *
 * Units      Every offset and size is in bytes, from the start of the file.
 * Ownership  struct lkm_elf borrows the source, which must outlive it; the
 *            section array is from the arena given to lkm_elf_init().
 * Errors     0, or a negative errno with a diagnosis.  On error no output.
 *              -ENOEXEC   not ELF, or not a file we read (class, order, type)
 *              -EBADMSG   ELF, but a header points outside the file or lies
 *              -EFBIG     more sections than LKM_ELF_SECTIONS_MAX
 *              -ENODATA   well formed, and the thing asked for is not there
 *              -ENOMEM, -EIO, errors of pread(2)
 * Trust      The bytes are hostile: fuzz_elf.c holds that no input can crash
 *            or hang the caller, test_elf.c names the cases.
 * Threads    Read-only after lkm_elf_init(), but the source is not.
 * Source     System V ABI; linux kernel/module/main.c elf_validity_check().
 */
#ifndef LKM_FMT_ELF_H
#define LKM_FMT_ELF_H

#include "base/diag.h"
#include "base/reader.h"
#include "base/source.h"

/* Largest real module seen has some 200; -ffunction-sections ones some ten thousand. */
#define LKM_ELF_SECTIONS_MAX (1u << 20)

/* Section types and flags that module files use. */
enum {
	LKM_SHT_NULL = 0,
	LKM_SHT_PROGBITS = 1,
	LKM_SHT_SYMTAB = 2,
	LKM_SHT_STRTAB = 3,
	LKM_SHT_RELA = 4,
	LKM_SHT_NOTE = 7,
	LKM_SHT_NOBITS = 8,
	LKM_SHT_REL = 9,
	LKM_SHT_SYMTAB_SHNDX = 18,
};

enum {
	LKM_SHF_WRITE = 1,
	LKM_SHF_ALLOC = 2,
	LKM_SHF_EXECINSTR = 4,
};

struct lkm_elf_section {
	struct lkm_str name; /* "" for section 0 */
	uint32_t type;
	uint32_t link, info;
	uint64_t flags;
	uint64_t addr;
	uint64_t offset; /* with size inside the file, unless NOBITS or NULL */
	uint64_t size;
	uint64_t align;
	uint64_t entsize;
};

struct lkm_elf {
	struct lkm_source *src;
	struct lkm_arena *arena;
	struct lkm_elf_section *sections; /* [0] is the null section */
	size_t section_count;
	bool wide;	  /* ELFCLASS64 */
	bool big_endian;  /* ELFDATA2MSB */
	uint16_t machine; /* EM_* */
	uint16_t type;	  /* ET_*: always ET_REL after lkm_elf_init() */
	uint32_t flags;	  /* e_flags */
};

/*
 * Read and check the header and all section headers of a relocatable file.
 * -ENOEXEC, -EBADMSG, -EFBIG, -ENOMEM, -EIO.
 */
int lkm_elf_init(struct lkm_elf *elf, struct lkm_source *src, struct lkm_arena *arena,
		 struct lkm_diag *diag);

/* The same for a file of any type.  -EBADMSG also when it has no section table. */
int lkm_elf_init_any(struct lkm_elf *elf, struct lkm_source *src, struct lkm_arena *arena,
		     struct lkm_diag *diag);

/* The first section of that name, NULL if there is none. */
const struct lkm_elf_section *lkm_elf_find(const struct lkm_elf *elf, const char *name);

/* The first section of that type at or after index `from`, NULL if there is none. */
const struct lkm_elf_section *lkm_elf_find_type(const struct lkm_elf *elf, uint32_t type,
						size_t from);

/* The contents of a section; empty for NOBITS.  -ENOMEM, -EIO. */
int lkm_elf_contents(const struct lkm_elf *elf, const struct lkm_elf_section *section,
		     struct lkm_bytes *ret);

/* The contents of the section of that name.  -ENODATA when there is none. */
int lkm_elf_contents_of(const struct lkm_elf *elf, const char *name, struct lkm_bytes *ret);

/* A reader over bytes of this file, in its byte order. */
static inline struct lkm_reader lkm_elf_reader(const struct lkm_elf *elf, struct lkm_bytes bytes)
{
	return lkm_reader(bytes, elf->big_endian);
}

/* The field's name of a machine ("x86-64"), or "machine N" written into buf. */
const char *lkm_elf_machine_name(uint16_t machine, char buf[static 24]);

#endif
