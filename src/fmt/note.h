/*
 * fmt/note.h - find one ELF note by its owner and type.
 *
 *	 0  4   length of the owner's name, with its NUL
 *	 4  4   length of the contents
 *	 8  4   type
 *	12      name, then padding to 4; contents, then padding to 4
 *
 * Errors     -ENODATA  no such note
 *            -EBADMSG  a length points outside the notes
 *            -ENOMEM, -EIO
 * Source     System V ABI, note section; ld(1) --build-id.
 */
#ifndef LKM_FMT_NOTE_H
#define LKM_FMT_NOTE_H

#include "fmt/elf.h"

/* The contents of the first note of that owner and type in the reader's bytes. */
int lkm_note_find(struct lkm_reader notes, const char *owner, uint32_t type,
		  struct lkm_bytes *ret);

/* The build id of a file, from .note.gnu.build-id.  See Errors. */
int lkm_note_build_id(const struct lkm_elf *elf, struct lkm_bytes *ret);

#endif
