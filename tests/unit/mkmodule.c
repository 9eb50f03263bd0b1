#include "mkmodule.h"

#include "fmt/elfsym.h"
#include "mkelf.h"

/* The binding stands in the upper four bits. */
#define GLOBAL (LKM_STB_GLOBAL << 4)
#define WEAK   (LKM_STB_WEAK << 4)

static void put_version(const struct mkelf *e, struct lkm_buf *table, uint32_t crc, const char *name)
{
	size_t end = table->len + 64;

	mkelf_num(e, table, crc, 8);
	lkm_buf_puts(table, name);
	while (table->len < end)
		lkm_buf_putc(table, '\0');
}

static void add_versions(const struct mkmodule *m, struct mkelf *e)
{
	lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;

	put_version(e, &table, 0x11111111, "module_layout");
	for (size_t i = 0; m->needs[i].name; i++)
		if (m->needs[i].crc)
			put_version(e, &table, m->needs[i].crc, m->needs[i].name);
	mkelf_section(e, "__versions", LKM_SHT_PROGBITS, table.ptr, table.len);
}

static void add_label(struct mkelf *e, struct mkelf_symtab *symtab, const char *start,
		      const char *name, size_t section, uint64_t value)
{
	char label[128];

	snprintf(label, sizeof(label), "%s%s", start, name);
	mkelf_symtab_add(e, symtab, label, 0, (uint16_t)section, value);
}

/* Tables of exports: the words stay zero, labels tell everything. */
static void add_exports(const struct mkmodule *m, struct mkelf *e, struct mkelf_symtab *symtab)
{
	static const char zeros[12 * MKMODULE_SYMBOLS], strings[] = "";
	lkm_auto(lkm_buf) struct lkm_buf crcs = LKM_BUF_INIT;
	size_t plain, gpl, crc = 0, spaces;

	if (!m->gives[0].name)
		return;
	for (size_t i = 0; m->gives[i].name; i++)
		mkelf_num(e, &crcs, m->gives[i].crc, 4);
	spaces = mkelf_section(e, "__ksymtab_strings", LKM_SHT_PROGBITS, strings, 1);
	plain = mkelf_section(e, "__ksymtab", LKM_SHT_PROGBITS, zeros, sizeof(zeros));
	gpl = m->flags ? plain
		       : mkelf_section(e, "__ksymtab_gpl", LKM_SHT_PROGBITS, zeros, sizeof(zeros));
	if (m->flags)
		mkelf_section(e, "__kflagstab", LKM_SHT_PROGBITS, zeros, MKMODULE_SYMBOLS);
	if (!m->no_export_crcs) {
		crc = mkelf_section(e, "__kcrctab", LKM_SHT_PROGBITS, crcs.ptr, crcs.len);
		mkelf_section(e, "__kcrctab_gpl", LKM_SHT_PROGBITS, crcs.ptr, crcs.len);
	}
	for (size_t i = 0; m->gives[i].name; i++) {
		const char *name = m->gives[i].name;

		add_label(e, symtab, "__ksymtab_", name, m->gives[i].gpl ? gpl : plain, 12 * i);
		add_label(e, symtab, "__kstrtabns_", name, spaces, 0);
		if (crc)
			add_label(e, symtab, "__crc_", name, crc, 4 * i);
	}
}

static void add_sections(const struct mkmodule *m, struct mkelf *e)
{
	lkm_auto(lkm_buf) struct lkm_buf modinfo = LKM_BUF_INIT;
	lkm_autofree char *this = calloc(1, m->size + 128);

	for (const char *c = m->modinfo; *c; c++)
		lkm_buf_putc(&modinfo, *c == '|' ? '\0' : *c);
	snprintf(this + 24, 56, "%s", m->name);
	if (!m->no_modinfo)
		mkelf_section(e, ".modinfo", LKM_SHT_PROGBITS, modinfo.ptr, modinfo.len);
	if (!m->no_this)
		mkelf_section(e, ".gnu.linkonce.this_module", LKM_SHT_PROGBITS, this, m->size);
	if (!m->no_versions)
		add_versions(m, e);
	if (m->wx)
		e->sections[mkelf_section(e, ".text", LKM_SHT_PROGBITS, this, 8)].flags = 7;
	for (int i = 0; m->twice && i < 2; i++)
		mkelf_section(e, ".data", LKM_SHT_PROGBITS, this, 8);
}

void mkmodule(const struct mkmodule *m, struct lkm_buf *ret)
{
	struct mkelf_symtab symtab = { 0 };
	struct mkelf e;

	mkelf_init(&e, true, false);
	e.machine = m->machine;
	add_sections(m, &e);
	for (size_t i = 0; m->needs[i].name; i++)
		mkelf_symtab_add(&e, &symtab, m->needs[i].name, m->needs[i].weak ? WEAK : GLOBAL, 0, 0);
	if (m->common)
		mkelf_symtab_add(&e, &symtab, "shared", GLOBAL, 0xfff2, 8);
	add_exports(m, &e, &symtab);
	if (m->no_symbols) {
		lkm_buf_release(&symtab.symbols);
		lkm_buf_release(&symtab.names);
	} else {
		mkelf_symtab_finish(&e, &symtab);
	}
	mkelf_finish(&e);
	lkm_buf_str(ret, lkm_buf_view(&e.buf));
	if (m->trailer)
		lkm_buf_puts(ret, m->trailer);
	mkelf_release(&e);
}
