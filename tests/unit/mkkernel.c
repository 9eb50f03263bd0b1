#include "mkkernel.h"

#include <elf.h>

#include "mkelf.h"

enum { STRINGS = 1, RODATA, FIRST_TABLE };

static uint64_t base(const struct mkkernel *k)
{
	return k->wide ? 0xffffffff81000000u : 0xc0100000u;
}

static uint64_t section_address(const struct mkkernel *k, size_t section)
{
	return base(k) + section * 0x1000;
}

uint64_t mkkernel_address(const struct mkkernel *k, size_t i)
{
	return base(k) + 16 * i;
}

/* One word of a table that stands at `address`. */
static void word(const struct mkkernel *k, const struct mkelf *m, struct lkm_buf *table,
		 uint64_t address, uint64_t target)
{
	mkelf_num(m, table, k->relative ? target - (address + table->len) : target, k->width);
}

/* Where a text stands in the string section, to which it is added. */
static uint64_t string(const struct mkkernel *k, struct lkm_buf *strings, const char *text)
{
	size_t at = strings->len;

	lkm_buf_add(strings, text, strlen(text) + 1);
	return section_address(k, STRINGS) + at;
}

static void entry(const struct mkkernel *k, const struct mkelf *m, struct lkm_buf *table,
		  struct lkm_buf *strings, size_t section, size_t i)
{
	const struct mkkernel_export *e = &k->exports[i];
	uint64_t address = section_address(k, section);

	word(k, m, table, address, mkkernel_address(k, i));
	word(k, m, table, address, string(k, strings, e->name));
	if (k->words < 3)
		return;
	if (e->space)
		word(k, m, table, address, string(k, strings, e->space));
	else
		mkelf_num(m, table, 0, k->width);
}

/* Offsets from the table to CRCs that stand behind the texts of .rodata. */
static void crc(const struct mkkernel *k, const struct mkelf *m, struct lkm_buf *crcs,
		struct lkm_buf *rodata, size_t section, size_t i)
{
	if (k->crc_width != 1) {
		mkelf_num(m, crcs, k->exports[i].crc, k->crc_width);
		return;
	}
	mkelf_num(m, crcs,
		  section_address(k, RODATA) + rodata->len -
			  (section_address(k, section) + crcs->len), 4);
	mkelf_num(m, rodata, k->exports[i].crc, 4);
}

struct parts {
	struct lkm_buf strings, rodata, table[2], crcs[2], flags;
};

static void make_parts(const struct mkkernel *k, const struct mkelf *m, struct parts *p)
{
	for (const char *c = k->texts ? k->texts : ""; *c; c++)
		lkm_buf_putc(&p->rodata, *c == '|' ? '\0' : *c);
	while (p->rodata.len % 4)
		lkm_buf_putc(&p->rodata, '\0');
	for (size_t i = 0; i < k->count; i++) {
		size_t gpl = !k->flags && k->exports[i].gpl;

		entry(k, m, &p->table[gpl], &p->strings, FIRST_TABLE + gpl, i);
		if (k->crc_width)
			crc(k, m, &p->crcs[gpl], &p->rodata, FIRST_TABLE + 2 + gpl, i);
		lkm_buf_putc(&p->flags, k->exports[i].gpl);
	}
}

static void add(struct mkelf *m, const char *name, struct lkm_buf *contents)
{
	mkelf_section(m, name, SHT_PROGBITS, contents->ptr, contents->len);
	lkm_buf_release(contents);
}

void mkkernel_elf(const struct mkkernel *k, struct lkm_buf *ret)
{
	struct parts p = { 0 };
	struct mkelf m;

	mkelf_init(&m, k->wide, k->big_endian);
	make_parts(k, &m, &p);
	add(&m, "__ksymtab_strings", &p.strings);
	add(&m, ".rodata", &p.rodata);
	add(&m, "__ksymtab", &p.table[0]);
	add(&m, k->flags ? "unused1" : "__ksymtab_gpl", &p.table[1]);
	add(&m, k->crc_width ? "__kcrctab" : "unused2", &p.crcs[0]);
	add(&m, k->crc_width && !k->flags ? "__kcrctab_gpl" : "unused3", &p.crcs[1]);
	add(&m, k->flags ? "__kflagstab" : "unused4", &p.flags);
	mkelf_finish(&m);
	for (size_t i = 1; i < m.count; i++)
		mkelf_poke(&m, mkelf_shdr(&m, i, 16, 12), section_address(k, i), k->wide ? 8 : 4);
	mkelf_poke(&m, EI_NIDENT, ET_EXEC, 2);
	lkm_buf_add(ret, m.buf.ptr, m.buf.len);
	mkelf_release(&m);
}

void mkkernel_bzimage(struct lkm_bytes payload, bool gzip, struct lkm_buf *ret)
{
	static const char setup[1024];
	struct mkelf order = { 0 };
	size_t len = payload.len + (gzip ? 0 : 4), start = ret->len;

	lkm_buf_add(ret, setup, sizeof(setup));
	lkm_buf_add(ret, payload.ptr, payload.len);
	if (!gzip)
		mkelf_num(&order, ret, 12345, 4);
	ret->ptr[start + 0x1f1] = 1;
	memcpy(ret->ptr + start + 0x202, "HdrS\x0f\x02", 6);
	for (size_t i = 0; i < 4; i++)
		ret->ptr[start + 0x24c + i] = (char)(uint8_t)(len >> 8 * i);
}
