/*
 * fmt/modulesconf.h - /etc/modules.conf of old: what insmod needs of it.
 *
 *	path[TAG]=DIR, path=DIR   where modules are looked for
 *	keep                      the places known before stay; without it the first
 *	                          path line drops them
 *	persistdir=DIR            where parameters are kept (the manual writes no '=')
 *
 * One command per line; '#' begins a comment anywhere, '\' at the end joins lines.
 * In a directory `uname -r` and `kernelversion` in backquotes stand for the release
 * and its first two numbers.  There is no shell here: other backquotes and '$'
 * make a line without effect.  So do conditions: what is between `if` and `endif`
 * is passed over.  All other commands are for modprobe and depmod of that time.
 *
 * Ownership  Texts are in the arena.
 * Errors     -EINVAL  a NUL byte: no text file
 *            -ENOMEM
 *            Lines without effect are told to the report as warnings.
 * Trust      Written by the administrator, but any bytes are survived.
 * Source     modules.conf(5) of modutils 2.4.
 */
#ifndef LKM_FMT_MODULESCONF_H
#define LKM_FMT_MODULESCONF_H

#include "base/arena.h"
#include "base/report.h"
#include "base/vec.h"

struct lkm_modulesconf {
	struct lkm_arena arena;
	LKM_VEC(const char *) paths; /* may hold wildcards */
	bool keep;
	const char *persistdir; /* NULL: no such line; "": nowhere */
};

#define LKM_MODULESCONF_INIT { 0 }

/* Take a whole file in; `file` is its name, for the report.  See Errors. */
int lkm_modulesconf_read(struct lkm_modulesconf *conf, struct lkm_str text, const char *file,
			 const char *release, struct lkm_report *report);

/* Give everything back. */
void lkm_modulesconf_release(struct lkm_modulesconf *conf);
LKM_DEFINE_AUTO(lkm_modulesconf)

#endif
