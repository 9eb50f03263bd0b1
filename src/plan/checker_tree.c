#include "base/pool.h"
#include "base/report.h"
#include "plan/checking.h"
#include "tree/scan.h"

/* Modules that one thread takes at a time. */
#define BATCH 16u

/* What one thread works with. */
struct hand {
	struct lkm_modfile file;
	struct lkm_verdict verdict;
};

struct batch_job {
	struct lkm_checker *checker;
	struct lkm_subject *subjects;
	struct lkm_verdict *verdicts; /* of the batches that are done and not emitted */
	char **paths;
	size_t count;
	struct hand *hands;
	int err;
	lkm_checker_each *each;
	void *ctx;
};

static size_t batch_end(const struct batch_job *job, size_t batch)
{
	size_t end = (batch + 1) * BATCH;

	return end < job->count ? end : job->count;
}

static void read_batch(void *ctx, size_t batch, unsigned int worker)
{
	struct batch_job *job = ctx;
	struct lkm_modfile *file = &job->hands[worker].file;
	const struct lkm_judge *judge = &job->checker->kernel->judge;
	const struct lkm_link_kernel linker = lkm_link_kernel(judge->release, judge->machine);
	const struct lkm_subject_wants wants = { .btf_strings = job->checker->kernel->view.btf_strings,
						 .linker = &linker };

	for (size_t i = batch * BATCH; i < batch_end(job, batch); i++) {
		struct lkm_diag diag = LKM_DIAG_INIT;
		int err = lkm_modfile_unpack(file, job->paths[i], &diag);

		err = err ? err : lkm_subject_read(&job->subjects[i], &file->source, &wants);
		if (err < 0 && lkm_subject_unreadable(&job->subjects[i], err, &diag) < 0)
			job->err = -ENOMEM;
		lkm_modfile_clear(file);
	}
}

static int run(struct batch_job *job, unsigned int threads,
	       void (*work)(void *, size_t, unsigned int), int (*emit)(void *, size_t))
{
	unsigned int hands = threads ? threads : lkm_pool_processors();
	struct lkm_pool_job pool = { .count = (job->count + BATCH - 1) / BATCH, .threads = hands,
				     .work = work, .emit = emit, .ctx = job };
	int err;

	job->hands = calloc(hands, sizeof(*job->hands));
	if (!job->hands)
		return -ENOMEM;
	for (unsigned int i = 0; i < hands; i++)
		job->hands[i].file = (struct lkm_modfile)LKM_MODFILE_INIT;
	err = lkm_pool_run(&pool);
	for (unsigned int i = 0; i < hands; i++) {
		lkm_modfile_release(&job->hands[i].file);
		lkm_verdict_release(&job->hands[i].verdict);
	}
	free(job->hands);
	return err;
}

static int find_files(struct lkm_checker *checker, char ***ret_paths, size_t *ret_count,
		      struct lkm_diag *diag)
{
	lkm_auto(lkm_scan) struct lkm_scan scan = LKM_SCAN_INIT;
	struct lkm_depmodconf conf = LKM_DEPMODCONF_INIT;
	struct lkm_report report = { 0 };
	char **paths;
	int err = lkm_scan_dir(&scan, checker->tree->dir, &conf, &report, diag);

	err = err ? err : lkm_scan_sort(&scan, lkm_str(""));
	if (err < 0)
		return err;
	paths = calloc(scan.files.len + 1, sizeof(*paths));
	for (size_t i = 0; paths && i < scan.files.len; i++) {
		lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;

		lkm_buf_printf(&path, "%s/%s", checker->tree->dir, scan.files.ptr[i].path);
		paths[i] = lkm_buf_take(&path);
		if (!paths[i])
			err = -ENOMEM;
	}
	*ret_paths = paths;
	*ret_count = paths ? scan.files.len : 0;
	return paths ? err : -ENOMEM;
}

int lkm_checker_add_gives(struct lkm_checker *checker, const struct lkm_subject *subject)
{
	int err = 0;

	if (subject->gives.len && subject->name.len && !lkm_subject_is_gpl(subject))
		err = lkm_view_set_proprietary(&checker->kernel->view, subject->name);
	/* A file that does not say its name is no module. */
	for (size_t i = 0; i < subject->gives.len && subject->name.len && !err; i++) {
		const struct lkm_subject_given *g = &subject->gives.ptr[i];

		err = lkm_view_add(&checker->kernel->view, &(struct lkm_symbol){
			.name = g->name, .owner = subject->name, .name_space = g->name_space,
			.crc = g->crc, .source = LKM_SYMBOL_MODULE, .has_crc = g->has_crc,
			.has_name_space = true, .has_gpl = true, .gpl_only = g->gpl_only });
	}
	return err;
}

/* A symbol that nobody gives is the kernel's; its version is the one that all agree on. */
static int add_agreed(struct lkm_checker *checker, const struct lkm_subject *subject)
{
	int err = 0;

	if (subject->intree && subject->has_layout_crc)
		err = lkm_view_agree(&checker->kernel->view, lkm_str("module_layout"), subject->layout_crc);
	for (size_t i = 0; i < subject->needs.len && subject->intree && !err; i++)
		if (subject->needs.ptr[i].has_crc && !subject->needs.ptr[i].weak)
			err = lkm_view_agree(&checker->kernel->view, subject->needs.ptr[i].name,
					     subject->needs.ptr[i].crc);
	return err;
}

/* Machine, size of struct module and vermagic, by the first module that was built for this kernel. */
static int take_facts(struct lkm_kernelview *kernel, const struct lkm_subject *subject)
{
	struct lkm_judge *judge = &kernel->judge;
	struct lkm_str release, rest;

	lkm_str_cut(subject->vermagic, ' ', &release, &rest);
	if (!subject->intree || !lkm_str_eq(release, judge->release))
		return 0;
	if (judge->module_size == 0)
		judge->module_size = subject->module_size;
	if (judge->machine == 0)
		judge->machine = subject->machine;
	if (judge->versions == LKM_TRI_UNKNOWN)
		judge->versions = subject->has_versions ? LKM_TRI_YES : LKM_TRI_NO;
	if (judge->vermagic.len)
		return 0;
	judge->vermagic = subject->vermagic;
	judge->vermagic.ptr = lkm_arena_strdup(&kernel->view.arena, subject->vermagic);
	return judge->vermagic.ptr ? 0 : -ENOMEM;
}

/* Everything the subjects give; then, if the kernel is not known, what they need of it. */
static int add_subjects(struct lkm_checker *checker, const struct lkm_subject *subjects,
			size_t count)
{
	bool agree = !checker->kernel->view.kernel_symbols;
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = lkm_checker_add_gives(checker, &subjects[i]);
	for (size_t i = 0; i < count && agree && !err; i++)
		err = take_facts(checker->kernel, &subjects[i]);
	for (size_t i = 0; i < count && agree && !err; i++)
		err = add_agreed(checker, &subjects[i]);
	checker->tree_read = true;
	return err;
}

int lkm_checker_read_tree(struct lkm_checker *checker, unsigned int threads,
			  struct lkm_subject **ret_subjects, char ***ret_paths, size_t *ret_count,
			  struct lkm_diag *diag)
{
	struct batch_job job = { .checker = checker };
	int err = find_files(checker, &job.paths, &job.count, diag);

	*ret_subjects = job.subjects = calloc(job.count + 1, sizeof(*job.subjects));
	*ret_paths = job.paths;
	*ret_count = job.subjects ? job.count : 0;
	if (!err && !job.subjects)
		err = -ENOMEM;
	err = err ? err : run(&job, threads, read_batch, NULL);
	err = err ? err : add_subjects(checker, job.subjects, job.count);
	return err ? err : job.err;
}

/* Each module as if those it uses were loaded, whatever runs here. */
static void judge_batch(void *ctx, size_t batch, unsigned int worker)
{
	struct batch_job *job = ctx;

	(void)worker;
	for (size_t i = batch * BATCH; i < batch_end(job, batch); i++) {
		const struct lkm_subject *subject = &job->subjects[i];
		struct lkm_case about = {
			.params = LKM_STR(""),
			.signature = lkm_checker_key(job->checker, subject->key, subject->signer),
		};

		if (lkm_verdict_make(&job->verdicts[i], subject, &job->checker->kernel->judge,
				     &about) < 0)
			job->err = -ENOMEM;
	}
}

static int emit_batch(void *ctx, size_t batch)
{
	struct batch_job *job = ctx;
	int err = job->err;

	for (size_t i = batch * BATCH; i < batch_end(job, batch); i++) {
		if (!err)
			err = job->each(job->ctx, job->paths[i], &job->subjects[i],
					&job->verdicts[i]);
		lkm_verdict_release(&job->verdicts[i]);
		lkm_subject_release(&job->subjects[i]);
	}
	return err;
}

static void release(struct batch_job *job)
{
	for (size_t i = 0; i < job->count; i++) {
		lkm_subject_release(&job->subjects[i]);
		if (job->verdicts)
			lkm_verdict_release(&job->verdicts[i]);
		free(job->paths[i]);
	}
	free(job->subjects);
	free(job->verdicts);
	free(job->paths);
}

int lkm_checker_tree(struct lkm_checker *checker, unsigned int threads, lkm_checker_each *each,
		     void *ctx, struct lkm_diag *diag)
{
	struct batch_job job = { .checker = checker, .each = each, .ctx = ctx };
	const struct lkm_host *host = checker->host;
	int err = lkm_checker_read_tree(checker, threads, &job.subjects, &job.paths, &job.count, diag);

	job.verdicts = calloc(job.count + 1, sizeof(*job.verdicts));
	if (!err && !job.verdicts)
		err = -ENOMEM;
	/* Keys are asked for each module: not of the running system. */
	checker->host = NULL;
	err = err ? err : run(&job, threads, judge_batch, emit_batch);
	checker->host = host;
	release(&job);
	return err ? lkm_diag_set(diag, err, "cannot check %s: %s", checker->tree->dir, strerror(-err))
		   : 0;
}
