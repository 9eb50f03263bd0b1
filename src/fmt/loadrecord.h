/*
 * fmt/loadrecord.h - what insmod remembers of a module that it loaded.
 *
 *	boot="f3a3..."        of which boot
 *	inode=4711            of /sys/module/NAME: another load has another one
 *	object="/lib/x.ko"    the file, absolute; "" if it came from standard input
 *	mtime=1700000000      when that was written, in seconds
 *	autoclean=1           rmmod -a may remove it
 *	used=1                it was seen in use
 *	idle=1                it was unused when rmmod -a last came by
 *	persist="/var/x"      where rmmod saves its parameters; "" for nowhere
 *	parameters="io irq"   which, between blanks
 *
 * Texts are in quotes with escapes (fmt/cquote.h).  Lines may come in any order;
 * unknown ones are skipped, missing ones are 0 or "".
 *
 * Ownership  Texts are in the arena.
 * Errors     -EBADMSG  a line that is none
 *            -EFBIG    larger than LKM_LOADRECORD_MAX
 *            -ENOMEM
 * Trust      Any bytes, although only root can write the file.
 */
#ifndef LKM_FMT_LOADRECORD_H
#define LKM_FMT_LOADRECORD_H

#include "base/arena.h"
#include "base/buf.h"

#define LKM_LOADRECORD_MAX ((size_t)1 << 20)

struct lkm_loadrecord {
	const char *boot, *object, *persist, *parameters; /* never NULL once read */
	uint64_t inode, mtime;
	bool autoclean, used, idle;
};

/* Read a record.  See Errors. */
int lkm_loadrecord_parse(struct lkm_str text, struct lkm_arena *arena, struct lkm_loadrecord *ret);

/* Append the record as text.  NULL is "". */
void lkm_loadrecord_print(const struct lkm_loadrecord *record, struct lkm_buf *buf);

#endif
