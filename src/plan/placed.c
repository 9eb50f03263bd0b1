#include "plan/placed.h"

#include <elf.h>

#include "fmt/elfsym.h"
#include "fmt/ksyms.h"
#include "host/policy.h"
#include "link/map.h"

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

/* The first symbol of per-CPU data that others can tell from all the rest. */
static bool find_percpu_symbol(const struct lkm_placed *placed, struct lkm_elfsym *ret)
{
	struct lkm_elfsyms symbols;

	if (lkm_elfsyms_init(&symbols, &placed->file.elf, NULL) < 0)
		return false;
	while (lkm_elfsyms_next(&symbols, ret) > 0)
		if (lkm_layout_loaded(&placed->layout, ret->section) && ret->name[0] &&
		    ret->type != LKM_STT_SECTION &&
		    placed->layout.sections[ret->section].region == LKM_REGION_PERCPU)
			return true;
	return false;
}

/* Per-CPU data are not in /sys; their symbols are in /proc/kallsyms. */
static int observe_percpu(struct lkm_placed *placed, const struct lkm_host *host,
			  const char *module)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_kallsym found;
	struct lkm_elfsym symbol;
	struct lkm_str rest;
	int err;

	if (!find_percpu_symbol(placed, &symbol))
		return 0;
	err = host->read_file(host, "/proc/kallsyms", LKM_HOST_FILE_MAX, &blob);
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	while (lkm_kallsyms_next(&rest, &found))
		if (lkm_str_is(found.module, module) && lkm_str_is(found.name, symbol.name) &&
		    found.address)
			(void)lkm_layout_observe(&placed->layout, symbol.section,
						 found.address - symbol.value);
	return 0;
}

/* Is all that /sys could show placed? */
static bool is_placed(const struct lkm_layout *layout)
{
	for (size_t i = 1; i < layout->elf->section_count; i++) {
		enum lkm_region region = layout->sections[i].region;

		if (lkm_layout_loaded(layout, i) && region != LKM_REGION_PERCPU &&
		    layout->sections[i].size > 0 && !layout->regions[region].placed)
			return false;
	}
	return true;
}

int lkm_placed_observe(struct lkm_placed *placed, const struct lkm_host *host,
		       const char *module)
{
	const struct lkm_elf *elf = &placed->file.elf;
	struct lkm_layout *layout = &placed->layout;
	uint64_t address;

	for (size_t i = 1; i < elf->section_count; i++)
		if (lkm_layout_loaded(layout, i) && elf->sections[i].name.len &&
		    read_address(host, module, elf->sections[i].name, &address) == 0 && address)
			(void)lkm_layout_observe(layout, i, address);
	return is_placed(layout) ? observe_percpu(placed, host, module) : -ENODATA;
}

int lkm_placed_open(struct lkm_placed *placed, const struct lkm_host *host,
		    struct lkm_image *image, struct lkm_diag *diag)
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
	kernel.erratum_843419 = placed->file.elf.machine == EM_AARCH64 &&
				lkm_processor_has_843419(host) == LKM_ANSWER_YES;
	return lkm_layout_init(&placed->layout, &placed->file.elf, &kernel, diag);
}

void lkm_placed_pretend(struct lkm_placed *placed)
{
	lkm_layout_place(&placed->layout, LKM_LAYOUT_BASE);
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
