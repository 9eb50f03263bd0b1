#include "tree/harvest.h"

#include "base/pool.h"
#include "tree/modfile.h"

/*
 * Modules that one thread takes at a time: one is so quickly read, if it is not
 * compressed, that taking it costs as much.  Fewer than SMALL are not worth a
 * thread.
 */
#define BATCH 16u
#define SMALL 64u

/* What one thread works with. */
struct hand {
	struct lkm_modfile file;
	struct lkm_record_work work;
	struct lkm_arena *arena;
	struct lkm_buf path;
	uint32_t cached; /* records that were not read */
};

struct harvesting {
	const struct lkm_harvest_plan *plan;
	struct lkm_harvest *out;
	struct hand *hands;
	char **failures; /* of each file, or NULL */
};

/* "DIR/PATH: WHAT", on the heap; NULL when memory is out. */
static char *failure_text(const struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	lkm_diag_print(diag, &text);
	return lkm_buf_take(&text);
}

static const char *full_path(struct hand *hand, const struct harvesting *h, size_t i)
{
	const struct lkm_scan_file *file = &h->plan->scan->files.ptr[i];

	lkm_buf_clear(&hand->path);
	if (file->path[0] != '/')
		lkm_buf_printf(&hand->path, "%s/", h->plan->dir);
	lkm_buf_puts(&hand->path, file->path);
	return lkm_buf_cstr(&hand->path);
}

static bool is_cached(struct hand *hand, const struct harvesting *h, size_t i)
{
	const struct lkm_scan_file *file = &h->plan->scan->files.ptr[i];

	if (!h->plan->cache || !lkm_depcache_find(h->plan->cache, lkm_str(file->path),
						  &file->stamp, &h->out->store[i]))
		return false;
	if (h->out->stamps)
		h->out->stamps[i] = file->stamp;
	hand->cached++;
	return true;
}

static int read_file(struct hand *hand, const struct harvesting *h, size_t i,
		     struct lkm_diag *diag)
{
	const char *path;
	struct stat st;
	int err;

	if (is_cached(hand, h, i))
		return 0;
	path = full_path(hand, h, i);
	if (!path)
		return -ENOMEM;
	err = lkm_modfile_open(&hand->file, path, diag);
	if (!err)
		err = lkm_record_read(&h->out->store[i], &hand->file.elf, &hand->work,
				      h->plan->want_crcs, hand->arena, diag);
	if (!err && h->out->stamps && fstat(hand->file.fd, &st) == 0)
		h->out->stamps[i] = lkm_stamp(&st);
	if (err < 0) {
		lkm_diag_set(diag, err, "%s", strerror(-err));
		lkm_diag_file(diag, path);
	}
	lkm_modfile_clear(&hand->file);
	return err;
}

/* Nothing is wrong with the file: leaving it out would make a bad index of a good tree. */
static bool is_our_trouble(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE;
}

static size_t batch_end(const struct harvesting *h, size_t batch)
{
	size_t end = (batch + 1) * BATCH;

	return end < h->out->count ? end : h->out->count;
}

static void work(void *ctx, size_t batch, unsigned int worker)
{
	struct harvesting *h = ctx;

	for (size_t i = batch * BATCH; i < batch_end(h, batch); i++) {
		struct lkm_diag diag = LKM_DIAG_INIT;
		int err = read_file(&h->hands[worker], h, i, &diag);

		if (err == 0)
			h->out->records[i] = &h->out->store[i];
		else if (!is_our_trouble(err))
			h->failures[i] = failure_text(&diag);
	}
}

static int emit(void *ctx, size_t batch)
{
	struct harvesting *h = ctx;

	for (size_t i = batch * BATCH; i < batch_end(h, batch); i++) {
		if (h->out->records[i])
			continue;
		if (!h->failures[i])
			return -ENOMEM;
		lkm_report(h->plan->report, LKM_REPORT_ERROR, "%s: left out", h->failures[i]);
	}
	if (h->plan->progress)
		h->plan->progress(h->plan->ctx, batch_end(h, batch), h->out->count);
	return 0;
}

static unsigned int thread_count(const struct lkm_harvest_plan *plan)
{
	if (plan->scan->files.len < SMALL)
		return 1;
	return plan->threads ? plan->threads : lkm_pool_processors();
}

static int run(struct harvesting *h, unsigned int threads)
{
	const struct lkm_pool_job job = {
		.count = (h->out->count + BATCH - 1) / BATCH,
		.threads = threads,
		.work = work,
		.emit = emit,
		.ctx = h,
	};
	int err;

	for (unsigned int t = 0; t < threads; t++)
		h->hands[t] = (struct hand){ .file = LKM_MODFILE_INIT,
					     .arena = &h->out->arenas[t] };
	err = lkm_pool_run(&job);
	for (unsigned int t = 0; t < threads; t++) {
		lkm_modfile_release(&h->hands[t].file);
		lkm_record_work_release(&h->hands[t].work);
		lkm_buf_release(&h->hands[t].path);
		h->out->cached += h->hands[t].cached;
	}
	for (size_t i = 0; i < h->out->count; i++)
		free(h->failures[i]);
	return err;
}

int lkm_harvest_read(struct lkm_harvest *ret, const struct lkm_harvest_plan *plan)
{
	lkm_auto(lkm_harvest) struct lkm_harvest out = LKM_HARVEST_INIT;
	lkm_autofree struct hand *hands = NULL;
	lkm_autofree char **failures = NULL;
	unsigned int threads = thread_count(plan);
	size_t count = plan->scan->files.len;
	struct harvesting h = { .plan = plan, .out = &out };
	int err;

	out.count = (uint32_t)count;
	out.arena_count = threads;
	out.arenas = calloc(threads, sizeof(*out.arenas));
	out.records = calloc(count + 1, sizeof(*out.records));
	out.store = calloc(count + 1, sizeof(*out.store));
	h.hands = hands = calloc(threads, sizeof(*hands));
	h.failures = failures = calloc(count + 1, sizeof(*failures));
	if (plan->want_stamps)
		out.stamps = calloc(count + 1, sizeof(*out.stamps));
	if (!out.arenas || !out.records || !out.store || !hands || !failures ||
	    (plan->want_stamps && !out.stamps))
		return -ENOMEM;
	err = run(&h, threads);
	if (err < 0)
		return err;
	*ret = out;
	out = (struct lkm_harvest)LKM_HARVEST_INIT;
	return 0;
}

void lkm_harvest_release(struct lkm_harvest *harvest)
{
	if (!harvest)
		return;
	for (unsigned int t = 0; harvest->arenas && t < harvest->arena_count; t++)
		lkm_arena_release(&harvest->arenas[t]);
	free(harvest->arenas);
	free(harvest->store);
	free(harvest->records);
	free(harvest->stamps);
	*harvest = (struct lkm_harvest)LKM_HARVEST_INIT;
}
