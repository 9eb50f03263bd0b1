/*
 * fmt/modprobeconf.h - modprobe.d: what the administrator says about modules.
 *
 *	alias PATTERN MODULE          one more name
 *	blacklist MODULE              its own aliases do not count
 *	options MODULE TEXT           parameters
 *	install MODULE COMMAND        run this instead of loading
 *	remove MODULE COMMAND         run this instead of unloading
 *	softdep MODULE pre: A post: B load these too, when they are there
 *	weakdep MODULE A B            may be wanted; for who builds an initramfs
 *	forbid MODULE [REASON]        never load, in no way (also `mask`)
 *	allow MODULE...               see allow-only
 *	allow-only yes|no|audit       nothing but what `allow` names
 *
 * The last three are ours; docs/DIFFERENCES.md.  Modules are written with '-'
 * or '_'; names come back with '_', patterns too outside [...].  TEXT and
 * COMMAND are what follows the blank behind the name, as it stands.
 *
 * Ownership  Names and values are in the arena; nothing points to the line.
 * Errors     -EINVAL   a line that is not understood, with a sentence
 *            -ENOTSUP  `include` and `config`: once known, read by nobody now
 *            -ENOMEM
 * Trust      Written by the administrator, but any bytes are survived.
 * Source     modprobe.d(5); behaviour of modprobe -c.
 */
#ifndef LKM_FMT_MODPROBECONF_H
#define LKM_FMT_MODPROBECONF_H

#include "base/arena.h"
#include "base/diag.h"
#include "fmt/confline.h"

enum lkm_modprobeconf_word {
	LKM_CONF_ALIAS,
	LKM_CONF_ALLOW, /* one line per name: value is empty */
	LKM_CONF_ALLOW_ONLY,
	LKM_CONF_BLACKLIST,
	LKM_CONF_FORBID,
	LKM_CONF_INSTALL,
	LKM_CONF_OPTIONS,
	LKM_CONF_REMOVE,
	LKM_CONF_SOFTDEP,
	LKM_CONF_WEAKDEP,
};

struct lkm_modprobeconf_line {
	enum lkm_modprobeconf_word word;
	unsigned int number;
	struct lkm_str name;  /* module, or alias pattern; of allow-only "" */
	struct lkm_str value; /* alias: module; allow-only: its word; else the text */
};

/* Understand one line.  `allow A B` gives A as name and "B" as value.  See Errors. */
int lkm_modprobeconf_parse(const struct lkm_confline *line, struct lkm_arena *arena,
			   struct lkm_modprobeconf_line *ret, struct lkm_diag *diag);

/* "alias", "blacklist" ... as they are written. */
const char *lkm_modprobeconf_name(enum lkm_modprobeconf_word word);

#endif
