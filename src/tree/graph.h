/*
 * tree/graph.h - who needs whom: dependencies of all modules of a tree.
 *
 * Modules are numbers: their places in module order (tree/scan.h).  A symbol
 * belongs to the last module that exports it.  A module depends directly on
 * the owners of the symbols it needs, weak ones too, in the order of its
 * symbol table.
 *
 * The list of everything a module needs is sorted by one order of all modules
 * in which users stand before what they use, so that loading it from its end
 * works.  Where that leaves a choice it is kmod's: modules that nobody uses are
 * put on a stack in module order; the top is taken off, and those that only it
 * still used are put on, in the order of its symbol table.
 *
 * Modules that need each other in a circle cannot be loaded.  They are left
 * out, and the others treated as if they were not there.
 *
 * Ownership  The graph keeps nothing of the records but the names of exports.
 * Errors     -ENOMEM
 * Source     The order: output of depmod on whole trees of real modules.
 */
#ifndef LKM_TREE_GRAPH_H
#define LKM_TREE_GRAPH_H

#include "base/map.h"
#include "base/vec.h"
#include "tree/record.h"

#define LKM_GRAPH_NONE UINT32_MAX

/* Numbers of modules. */
typedef LKM_VEC(uint32_t) lkm_graph_list;

/* Called for what the answers are made of; either may be NULL. */
struct lkm_graph_watch {
	/* A need, and the module that provides it or LKM_GRAPH_NONE, with its CRC. */
	void (*need)(void *ctx, uint32_t module, const struct lkm_record_item *need,
		     uint32_t provider, uint32_t crc);
	/* Two modules export one symbol. */
	void (*twice)(void *ctx, struct lkm_str symbol, uint32_t loser, uint32_t winner);
	void *ctx;
};

struct lkm_graph {
	uint32_t count;		/* modules */
	struct lkm_map symbols; /* name -> CRC << 32 | module */
	uint32_t *first;	/* edges of module m: edges.ptr[first[m] .. first[m + 1]) */
	lkm_graph_list edges;
	uint32_t *rank; /* place in the order of all, users first */
	bool *out;	/* no record, or in a circle */
	bool *cyclic;	/* in a circle */
	uint32_t cyclic_count;
};

#define LKM_GRAPH_INIT { 0 }

/*
 * Work everything out.  A NULL record is a module that is not there.  -ENOMEM.
 */
int lkm_graph_build(struct lkm_graph *ret, const struct lkm_record *const *records,
		    uint32_t count, const struct lkm_graph_watch *watch);

/* Memory of lkm_graph_needs(), used again from call to call. */
struct lkm_graph_work {
	lkm_graph_list list;
	uint32_t *seen; /* module -> the question in which it was met */
	uint32_t question;
};

#define LKM_GRAPH_WORK_INIT { 0 }

/*
 * All that a module needs, directly or not, users first: work->list.  Each
 * graph wants its own work.  -ENOMEM.
 */
int lkm_graph_needs(const struct lkm_graph *graph, uint32_t module, struct lkm_graph_work *work);

/*
 * The shortest circle through a cyclic module, beginning with it: it needs the
 * second, ..., the last needs it.  -ENOMEM.
 */
int lkm_graph_circle(const struct lkm_graph *graph, uint32_t module, lkm_graph_list *ret);

/* Find the modules that are in circles: ret[m].  For lkm_graph_build().  -ENOMEM. */
int lkm_graph_find_circles(const struct lkm_graph *graph, bool *ret);

/* Give the work memory back. */
void lkm_graph_work_release(struct lkm_graph_work *work);
LKM_DEFINE_AUTO(lkm_graph_work)

/* Give the graph back. */
void lkm_graph_release(struct lkm_graph *graph);
LKM_DEFINE_AUTO(lkm_graph)

#endif
