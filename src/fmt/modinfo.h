/*
 * fmt/modinfo.h - the `key=value` strings a module carries about itself.
 *
 * Two shapes of the same text:
 *
 *   section .modinfo          license=GPL\0description=CRC16 calculations\0\0\0...
 *   modules.builtin.modinfo   crc16.file=lib/crc16\0crc16.license=GPL\0...
 *
 * Strings end in NUL and any number of NULs may stand between them.  A key may
 * come again (alias, parm, firmware ...); the order is that of the sources.  A
 * string without '=' is a key with an empty value.  A last string without its
 * NUL counts: the kernel and kmod both take it.
 *
 * Ownership  Borrows the bytes; keys and values are views into them.
 * Errors     -ENODATA  the key is not there
 * Trust      Any bytes are well formed.
 * Source     linux include/linux/moduleparam.h __MODULE_INFO();
 *            kernel/module/main.c get_next_modinfo().
 */
#ifndef LKM_FMT_MODINFO_H
#define LKM_FMT_MODINFO_H

#include "base/bytes.h"

struct lkm_modinfo_item {
	struct lkm_str key;
	struct lkm_str value; /* "" at the end of the key when there is no '=' */
};

struct lkm_modinfo {
	struct lkm_str rest;
};

/* Start at the first string of the contents of a .modinfo section. */
static inline struct lkm_modinfo lkm_modinfo(struct lkm_bytes section)
{
	return (struct lkm_modinfo){ lkm_bytes_str(section) };
}

/* Take the next string; false at the end. */
bool lkm_modinfo_next(struct lkm_modinfo *it, struct lkm_modinfo_item *ret);

/* The value of the first string with that key.  -ENODATA. */
int lkm_modinfo_get(struct lkm_bytes section, const char *key, struct lkm_str *ret);

/*
 * Is this value of `license` one that the kernel takes as free?  GPL, GPL v2, GPL and
 * additional rights, Dual BSD/GPL, Dual MIT/GPL, Dual MPL/GPL, to the letter; any other
 * taints it (P).  Source: linux include/linux/license.h.
 */
bool lkm_modinfo_license_is_gpl(struct lkm_str license);

/* A string of modules.builtin.modinfo: whose it is, and the item without the name. */
struct lkm_modinfo_builtin {
	struct lkm_str module; /* as in the file: with '_' */
	struct lkm_modinfo_item item;
};

/*
 * Take the next string of a whole modules.builtin.modinfo, over which `it` was
 * started; false at the end.  The strings of one module mostly stand together,
 * but a later object file may add some.  Strings without '.' before the '='
 * belong to no module and are skipped.
 */
bool lkm_modinfo_builtin_next(struct lkm_modinfo *it, struct lkm_modinfo_builtin *ret);

#endif
