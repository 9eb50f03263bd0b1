/*
 * tree/harvest.h - read the records of all modules of a scan.
 *
 * Opening, decoding and parsing is spread over threads; results are taken in
 * module order, so that what is said and what comes back does not depend on
 * the number of threads.  A file that cannot be read or is no module is told
 * to the report as an error and has no record.
 *
 * What a cache knows by the stamp of the scan is not read.
 *
 * Ownership  Records belong to the harvest and are valid until its release; those
 *            from a cache, as long as that.
 * Errors     -ENOMEM
 * Threads    Report and progress are called on the calling thread.
 */
#ifndef LKM_TREE_HARVEST_H
#define LKM_TREE_HARVEST_H

#include "tree/depcache.h"
#include "tree/scan.h"

struct lkm_harvest_plan {
	const struct lkm_scan *scan;
	const char *dir;      /* the module directory, before relative paths */
	unsigned int threads; /* at most; 0: as it pays on this machine */
	bool want_crcs;
	const struct lkm_depcache *cache; /* without CRCs; may be NULL */
	bool want_stamps;
	struct lkm_report *report;
	/* Called now and then with how much is done; may be NULL. */
	void (*progress)(void *ctx, size_t done, size_t all);
	void *ctx;
};

struct lkm_harvest {
	const struct lkm_record **records; /* one for each file of the scan, or NULL */
	uint32_t count;
	uint32_t cached; /* records from the cache */
	struct lkm_stamp *stamps; /* of each file, all 0: not known; or NULL */
	struct lkm_record *store;
	struct lkm_arena *arenas; /* of the threads: what records point to */
	unsigned int arena_count;
};

#define LKM_HARVEST_INIT { 0 }

/* Read all records.  -ENOMEM. */
int lkm_harvest_read(struct lkm_harvest *ret, const struct lkm_harvest_plan *plan);

/* Give all records back. */
void lkm_harvest_release(struct lkm_harvest *harvest);
LKM_DEFINE_AUTO(lkm_harvest)

#endif
