#include "plan/explaining.h"

#include <errno.h>

#include "plan/checker.h"
#include "tree/tables.h"

/* So many findings are told; `lkm check` has them all. */
#define FINDINGS_MAX 6

/*
 * Of these the checks that need no exports have nothing to say.  A symbol that a module
 * which is not loaded has is lkm_explain_depends()' to tell; without an index of symbols
 * any that is missing may be one.
 */
static bool is_new(enum lkm_check check, bool indexed)
{
	switch (check) {
	case LKM_CHECK_UNRESOLVED:
		return indexed;
	case LKM_CHECK_GPL_ONLY:
	case LKM_CHECK_CRC:
	case LKM_CHECK_NAMESPACE:
	case LKM_CHECK_VERSIONS:
	case LKM_CHECK_RELOCATION:
	case LKM_CHECK_EXPORTS:
	case LKM_CHECK_DUPLICATE:
	case LKM_CHECK_PARAMETER:
	case LKM_CHECK_SECTIONS:
	case LKM_CHECK_LIVEPATCH:
		return true;
	default:
		return false;
	}
}

/* What was found is certain as far as it brings about what the kernel answered. */
static int add_findings(struct lkm_explaining *e, const struct lkm_verdict *verdict, bool indexed)
{
	enum lkm_sureness sureness = verdict->err == e->err ? LKM_SURE : LKM_LIKELY;
	size_t told = 0, more = 0;
	int err = 0;

	for (size_t i = 0; i < verdict->findings.len && !err; i++) {
		const struct lkm_finding *f = &verdict->findings.ptr[i];

		if (f->weight != LKM_WEIGHT_REFUSES || f->err != e->err || !is_new(f->check, indexed))
			continue;
		if (told == FINDINGS_MAX)
			more++;
		else if (++told)
			err = lkm_reasons_add(e->reasons, sureness, "%s", f->what);
	}
	if (!err && more)
		err = lkm_reasons_add(e->reasons, sureness, "... and %zu more of this kind: see lkm check",
				      more);
	return err;
}

/* The running kernel and its modules, as far as this machine tells of them. */
static int judge(struct lkm_explaining *e, const char *release, struct lkm_checked *ret,
		 bool *ret_indexed)
{
	lkm_auto(lkm_kernelview) struct lkm_kernelview kernel = LKM_KERNELVIEW_INIT;
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	lkm_auto(lkm_checker) struct lkm_checker checker = LKM_CHECKER_INIT;
	const struct lkm_kernelview_request request = { .host = e->host, .release = release,
							.cache = LKM_KERNELVIEW_CACHE,
							.running = true };
	int err = lkm_kernelview_open(&kernel, &request, NULL);

	if (err < 0)
		return err;
	err = lkm_tree_open(&tree, NULL, release);
	if (err < 0)
		return err;
	checker.host = e->host;
	checker.kernel = &kernel;
	checker.tree = &tree;
	err = lkm_checker_module(&checker, &e->file, lkm_str(e->refusal->request->params), ret);
	*ret_indexed = lkm_table_file(&tree, LKM_TABLE_SYMBOLS) != NULL;
	return err;
}

int lkm_explain_check(struct lkm_explaining *e)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;
	const char *running;
	bool indexed = false;
	int err;

	if ((e->err != -ENOENT && e->err != -EINVAL && e->err != -ENOEXEC) || e->file_err ||
	    e->plain.len == 0 || e->refusal->result->way == LKM_WAY_NONE)
		return 0;
	if (e->host->uname(e->host, &release, &machine) < 0)
		return 0;
	running = lkm_buf_cstr(&release);
	err = running ? judge(e, running, &checked, &indexed) : -ENOMEM;
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	return add_findings(e, &checked.verdict, indexed);
}
