/*
 * fmt/cmdline.h - what the kernel command line says about modules.
 *
 *	MODULE.PARAM[=VALUE]      words end at blanks outside "..."
 *	[rd.]modules-load=A,B     load these at boot; also with '_'
 *
 * The kernel itself takes these for built-in modules; for the others modprobe
 * has to hand them on.  A word that is quoted as a whole, "m.p=a b", means
 * m.p="a b".  Words without exactly one dot in front of the `=`, words with an
 * empty part, and a last word whose quotes do not pair are not ours.
 *
 * Ownership  Views into the line.
 * Trust      Any bytes.
 * Source     linux Documentation/admin-guide/kernel-parameters.rst; lib/cmdline.c
 *            next_arg(); behaviour of modprobe -c; systemd-modules-load.service(8).
 */
#ifndef LKM_FMT_CMDLINE_H
#define LKM_FMT_CMDLINE_H

#include "base/bytes.h"

struct lkm_cmdline_param {
	struct lkm_str module; /* as written, perhaps with '-' */
	struct lkm_str param;  /* PARAM=VALUE or PARAM, without quotes of the whole word */
	bool quoted;	       /* the word was quoted as a whole: quote the value */
};

/* The next parameter of a module; false at the end. */
bool lkm_cmdline_next(struct lkm_str *rest, struct lkm_cmdline_param *ret);

/* The names of the next modules-load= word, with commas between them; false at the end. */
bool lkm_cmdline_next_load(struct lkm_str *rest, struct lkm_str *ret_names);

#endif
