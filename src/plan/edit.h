/*
 * plan/edit.h - the edits of a module that insmod's options ask for.
 *
 *	name     (-o) another name
 *	hide     (-x) nobody sees what it exports
 *	export   (-X) all global symbols of a module that exports none
 *	marks    (-Y) __insmod_* symbols that tell where the module came from
 *	prefix   (-P) names of needed symbols lose the version of old (_Rsmp_01234567)
 *	release  (-N) vermagic gets the release of the running kernel, when only what
 *	         follows its numbers differs and the kernel compares it (modules with
 *	         versions of symbols: it does not)
 *
 * The marks of module NAME, for readers of /proc/kallsyms (ksymoops):
 *
 *	__insmod_NAME_OFILE_MTIME_VVERSION   MTIME: M and 16 hex digits; VERSION: the
 *	                                     kernel's, decimal of a << 16 | b << 8 | c
 *	__insmod_NAME_PFILE                  where its parameters are kept
 *	__insmod_NAME_SSECTION_LSIZE         .text .rodata .data .bss .sbss, if not empty
 *
 * What changes nothing (the name it has, nothing to hide) is no edit.  Any edit
 * takes the signature off, because a wrong one is refused where none is not.  So a
 * kernel that wants signatures is not even asked.
 *
 * Ownership  The request is borrowed; the image is replaced.
 * Errors     0, or a negative errno with a diagnosis; nothing is edited then.
 *              -EKEYREJECTED  the kernel loads only signed modules
 *              -EPERM         the kernel is locked down
 *            and those of fmt/elfedit.h and plan/image.h
 * Source     insmod(8) of modutils.
 */
#ifndef LKM_PLAN_EDIT_H
#define LKM_PLAN_EDIT_H

#include "host/host.h"
#include "plan/image.h"

/* What is asked for. */
struct lkm_edits {
	const char *name;    /* NULL: keep */
	const char *prefix;  /* NULL: leave names as they are */
	const char *path;    /* for the marks: the file, absolute; "-" if there is none */
	const char *persist; /* for the marks; NULL: none */
	uint64_t mtime;	     /* for the marks: of the file, in seconds */
	bool hide, export, marks, release;
};

/* What was done: words for a sentence, "renamed to x, exports hidden". */
struct lkm_edits_done {
	struct lkm_buf what;
	bool was_signed;
	bool stripped; /* of versions in names */
	size_t count; /* of edits; 0: the image is as it was */
};

#define LKM_EDITS_DONE_INIT { 0 }

/* Make the edits.  See Errors. */
int lkm_edits_apply(const struct lkm_host *host, struct lkm_image *image,
		    const struct lkm_edits *edits, struct lkm_edits_done *done,
		    struct lkm_diag *diag);

/* Give the words back. */
void lkm_edits_done_release(struct lkm_edits_done *done);
LKM_DEFINE_AUTO(lkm_edits_done)

#endif
