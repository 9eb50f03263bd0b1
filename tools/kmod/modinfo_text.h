/*
 * tools/kmod/modinfo_text.h - what modinfo prints of one module.
 *
 *	filename:       /lib/modules/6.1.0/kernel/lib/crc16.ko
 *	license:        GPL
 *	...
 *	parm:           NAME:DESCRIPTION (TYPE)
 *
 * A built-in module begins with its name, and its file is "(builtin)".  With
 * NUL as end, items are `key=value`; the lines above and below them are not,
 * and scripts rely on that.
 *
 * Errors     Sticky in the buffer; -ENOMEM.
 */
#ifndef LKM_TOOLS_KMOD_MODINFO_TEXT_H
#define LKM_TOOLS_KMOD_MODINFO_TEXT_H

#include "fmt/parminfo.h"
#include "tree/info.h"

/* How to print; the same for all modules of a call. */
struct modinfo_style {
	const char *field; /* only the values of this key; NULL: everything */
	char end;	   /* of each record: newline or NUL */
};

/* Whose items they are. */
struct modinfo_subject {
	struct lkm_str name; /* shown for a built-in module only */
	const char *path;    /* NULL: built in */
};

/* Can this style be printed without any item? */
bool modinfo_needs_no_items(const struct modinfo_style *style);

/* What comes before the items, also when these cannot be read. */
void modinfo_put_head(struct lkm_buf *out, const struct modinfo_style *style,
		      const struct modinfo_subject *subject);

/*
 * The items.  `parms` is work space.  Parameters without ':' are left out and
 * appended to `bad`, each as key=value with a NUL behind it.
 */
void modinfo_put_items(struct lkm_buf *out, const struct modinfo_style *style,
		       const struct lkm_info *info, struct lkm_parminfo *parms,
		       struct lkm_buf *bad);

#endif
