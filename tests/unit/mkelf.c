#include "mkelf.h"

#include <elf.h>

static size_t header_size(const struct mkelf *m)
{
	return m->wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
}

static size_t entry_size(const struct mkelf *m)
{
	return m->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
}

void mkelf_num(const struct mkelf *m, struct lkm_buf *buf, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++) {
		size_t shift = 8 * (m->big_endian ? width - 1 - i : i);

		lkm_buf_putc(buf, (char)(uint8_t)(value >> shift));
	}
}

static void word(struct mkelf *m, uint64_t value)
{
	mkelf_num(m, &m->buf, value, m->wide ? 8 : 4);
}

void mkelf_init(struct mkelf *m, bool wide, bool big_endian)
{
	static const char zeros[sizeof(Elf64_Ehdr)];

	*m = (struct mkelf){ .count = 1, .wide = wide, .big_endian = big_endian,
			     .machine = EM_X86_64 };
	m->sections[0].name = "";
	lkm_buf_add(&m->buf, zeros, header_size(m));
}

size_t mkelf_section(struct mkelf *m, const char *name, uint32_t type, const void *data,
		     size_t size)
{
	struct mkelf_section *s = &m->sections[m->count];

	while (m->buf.len % 8)
		lkm_buf_putc(&m->buf, '\0');
	*s = (struct mkelf_section){ .name = name, .type = type, .flags = 2,
				     .offset = m->buf.len, .size = size };
	if (type != SHT_NOBITS)
		lkm_buf_add(&m->buf, data, size);
	return m->count++;
}

void mkelf_symbol(const struct mkelf *m, struct lkm_buf *buf, uint32_t name, uint8_t info,
		  uint16_t shndx, uint64_t value)
{
	mkelf_num(m, buf, name, 4);
	if (!m->wide) {
		mkelf_num(m, buf, value, 4);
		mkelf_num(m, buf, 0, 4);
	}
	mkelf_num(m, buf, info, 1);
	mkelf_num(m, buf, 0, 1);
	mkelf_num(m, buf, shndx, 2);
	if (m->wide) {
		mkelf_num(m, buf, value, 8);
		mkelf_num(m, buf, 0, 8);
	}
}

/* The null symbol, and the empty name at offset 0. */
static void start_symtab(const struct mkelf *m, struct mkelf_symtab *table)
{
	if (table->names.len > 0)
		return;
	lkm_buf_putc(&table->names, '\0');
	mkelf_symbol(m, &table->symbols, 0, 0, 0, 0);
}

void mkelf_symtab_add(const struct mkelf *m, struct mkelf_symtab *table, const char *name,
		      uint8_t info, uint16_t shndx, uint64_t value)
{
	start_symtab(m, table);
	mkelf_symbol(m, &table->symbols, (uint32_t)table->names.len, info, shndx, value);
	lkm_buf_add(&table->names, name, strlen(name) + 1);
}

size_t mkelf_symtab_finish(struct mkelf *m, struct mkelf_symtab *table)
{
	size_t names, symbols;

	start_symtab(m, table);
	names = mkelf_section(m, ".strtab", SHT_STRTAB, table->names.ptr, table->names.len);
	symbols = mkelf_section(m, ".symtab", SHT_SYMTAB, table->symbols.ptr, table->symbols.len);
	m->sections[symbols].link = (uint32_t)names;
	lkm_buf_release(&table->symbols);
	lkm_buf_release(&table->names);
	return symbols;
}

static void put_shdr(struct mkelf *m, const struct mkelf_section *s, uint32_t name)
{
	mkelf_num(m, &m->buf, name, 4);
	mkelf_num(m, &m->buf, s->type, 4);
	word(m, s->flags);
	word(m, 0);
	word(m, s->offset);
	word(m, s->size);
	mkelf_num(m, &m->buf, s->link, 4);
	mkelf_num(m, &m->buf, s->info, 4);
	word(m, s->align ? s->align : 1);
	word(m, s->entsize);
}

static void put_header(struct mkelf *m)
{
	struct lkm_buf whole = m->buf;
	struct lkm_buf head = LKM_BUF_INIT;

	m->buf = head;
	lkm_buf_add(&m->buf, ELFMAG, SELFMAG);
	lkm_buf_putc(&m->buf, m->wide ? ELFCLASS64 : ELFCLASS32);
	lkm_buf_putc(&m->buf, m->big_endian ? ELFDATA2MSB : ELFDATA2LSB);
	lkm_buf_putc(&m->buf, EV_CURRENT);
	while (m->buf.len < EI_NIDENT)
		lkm_buf_putc(&m->buf, '\0');
	mkelf_num(m, &m->buf, ET_REL, 2);
	mkelf_num(m, &m->buf, m->machine, 2);
	mkelf_num(m, &m->buf, EV_CURRENT, 4);
	word(m, 0);
	word(m, 0);
	word(m, m->table);
	mkelf_num(m, &m->buf, 0, 4);
	mkelf_num(m, &m->buf, header_size(m), 2);
	mkelf_num(m, &m->buf, 0, 4);
	mkelf_num(m, &m->buf, entry_size(m), 2);
	mkelf_num(m, &m->buf, m->extended_count ? 0 : m->count, 2);
	mkelf_num(m, &m->buf, m->extended_count ? SHN_XINDEX : m->count - 1, 2);
	memcpy(whole.ptr, m->buf.ptr, m->buf.len);
	lkm_buf_release(&m->buf);
	m->buf = whole;
}

void mkelf_finish(struct mkelf *m)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	uint32_t at[MKELF_SECTIONS + 1];

	m->sections[m->count].name = ".shstrtab";
	for (size_t i = 0; i <= m->count; i++) {
		at[i] = (uint32_t)names.len;
		lkm_buf_add(&names, m->sections[i].name, strlen(m->sections[i].name) + 1);
	}
	mkelf_section(m, ".shstrtab", SHT_STRTAB, names.ptr, names.len);
	if (m->extended_count) {
		m->sections[0].size = m->count;
		m->sections[0].link = (uint32_t)m->count - 1;
	}
	while (m->buf.len % 8)
		lkm_buf_putc(&m->buf, '\0');
	m->table = m->buf.len;
	for (size_t i = 0; i < m->count; i++)
		put_shdr(m, &m->sections[i], at[i]);
	put_header(m);
}

void mkelf_poke(struct mkelf *m, uint64_t offset, uint64_t value, size_t width)
{
	lkm_auto(lkm_buf) struct lkm_buf num = LKM_BUF_INIT;

	mkelf_num(m, &num, value, width);
	memcpy(m->buf.ptr + offset, num.ptr, width);
}

uint64_t mkelf_shdr(const struct mkelf *m, size_t i, unsigned int off64, unsigned int off32)
{
	return m->table + i * entry_size(m) + (m->wide ? off64 : off32);
}

void mkelf_release(struct mkelf *m)
{
	lkm_buf_release(&m->buf);
}
