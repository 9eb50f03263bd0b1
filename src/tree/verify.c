#include "tree/verify.h"

#include <errno.h>
#include <stdlib.h>

#include "tree/verify_run.h"

const char *lkm_finding_name(enum lkm_finding_kind kind)
{
	static const char *const names[LKM_FINDING_KINDS] = {
		[LKM_FINDING_MODULE] = "module",     [LKM_FINDING_DUPLICATE] = "duplicate",
		[LKM_FINDING_MISSING] = "missing",   [LKM_FINDING_DAMAGED] = "damaged",
		[LKM_FINDING_CONTENT] = "content",   [LKM_FINDING_TWINS] = "twins",
		[LKM_FINDING_DANGLING] = "dangling", [LKM_FINDING_LEFTOVER] = "leftover",
		[LKM_FINDING_NEWER] = "newer",	     [LKM_FINDING_DECODER] = "decoder",
		[LKM_FINDING_REMARK] = "remark",
	};

	return names[kind];
}

/* ---- findings ---- */

struct lkm_finding lkm_finding_begin(enum lkm_finding_kind kind, const char *file)
{
	return (struct lkm_finding){ .kind = kind, .file = file };
}

/* A text of the result; NULL and a sticking error when memory is out. */
__attribute__((format(printf, 2, 0))) static const char *
keep_text(struct lkm_verify_run *v, const char *format, va_list args)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	const char *text = NULL;

	lkm_buf_vprintf(&buf, format, args);
	if (!lkm_buf_error(&buf))
		text = lkm_arena_strdup(&v->out->arena, lkm_buf_view(&buf));
	if (!text)
		v->err = -ENOMEM;
	return text;
}

void lkm_finding_add(struct lkm_verify_run *v, struct lkm_finding *finding, const char *format, ...)
{
	const char **slot;
	va_list args;

	finding->count++;
	if (v->req->examples && finding->examples.len >= v->req->examples)
		return;
	slot = lkm_vec_push(&finding->examples);
	if (!slot) {
		v->err = -ENOMEM;
		return;
	}
	va_start(args, format);
	*slot = keep_text(v, format, args);
	va_end(args);
}

void lkm_finding_put(struct lkm_verify_run *v, struct lkm_finding *finding, const char *format, ...)
{
	struct lkm_finding *slot = lkm_vec_push(&v->out->list);
	va_list args;

	va_start(args, format);
	finding->what = keep_text(v, format, args);
	va_end(args);
	if (slot) {
		*slot = *finding;
		v->out->faults += !finding->note;
	} else {
		v->err = -ENOMEM;
		lkm_vec_release(&finding->examples);
	}
	*finding = (struct lkm_finding){ 0 };
}

/* ---- what depmod says ---- */

static void hear(void *ctx, enum lkm_report_level level, const char *text)
{
	struct lkm_verify_run *v = ctx;

	if (level == LKM_REPORT_ERROR)
		lkm_finding_add(v, &v->problems, "%s", text);
	else if (level == LKM_REPORT_WARNING)
		lkm_finding_add(v, &v->remarks, "%s", text);
}

static int make(struct lkm_verify_run *v)
{
	const struct lkm_verify_request *req = v->req;
	struct lkm_report report = { .say = hear, .ctx = v };
	const struct lkm_depmod_request depmod = {
		.release = req->release,
		.dir = req->dir,
		.config = req->config,
		.config_count = req->config_count,
		.report = &report,
		.progress = req->progress,
		.ctx = req->ctx,
	};
	int err;

	v->made.req = &depmod;
	err = lkm_depmod_make(&v->made);
	v->made.req = NULL;
	return err;
}

static void tell_what_was_heard(struct lkm_verify_run *v)
{
	v->remarks.note = true;
	if (v->problems.count)
		lkm_finding_put(v, &v->problems, "%zu problem%s with module files",
				v->problems.count, v->problems.count == 1 ? "" : "s");
	if (v->remarks.count)
		lkm_finding_put(v, &v->remarks, "depmod would warn %zu time%s", v->remarks.count,
				v->remarks.count == 1 ? "" : "s");
}

/* ---- all together ---- */

/* Notes last; within them by kind, and in the order of the files of an index set. */
static int by_kind(const void *a, const void *b)
{
	const struct lkm_finding *x = a, *y = b;

	if (x->note != y->note)
		return x->note ? 1 : -1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->file, y->file);
}

static void run_release(struct lkm_verify_run *v)
{
	lkm_depmod_run_release(&v->made);
	lkm_vec_release(&v->problems.examples);
	lkm_vec_release(&v->remarks.examples);
	lkm_map_release(&v->files);
	lkm_map_release(&v->priorities);
	for (size_t i = 0; i < LKM_TABLE_COUNT; i++)
		lkm_indexfile_release(&v->have[i]);
}

static void look(struct lkm_verify_run *v)
{
	for (uint32_t m = 0; m < v->made.graph.count; m++)
		v->out->modules += !v->made.graph.out[m];
	lkm_verify_files(v);
	lkm_verify_indexes(v);
	tell_what_was_heard(v);
	if (v->out->list.len)
		qsort(v->out->list.ptr, v->out->list.len, sizeof(*v->out->list.ptr), by_kind);
}

int lkm_verify_run(const struct lkm_verify_request *request, struct lkm_verify *ret,
		   struct lkm_diag *diag)
{
	lkm_auto(lkm_verify) struct lkm_verify out = LKM_VERIFY_INIT;
	struct lkm_verify_run v = {
		.req = request,
		.out = &out,
		.made = { .diag = diag, .out_fd = -1 },
		.problems = lkm_finding_begin(LKM_FINDING_MODULE, ""),
		.remarks = lkm_finding_begin(LKM_FINDING_REMARK, ""),
	};
	int err = make(&v);

	if (!err)
		look(&v);
	run_release(&v);
	err = err ? err : v.err;
	if (err < 0)
		return lkm_diag_set(diag, err, "%s", strerror(-err));
	*ret = out;
	out = (struct lkm_verify)LKM_VERIFY_INIT;
	return 0;
}

void lkm_verify_release(struct lkm_verify *verify)
{
	if (!verify)
		return;
	for (size_t i = 0; i < verify->list.len; i++)
		lkm_vec_release(&verify->list.ptr[i].examples);
	lkm_vec_release(&verify->list);
	lkm_arena_release(&verify->arena);
	*verify = (struct lkm_verify)LKM_VERIFY_INIT;
}
