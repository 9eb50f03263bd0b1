#include "fmt/ksymtab.h"

#include "base/map.h"
#include "fmt/elfrel.h"

static const char strings_section[] = "__ksymtab_strings";

/* A word of a table that a relocation fills. */
struct word {
	uint64_t offset;
	uint64_t string; /* offset in the string section, when is_string */
	bool is_string;
};

struct words {
	LKM_VEC(struct word) list;
};

static void words_release(struct words *words)
{
	lkm_vec_release(&words->list);
}
LKM_DEFINE_AUTO(words)

static int by_offset(const void *a, const void *b)
{
	uint64_t x = ((const struct word *)a)->offset, y = ((const struct word *)b)->offset;

	return (x > y) - (x < y);
}

/* The addend of a REL relocation stands in the table itself. */
static int read_addend(struct lkm_reader table, struct lkm_elfrel *rel)
{
	uint32_t in_place;
	int err = lkm_read_seek(&table, rel->offset);

	err = err ? err : lkm_read_u32(&table, &in_place);
	if (err == 0)
		rel->addend = (int32_t)in_place;
	return err;
}

/* What one relocation puts into the table. */
static int read_word(struct word *ret, const struct lkm_elf *elf,
		     const struct lkm_elfsyms *symbols, const struct lkm_elfrel *rel)
{
	struct lkm_elfsym sym;
	int err = lkm_elfsyms_at(symbols, rel->symbol, &sym);

	if (err < 0)
		return err;
	ret->offset = rel->offset;
	ret->string = sym.value + (uint64_t)rel->addend;
	ret->is_string = sym.section < elf->section_count &&
			 lkm_str_is(elf->sections[sym.section].name, strings_section);
	return 0;
}

/* The words of table number `table`, in order. */
static int read_words(struct words *ret, const struct lkm_elf *elf,
		      const struct lkm_elfsyms *symbols, size_t table)
{
	struct lkm_bytes contents;
	struct lkm_elfrels it;
	struct lkm_elfrel rel;
	int err = lkm_elfrels_init(&it, elf, table);

	if (err < 0)
		return err == -ENODATA ? 0 : err;
	err = lkm_elf_contents(elf, &elf->sections[table], &contents);
	while (err == 0 && lkm_elfrels_next(&it, &rel)) {
		struct word *word = lkm_vec_push(&ret->list);

		if (!word)
			return -ENOMEM;
		if (!it.addends)
			err = read_addend(lkm_elf_reader(elf, contents), &rel);
		err = err ? err : read_word(word, elf, symbols, &rel);
	}
	if (err < 0)
		return err;
	if (ret->list.len > 0)
		qsort(ret->list.ptr, ret->list.len, sizeof(*ret->list.ptr), by_offset);
	return 0;
}

static int string_at(struct lkm_bytes strings, uint64_t offset, struct lkm_str *ret)
{
	struct lkm_reader r = lkm_reader(strings, false);
	int err = lkm_read_seek(&r, offset);

	return err ? err : lkm_read_cstr(&r, ret);
}

/* Does word i stand directly behind word i - 1 in one entry? */
static bool follows(const struct words *words, size_t i)
{
	uint64_t gap;

	if (i == 0)
		return false;
	gap = words->list.ptr[i].offset - words->list.ptr[i - 1].offset;
	return gap == 4 || gap == 8;
}

/* Words i - 1 (the symbol), i (its name) and perhaps i + 1 (its namespace). */
static int add_entry(struct lkm_exports *ret, const struct words *words, size_t i,
		     struct lkm_bytes strings)
{
	const struct word *word = &words->list.ptr[i];
	struct lkm_export *given = lkm_vec_push(&ret->given);
	int err;

	if (!given)
		return -ENOMEM;
	given->offset = word[-1].offset;
	given->name_space = given->label = lkm_str("");
	err = string_at(strings, word->string, &given->name);
	if (err == 0 && i + 1 < words->list.len && word[1].is_string && follows(words, i + 1))
		err = string_at(strings, word[1].string, &given->name_space);
	return err;
}

/* __kcrctab of a __ksymtab, and so on, if it holds plain 4-byte CRCs; else empty. */
static int read_crcs(const struct lkm_elf *elf, struct lkm_str table, size_t count,
		     struct lkm_reader *ret)
{
	struct lkm_bytes bytes = { 0 };
	struct lkm_elfrels rels;
	struct lkm_str suffix;

	*ret = lkm_elf_reader(elf, bytes);
	lkm_str_starts(table, "__ksymtab", &suffix);
	for (size_t i = 1; i < elf->section_count; i++) {
		const struct lkm_elf_section *s = &elf->sections[i];
		struct lkm_str rest;
		int err;

		if (!lkm_str_starts(s->name, "__kcrctab", &rest) || !lkm_str_eq(rest, suffix))
			continue;
		if (s->size != count * 4 || lkm_elfrels_init(&rels, elf, i) == 0)
			return 0;
		err = lkm_elf_contents(elf, s, &bytes);
		*ret = lkm_elf_reader(elf, bytes);
		return err;
	}
	return 0;
}

static int read_table(struct lkm_exports *ret, const struct lkm_elf *elf,
		      const struct lkm_elfsyms *symbols, size_t table)
{
	lkm_auto(words) struct words words = { 0 };
	size_t first = ret->given.len;
	struct lkm_bytes strings;
	struct lkm_reader crcs;
	uint32_t crc;
	int err;

	err = lkm_elf_contents_of(elf, strings_section, &strings);
	if (err < 0)
		return err == -ENODATA ? 0 : err;
	err = read_words(&words, elf, symbols, table);
	for (size_t i = 1; i < words.list.len && err == 0; i++)
		if (words.list.ptr[i].is_string && !words.list.ptr[i - 1].is_string &&
		    follows(&words, i))
			err = add_entry(ret, &words, i, strings);
	err = err ? err : read_crcs(elf, elf->sections[table].name, ret->given.len - first, &crcs);
	for (size_t i = first; i < ret->given.len && err == 0; i++) {
		struct lkm_export *given = &ret->given.ptr[i];

		given->table = (uint32_t)table;
		lkm_exports_is_table(elf->sections[table].name, &given->gpl_only);
		given->has_crc = lkm_read_u32(&crcs, &crc) == 0;
		given->crc = given->has_crc ? crc : 0;
	}
	return err;
}

int lkm_ksymtab_from_relocations(struct lkm_exports *ret, const struct lkm_elf *elf,
				 const struct lkm_elfsyms *symbols)
{
	bool gpl_only;
	int err = 0;

	for (size_t i = 1; i < elf->section_count && err == 0; i++)
		if (elf->sections[i].size > 0 &&
		    lkm_exports_is_table(elf->sections[i].name, &gpl_only))
			err = read_table(ret, elf, symbols, i);
	return err;
}

static int by_place(const void *a, const void *b)
{
	const struct lkm_export *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

int lkm_ksymtab_rename(struct lkm_exports *ret, const struct lkm_elf *elf,
		       const struct lkm_elfsyms *symbols)
{
	lkm_auto(lkm_exports) struct lkm_exports entries = LKM_EXPORTS_INIT;
	int err = lkm_ksymtab_from_relocations(&entries, elf, symbols);

	/* Nobody but the kernel follows relocations that lead astray. */
	if (err < 0 || entries.given.len == 0)
		return err == -EBADMSG ? 0 : err;
	qsort(entries.given.ptr, entries.given.len, sizeof(*entries.given.ptr), by_place);
	for (size_t i = 0; i < ret->given.len; i++) {
		struct lkm_export *given = &ret->given.ptr[i];
		const struct lkm_export *entry = bsearch(given, entries.given.ptr, entries.given.len,
							 sizeof(*entry), by_place);

		if (!entry || lkm_str_eq(entry->name, given->name))
			continue;
		given->label = given->name;
		given->name = entry->name;
	}
	return 0;
}

/* Every string of the string section, as a set. */
static int collect_strings(struct lkm_map *set, struct lkm_bytes strings)
{
	struct lkm_str rest = lkm_bytes_str(strings), text;

	while (rest.len > 0) {
		lkm_str_cut(rest, '\0', &text, &rest);
		if (text.len > 0 && !lkm_map_put(set, text, NULL))
			return -ENOMEM;
	}
	return 0;
}

/* Is there a table, and is it one for GPL modules only? */
static bool only_gpl_tables(const struct lkm_elf *elf)
{
	bool gpl_only, all = true;

	for (size_t i = 1; i < elf->section_count; i++)
		if (elf->sections[i].size > 0 &&
		    lkm_exports_is_table(elf->sections[i].name, &gpl_only))
			all &= gpl_only;
	return all;
}

int lkm_ksymtab_from_strings(struct lkm_exports *ret, const struct lkm_elf *elf,
			     const struct lkm_elfsyms *symbols)
{
	lkm_auto(lkm_map) struct lkm_map set = LKM_MAP_INIT;
	struct lkm_elfsyms it = *symbols;
	struct lkm_bytes strings;
	struct lkm_elfsym sym;
	bool gpl_only = only_gpl_tables(elf);
	int more = lkm_elf_contents_of(elf, strings_section, &strings);

	if (more < 0)
		return more == -ENODATA ? 0 : more;
	more = collect_strings(&set, strings);
	while (more >= 0 && (more = lkm_elfsyms_next(&it, &sym)) > 0) {
		struct lkm_export *given;

		if (sym.section == LKM_SHN_UNDEF || sym.bind == LKM_STB_LOCAL ||
		    !lkm_map_get(&set, lkm_str(sym.name)))
			continue;
		given = lkm_vec_push(&ret->given);
		if (!given)
			return -ENOMEM;
		*given = (struct lkm_export){ .name = lkm_str(sym.name), .name_space = { "", 0 },
					      .label = { "", 0 }, .gpl_only = gpl_only };
	}
	return more;
}
