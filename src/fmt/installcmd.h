/*
 * fmt/installcmd.h - does a command of modprobe.d call modprobe for its own module?
 *
 *	install foo modprobe -i foo && modprobe bar       fine
 *	install foo modprobe foo && modprobe bar          calls itself without end
 *
 * The command is a shell's and is not understood as one: it is cut at ; | & ( )
 * { } and backquotes, quotes count as blanks, and of what follows a word whose
 * last part is "modprobe" options and names are told apart as modprobe does it.
 *
 * Ownership  Nothing is kept.
 * Trust      Any bytes; linear.
 * Source     modprobe.d(5), modprobe(8).
 */
#ifndef LKM_FMT_INSTALLCMD_H
#define LKM_FMT_INSTALLCMD_H

#include "base/bytes.h"

/*
 * Would the command (of an install line, or with `removing` of a remove line) run
 * itself again: modprobe for the module, in the same direction, and without
 * --ignore-install (--ignore-remove, -i)?
 */
bool lkm_installcmd_calls_itself(struct lkm_str command, struct lkm_str module, bool removing);

/* Is it one of the ways to say "do nothing": false, /bin/true, : ...? */
bool lkm_installcmd_is_block(struct lkm_str command);

#endif
