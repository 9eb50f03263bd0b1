/*
 * fmt/depline.h - the line formats of modules.dep, modules.order,
 * modules.builtin and of soft dependencies.
 *
 *	modules.dep        PATH: PATH PATH ...     also a value of modules.dep.bin
 *	modules.order      PATH                    also modules.builtin
 *	softdep            pre: NAME ... post: NAME ...
 *
 * Paths are relative to the module directory, or absolute.  What a module
 * needs is listed so that each stands before what it needs itself: load from
 * right to left.
 *
 * Ownership  Views into the line; the iterators own nothing.
 * Errors     -EBADMSG  not a line of this format
 * Source     modules.dep(5), modprobe.d(5); files written by depmod.
 */
#ifndef LKM_FMT_DEPLINE_H
#define LKM_FMT_DEPLINE_H

#include "base/bytes.h"

struct lkm_depline {
	struct lkm_str path;
	struct lkm_str deps; /* words: take them with lkm_str_next_word() */
};

/* Cut one line (no newline).  -EBADMSG: no path or no colon. */
int lkm_depline_parse(struct lkm_str line, struct lkm_depline *ret);

/*
 * The next path of a list of paths, one on a line; empty lines and lines that
 * begin with # are passed over.  False at the end.
 */
bool lkm_pathlist_next(struct lkm_str *rest, struct lkm_str *ret);

enum lkm_softdep_when {
	LKM_SOFTDEP_UNSAID, /* a word before any pre: or post:, which modprobe ignores */
	LKM_SOFTDEP_PRE,
	LKM_SOFTDEP_POST,
};

struct lkm_softdep_iter {
	struct lkm_str rest;
	enum lkm_softdep_when when;
};

/* Start at the first word of the text (what follows the module's name). */
static inline struct lkm_softdep_iter lkm_softdep_iter(struct lkm_str text)
{
	return (struct lkm_softdep_iter){ .rest = text, .when = LKM_SOFTDEP_UNSAID };
}

/* The next name and when it is to be loaded; false at the end. */
bool lkm_softdep_next(struct lkm_softdep_iter *iter, struct lkm_str *ret_name,
		      enum lkm_softdep_when *ret_when);

#endif
