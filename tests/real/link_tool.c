/*
 * link_tool RELEASE FILE... - link modules on paper; nothing may be found.
 *
 * Every undefined symbol is given a place, once near and once as far as only
 * trampolines reach (where the machine has them).  Prints what was found, and
 * one line "M modules, R relocations".  Exit status 1 when there was a finding.
 */
#include <elf.h>
#include <stdio.h>

#include "link/map.h"
#include "link/relocate.h"
#include "tree/modfile.h"

/* Where modules are, and the kernel: in reach of a call, and out of it. */
static const struct place {
	uint16_t machine;
	uint64_t modules, near, far;
} places[] = {
	{ EM_X86_64, 0xffffffffc0000000, 0xffffffff81000000, 0xffffffffa0000000 },
	{ EM_386, 0xf8000000, 0xc1000000, 0xd0000000 },
	{ EM_AARCH64, 0xffff800001000000, 0xffff800002000000, 0xffff800042000000 },
	{ EM_S390, 0x3ff80000000, 0x3ff7c000000, 0x100000 },
	{ EM_RISCV, 0xffffffff01000000, 0xffffffff80000000, 0xffffffff40000000 },
	{ EM_PPC64, 0xc008000001000000, 0xc000000001000000, 0xc000000002000000 },
};

struct totals {
	unsigned long modules, relocations, findings;
};

/* Some address for each name, all different enough, even, and within 16 MiB. */
static int find(const void *ctx, struct lkm_str name, size_t n, struct lkm_symbol *ret)
{
	const uint64_t *kernel = ctx;
	uint64_t hash = 5381;

	if (n > 0)
		return -ENODATA;
	for (size_t i = 0; i < name.len; i++)
		hash = hash * 33 + (uint8_t)name.ptr[i];
	*ret = (struct lkm_symbol){ .name = name, .has_address = true,
				    .address = *kernel + (hash & 0xfffff0) };
	return 0;
}

static const struct place *place_of(uint16_t machine)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i].machine == machine)
			return &places[i];
	return NULL;
}

static void show(const struct lkm_link *link, const char *path)
{
	size_t shown = link->finding_count < 3 ? link->finding_count : 3;

	for (size_t i = 0; i < shown; i++) {
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

		lkm_link_message(link, &link->findings[i], "module", &text);
		lkm_buf_puts(&text, ": ");
		lkm_link_place_text(link, &link->findings[i], &text);
		printf("%s: %s\n", path, lkm_buf_cstr(&text));
	}
}

static int link_once(const struct lkm_layout *layout, uint64_t kernel, const char *path,
		     struct totals *t)
{
	struct lkm_symbols symbols = { .find = find, .ctx = &kernel };
	struct lkm_link_imports imports = { .symbols = &symbols };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_link link;
	int err = lkm_link_run(&link, layout, &imports, &diag);

	if (err < 0) {
		printf("%s: %s\n", path, diag.what);
		return err;
	}
	show(&link, path);
	t->relocations += link.relocation_count;
	t->findings += link.finding_count;
	return 0;
}

static int try_module(struct lkm_modfile *file, const char *release, const char *path,
		      struct totals *t)
{
	struct lkm_link_kernel kernel;
	struct lkm_diag diag = LKM_DIAG_INIT;
	const struct place *place = NULL;
	struct lkm_layout layout;
	struct lkm_loadmap map;
	int err = lkm_modfile_open(file, path, &diag);

	if (err == 0) {
		kernel = lkm_link_kernel(lkm_str(release), file->elf.machine);
		err = lkm_layout_init(&layout, &file->elf, &kernel, &diag);
	}
	if (err == 0) {
		place = place_of(file->elf.machine);
		lkm_layout_place(&layout, place ? place->modules : 0);
		err = lkm_loadmap_init(&map, &layout, &diag);
	}
	if (err < 0 || !place) {
		printf("%s: %s\n", path, diag.what);
		return -EINVAL;
	}
	t->modules++;
	err = link_once(&layout, place->near, path, t);
	return err ? err : link_once(&layout, place->far, path, t);
}

int main(int argc, char **argv)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	struct totals t = { 0 };
	int failed = 0;

	for (int i = 2; i < argc; i++) {
		failed |= try_module(&file, argv[1], argv[i], &t) < 0;
		lkm_modfile_clear(&file);
	}
	printf("%lu modules, %lu relocations\n", t.modules, t.relocations);
	return failed || t.findings > 0 || t.modules == 0;
}
