/*
 * tree/modfile.h - a module file, opened and understood as ELF.
 *
 * Plain or compressed (recognised by content, not by name).  Of a plain file
 * only the parts that are asked for are read; a compressed one is decoded whole
 * into memory.
 *
 * Ownership  Everything hangs on struct lkm_modfile: release it.  Views taken
 *            from it die with it.
 * Errors     0, or a negative errno with a diagnosis that names the file:
 *            those of lkm_file_open(), lkm_decompress() and lkm_elf_init().
 *            -EFBIG   larger than LKM_MODFILE_MAX, compressed or decoded
 * Trust      The file is hostile; it may also change while it is read.
 * Threads    One thread at a time per module file.
 */
#ifndef LKM_TREE_MODFILE_H
#define LKM_TREE_MODFILE_H

#include "base/file.h"
#include "fmt/compress.h"
#include "fmt/elf.h"

/* The kernel reads a module with a 32-bit length; none comes near this. */
#define LKM_MODFILE_MAX ((size_t)512 * 1024 * 1024)

struct lkm_modfile {
	int fd; /* -1 when the bytes came from memory */
	enum lkm_codec codec;
	struct lkm_arena arena;	  /* what was read and parsed */
	struct lkm_blob decoded;  /* a compressed file's contents */
	struct lkm_source source; /* the ELF file's bytes */
	struct lkm_elf elf;
};

#define LKM_MODFILE_INIT { .fd = -1 }

/* Open a module file.  See Errors. */
int lkm_modfile_open(struct lkm_modfile *file, const char *path, struct lkm_diag *diag);

/* Open and decode any file, ELF or not: only file->source is set.  See Errors. */
int lkm_modfile_unpack(struct lkm_modfile *file, const char *path, struct lkm_diag *diag);

/* As lkm_modfile_open(), from bytes that outlive the module file (standard input). */
int lkm_modfile_memory(struct lkm_modfile *file, struct lkm_bytes bytes, struct lkm_diag *diag);

/* Close it, but keep its memory for the next open. */
void lkm_modfile_clear(struct lkm_modfile *file);

/* Close it and give all memory back; NULL and one that was never opened are fine. */
void lkm_modfile_release(struct lkm_modfile *file);
LKM_DEFINE_AUTO(lkm_modfile)

#endif
