/*
 * tree/unresolved.h - what modules need and nobody gives (depmod -e).
 *
 * Symbols of the kernel itself come from Module.symvers, which has versions
 * too, or from System.map.  A weak need may stay unresolved.  Versions are
 * compared only where both sides have one.
 *
 * One line for each symbol, with the first module and how many more there are,
 * and at most LKM_UNRESOLVED_LINES of them; all if the report is verbose.
 *
 * Ownership  The texts of the lists must outlive struct lkm_unresolved.
 * Errors     -ENOMEM
 */
#ifndef LKM_TREE_UNRESOLVED_H
#define LKM_TREE_UNRESOLVED_H

#include "base/map.h"
#include "base/report.h"
#include "tree/graph.h"
#include "tree/scan.h"

/* More than this is a wrong System.map, and nobody reads it. */
#define LKM_UNRESOLVED_LINES 20u

struct lkm_unresolved {
	struct lkm_map kernel; /* symbol -> CRC */
	bool has_kernel;
	bool has_versions;
	struct lkm_map unknown;	  /* symbol -> modules << 32 | first module */
	struct lkm_map disagrees; /* likewise, of symbols with another version */
	LKM_VEC(struct lkm_unresolved_pair) pairs; /* each module and symbol, if all are wanted */
	bool want_pairs;
	int err;
};

struct lkm_unresolved_pair {
	uint32_t module;
	bool disagrees;
	struct lkm_str symbol;
};

#define LKM_UNRESOLVED_INIT { 0 }

/* Know the kernel's symbols of a Module.symvers; lines that are none are told.  -ENOMEM. */
int lkm_unresolved_add_symvers(struct lkm_unresolved *u, struct lkm_str text, const char *path,
			       struct lkm_report *report);

/* Know those of a System.map, kallsyms or ksyms; prefix as lkm_sysmap_next().  -ENOMEM. */
int lkm_unresolved_add_sysmap(struct lkm_unresolved *u, struct lkm_str text, char prefix);

/* Judge one need: for struct lkm_graph_watch.  An error sticks in u->err. */
void lkm_unresolved_see(struct lkm_unresolved *u, uint32_t module,
			const struct lkm_record_item *need, uint32_t provider, uint32_t crc);

/* Tell the report; `dir` stands before relative paths.  How many symbols are unknown. */
size_t lkm_unresolved_tell(const struct lkm_unresolved *u, const struct lkm_scan *scan,
			   const char *dir, struct lkm_report *report);

/* Give the memory back. */
void lkm_unresolved_release(struct lkm_unresolved *u);
LKM_DEFINE_AUTO(lkm_unresolved)

#endif
