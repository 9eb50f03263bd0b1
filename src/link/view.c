#include "link/view.h"

#include "base/path.h"
#include "fmt/btf.h"
#include "fmt/certificate.h"
#include "fmt/kexports.h"
#include "fmt/ksyms.h"

/* A copy in the view's arena; false when memory is out. */
static bool keep(struct lkm_view *view, struct lkm_str *text)
{
	const char *copy;

	if (text->len == 0) {
		*text = lkm_str("");
		return true;
	}
	copy = lkm_arena_strdup(&view->arena, *text);
	text->ptr = copy;
	return copy != NULL;
}

/* Complete what is known by what another source says. */
static int complete(struct lkm_view *view, struct lkm_symbol *known, const struct lkm_symbol *more)
{
	if (!known->has_address && more->has_address) {
		known->address = more->address;
		known->has_address = true;
	}
	if (!known->has_crc && more->has_crc) {
		known->crc = more->crc;
		known->has_crc = true;
	}
	if (!known->has_gpl && more->has_gpl) {
		known->gpl_only = more->gpl_only;
		known->has_gpl = true;
	}
	if (!known->has_name_space && more->has_name_space) {
		known->name_space = more->name_space;
		known->has_name_space = true;
		if (!keep(view, &known->name_space))
			return -ENOMEM;
	}
	known->loaded |= more->loaded;
	return 0;
}

/* A new entry at the end of the chain that *last ends; its number comes back through *last. */
static int append(struct lkm_view *view, const struct lkm_symbol *symbol, uint32_t last)
{
	struct lkm_view_entry *entry = lkm_vec_push(&view->entries);

	if (!entry)
		return -ENOMEM;
	entry->symbol = *symbol;
	if (last)
		entry->symbol.name = view->entries.ptr[last - 1].symbol.name;
	else if (!keep(view, &entry->symbol.name))
		return -ENOMEM;
	if (!keep(view, &entry->symbol.owner) || !keep(view, &entry->symbol.name_space))
		return -ENOMEM;
	if (symbol->owner.len == 0)
		view->kernel_symbols++;
	if (last)
		view->entries.ptr[last - 1].next = (uint32_t)view->entries.len;
	return 0;
}

int lkm_view_add(struct lkm_view *view, const struct lkm_symbol *symbol)
{
	union lkm_map_value *at = lkm_map_get(&view->names, symbol->name);
	uint32_t last = 0;
	int err;

	for (uint32_t i = at ? (uint32_t)at->num : 0; i; i = view->entries.ptr[i - 1].next) {
		struct lkm_symbol *known = &view->entries.ptr[i - 1].symbol;

		if (lkm_str_eq(known->owner, symbol->owner))
			return complete(view, known, symbol);
		last = i;
	}
	err = append(view, symbol, last);
	if (err < 0 || at)
		return err;
	at = lkm_map_put(&view->names, view->entries.ptr[view->entries.len - 1].symbol.name, NULL);
	if (!at)
		return -ENOMEM;
	at->num = view->entries.len;
	return 0;
}

int lkm_view_add_certificate(struct lkm_view *view, struct lkm_bytes certificate)
{
	struct lkm_bytes *to = lkm_vec_push(&view->certificates);
	uint8_t *copy = lkm_arena_alloc(&view->arena, certificate.len);

	if (!to || !copy)
		return -ENOMEM;
	memcpy(copy, certificate.ptr, certificate.len);
	*to = (struct lkm_bytes){ copy, certificate.len };
	return 0;
}

/* Certificates stand in data that is thrown away after the start. */
static int add_certificates(struct lkm_view *view, const struct lkm_elf *elf)
{
	int err = 0;

	for (size_t i = 1; i < elf->section_count && !err; i++) {
		const struct lkm_elf_section *section = &elf->sections[i];
		struct lkm_bytes bytes, certificate;
		size_t pos = 0;

		if (section->type != LKM_SHT_PROGBITS || (section->flags & LKM_SHF_EXECINSTR) ||
		    !lkm_str_starts(section->name, ".init", NULL))
			continue;
		err = lkm_elf_contents(elf, section, &bytes);
		while (!err && lkm_certificate_next(bytes, &pos, &certificate))
			err = lkm_view_add_certificate(view, certificate);
	}
	return err;
}

static int add_exports(struct lkm_view *view, const struct lkm_elf *elf, struct lkm_diag *diag)
{
	lkm_auto(lkm_kexports) struct lkm_kexports exports = LKM_KEXPORTS_INIT;
	int err = lkm_kexports_read(&exports, elf, diag);

	for (size_t i = 0; i < exports.list.len && !err; i++) {
		const struct lkm_kexport *e = &exports.list.ptr[i];

		err = lkm_view_add(view, &(struct lkm_symbol){
			.name = e->name, .owner = lkm_str(""), .name_space = e->name_space,
			.address = e->address, .crc = e->crc, .source = LKM_SYMBOL_IMAGE,
			.has_address = true, .has_crc = e->has_crc, .has_name_space = true,
			.has_gpl = true, .gpl_only = e->gpl_only, .loaded = true });
	}
	return err;
}

int lkm_view_add_image(struct lkm_view *view, const struct lkm_kimage *image, struct lkm_diag *diag)
{
	struct lkm_bytes btf;
	int err;

	view->banner = image->banner;
	view->release = image->release;
	view->vermagic = image->vermagic;
	if (!keep(view, &view->banner) || !keep(view, &view->release) || !keep(view, &view->vermagic))
		return lkm_diag_set(diag, -ENOMEM, "out of memory");
	view->machine = image->machine;
	if (!image->has_elf)
		return lkm_diag_set(diag, -ENODATA, "it has no export tables");
	if (lkm_elf_contents_of(&image->elf, ".BTF", &btf) == 0) {
		(void)lkm_btf_struct_size(btf, "module", &view->module_size);
		(void)lkm_btf_strings_size(btf, &view->btf_strings);
	}
	err = add_certificates(view, &image->elf);
	return err ? lkm_diag_set(diag, err, "cannot read the kernel's certificates")
		   : add_exports(view, &image->elf, diag);
}

int lkm_view_add_symvers(struct lkm_view *view, struct lkm_str text)
{
	struct lkm_symvers line;
	size_t added = 0;
	int got;

	while ((got = lkm_symvers_next(&text, &line)) != 0) {
		char owner[LKM_MODNAME_MAX] = "";
		int err;

		if (got < 0 || (!lkm_str_is(line.module, "vmlinux") &&
				lkm_modname_from_path(line.module, owner) < 0))
			continue;
		err = lkm_view_add(view, &(struct lkm_symbol){
			.name = line.name, .owner = lkm_str(owner), .name_space = line.name_space,
			.crc = line.crc, .source = LKM_SYMBOL_SYMVERS, .has_crc = line.crc != 0,
			.has_name_space = true, .has_gpl = true, .gpl_only = line.gpl_only,
			.loaded = !owner[0] });
		if (err < 0)
			return err;
		added++;
	}
	return added ? 0 : -ENODATA;
}

/* The GPL-only exports of the kernel lie between two marks, behind the others; modules have none. */
static const char gpl_start[] = "__start___ksymtab_gpl";

static void see_mark(struct lkm_str name, bool *inside)
{
	if (lkm_str_is(name, gpl_start))
		*inside = true;
	else if (lkm_str_is(name, "__stop___ksymtab_gpl"))
		*inside = false;
}

static int add_names(struct lkm_view *view, struct lkm_str text, enum lkm_symbol_source source,
		     size_t *ret_added)
{
	bool marked = text.len && memmem(text.ptr, text.len, gpl_start, strlen(gpl_start));
	bool inside = false;
	struct lkm_kallsym line;
	int err = 0;

	while (!err && lkm_kallsyms_next(&text, &line)) {
		struct lkm_str name;

		see_mark(line.name, &inside);
		if (!lkm_str_starts(line.name, "__ksymtab_", &name) || name.len == 0)
			continue;
		++*ret_added;
		err = lkm_view_add(view, &(struct lkm_symbol){
			.name = name, .owner = line.module, .name_space = lkm_str(""),
			.source = source, .loaded = true,
			.has_gpl = line.module.len == 0 && marked, .gpl_only = inside });
	}
	return err;
}

/* Addresses of what is known to be exported; all zero for readers who may not see them. */
static void add_addresses(struct lkm_view *view, struct lkm_str text)
{
	struct lkm_kallsym line;

	while (lkm_kallsyms_next(&text, &line)) {
		const union lkm_map_value *at =
			line.address ? lkm_map_get(&view->names, line.name) : NULL;

		for (size_t i = at ? at->num : 0; i; i = view->entries.ptr[i - 1].next) {
			struct lkm_symbol *symbol = &view->entries.ptr[i - 1].symbol;

			if (!lkm_str_eq(symbol->owner, line.module))
				continue;
			symbol->address = line.address;
			symbol->has_address = true;
		}
	}
}

int lkm_view_add_kallsyms(struct lkm_view *view, struct lkm_str text, enum lkm_symbol_source source)
{
	size_t added = 0;
	int err = add_names(view, text, source, &added);

	if (err < 0)
		return err;
	add_addresses(view, text);
	return added ? 0 : -ENODATA;
}

int lkm_view_add_module(struct lkm_view *view, struct lkm_str name,
			const struct lkm_exports *exports, bool loaded)
{
	int err = 0;

	for (size_t i = 0; i < exports->given.len && !err; i++) {
		const struct lkm_export *e = &exports->given.ptr[i];

		err = lkm_view_add(view, &(struct lkm_symbol){
			.name = e->name, .owner = name, .name_space = e->name_space,
			.crc = (uint32_t)e->crc, .source = LKM_SYMBOL_MODULE, .has_crc = e->has_crc,
			.has_name_space = true, .has_gpl = true, .gpl_only = e->gpl_only,
			.loaded = loaded });
	}
	return err;
}

int lkm_view_agree(struct lkm_view *view, struct lkm_str name, uint32_t crc)
{
	const union lkm_map_value *at = lkm_map_get(&view->names, name);
	struct lkm_symbol *known = at ? &view->entries.ptr[at->num - 1].symbol : NULL;

	if (!known)
		return lkm_view_add(view, &(struct lkm_symbol){
			.name = name, .owner = lkm_str(""), .name_space = lkm_str(""), .crc = crc,
			.source = LKM_SYMBOL_NEEDED, .has_crc = true, .loaded = true });
	if (known->source == LKM_SYMBOL_NEEDED && known->crc != crc)
		known->has_crc = false;
	return 0;
}

int lkm_view_set_proprietary(struct lkm_view *view, struct lkm_str module)
{
	return keep(view, &module) && lkm_map_put(&view->proprietary, module, NULL) ? 0 : -ENOMEM;
}

static int find(const void *ctx, struct lkm_str name, size_t n, struct lkm_symbol *ret)
{
	const struct lkm_view *view = ctx;
	const union lkm_map_value *at = lkm_map_get(&view->names, name);
	size_t i = at ? at->num : 0;

	while (i && n--)
		i = view->entries.ptr[i - 1].next;
	if (!i)
		return -ENODATA;
	*ret = view->entries.ptr[i - 1].symbol;
	ret->proprietary = view->proprietary.len && ret->owner.len &&
			   lkm_map_get(&view->proprietary, ret->owner) != NULL;
	return 0;
}

static int at(const void *ctx, size_t i, struct lkm_symbol *ret)
{
	const struct lkm_view *view = ctx;

	if (i >= view->entries.len)
		return -ENODATA;
	*ret = view->entries.ptr[i].symbol;
	return 0;
}

struct lkm_symbols lkm_view_symbols(const struct lkm_view *view)
{
	return (struct lkm_symbols){ .find = find, .at = at, .ctx = view };
}

void lkm_view_release(struct lkm_view *view)
{
	if (!view)
		return;
	lkm_vec_release(&view->entries);
	lkm_vec_release(&view->certificates);
	lkm_map_release(&view->names);
	lkm_map_release(&view->proprietary);
	lkm_arena_release(&view->arena);
	*view = (struct lkm_view)LKM_VIEW_INIT;
}
