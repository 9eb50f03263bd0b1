/*
 * fmt/modulesconf_word.h - words and conditions of modules.conf: private to
 * fmt/modulesconf*.c.
 *
 * Errors     What cannot be understood is told to the report, with file and line.
 *              -EBADMSG  told; the line has no effect
 *              -ENOMEM
 */
#ifndef LKM_FMT_MODULESCONF_WORD_H
#define LKM_FMT_MODULESCONF_WORD_H

#include "fmt/modulesconf.h"

struct lkm_modulesconf_name {
	const char *name, *value;
};

/* All that is read for one struct lkm_modulesconf. */
struct lkm_modulesconf_reading {
	struct lkm_modulesconf *conf;
	const struct lkm_modulesconf_system *system;
	struct lkm_report *report;
	LKM_VEC(struct lkm_modulesconf_name) names;
	unsigned int includes;
	size_t words; /* bytes of all words so far */

	/* where we are */
	const char *file;
	unsigned int line, depth;
};

/* Tell that a line has no effect: -EBADMSG. */
int lkm_modulesconf_complain(const struct lkm_modulesconf_reading *r, const char *what);

/*
 * Take the next word off `rest`, with everything in it replaced: 1, and the word in the
 * arena; 0 at the end.  See Errors.
 */
int lkm_modulesconf_word(struct lkm_modulesconf_reading *r, struct lkm_str *rest,
			 const char **ret);

/* Is the condition true: 1 or 0.  See Errors. */
int lkm_modulesconf_holds(struct lkm_modulesconf_reading *r, struct lkm_str condition);

#endif
