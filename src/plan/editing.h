/*
 * plan/editing.h - the parts of plan/edit.h: private to plan/edit*.c.
 *
 * Errors     As those of plan/edit.h, with the diagnosis in the editing.
 */
#ifndef LKM_PLAN_EDITING_H
#define LKM_PLAN_EDITING_H

#include "fmt/elfedit.h"
#include "fmt/thismodule.h"
#include "plan/edit.h"

/* The module before its edits, and the edits. */
struct lkm_editing {
	const struct lkm_host *host;
	const struct lkm_edits *edits;
	struct lkm_edits_done *done;
	struct lkm_diag *diag;
	struct lkm_modfile file;
	struct lkm_blob image; /* the copy that is edited */
	char name[LKM_THISMODULE_ROOM_32]; /* the one it will have */
	struct lkm_buf release;	/* of the running kernel */
	struct lkm_buf vermagic; /* the new one; empty: keep it */
	bool rename, hide, export, prefix;
};

/* Append to the words of what was done. */
void lkm_editing_note(struct lkm_editing *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The numbers in front: "6.1.0-test" gives "6.1.0". */
static inline struct lkm_str lkm_editing_numbers(struct lkm_str release)
{
	size_t len = 0;

	while (len < release.len && (release.ptr[len] == '.' ||
				     (release.ptr[len] >= '0' && release.ptr[len] <= '9')))
		len++;
	return (struct lkm_str){ release.ptr, len };
}

/* edit_marks.c: add the __insmod_* symbols.  See Errors. */
int lkm_editing_add_marks(struct lkm_editing *e);

#endif
