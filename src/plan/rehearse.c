#include "plan/rehearse.h"

/* ---- what the kernel would say ---- */

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

/* ---- where it is ---- */

/* The address of a section of a loaded module; 0 where the kernel hides it. */
static int read_address(const struct lkm_host *host, const char *module, struct lkm_str section,
			uint64_t *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	char text[32];
	int err;

	lkm_buf_printf(&path, "/sys/module/%s/sections/%.*s", module, LKM_STR_ARG(section));
	if (!lkm_buf_cstr(&path))
		return -ENOMEM;
	err = lkm_host_read_line(host, lkm_buf_cstr(&path), sizeof(text), text);
	return err ? err : lkm_str_to_u64(lkm_str(text), 16, ret);
}

/* Not shown in /sys: per-CPU data, and symbols that are kept for init only. */
static int observe(struct lkm_placed *placed, const struct lkm_host *host, const char *module)
{
	const struct lkm_elf *elf = &placed->file.elf;
	struct lkm_layout *layout = &placed->layout;
	uint64_t address;

	for (size_t i = 1; i < elf->section_count; i++)
		if (lkm_layout_loaded(layout, i) && elf->sections[i].name.len &&
		    read_address(host, module, elf->sections[i].name, &address) == 0 && address)
			(void)lkm_layout_observe(layout, i, address);
	for (size_t i = 1; i < elf->section_count; i++) {
		enum lkm_region region = layout->sections[i].region;

		if (lkm_layout_loaded(layout, i) && region != LKM_REGION_PERCPU &&
		    layout->sections[i].size > 0 && !layout->regions[region].placed)
			return -ENODATA;
	}
	return 0;
}

int lkm_placed_open(struct lkm_placed *placed, const struct lkm_host *host,
		    struct lkm_image *image, const char *loaded, struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	struct lkm_link_kernel kernel;
	struct lkm_bytes bytes;
	int err = lkm_image_plain(image, &bytes, diag);

	err = err ? err : lkm_modfile_memory(&placed->file, bytes, diag);
	err = err ? err : host->uname(host, &release, &machine);
	if (err < 0)
		return err;
	kernel = lkm_link_kernel(lkm_buf_view(&release), placed->file.elf.machine);
	err = lkm_layout_init(&placed->layout, &placed->file.elf, &kernel, diag);
	if (err < 0)
		return err;
	if (loaded)
		return observe(placed, host, loaded);
	lkm_layout_place(&placed->layout, LKM_LAYOUT_BASE);
	return 0;
}

int lkm_placed_map(struct lkm_placed *placed, struct lkm_buf *buf, struct lkm_diag *diag)
{
	struct lkm_loadmap map;
	int err = lkm_loadmap_init(&map, &placed->layout, diag);

	if (err < 0)
		return err;
	lkm_loadmap_print(&map, buf);
	return lkm_buf_error(buf);
}

int lkm_placed_link(struct lkm_placed *placed, const struct lkm_host *host, struct lkm_diag *diag)
{
	lkm_auto(lkm_blob) struct lkm_blob kallsyms = LKM_BLOB_INIT;
	struct lkm_link_imports imports = { 0 };
	struct lkm_symbols symbols;
	int err = host->read_file(host, "/proc/kallsyms", LKM_HOST_FILE_MAX, &kallsyms);

	if (err == 0)
		err = lkm_view_add_kallsyms(&placed->view, lkm_bytes_str(lkm_blob_view(&kallsyms)),
					    LKM_SYMBOL_KALLSYMS);
	if (err == -ENOMEM)
		return lkm_diag_set(diag, err, "out of memory");
	symbols = lkm_view_symbols(&placed->view);
	imports.symbols = &symbols;
	return lkm_link_run(&placed->link, &placed->layout, &imports, diag);
}

void lkm_placed_release(struct lkm_placed *placed)
{
	if (!placed)
		return;
	lkm_modfile_release(&placed->file);
	lkm_view_release(&placed->view);
}
