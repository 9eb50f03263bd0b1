#include "plan/rehearse.h"

/* Everything that a check is made against. */
struct bench {
	struct lkm_buf release, machine;
	struct lkm_kernelview kernel;
	struct lkm_tree tree;
	struct lkm_checker checker;
};

static void bench_release(struct bench *b)
{
	lkm_checker_release(&b->checker);
	lkm_tree_release(&b->tree);
	lkm_kernelview_release(&b->kernel);
	lkm_buf_release(&b->release);
	lkm_buf_release(&b->machine);
}
LKM_DEFINE_AUTO(bench)

static int open_bench(struct bench *b, const struct lkm_host *host, struct lkm_diag *diag)
{
	struct lkm_kernelview_request request = { .host = host, .cache = LKM_KERNELVIEW_CACHE,
						  .running = true };
	int err = host->uname(host, &b->release, &b->machine);

	request.release = lkm_buf_cstr(&b->release);
	if (err < 0 || !request.release)
		return lkm_diag_set(diag, err ? err : -ENOMEM, "cannot tell the kernel's release");
	err = lkm_kernelview_open(&b->kernel, &request, diag);
	/* Without a list of exports all but symbols can be checked. */
	if (err < 0 && err != -ENOENT)
		return err;
	if (diag)
		lkm_diag_clear(diag);
	err = lkm_tree_open(&b->tree, NULL, request.release);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot tell the module directory");
	b->checker.host = host;
	b->checker.kernel = &b->kernel;
	b->checker.tree = &b->tree;
	return 0;
}

/* The checker reads files: what is only in memory is given a name. */
static int name_image(const struct lkm_host *host, struct lkm_image *image, int *ret_fd,
		      struct lkm_buf *ret_path, struct lkm_diag *diag)
{
	struct lkm_bytes bytes;
	int err;

	if (image->fd >= 0 && !image->edited) {
		lkm_buf_puts(ret_path, image->name);
		return lkm_buf_cstr(ret_path) ? 0 : -ENOMEM;
	}
	err = lkm_image_plain(image, &bytes, diag);
	if (err < 0)
		return err;
	*ret_fd = host->memory_file(host, bytes);
	if (*ret_fd < 0)
		return lkm_diag_set(diag, *ret_fd, "cannot make a file in memory");
	lkm_buf_printf(ret_path, "/proc/self/fd/%d", *ret_fd);
	return lkm_buf_cstr(ret_path) ? 0 : -ENOMEM;
}

int lkm_rehearse_check(const struct lkm_host *host, struct lkm_image *image, struct lkm_str params,
		       uint16_t machine, struct lkm_checked *ret, struct lkm_diag *diag)
{
	lkm_auto(bench) struct bench bench = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	lkm_autoclose int fd = -1;
	int err = open_bench(&bench, host, diag);

	err = err ? err : name_image(host, image, &fd, &path, diag);
	if (err < 0)
		return err;
	if (machine)
		bench.kernel.judge.machine = machine;
	return lkm_checker_file(&bench.checker, lkm_buf_cstr(&path), params, ret, diag);
}

int lkm_rehearse_exports(const struct lkm_host *host, struct lkm_image *image,
			 struct lkm_diag *diag)
{
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;
	int err = lkm_rehearse_check(host, image, lkm_str(""), 0, &checked, diag);

	for (size_t i = 0; i < checked.verdict.findings.len && !err; i++) {
		const struct lkm_finding *f = &checked.verdict.findings.ptr[i];

		if (f->check == LKM_CHECK_DUPLICATE && f->weight == LKM_WEIGHT_REFUSES)
			err = lkm_diag_set(diag, -ENOEXEC, "%s", f->what);
	}
	return err;
}
