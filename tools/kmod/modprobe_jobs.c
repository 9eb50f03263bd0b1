/*
 * modprobe: load what several names stand for at once.
 *
 * Names are planned in this thread, up to one whose plan has a command: nobody
 * knows what that does.  Those before it are loaded together, then it alone, and
 * so on.  What there is to say is collected for each name, and printed in their
 * order.
 */
#include "base/pool.h"
#include "tools/kmod/modprobe.h"
#include "tools/log.h"
#include "tools/out.h"

struct together {
	struct modprobe_work *works;
	struct lkm_turns turns;
	unsigned int jobs;
	size_t done; /* works that are done and printed */
	int worst;
};

static void plan(struct modprobe_work *work)
{
	lkm_log_collect(&work->said);
	modprobe_plan_work(work);
	lkm_log_collect(NULL);
}

static bool has_command(const struct modprobe_work *work)
{
	for (size_t p = 0; p < work->plans.len; p++)
		for (size_t s = 0; s < work->plans.ptr[p].steps.len; s++)
			if (work->plans.ptr[p].steps.ptr[s].kind == LKM_STEP_INSTALL)
				return true;
	return false;
}

/* Give the plans of a name their places behind those of the names before. */
static int line_up(struct together *t, struct modprobe_work *work)
{
	for (size_t i = 0; i < work->plans.len; i++) {
		struct lkm_turn *turn = lkm_vec_push(&work->turns);

		if (!turn || lkm_turns_add(&t->turns, &work->plans.ptr[i], turn) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* In any thread. */
static void execute(void *ctx, size_t i, unsigned int worker)
{
	struct together *t = ctx;
	struct modprobe_work *work = &t->works[t->done + i];

	(void)worker;
	lkm_log_collect(&work->said);
	modprobe_do_work(work);
	lkm_log_collect(NULL);
}

/* In order, in the thread that began. */
static int print(void *ctx, size_t i)
{
	struct together *t = ctx;
	struct modprobe_work *work = &t->works[t->done + i];

	lkm_log_flush(&work->said);
	if (lkm_out_flush(&work->out) < 0)
		work->failed = true;
	t->worst = modprobe_worse(t->worst, modprobe_work_code(work));
	return 0;
}

/* Load what has been planned, up to work `end`. */
static void finish(struct together *t, size_t end)
{
	struct lkm_pool_job job = { .count = end - t->done, .threads = t->jobs,
				    .work = execute, .emit = print, .ctx = t };

	lkm_pool_run(&job);
	lkm_turns_release(&t->turns);
	t->turns = (struct lkm_turns)LKM_TURNS_INIT;
	t->done = end;
}

/* The next work, which prints as it goes. */
static void do_alone(struct together *t)
{
	struct modprobe_work *work = &t->works[t->done];

	lkm_log_flush(&work->said);
	modprobe_do_work(work);
	print(t, 0);
	t->done++;
}

static int insert_all(struct together *t, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		plan(&t->works[i]);
		if (has_command(&t->works[i])) {
			finish(t, i);
			do_alone(t);
		} else if (line_up(t, &t->works[i]) < 0) {
			return -ENOMEM;
		}
	}
	finish(t, count);
	return 0;
}

/* --jobs N. */
static int parse_jobs(const struct modprobe *m, unsigned int *ret)
{
	uint64_t n;

	if (lkm_str_to_u64(lkm_str(m->options.jobs), 10, &n) < 0 || n > 1024) {
		lkm_error("'%s' is no number of modules to load at once", m->options.jobs);
		return -EINVAL;
	}
	*ret = n ? (unsigned int)n : lkm_pool_processors();
	return 0;
}

int modprobe_insert_together(struct modprobe *m, char **names, int count)
{
	lkm_autofree struct modprobe_work *works = calloc((size_t)count, sizeof(*works));
	struct together t = { .works = works, .turns = LKM_TURNS_INIT };

	if (parse_jobs(m, &t.jobs) < 0)
		return MODPROBE_FAILED;
	for (int i = 0; works && i < count; i++) {
		works[i].m = m;
		works[i].name = names[i];
	}
	if (!works || insert_all(&t, (size_t)count) < 0) {
		lkm_error("out of memory");
		t.worst = MODPROBE_FAILED;
	}
	for (int i = 0; works && i < count; i++)
		modprobe_work_release(&works[i]);
	lkm_turns_release(&t.turns);
	return t.worst;
}
