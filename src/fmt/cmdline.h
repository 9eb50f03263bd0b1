/*
 * fmt/cmdline.h - what the kernel command line says about modules.
 *
 *	MODULE.PARAM[=VALUE]      words end at blanks outside "..."
 *	[rd.]modules-load=A,B     systemd loads these at boot; also with '_'
 *	earlymodules=A,B          mkinitcpio's initramfs does
 *	rd.driver.pre=A,B         dracut's does, and with rd.driver.post= later
 *	rd.driver.blacklist=A,B   and does not load these
 *
 * The kernel itself takes these for built-in modules; for the others modprobe
 * has to hand them on.  A word that is quoted as a whole, "m.p=a b", means
 * m.p="a b".  Words without exactly one dot in front of the `=`, words with an
 * empty part, and a last word whose quotes do not pair are not ours.
 *
 * Ownership  Views into the line.
 * Trust      Any bytes.
 * Source     linux Documentation/admin-guide/kernel-parameters.rst; lib/cmdline.c
 *            next_arg(); behaviour of modprobe -c; systemd-modules-load.service(8);
 *            mkinitcpio(8); dracut.cmdline(7).
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

enum lkm_cmdline_list {
	LKM_CMDLINE_LOAD,   /* unless they are blacklisted */
	LKM_CMDLINE_DRIVER, /* in any case */
	LKM_CMDLINE_AVOID,  /* not in the initramfs */
};

/* The next word that lists modules, by commas; false at the end. */
bool lkm_cmdline_next_list(struct lkm_str *rest, enum lkm_cmdline_list *ret_kind,
			   struct lkm_str *ret_names);

#endif
