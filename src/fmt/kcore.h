/*
 * fmt/kcore.h - /proc/kcore: where in that file a piece of kernel memory is.
 *
 * It is an ELF core file without sections: a header, a table of program headers,
 * and for each of them that is PT_LOAD (1) a range of memory:
 *
 *	64-bit  32-bit  header            64-bit  32-bit  program header
 *	32  8   28  4   where the table   0  4    0  4    type
 *	54  2   42  2   bytes of an entry 8  8    4  4    offset in the file
 *	56  2   44  2   entries          16  8    8  4    address
 *	                                 32  8   16  4    size
 *
 * Errors     -ENOEXEC  no ELF file
 *            -EBADMSG  the table is none, or cut off
 *            -ENODATA  no such memory, or not in one piece
 * Trust      Any bytes.
 * Source     elf(5); linux fs/proc/kcore.c.
 */
#ifndef LKM_FMT_KCORE_H
#define LKM_FMT_KCORE_H

#include "base/reader.h"

/* Bytes of a header, and most entries of a table: a large machine has some hundred. */
#define LKM_KCORE_HEADER      64u
#define LKM_KCORE_ENTRIES_MAX 4096u

struct lkm_kcore {
	bool wide, big_endian;
	uint64_t table; /* where it is in the file */
	size_t len;	/* its bytes */
	size_t entry;	/* bytes of an entry */
};

/* Read the header: LKM_KCORE_HEADER bytes.  See Errors. */
int lkm_kcore_init(struct lkm_kcore *core, struct lkm_bytes header);

/* Where the memory [address, address + len) is in the file.  See Errors. */
int lkm_kcore_find(const struct lkm_kcore *core, struct lkm_bytes table, uint64_t address,
		   uint64_t len, uint64_t *ret_offset);

#endif
