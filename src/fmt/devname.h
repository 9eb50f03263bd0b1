/*
 * fmt/devname.h - the lines of modules.devname: device nodes that load a module.
 *
 *	MODULE NODE TYPE MAJOR ':' MINOR        TYPE: c or b
 *
 *	tun net/tun c10:200
 *
 * NODE is below /dev.  A line that begins with # is a comment.  What stands
 * behind MINOR is passed over.
 *
 * Ownership  Views into the line.
 * Errors     -EBADMSG  not such a line
 * Trust      Made by depmod from strings of module files; any bytes.
 * Source     modules.devname as depmod(8) writes it; kmod(8) static-nodes.
 */
#ifndef LKM_FMT_DEVNAME_H
#define LKM_FMT_DEVNAME_H

#include "base/bytes.h"

struct lkm_devname {
	struct lkm_str module;
	struct lkm_str node;
	char type; /* 'c' or 'b' */
	uint32_t major;
	uint32_t minor;
};

/* One line without its newline.  See Errors. */
int lkm_devname_parse(struct lkm_str line, struct lkm_devname *ret);

#endif
