/*
 * fmt/parminfo.h - the parameters that a module says it has.
 *
 * Two keys of .modinfo, each with the parameter's name up to the first ':':
 *
 *	parm=NAME:DESCRIPTION     may hold newlines and colons
 *	parmtype=NAME:TYPE        "int", "array of charp", "bool" ...
 *
 * Either may be missing, and they come in any order: they are brought together
 * by name.  Of two with the same name and key the later one counts.
 *
 * Ownership  The list owns its arrays; texts are views into what was added.
 * Errors     -EBADMSG  a parameter without ':'
 *            -ENOMEM
 * Source     linux include/linux/moduleparam.h; modinfo(8).
 */
#ifndef LKM_FMT_PARMINFO_H
#define LKM_FMT_PARMINFO_H

#include "base/map.h"
#include "base/vec.h"
#include "fmt/modinfo.h"

struct lkm_parm {
	struct lkm_str name;
	struct lkm_str text; /* description */
	struct lkm_str type;
	bool has_text, has_type; /* either may be there and empty */
};

struct lkm_parminfo {
	LKM_VEC(struct lkm_parm) list; /* in the order in which the names first came */
	struct lkm_map by_name;
};

#define LKM_PARMINFO_INIT { .list = LKM_VEC_INIT, .by_name = LKM_MAP_INIT }

/* Take an item of .modinfo: 1, or 0 when it is not about a parameter.  See Errors. */
int lkm_parminfo_add(struct lkm_parminfo *parms, const struct lkm_modinfo_item *item);

/* Make it empty again; the memory is kept. */
void lkm_parminfo_clear(struct lkm_parminfo *parms);

/* Give the memory back. */
void lkm_parminfo_release(struct lkm_parminfo *parms);
LKM_DEFINE_AUTO(lkm_parminfo)

#endif
