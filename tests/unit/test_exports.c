/*
 * fmt/exports, fmt/ksymtab: one module with two exports and some needs, written
 * the way each kernel generation does, with and without its labels.
 */
#include "check.h"
#include "fmt/exports.h"
#include "mkelf.h"

enum { LOCAL = 0, GLOBAL = LKM_STB_GLOBAL << 4, WEAK = LKM_STB_WEAK << 4 };

/* Section numbers of every sample. */
enum { TEXT = 1, STRINGS, TABLE, TABLE2, CRCS, CRCS2, FLAGS };

/* __ksymtab_strings: what stands at which offset. */
static const char strings[] = "\0alpha\0NS\0beta\0gamma.x\0";
enum { AT_NONE = 0, AT_ALPHA = 1, AT_NS = 7, AT_BETA = 10, AT_GAMMA = 15 };

enum crc_form { NO_CRC, ABSOLUTE, IN_TEXT, IN_TABLE, RELATIVE };
enum flag_form { NO_FLAGS, FLAGGED, BESIDE };
enum label_form { NO_LABELS, PLAIN, QUALIFIED, FORGED };

/* How a kernel writes its exports; alpha is in the first table, beta in the second. */
struct form {
	const char *name;
	bool wide, big_endian;
	const char *tables[2];
	enum flag_form flags; /* FLAGGED: both in the first table, as 7.1 */
	size_t entry;
	enum crc_form crcs;
	enum label_form labels;
	bool name_spaces;
	uint32_t relocations; /* SHT_REL, SHT_RELA or 0 */
	const char *want;
};

/* "name crc [GPL] [namespace];" for each export. */
#define WANT_CRC  "alpha 11111111;beta 22222222 GPL;"
#define WANT_NS	  "alpha 11111111;beta 22222222 GPL NS;"
#define NEEDS	  "!printk;?maybe;!gamma.x;"
#define WANT_BARE "alpha -;beta - GPL;"

static const struct form forms[] = {
	{ "2.6, absolute CRC", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 16, ABSOLUTE,
	  PLAIN, false, 0, WANT_CRC },
	{ "2.6, 32 bit", false, true, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 8, ABSOLUTE, PLAIN,
	  false, 0, WANT_CRC },
	{ "2.6, historic tables", true, false, { "__ksymtab_unused", "__ksymtab_unused_gpl" },
	  false, 16, ABSOLUTE, PLAIN, false, 0, WANT_CRC },
	{ "2.6, will be GPL only", true, false, { "__ksymtab_gpl", "__ksymtab_gpl_future" }, NO_FLAGS,
	  16, ABSOLUTE, PLAIN, false, 0, "alpha 11111111 GPL;beta 22222222;" },
	{ "4.11, CRC in another section", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 8,
	  IN_TEXT, PLAIN, false, 0, WANT_CRC },
	{ "5.4, namespace in the label", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 12,
	  ABSOLUTE, QUALIFIED, true, 0, WANT_NS },
	{ "5.19, CRC in its table", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 12,
	  IN_TABLE, PLAIN, true, 0, WANT_NS },
	{ "5.19, big-endian", true, true, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 24, IN_TABLE,
	  PLAIN, true, 0, WANT_NS },
	{ "no CRCs", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 12, NO_CRC, PLAIN, false,
	  0, WANT_BARE },
	{ "7.1, flags", true, false, { "__ksymtab", "__ksymtab_other" }, FLAGGED, 12, IN_TABLE, PLAIN,
	  true, 0, WANT_NS },
	{ "7.1, 24-byte entries", true, true, { "__ksymtab", "__ksymtab_other" }, FLAGGED, 24,
	  IN_TABLE, PLAIN, true, 0, WANT_NS },
	{ "flags are for the first table", true, false, { "__ksymtab", "__ksymtab_gpl" }, BESIDE,
	  12, IN_TABLE, PLAIN, true, 0, WANT_NS },
	{ "stripped, relative words", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 12,
	  IN_TABLE, NO_LABELS, true, LKM_SHT_RELA, WANT_NS },
	{ "stripped, no namespaces", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 8,
	  NO_CRC, NO_LABELS, false, LKM_SHT_RELA, WANT_BARE },
	{ "stripped, native words", true, true, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 24,
	  IN_TABLE, NO_LABELS, true, LKM_SHT_RELA, WANT_NS },
	{ "stripped, addend in place", false, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 12,
	  IN_TABLE, NO_LABELS, true, LKM_SHT_REL, WANT_NS },
	{ "stripped, flags", true, false, { "__ksymtab", "__ksymtab_other" }, FLAGGED, 12, IN_TABLE,
	  NO_LABELS, true, LKM_SHT_RELA, WANT_NS },
	{ "stripped, two words side by side", true, false, { "__ksymtab", "__ksymtab_other" },
	  FLAGGED, 8, IN_TABLE, NO_LABELS, false, LKM_SHT_RELA, WANT_CRC },
	{ "stripped, CRC behind a relocation", true, false, { "__ksymtab", "__ksymtab_gpl" },
	  NO_FLAGS, 12, RELATIVE, NO_LABELS, true, LKM_SHT_RELA, "alpha -;beta - GPL NS;" },
	{ "strings only: no namespace is taken for a name", true, false,
	  { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 12, IN_TABLE, NO_LABELS, true, 0,
	  "alpha -;beta -;" },
	{ "strings only, one GPL table", true, false, { "__ksymtab_gpl", "__ksymtab_gpl" }, NO_FLAGS,
	  12, IN_TABLE, NO_LABELS, true, 0, "alpha - GPL;beta - GPL;" },
};

struct sample {
	struct mkelf m;
	struct mkelf_symtab symbols;
	const struct form *form;
};

static size_t word_size(const struct form *f)
{
	return f->entry >= 16 ? 8 : 4;
}

/* Where beta's entry is. */
static size_t beta_table(const struct form *f)
{
	return f->flags == FLAGGED ? TABLE : TABLE2;
}

/* A table with room for its entries; a REL one holds the addends. */
static void put_table(struct sample *s, size_t which)
{
	const struct form *f = s->form;
	size_t count = f->flags == FLAGGED ? (which ? 0 : 2) : 1;
	lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;

	for (size_t i = 0; i < count * f->entry; i++)
		lkm_buf_putc(&table, '\0');
	if (f->relocations == LKM_SHT_REL) {
		table.ptr[word_size(f)] = which ? AT_BETA : AT_ALPHA;
		table.ptr[2 * word_size(f)] = which ? AT_NS : AT_NONE;
	}
	mkelf_section(&s->m, f->tables[which], LKM_SHT_PROGBITS, table.ptr, table.len);
}

static void put_sections(struct sample *s)
{
	const struct form *f = s->form;
	bool crcs = f->crcs == IN_TABLE || f->crcs == RELATIVE;
	lkm_auto(lkm_buf) struct lkm_buf numbers = LKM_BUF_INIT;
	const char *numbers2;

	mkelf_num(&s->m, &numbers, 0x11111111, 4);
	mkelf_num(&s->m, &numbers, 0x22222222, 4);
	numbers2 = numbers.ptr + 4;
	mkelf_section(&s->m, ".text", LKM_SHT_PROGBITS, numbers.ptr, 8);
	mkelf_section(&s->m, "__ksymtab_strings", LKM_SHT_PROGBITS, strings, sizeof(strings));
	put_table(s, 0);
	put_table(s, 1);
	mkelf_section(&s->m, crcs ? "__kcrctab" : ".a", LKM_SHT_PROGBITS, numbers.ptr,
		      f->flags == FLAGGED ? 8 : 4);
	mkelf_section(&s->m, crcs ? "__kcrctab_gpl" : ".b", LKM_SHT_PROGBITS, numbers2, 4);
	mkelf_section(&s->m, f->flags == NO_FLAGS ? ".c" : "__kflagstab", LKM_SHT_PROGBITS, "\0\1",
		      f->flags == BESIDE ? 1 : 2);
}

/* Relocations of one entry: symbol, name, and namespace if it has one. */
static void put_entry(struct sample *s, struct lkm_buf *table, size_t at, size_t name, size_t ns)
{
	const struct form *f = s->form;
	size_t to[3] = { AT_NS, name, ns };

	for (size_t i = 0; i < (f->name_spaces ? 3u : 2u); i++) {
		uint64_t symbol = i ? 2 : 1;
		size_t word = f->wide ? 8 : 4;

		mkelf_num(&s->m, table, at + i * word_size(f), word);
		mkelf_num(&s->m, table, f->wide ? symbol << 32 | 1 : symbol << 8 | 1, word);
		if (f->relocations == LKM_SHT_RELA)
			mkelf_num(&s->m, table, to[i], word);
	}
}

static void put_relocations(struct sample *s)
{
	const struct form *f = s->form;

	for (size_t which = 0; which < 2 && f->relocations; which++) {
		lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;
		size_t section;

		/* Not in the order of offsets: nothing may rely on that. */
		if (which == 1 || f->flags == FLAGGED)
			put_entry(s, &table, f->flags == FLAGGED ? f->entry : 0, AT_BETA, AT_NS);
		if (which == 0)
			put_entry(s, &table, 0, AT_ALPHA, AT_NONE);
		section = mkelf_section(&s->m, ".rel", f->relocations, table.ptr, table.len);
		s->m.sections[section].info = TABLE + (uint32_t)which;
		section = mkelf_section(&s->m, ".rel2", f->relocations, table.ptr, 0);
		s->m.sections[section].info = f->crcs == RELATIVE ? CRCS + (uint32_t)which : TEXT;
		if (f->flags == FLAGGED)
			return;
	}
}

static void add(struct sample *s, const char *name, uint8_t info, size_t section, uint64_t value)
{
	mkelf_symtab_add(&s->m, &s->symbols, name, info, (uint16_t)section, value);
}

static void put_labels(struct sample *s)
{
	const struct form *f = s->form;
	size_t crc_of_beta = f->flags == FLAGGED ? CRCS : CRCS2;

	if (f->crcs == ABSOLUTE) {
		add(s, "__crc_alpha", LOCAL, 0xfff1, 0x11111111);
		add(s, "__crc_beta", LOCAL, 0xfff1, 0x22222222);
	} else if (f->crcs != NO_CRC) {
		add(s, "__crc_alpha", LOCAL, f->crcs == IN_TEXT ? TEXT : CRCS, 0);
		add(s, "__crc_beta", LOCAL, f->crcs == IN_TEXT ? TEXT : crc_of_beta,
		    f->crcs == IN_TEXT || f->flags == FLAGGED ? 4 : 0);
	}
	if (f->name_spaces) {
		add(s, "__kstrtabns_alpha", LOCAL, STRINGS, AT_NONE);
		add(s, "__kstrtabns_beta", LOCAL, STRINGS, AT_NS);
		add(s, "__kstrtabns_nobody", LOCAL, STRINGS, AT_NS);
	}
	add(s, f->labels == FORGED ? "__ksymtab_omega" : "__ksymtab_alpha", LOCAL, TABLE, 0);
	add(s, f->labels == QUALIFIED ? "__ksymtab_beta.NS" : "__ksymtab_beta", LOCAL,
	    beta_table(f), f->flags == FLAGGED ? f->entry : 0);
	add(s, "__ksymtab_", LOCAL, TABLE, 0);
	add(s, "__ksymtab_strange", LOCAL, TEXT, 0);
	add(s, "__ksymtab_constant", LOCAL, 0xfff1, 0);
}

static void make(struct sample *s, const struct form *form)
{
	*s = (struct sample){ .form = form };
	mkelf_init(&s->m, form->wide, form->big_endian);
	put_sections(s);
	put_relocations(s);
	add(s, "", LKM_STT_SECTION, TEXT, 0);
	add(s, "", LKM_STT_SECTION, STRINGS, 0);
	if (form->labels != NO_LABELS)
		put_labels(s);
	add(s, "NS", LOCAL, TEXT, 0);
	add(s, "alpha", GLOBAL, TEXT, 0);
	add(s, "beta", GLOBAL, TEXT, 0);
	add(s, "printk", GLOBAL, 0, 0);
	add(s, "maybe", WEAK, 0, 0);
	add(s, "gamma.x", GLOBAL, 0, 0);
	mkelf_symtab_finish(&s->m, &s->symbols);
	mkelf_finish(&s->m);
}

/* The exports of a file as the text that a form wants; the result of the read. */
static int read_text(const struct mkelf *m, unsigned int want, struct lkm_buf *text)
{
	lkm_auto(lkm_exports) struct lkm_exports got = LKM_EXPORTS_INIT;
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m->buf)));
	struct lkm_elf elf;
	int err;

	assert_int_equal(lkm_elf_init(&elf, &src, &arena, NULL), 0);
	err = lkm_exports_read(&got, &elf, want, NULL);
	for (size_t i = 0; i < got.given.len && err == 0; i++) {
		const struct lkm_export *e = &got.given.ptr[i];

		lkm_buf_printf(text, "%.*s ", LKM_STR_ARG(e->name));
		lkm_buf_printf(text, e->has_crc ? "%llx" : "-", (unsigned long long)e->crc);
		lkm_buf_printf(text, "%s%s%.*s;", e->gpl_only ? " GPL" : "",
			       e->name_space.len ? " " : "", LKM_STR_ARG(e->name_space));
	}
	for (size_t i = 0; i < got.needed.len && err == 0; i++)
		lkm_buf_printf(text, "%s%.*s;", got.needed.ptr[i].weak ? "?" : "!",
			       LKM_STR_ARG(got.needed.ptr[i].name));
	return err;
}

static void check_text(const char *row, const struct mkelf *m, unsigned int want,
		       const char *text)
{
	lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;

	assert_row(row, read_text(m, want, &got), 0);
	if (!lkm_str_is(lkm_buf_view(&got), text))
		fail_msg("row \"%s\": got %s, wanted %s", row, lkm_buf_cstr(&got), text);
}

static void reads_every_generation(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		lkm_auto(lkm_buf) struct lkm_buf all = LKM_BUF_INIT;
		struct sample s;

		make(&s, &forms[i]);
		check_text(forms[i].name, &s.m, LKM_EXPORTS_DETAILS, forms[i].want);
		check_text(forms[i].name, &s.m, LKM_EXPORTS_NEEDED, NEEDS);
		lkm_buf_printf(&all, "%s%s", forms[i].want, NEEDS);
		check_text(forms[i].name, &s.m,
			   LKM_EXPORTS_NAMES | LKM_EXPORTS_DETAILS | LKM_EXPORTS_NEEDED,
			   lkm_buf_cstr(&all));
		mkelf_release(&s.m);
	}
}

static void drops_what_was_read_before(void **state)
{
	lkm_auto(lkm_exports) struct lkm_exports got = LKM_EXPORTS_INIT;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		struct lkm_source src;
		struct lkm_elf elf;
		struct sample s;

		make(&s, &forms[i]);
		src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&s.m.buf)));
		assert_int_equal(lkm_elf_init(&elf, &src, &arena, NULL), 0);
		assert_int_equal(lkm_exports_read(&got, &elf, 7, NULL), 0);
		assert_int_equal(got.given.len, 2);
		assert_int_equal(got.needed.len, 3);
		mkelf_release(&s.m);
	}
}

/* Without details, and 5.4's labels are still understood. */
static void reads_names_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct sample s;

		make(&s, &forms[i]);
		assert_row(forms[i].name, read_text(&s.m, LKM_EXPORTS_NAMES, &got), 0);
		assert_non_null(strstr(lkm_buf_cstr(&got), "beta "));
		assert_row(forms[i].name, !strstr(lkm_buf_cstr(&got), "GPL"),
			   !strstr(forms[i].want, "GPL"));
		mkelf_release(&s.m);
	}
}

/* The kernel never looks at labels. */
static void names_by_the_table_if_wanted(void **state)
{
	static const struct form form = { "", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS, 12,
					  NO_CRC, FORGED, true, LKM_SHT_RELA, "" };
	lkm_auto(lkm_exports) struct lkm_exports got = LKM_EXPORTS_INIT;
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source src;
	struct lkm_elf elf;
	struct sample s;

	(void)state;
	make(&s, &form);
	src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&s.m.buf)));
	assert_int_equal(lkm_elf_init(&elf, &src, &arena, NULL), 0);
	assert_int_equal(lkm_exports_read(&got, &elf, LKM_EXPORTS_NAMES | LKM_EXPORTS_STRINGS, NULL), 0);
	assert_str(got.given.ptr[0].name, "alpha");
	assert_str(got.given.ptr[0].label, "omega");
	mkelf_release(&s.m);
}

/* A name with a dot of its own is not cut. */
static void keeps_dots_in_names(void **state)
{
	static const struct form form = { "", true, false, { "__ksymtab", "__ksymtab_gpl" }, NO_FLAGS,
					  12, NO_CRC, NO_LABELS, false, 0, "" };
	struct sample s = { .form = &form };

	(void)state;
	mkelf_init(&s.m, true, false);
	put_sections(&s);
	add(&s, "__ksymtab_gamma.x", LOCAL, TABLE, 0);
	add(&s, "__kstrtabns_gamma.x", LOCAL, STRINGS, AT_NS);
	mkelf_symtab_finish(&s.m, &s.symbols);
	mkelf_finish(&s.m);
	check_text("dot", &s.m, LKM_EXPORTS_DETAILS, "gamma.x - NS;");
	mkelf_release(&s.m);
}

/* Undefined symbols, and which of them are needs on which machine. */
static const struct {
	uint16_t machine;
	uint8_t info;
	const char *symbol, *want;
} needs[] = {
	{ 62, GLOBAL, "printk", "!printk;" },
	{ 62, WEAK, "printk", "?printk;" },
	{ 62, LOCAL, "printk", "!printk;" },
	{ 62, GLOBAL, "", "" },
	{ 62, GLOBAL, "_GLOBAL_OFFSET_TABLE_", "" },
	{ 62, GLOBAL, "_GLOBAL_OFFSET_TABLE", "!_GLOBAL_OFFSET_TABLE;" },
	{ 21, GLOBAL, ".TOC.", "" },
	{ 21, GLOBAL, ".printk", "!printk;" },
	{ 62, GLOBAL, ".printk", "!.printk;" },
	{ 43, LKM_STT_SPARC_REGISTER, "#scratch", "" },
	{ 62, LKM_STT_SPARC_REGISTER, "#scratch", "!#scratch;" },
	{ 62, GLOBAL, ".klp.sym.vmlinux.f,0", "" },
	{ 62, GLOBAL, "__ksymtab_alpha", "!__ksymtab_alpha;" },
};

static void skips_what_is_no_need(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(needs); i++) {
		struct mkelf_symtab table = { 0 };
		struct mkelf m;

		mkelf_init(&m, true, false);
		m.machine = needs[i].machine;
		mkelf_symtab_add(&m, &table, needs[i].symbol, needs[i].info, 0, 0);
		mkelf_symtab_finish(&m, &table);
		mkelf_finish(&m);
		check_text(needs[i].symbol, &m, LKM_EXPORTS_DETAILS | LKM_EXPORTS_NEEDED,
			   needs[i].want);
		mkelf_release(&m);
	}
}

/* The form with CRC tables, flags and labels, and the one with relocations. */
enum { WITH_FLAGS = 9, WITH_RELOCATIONS = 12 };

/* A section made shorter (or its type changed), or a symbol's value moved. */
static const struct damage {
	const char *name;
	int want;
	size_t form, section, size;
	const char *symbol;
	uint64_t value;
} damages[] = {
	{ "no symbol table", -ENODATA, WITH_FLAGS, 0, 0, NULL, 0 },
	{ "CRC label at the end of its section", -EBADMSG, WITH_FLAGS, CRCS, 4, NULL, 0 },
	{ "namespace not terminated", -EBADMSG, WITH_FLAGS, STRINGS, 9, NULL, 0 },
	{ "fewer flags than exports", -EBADMSG, WITH_FLAGS, FLAGS, 1, "__ksymtab_beta", 24 },
	{ "no flags", -EBADMSG, WITH_FLAGS, FLAGS, 0, NULL, 0 },
	{ "flags without a table", -EBADMSG, WITH_FLAGS, TABLE, 0, NULL, 0 },
	{ "label beyond the CRCs", -EBADMSG, WITH_FLAGS, 0, 0, "__crc_beta", UINT64_MAX },
	{ "label beyond the strings", -EBADMSG, WITH_FLAGS, 0, 0, "__kstrtabns_beta", 1 << 20 },
	{ "name word beyond the strings", -EBADMSG, WITH_RELOCATIONS, STRINGS, 0, NULL, 0 },
	{ "name not terminated", -EBADMSG, WITH_RELOCATIONS, STRINGS, 5, NULL, 0 },
};

/* Give the symbol of that name another value. */
static void move_symbol(struct mkelf *m, const char *symbol, uint64_t value)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source src = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&m->buf)));
	struct lkm_elfsyms it;
	struct lkm_elfsym sym;
	struct lkm_elf elf;

	assert_int_equal(lkm_elf_init(&elf, &src, &arena, NULL), 0);
	assert_int_equal(lkm_elfsyms_init(&it, &elf, NULL), 0);
	while (lkm_elfsyms_next(&it, &sym) > 0)
		if (strcmp(sym.name, symbol) == 0)
			mkelf_poke(m, (uint64_t)(it.symbols.ptr - (uint8_t *)m->buf.ptr) +
					      24 * (it.next - 1) + 8, value, 8);
}

static void refuses_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		const struct damage *d = &damages[i];
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		struct sample s;

		make(&s, &forms[d->form]);
		if (d->section)
			mkelf_poke(&s.m, mkelf_shdr(&s.m, d->section, 32, 0), d->size, 8);
		if (d->symbol)
			move_symbol(&s.m, d->symbol, d->value);
		if (!d->section && !d->symbol)
			mkelf_poke(&s.m, mkelf_shdr(&s.m, s.m.count - 2, 4, 0), 1, 4);
		assert_row(d->name, read_text(&s.m, LKM_EXPORTS_DETAILS, &text), d->want);
		mkelf_release(&s.m);
	}
}

static void leaves_out_crcs_of_another_count(void **state)
{
	struct sample s;

	(void)state;
	make(&s, &forms[WITH_RELOCATIONS]);
	mkelf_poke(&s.m, mkelf_shdr(&s.m, CRCS2, 32, 0), 8, 8);
	check_text("count", &s.m, LKM_EXPORTS_DETAILS, "alpha 11111111;beta - GPL NS;");
	mkelf_release(&s.m);
}

static void knows_the_tables(void **state)
{
	bool gpl_only = false;

	(void)state;
	assert_true(lkm_exports_is_table(lkm_str("__ksymtab"), &gpl_only));
	assert_false(gpl_only);
	assert_true(lkm_exports_is_table(lkm_str("__ksymtab_gpl"), &gpl_only));
	assert_true(gpl_only);
	assert_false(lkm_exports_is_table(lkm_str("__ksymtab_strings"), &gpl_only));
	assert_false(lkm_exports_is_table(lkm_str(".rela__ksymtab"), &gpl_only));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_generation),
		cmocka_unit_test(drops_what_was_read_before),
		cmocka_unit_test(reads_names_only),
		cmocka_unit_test(names_by_the_table_if_wanted),
		cmocka_unit_test(keeps_dots_in_names),
		cmocka_unit_test(skips_what_is_no_need),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(leaves_out_crcs_of_another_count),
		cmocka_unit_test(knows_the_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
