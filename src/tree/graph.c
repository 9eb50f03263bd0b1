#include "tree/graph.h"

static int push(lkm_graph_list *list, uint32_t module)
{
	uint32_t *slot = lkm_vec_push(list);

	if (!slot)
		return -ENOMEM;
	*slot = module;
	return 0;
}

/* ---- symbols ---- */

static int add_symbol(struct lkm_graph *graph, uint32_t module,
		      const struct lkm_record_item *symbol, const struct lkm_graph_watch *watch)
{
	bool is_new;
	union lkm_map_value *owner = lkm_map_put(&graph->symbols, symbol->text, &is_new);

	if (!owner)
		return -ENOMEM;
	if (!is_new && watch && watch->twice && (uint32_t)owner->num != module)
		watch->twice(watch->ctx, symbol->text, (uint32_t)owner->num, module);
	owner->num = (uint64_t)symbol->crc << 32 | module;
	return 0;
}

static int add_symbols(struct lkm_graph *graph, const struct lkm_record *const *records,
		       const struct lkm_graph_watch *watch)
{
	for (uint32_t m = 0; m < graph->count; m++) {
		struct lkm_record_iter it;
		struct lkm_record_item item;

		if (!records[m])
			continue;
		it = lkm_record_iter(records[m]);
		while (it.number < records[m]->export_count && lkm_record_next(&it, &item)) {
			int err = add_symbol(graph, m, &item, watch);

			if (err < 0)
				return err;
		}
	}
	return 0;
}

/* ---- edges ---- */

struct edges {
	struct lkm_graph *graph;
	const struct lkm_graph_watch *watch;
	uint32_t *seen; /* provider -> 1 + the module that has an edge to it */
};

static int add_need(const struct edges *e, uint32_t module, const struct lkm_record_item *need)
{
	const union lkm_map_value *owner = lkm_map_get(&e->graph->symbols, need->text);
	uint32_t provider = owner ? (uint32_t)owner->num : LKM_GRAPH_NONE;

	if (e->watch && e->watch->need)
		e->watch->need(e->watch->ctx, module, need, provider,
			       owner ? (uint32_t)(owner->num >> 32) : 0);
	if (!owner || e->seen[provider] == module + 1)
		return 0;
	e->seen[provider] = module + 1;
	return push(&e->graph->edges, provider);
}

static int add_edges_of(const struct edges *e, uint32_t module, const struct lkm_record *record)
{
	struct lkm_record_iter it = lkm_record_iter(record);
	uint32_t end = record->export_count + record->need_count;
	struct lkm_record_item item;

	while (it.number < end && lkm_record_next(&it, &item)) {
		int err = item.kind == LKM_RECORD_NEED ? add_need(e, module, &item) : 0;

		if (err < 0)
			return err;
	}
	return 0;
}

static int add_edges(struct lkm_graph *graph, const struct lkm_record *const *records,
		     const struct lkm_graph_watch *watch)
{
	lkm_autofree uint32_t *seen = calloc(graph->count, sizeof(*seen));
	struct edges e = { graph, watch, seen };
	int err = seen ? 0 : -ENOMEM;

	for (uint32_t m = 0; m < graph->count && !err; m++) {
		graph->first[m] = (uint32_t)graph->edges.len;
		if (records[m])
			err = add_edges_of(&e, m, records[m]);
	}
	graph->first[graph->count] = (uint32_t)graph->edges.len;
	return err;
}

/* ---- the order of all ---- */

/* How many modules use each, directly. */
static void count_users(const struct lkm_graph *graph, uint32_t *users)
{
	memset(users, 0, graph->count * sizeof(*users));
	for (uint32_t m = 0; m < graph->count; m++)
		for (uint32_t e = graph->first[m]; !graph->out[m] && e < graph->first[m + 1]; e++)
			users[graph->edges.ptr[e]]++;
}

/* The module has its place: its providers may have lost their last user. */
static int take_module(const struct lkm_graph *graph, uint32_t module, uint32_t *users,
		       lkm_graph_list *stack)
{
	for (uint32_t e = graph->first[module]; e < graph->first[module + 1]; e++) {
		uint32_t provider = graph->edges.ptr[e];

		if (--users[provider] == 0 && !graph->out[provider] && push(stack, provider) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Give each module its rank.  False in *ret_all: circles kept some from getting one. */
static int rank_modules(struct lkm_graph *graph, bool *ret_all)
{
	lkm_autofree uint32_t *users = calloc(graph->count, sizeof(*users));
	lkm_graph_list stack = LKM_VEC_INIT;
	uint32_t alive = 0, ranked = 0;
	int err = users ? 0 : -ENOMEM;

	if (users)
		count_users(graph, users);
	for (uint32_t m = 0; m < graph->count && !err; m++) {
		alive += !graph->out[m];
		if (!graph->out[m] && users[m] == 0)
			err = push(&stack, m);
	}
	while (!err && stack.len) {
		uint32_t module = stack.ptr[--stack.len];

		graph->rank[module] = ranked++;
		err = take_module(graph, module, users, &stack);
	}
	lkm_vec_release(&stack);
	*ret_all = ranked == alive;
	return err;
}

static int leave_circles_out(struct lkm_graph *graph)
{
	int err = lkm_graph_find_circles(graph, graph->cyclic);

	for (uint32_t m = 0; m < graph->count && !err; m++) {
		graph->cyclic_count += graph->cyclic[m];
		graph->out[m] |= graph->cyclic[m];
	}
	return err;
}

static int allocate(struct lkm_graph *graph, uint32_t count)
{
	size_t n = (size_t)count + 1;

	graph->count = count;
	graph->first = calloc(n, sizeof(*graph->first));
	graph->rank = calloc(n, sizeof(*graph->rank));
	graph->out = calloc(n, sizeof(*graph->out));
	graph->cyclic = calloc(n, sizeof(*graph->cyclic));
	return graph->first && graph->rank && graph->out && graph->cyclic ? 0 : -ENOMEM;
}

int lkm_graph_build(struct lkm_graph *ret, const struct lkm_record *const *records,
		    uint32_t count, const struct lkm_graph_watch *watch)
{
	lkm_auto(lkm_graph) struct lkm_graph graph = LKM_GRAPH_INIT;
	bool all = true;
	int err = allocate(&graph, count);

	for (uint32_t m = 0; m < count && !err; m++)
		graph.out[m] = !records[m];
	if (!err)
		err = add_symbols(&graph, records, watch);
	if (!err)
		err = add_edges(&graph, records, watch);
	if (!err)
		err = rank_modules(&graph, &all);
	if (!err && !all) {
		err = leave_circles_out(&graph);
		if (!err)
			err = rank_modules(&graph, &all);
	}
	if (err)
		return err;
	*ret = graph;
	graph = (struct lkm_graph)LKM_GRAPH_INIT;
	return 0;
}

/* ---- questions ---- */

/* Add the direct needs of a module that were not met in this question. */
static int add_direct(const struct lkm_graph *graph, uint32_t module, struct lkm_graph_work *work)
{
	for (uint32_t e = graph->first[module]; e < graph->first[module + 1]; e++) {
		uint32_t provider = graph->edges.ptr[e];

		if (graph->out[provider] || work->seen[provider] == work->question)
			continue;
		work->seen[provider] = work->question;
		if (push(&work->list, provider) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int by_rank(const void *a, const void *b, void *graph)
{
	const uint32_t *rank = ((const struct lkm_graph *)graph)->rank;
	uint32_t x = rank[*(const uint32_t *)a], y = rank[*(const uint32_t *)b];

	return x < y ? -1 : x > y;
}

int lkm_graph_needs(const struct lkm_graph *graph, uint32_t module, struct lkm_graph_work *work)
{
	int err;

	if (!work->seen)
		work->seen = calloc((size_t)graph->count + 1, sizeof(*work->seen));
	if (!work->seen)
		return -ENOMEM;
	work->question++;
	lkm_vec_clear(&work->list);
	work->seen[module] = work->question;
	err = add_direct(graph, module, work);
	for (size_t i = 0; i < work->list.len && !err; i++)
		err = add_direct(graph, work->list.ptr[i], work);
	if (!err && work->list.len > 1)
		qsort_r(work->list.ptr, work->list.len, sizeof(*work->list.ptr), by_rank,
			(void *)(uintptr_t)graph);
	return err;
}

void lkm_graph_work_release(struct lkm_graph_work *work)
{
	if (!work)
		return;
	lkm_vec_release(&work->list);
	free(work->seen);
	*work = (struct lkm_graph_work)LKM_GRAPH_WORK_INIT;
}

void lkm_graph_release(struct lkm_graph *graph)
{
	if (!graph)
		return;
	lkm_map_release(&graph->symbols);
	lkm_vec_release(&graph->edges);
	free(graph->first);
	free(graph->rank);
	free(graph->out);
	free(graph->cyclic);
	*graph = (struct lkm_graph)LKM_GRAPH_INIT;
}
