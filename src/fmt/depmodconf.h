/*
 * fmt/depmodconf.h - depmod.d: which of several files of a module counts.
 *
 *	search DIR...                  directories of the module directory, first
 *	                               one wins; built-in: all others; external:
 *	                               those of `external`.  Lines add up.
 *	override MODULE RELEASE DIR    this module from exactly DIR; later lines
 *	                               win over earlier ones, and over search
 *	external RELEASE DIR...        more directories, absolute
 *	exclude NAME...                files and directories of that name are not
 *	                               looked at, wherever they are
 *
 * RELEASE is `*` or an extended regular expression that matches part of the
 * release; lines for other releases have no effect.  Without `search` it is
 * "updates built-in".
 *
 * Units      A rank is a number that says who wins: lower is better.
 * Ownership  Everything is copied.
 * Errors     -EINVAL  a line that is not understood, with a sentence
 *            -ENOMEM
 * Trust      Written by the administrator, but any bytes are survived.
 * Source     depmod.d(5); behaviour of depmod.
 */
#ifndef LKM_FMT_DEPMODCONF_H
#define LKM_FMT_DEPMODCONF_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"

struct lkm_depmodconf_override {
	struct lkm_str module; /* as written; '-' and '_' are equal */
	struct lkm_str dir;    /* relative to the module directory */
};

struct lkm_depmodconf {
	struct lkm_arena arena;
	char *release; /* whose lines count */
	LKM_VEC(struct lkm_str) search;
	LKM_VEC(struct lkm_depmodconf_override) overrides;
	LKM_VEC(struct lkm_str) externals;
	LKM_VEC(struct lkm_str) excludes;
};

#define LKM_DEPMODCONF_INIT { 0 }

/* Start with no lines, for this release.  -ENOMEM. */
int lkm_depmodconf_init(struct lkm_depmodconf *conf, const char *release);

/* Take one command (a line of fmt/confline.h) in.  -EINVAL, -ENOMEM. */
int lkm_depmodconf_add(struct lkm_depmodconf *conf, struct lkm_str line, struct lkm_diag *diag);

/* Where a module file is. */
struct lkm_depmodconf_place {
	struct lkm_str module;
	struct lkm_str dir; /* relative to the module directory, "" for itself */
	bool external;	    /* in a directory of `external` instead */
};

/* The rank of a file: of several with one module name the lowest wins. */
unsigned int lkm_depmodconf_rank(const struct lkm_depmodconf *conf,
				 const struct lkm_depmodconf_place *place);

/* Is a file or directory of this name left out (also build and source, always)? */
bool lkm_depmodconf_excludes(const struct lkm_depmodconf *conf, struct lkm_str name);

/* Give all memory back. */
void lkm_depmodconf_release(struct lkm_depmodconf *conf);
LKM_DEFINE_AUTO(lkm_depmodconf)

#endif
