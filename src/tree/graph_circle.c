#include "tree/graph.h"

/* A module on the path, and how far its edges have been followed. */
struct frame {
	uint32_t module;
	uint32_t edge; /* the next one to follow */
};

/*
 * Strongly connected components by Tarjan's algorithm, with its own stack: the
 * depth is that of the longest chain of dependencies, which files decide.
 */
struct tarjan {
	const struct lkm_graph *graph;
	uint32_t *number; /* 1 + when the module was reached; 0: not yet */
	uint32_t *low;	  /* earliest module still open that it leads to */
	bool *open;
	bool *cyclic;
	uint32_t reached;
	lkm_graph_list members;	  /* modules whose component is not complete */
	LKM_VEC(struct frame) path;
};

static int enter(struct tarjan *t, uint32_t module)
{
	struct frame *frame = lkm_vec_push(&t->path);
	uint32_t *member = lkm_vec_push(&t->members);

	if (!frame || !member)
		return -ENOMEM;
	*frame = (struct frame){ module, t->graph->first[module] };
	*member = module;
	t->number[module] = t->low[module] = ++t->reached;
	t->open[module] = true;
	return 0;
}

/* The module is the first of a component: all members after it belong to it. */
static void close_component(struct tarjan *t, uint32_t module)
{
	bool circle = t->members.ptr[t->members.len - 1] != module;
	uint32_t member;

	do {
		member = t->members.ptr[--t->members.len];
		t->open[member] = false;
		t->cyclic[member] |= circle;
	} while (member != module);
}

static void leave(struct tarjan *t)
{
	uint32_t module = t->path.ptr[--t->path.len].module;

	if (t->low[module] == t->number[module])
		close_component(t, module);
	if (t->path.len) {
		uint32_t up = t->path.ptr[t->path.len - 1].module;

		if (t->low[module] < t->low[up])
			t->low[up] = t->low[module];
	}
}

/* Follow the next edge of the last module on the path, or leave it. */
static int step(struct tarjan *t)
{
	struct frame *frame = &t->path.ptr[t->path.len - 1];
	uint32_t module = frame->module, next;

	if (frame->edge == t->graph->first[module + 1]) {
		leave(t);
		return 0;
	}
	next = t->graph->edges.ptr[frame->edge++];
	if (next == module)
		t->cyclic[module] = true;
	if (t->number[next] == 0)
		return enter(t, next);
	if (t->open[next] && t->number[next] < t->low[module])
		t->low[module] = t->number[next];
	return 0;
}

static int search(struct tarjan *t)
{
	for (uint32_t m = 0; m < t->graph->count; m++) {
		int err = t->number[m] || t->graph->out[m] ? 0 : enter(t, m);

		while (!err && t->path.len)
			err = step(t);
		if (err < 0)
			return err;
	}
	return 0;
}

int lkm_graph_find_circles(const struct lkm_graph *graph, bool *ret)
{
	size_t n = (size_t)graph->count + 1;
	lkm_autofree uint32_t *number = calloc(n, sizeof(*number));
	lkm_autofree uint32_t *low = calloc(n, sizeof(*low));
	lkm_autofree bool *open = calloc(n, sizeof(*open));
	struct tarjan t = { .graph = graph, .number = number, .low = low, .open = open,
			    .cyclic = ret };
	int err = number && low && open ? search(&t) : -ENOMEM;

	lkm_vec_release(&t.members);
	lkm_vec_release(&t.path);
	return err;
}

/* The way back from the last module of `queue` to the first, turned round. */
static int collect(const lkm_graph_list *queue, const uint32_t *from, size_t last,
		   lkm_graph_list *ret)
{
	lkm_vec_clear(ret);
	for (size_t i = last;; i = from[i]) {
		uint32_t *slot = lkm_vec_push(ret);

		if (!slot)
			return -ENOMEM;
		*slot = queue->ptr[i];
		if (i == 0)
			break;
	}
	for (size_t a = 0, b = ret->len; a + 1 < b; a++) {
		uint32_t was = ret->ptr[--b];

		ret->ptr[b] = ret->ptr[a];
		ret->ptr[a] = was;
	}
	return 0;
}

/* A search in breadth from one module until it meets itself. */
struct breadth {
	const struct lkm_graph *graph;
	lkm_graph_list queue;
	uint32_t *from; /* place in the queue -> place of who brought it in */
	bool *seen;
};

/* Queue what module number `at` needs; true when that is the first one. */
static int widen(struct breadth *b, uint32_t at, bool *ret_found)
{
	uint32_t module = b->queue.ptr[at];

	for (uint32_t e = b->graph->first[module]; e < b->graph->first[module + 1]; e++) {
		uint32_t next = b->graph->edges.ptr[e], *slot;

		*ret_found = next == b->queue.ptr[0];
		if (*ret_found)
			return 0;
		if (b->seen[next])
			continue;
		b->seen[next] = true;
		b->from[b->queue.len] = at;
		slot = lkm_vec_push(&b->queue);
		if (!slot)
			return -ENOMEM;
		*slot = next;
	}
	return 0;
}

int lkm_graph_circle(const struct lkm_graph *graph, uint32_t module, lkm_graph_list *ret)
{
	size_t n = (size_t)graph->count + 1;
	lkm_autofree uint32_t *from = calloc(n, sizeof(*from));
	lkm_autofree bool *seen = calloc(n, sizeof(*seen));
	struct breadth b = { .graph = graph, .from = from, .seen = seen };
	uint32_t *slot = lkm_vec_push(&b.queue);
	bool found = false;
	int err = from && seen && slot ? 0 : -ENOMEM;

	if (!err)
		*slot = module;
	for (uint32_t at = 0; !err && at < b.queue.len && !found; at++) {
		err = widen(&b, at, &found);
		if (!err && found)
			err = collect(&b.queue, from, at, ret);
	}
	lkm_vec_release(&b.queue);
	return err;
}
