#include "fmt/exports.h"

#include <elf.h>

#include "base/map.h"
#include "fmt/ksymtab.h"

/* A __crc_X or __kstrtabns_X. */
struct label {
	struct lkm_str name; /* X */
	uint64_t value;
	uint32_t section;
	bool is_crc;
};

struct scan {
	const struct lkm_elf *elf;
	struct lkm_exports *out;
	unsigned int want;
	bool dotted; /* some name holds a '.': perhaps a label of 5.4 */
	struct lkm_map by_name; /* index into out->given */
	struct lkm_bytes *contents; /* of sections that labels pointed into */
	LKM_VEC(struct label) labels;
};

static void scan_release(struct scan *scan)
{
	lkm_map_release(&scan->by_name);
	lkm_vec_release(&scan->labels);
}
LKM_DEFINE_AUTO(scan)

bool lkm_exports_is_table(struct lkm_str section, bool *ret_gpl_only)
{
	struct lkm_str rest;

	if (!lkm_str_starts(section, "__ksymtab", &rest) || lkm_str_is(rest, "_strings"))
		return false;
	*ret_gpl_only = lkm_str_is(rest, "_gpl") || lkm_str_is(rest, "_unused_gpl");
	return true;
}

/* Undefined symbols that no module and no kernel exports. */
static bool is_no_need(const struct lkm_elf *elf, const struct lkm_elfsym *sym)
{
	bool sparc = elf->machine == EM_SPARC || elf->machine == EM_SPARC32PLUS ||
		     elf->machine == EM_SPARCV9;

	if (sym->name[0] == '\0')
		return true;
	if (sparc && sym->type == LKM_STT_SPARC_REGISTER)
		return true;
	if (sym->name[0] == '.')
		return strcmp(sym->name, ".TOC.") == 0 ||
		       strncmp(sym->name, ".klp.sym.", strlen(".klp.sym.")) == 0;
	return strcmp(sym->name, "_GLOBAL_OFFSET_TABLE_") == 0;
}

static int take_need(struct scan *scan, const struct lkm_elfsym *sym)
{
	struct lkm_need *need;

	if (is_no_need(scan->elf, sym))
		return 0;
	need = lkm_vec_push(&scan->out->needed);
	if (!need)
		return -ENOMEM;
	need->name = lkm_str(sym->name);
	need->weak = sym->bind == LKM_STB_WEAK;
	if (scan->elf->machine == EM_PPC64)
		lkm_str_starts(need->name, ".", &need->name);
	return 0;
}

static int take_export(struct scan *scan, const struct lkm_elfsym *sym, struct lkm_str name)
{
	struct lkm_export *given;
	bool gpl_only;

	if (name.len == 0 || sym->section >= LKM_SHN_RESERVED)
		return 0;
	if (!lkm_exports_is_table(scan->elf->sections[sym->section].name, &gpl_only))
		return 0;
	given = lkm_vec_push(&scan->out->given);
	if (!given)
		return -ENOMEM;
	*given = (struct lkm_export){ .name = name, .name_space = { "", 0 },
				      .label = { "", 0 }, .offset = sym->value, .table = sym->section,
				      .gpl_only = gpl_only };
	scan->dotted |= memchr(name.ptr, '.', name.len) != NULL;
	return 0;
}

static int take_label(struct scan *scan, const struct lkm_elfsym *sym, struct lkm_str name,
		      bool is_crc)
{
	struct label *label = lkm_vec_push(&scan->labels);

	if (!label)
		return -ENOMEM;
	*label = (struct label){ name, sym->value, sym->section, is_crc };
	return 0;
}

/* What follows a prefix, NULL if the name does not begin with it; nothing is measured. */
static const char *after(const char *name, const char *prefix)
{
	while (*prefix)
		if (*name++ != *prefix++)
			return NULL;
	return name;
}

/* Is the symbol one of the labels?  Hot: nearly all are not. */
static int take_defined(struct scan *scan, const struct lkm_elfsym *sym)
{
	const char *name = after(sym->name, "__");
	const char *rest;

	if (!name)
		return 0;
	rest = after(name, "ksymtab_");
	if (rest)
		return take_export(scan, sym, lkm_str(rest));
	rest = after(name, "crc_");
	if (rest)
		return take_label(scan, sym, lkm_str(rest), true);
	rest = after(name, "kstrtabns_");
	return rest ? take_label(scan, sym, lkm_str(rest), false) : 0;
}

static int scan_symbols(struct scan *scan, const struct lkm_elfsyms *symbols)
{
	bool given = scan->want & (LKM_EXPORTS_NAMES | LKM_EXPORTS_DETAILS);
	bool needed = scan->want & LKM_EXPORTS_NEEDED;
	struct lkm_elfsyms it = *symbols;
	struct lkm_elfsym sym;
	int more;

	while ((more = lkm_elfsyms_next(&it, &sym)) > 0) {
		int err = 0;

		if (sym.section == LKM_SHN_UNDEF)
			err = needed ? take_need(scan, &sym) : 0;
		else if (given)
			err = take_defined(scan, &sym);
		if (err < 0)
			return err;
	}
	return more;
}

/* The bytes of a section that a label points into, read once. */
static int section_at(struct scan *scan, const struct label *label, struct lkm_reader *ret)
{
	const struct lkm_elf *elf = scan->elf;
	size_t size = elf->section_count * sizeof(*scan->contents);
	struct lkm_bytes *bytes;
	int err = 0;

	if (label->section >= elf->section_count)
		return -EBADMSG;
	if (!scan->contents) {
		scan->contents = lkm_arena_alloc(elf->arena, size);
		if (!scan->contents)
			return -ENOMEM;
		memset(scan->contents, 0, size);
	}
	bytes = &scan->contents[label->section];
	if (!bytes->ptr)
		err = lkm_elf_contents(elf, &elf->sections[label->section], bytes);
	if (err < 0)
		return err;
	*ret = lkm_elf_reader(elf, *bytes);
	return lkm_read_seek(ret, label->value);
}

static struct lkm_export *find_given(const struct scan *scan, struct lkm_str name)
{
	const union lkm_map_value *at = lkm_map_get(&scan->by_name, name);

	return at ? &scan->out->given.ptr[at->num] : NULL;
}

/* Linux 5.4 labels X in namespace N as X.N: find it under that name and call it X. */
static int find_qualified(struct scan *scan, struct lkm_str name, struct lkm_str name_space,
			  struct lkm_export **ret)
{
	lkm_auto(lkm_buf) struct lkm_buf label = LKM_BUF_INIT;
	union lkm_map_value *at;

	lkm_buf_str(&label, name);
	lkm_buf_putc(&label, '.');
	lkm_buf_str(&label, name_space);
	if (lkm_buf_error(&label) < 0)
		return lkm_buf_error(&label);
	*ret = find_given(scan, lkm_buf_view(&label));
	if (!*ret)
		return 0;
	(*ret)->name.len = name.len;
	at = lkm_map_put(&scan->by_name, name, NULL);
	if (!at)
		return -ENOMEM;
	at->num = (uint64_t)(*ret - scan->out->given.ptr);
	return 0;
}

static int apply_name_space(struct scan *scan, const struct label *label)
{
	struct lkm_export *given = find_given(scan, label->name);
	struct lkm_str name_space;
	struct lkm_reader r;
	int err = section_at(scan, label, &r);

	err = err ? err : lkm_read_cstr(&r, &name_space);
	if (err == 0 && !given && scan->dotted && name_space.len > 0)
		err = find_qualified(scan, label->name, name_space, &given);
	if (err == 0 && given)
		given->name_space = name_space;
	return err;
}

static int apply_crc(struct scan *scan, const struct label *label)
{
	struct lkm_export *given = find_given(scan, label->name);
	struct lkm_reader r;
	uint32_t crc;
	int err;

	if (!given)
		return 0;
	given->crc = label->value;
	given->has_crc = true;
	if (label->section == LKM_SHN_ABS)
		return 0;
	err = section_at(scan, label, &r);
	err = err ? err : lkm_read_u32(&r, &crc);
	if (err == 0)
		given->crc = crc;
	return err;
}

/* Give the labels' values to the exports; namespaces first, as they may name one anew. */
static int apply_labels(struct scan *scan)
{
	int err = 0;

	for (size_t i = 0; i < scan->out->given.len; i++) {
		union lkm_map_value *at =
			lkm_map_put(&scan->by_name, scan->out->given.ptr[i].name, NULL);

		if (!at)
			return -ENOMEM;
		at->num = i;
	}
	for (size_t i = 0; i < scan->labels.len && err == 0; i++)
		if (!scan->labels.ptr[i].is_crc)
			err = apply_name_space(scan, &scan->labels.ptr[i]);
	for (size_t i = 0; i < scan->labels.len && err == 0; i++)
		if (scan->labels.ptr[i].is_crc)
			err = apply_crc(scan, &scan->labels.ptr[i]);
	return err;
}

/* From 7.1 on all exports are in __ksymtab, and __kflagstab has a byte for each. */
static int apply_flags(const struct scan *scan)
{
	const struct lkm_elf *elf = scan->elf;
	struct lkm_bytes flags;
	int err = lkm_elf_contents_of(elf, "__kflagstab", &flags);

	if (err < 0)
		return err == -ENODATA ? 0 : err;
	for (size_t i = 0; i < scan->out->given.len; i++) {
		struct lkm_export *given = &scan->out->given.ptr[i];
		const struct lkm_elf_section *table = &elf->sections[given->table];
		uint64_t entry = flags.len ? table->size / flags.len : 0;

		if (!lkm_str_is(table->name, "__ksymtab"))
			continue;
		if (entry == 0 || given->offset / entry >= flags.len)
			return -EBADMSG;
		given->gpl_only = flags.ptr[given->offset / entry] & 1;
	}
	return 0;
}

/* No label although a table is there: they were stripped. */
static int read_unlabelled(struct lkm_exports *ret, const struct lkm_elf *elf,
			   const struct lkm_elfsyms *symbols)
{
	bool gpl_only, any = false;
	int err;

	for (size_t i = 1; i < elf->section_count; i++)
		any |= elf->sections[i].size > 0 &&
		       lkm_exports_is_table(elf->sections[i].name, &gpl_only);
	if (!any)
		return 0;
	err = lkm_ksymtab_from_relocations(ret, elf, symbols);
	if (err < 0 || ret->given.len > 0)
		return err;
	return lkm_ksymtab_from_strings(ret, elf, symbols);
}

int lkm_exports_read(struct lkm_exports *ret, const struct lkm_elf *elf, unsigned int want,
		     struct lkm_diag *diag)
{
	lkm_auto(scan) struct scan scan = { .elf = elf, .out = ret, .want = want };
	struct lkm_elfsyms symbols;
	int err;

	lkm_vec_clear(&ret->given);
	lkm_vec_clear(&ret->needed);
	err = lkm_elfsyms_init(&symbols, elf, diag);
	if (err < 0)
		return err;
	err = scan_symbols(&scan, &symbols);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the symbols");
	if (!(want & (LKM_EXPORTS_NAMES | LKM_EXPORTS_DETAILS)))
		return 0;
	if (ret->given.len == 0)
		err = read_unlabelled(ret, elf, &symbols);
	else if ((want & LKM_EXPORTS_DETAILS) || scan.dotted)
		err = apply_labels(&scan);
	if (!err && ret->given.len && (want & LKM_EXPORTS_STRINGS))
		err = lkm_ksymtab_rename(ret, elf, &symbols);
	err = err || ret->given.len == 0 ? err : apply_flags(&scan);
	return err < 0 ? lkm_diag_set(diag, err, "cannot read the exported symbols") : 0;
}

void lkm_exports_release(struct lkm_exports *exports)
{
	if (!exports)
		return;
	lkm_vec_release(&exports->given);
	lkm_vec_release(&exports->needed);
}
