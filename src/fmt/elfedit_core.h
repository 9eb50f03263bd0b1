/*
 * fmt/elfedit_core.h - what the edits of elfedit*.c share; for them only.
 *
 * An edit reads the old image and works on a copy of it, which takes the old
 * one's place when the edit is done.  So views of the old one stay good.
 *
 * Ownership  An edit borrows the image; release it.
 * Errors     Those of fmt/elfedit.h.  What is appended fails at the end: errors
 *            of the copy stick, as base/buf.h has it.
 */
#ifndef LKM_FMT_ELFEDIT_CORE_H
#define LKM_FMT_ELFEDIT_CORE_H

#include "base/arena.h"
#include "base/source.h"
#include "fmt/elf.h"
#include "fmt/elfedit.h"

struct lkm_edit {
	struct lkm_blob *image;
	struct lkm_arena arena;
	struct lkm_source src;
	struct lkm_elf elf; /* as it was when the edit began */
	struct lkm_buf out;
	uint64_t table; /* where the section headers stand in `out` */
};

/* Read the image and copy it.  See Errors. */
int lkm_edit_open(struct lkm_edit *edit, struct lkm_blob *image, struct lkm_diag *diag);

/* Put the copy in the place of the image.  -ENOMEM, -EFBIG. */
int lkm_edit_finish(struct lkm_edit *edit, struct lkm_diag *diag);

/* Overwrite `width` bytes, which must be inside the old image or appended, with a number. */
void lkm_edit_put(struct lkm_edit *edit, uint64_t offset, uint64_t value, size_t width);

/* Append a number in the file's byte order to bytes in the making. */
void lkm_edit_num(const struct lkm_edit *edit, struct lkm_buf *buf, uint64_t value, size_t width);

/* Write bytes at the end of the image, on a multiple of 8; where they stand. */
uint64_t lkm_edit_append(struct lkm_edit *edit, const struct lkm_buf *bytes);

/* The same, as the new contents of section `index`. */
void lkm_edit_replace(struct lkm_edit *edit, size_t index, const struct lkm_buf *bytes);

/* Clear SHF_ALLOC of section `index`. */
void lkm_edit_hide(struct lkm_edit *edit, size_t index);

/* A section to be added. */
struct lkm_edit_section {
	const char *name;
	uint32_t type, link, info;
	uint64_t flags, align, entsize;
	const struct lkm_buf *contents;
};

/* Add sections behind the last one, their names, and a section table that has them.  -ENOTSUP. */
int lkm_edit_add_sections(struct lkm_edit *edit, const struct lkm_edit_section *sections,
			  size_t count, struct lkm_diag *diag);

/* The index of a section of the file. */
static inline size_t lkm_edit_index(const struct lkm_edit *edit,
				    const struct lkm_elf_section *section)
{
	return (size_t)(section - edit->elf.sections);
}

/* Give the edit's memory back; the image stays. */
void lkm_edit_release(struct lkm_edit *edit);
LKM_DEFINE_AUTO(lkm_edit)

#endif
