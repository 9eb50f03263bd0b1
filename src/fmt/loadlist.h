/*
 * fmt/loadlist.h - lists of modules to load at boot: modules-load.d, /etc/modules and kin.
 *
 *	# a comment, so are lines that begin with ;
 *	NAME [PARAMETER...]
 *
 * One module, or alias, to a line.  Parameters are for /etc/modules and the
 * modules file of initramfs-tools; modules-load.d knows names only.
 *
 * Units      Line numbers count from 1.
 * Ownership  Views into the text.
 * Trust      Any bytes: lines with a NUL byte or a name longer than
 *            LKM_LOADLIST_NAME_MAX are no lines of such a list and passed over.
 * Source     modules-load.d(5), modules(5) and initramfs-tools(7) of Debian.
 */
#ifndef LKM_FMT_LOADLIST_H
#define LKM_FMT_LOADLIST_H

#include "base/bytes.h"

/* An alias of a device is longer than any name: this is far more than both. */
#define LKM_LOADLIST_NAME_MAX 1024

struct lkm_loadlist {
	struct lkm_str rest;
	unsigned int line; /* number of the line last read */
};

struct lkm_loadlist_item {
	struct lkm_str name;   /* as written */
	struct lkm_str params; /* "" for none */
	unsigned int line;
};

/* Start at the first line of the text. */
static inline struct lkm_loadlist lkm_loadlist(struct lkm_str text)
{
	return (struct lkm_loadlist){ .rest = text };
}

/* Take the next module; false at the end. */
bool lkm_loadlist_next(struct lkm_loadlist *iter, struct lkm_loadlist_item *ret);

#endif
