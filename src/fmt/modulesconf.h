/*
 * fmt/modulesconf.h - /etc/modules.conf of old: what insmod needs of it.
 *
 *	path[TAG]=DIR, path=DIR   where modules are looked for
 *	keep                      the places known before stay; without it the first
 *	                          path line drops them
 *	persistdir=DIR            where parameters are kept (the manual writes no '=')
 *	include FILE              read that file here
 *	define NAME WORD          from now on $NAME and ${NAME} stand for WORD
 *	if C, elseif C, else, endif
 *
 * One command per line; '#' begins a comment anywhere, '\' at the end joins lines.  Words
 * stand between blanks; quotes keep blanks, '\' keeps any character, and single quotes all.
 * `uname -r` and `kernelversion` in backquotes stand for the release and its first two
 * numbers.  There is no shell here: with other backquotes, or a name that is not defined,
 * a line has no effect, and a condition is neither true nor false: no branch of it counts.
 * All other commands are for modprobe and depmod of that time.
 *
 * A condition C is one of
 *
 *	! C
 *	-f FILE              the file can be read
 *	-k                   the load is one for a while (insmod -k)
 *	A OP B, -n A OP B    compare texts, or numbers: = == != < <= > >=
 *	A                    neither empty nor 0 nor false
 *
 * Ownership  Texts are in the arena.
 * Errors     -EINVAL  a NUL byte: no text file
 *            -ENOMEM
 *            Lines without effect are told to the report as warnings.
 * Trust      Written by the administrator, but any bytes are survived: words, conditions
 *            in each other, names and included files have limits.
 * Source     modules.conf(5) of modutils 2.4.
 */
#ifndef LKM_FMT_MODULESCONF_H
#define LKM_FMT_MODULESCONF_H

#include "base/arena.h"
#include "base/file.h"
#include "base/report.h"
#include "base/vec.h"

#define LKM_MODULESCONF_WORD_MAX     4096u
#define LKM_MODULESCONF_WORDS_MAX    ((size_t)4 << 20) /* all of them together */
#define LKM_MODULESCONF_NESTING_MAX  20u /* of conditions, and of files */
#define LKM_MODULESCONF_INCLUDES_MAX 100u
#define LKM_MODULESCONF_NAMES_MAX    256u

struct lkm_modulesconf {
	struct lkm_arena arena;
	LKM_VEC(const char *) paths; /* may hold wildcards */
	bool keep;
	const char *persistdir; /* NULL: no such line; "": nowhere */
};

#define LKM_MODULESCONF_INIT { 0 }

/* What lines ask about the system. */
struct lkm_modulesconf_system {
	const char *release;
	bool autoclean;
	bool (*readable)(void *ctx, const char *path);
	int (*read)(void *ctx, const char *path, struct lkm_blob *ret); /* 0 or a negative errno */
	void *ctx;
};

/* Take a whole file in; `file` is its name, for the report.  See Errors. */
int lkm_modulesconf_read(struct lkm_modulesconf *conf, struct lkm_str text, const char *file,
			 const struct lkm_modulesconf_system *system, struct lkm_report *report);

/* Give everything back. */
void lkm_modulesconf_release(struct lkm_modulesconf *conf);
LKM_DEFINE_AUTO(lkm_modulesconf)

#endif
