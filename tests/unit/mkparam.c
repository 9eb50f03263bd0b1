#include "mkparam.h"

#include "mkelf.h"

#define ROOM 256

/* The other sections, in the order in which they are added. */
enum { STRINGS = 1, PARAM, STRUCTS };

/* Sizes of struct kernel_param, and of the one that describes an array or a text. */
enum { PARAM_SIZE = 40, STRUCT_SIZE = 32 };

struct parts {
	struct mkelf m;
	struct lkm_buf names, params, structs, modinfo;
	struct lkm_buf param_relocations, struct_relocations;
};

static void zeros(struct lkm_buf *buf, size_t len)
{
	while (len--)
		lkm_buf_putc(buf, '\0');
}

/* Symbol N is the start of section N. */
static void point(struct parts *p, struct lkm_buf *table, uint64_t at, uint64_t section,
		  uint64_t offset)
{
	mkelf_num(&p->m, table, at, 8);
	mkelf_num(&p->m, table, section << 32 | 1, 8);
	mkelf_num(&p->m, table, offset, 8);
}

static void add_param(struct parts *p, const struct mkparam *param)
{
	uint64_t section = param->section ? param->section : MKPARAM_DATA;
	size_t at = p->params.len, description = p->structs.len;
	bool string = param->kind == LKM_PARAMKIND_STRING;

	point(p, &p->param_relocations, at, STRINGS, p->names.len);
	lkm_buf_add(&p->names, param->name, strlen(param->name) + 1);
	lkm_buf_printf(&p->modinfo, "parmtype=%s:%s", param->name, param->type);
	lkm_buf_putc(&p->modinfo, '\0');
	zeros(&p->params, PARAM_SIZE);
	if (param->kind == LKM_PARAMKIND_PLAIN) {
		point(p, &p->param_relocations, at + 32, section, param->offset);
		return;
	}
	point(p, &p->param_relocations, at + 32, STRUCTS, description);
	mkelf_num(&p->m, &p->structs, param->count, 4);
	mkelf_num(&p->m, &p->structs, string ? 0 : param->width, 4);
	zeros(&p->structs, STRUCT_SIZE - 8);
	point(p, &p->struct_relocations, description + (string ? 8 : 24), section, param->offset);
	if (param->used)
		point(p, &p->struct_relocations, description + 8, MKPARAM_DATA, param->used);
}

static void add(struct parts *p, const char *name, struct lkm_buf *contents)
{
	mkelf_section(&p->m, name, LKM_SHT_PROGBITS, contents->ptr, contents->len);
	lkm_buf_release(contents);
}

static size_t add_relocations(struct parts *p, const char *name, struct lkm_buf *table,
			      uint32_t target)
{
	size_t index = mkelf_section(&p->m, name, LKM_SHT_RELA, table->ptr, table->len);

	p->m.sections[index].info = target;
	p->m.sections[index].entsize = 24;
	lkm_buf_release(table);
	return index;
}

void mkparam(const struct mkparam *list, size_t count, struct lkm_buf *ret)
{
	static const char nothing[ROOM];
	struct mkelf_symtab symbols = { 0 };
	struct parts p = { 0 };
	size_t symtab, first, second;

	mkelf_init(&p.m, true, false);
	lkm_buf_add(&p.modinfo, "name=m", 7);
	for (size_t i = 0; i < count; i++)
		add_param(&p, &list[i]);
	add(&p, ".rodata.str", &p.names);
	add(&p, "__param", &p.params);
	add(&p, ".rodata", &p.structs);
	mkelf_section(&p.m, ".data", LKM_SHT_PROGBITS, nothing, ROOM);
	mkelf_section(&p.m, ".bss", LKM_SHT_NOBITS, NULL, ROOM);
	mkelf_section(&p.m, ".init.data", LKM_SHT_PROGBITS, nothing, ROOM);
	add(&p, ".modinfo", &p.modinfo);
	for (uint16_t i = STRINGS; i <= MKPARAM_INIT; i++)
		mkelf_symtab_add(&p.m, &symbols, "", 3, i, 0);
	symtab = mkelf_symtab_finish(&p.m, &symbols);
	first = add_relocations(&p, ".rela__param", &p.param_relocations, PARAM);
	second = add_relocations(&p, ".rela.rodata", &p.struct_relocations, STRUCTS);
	p.m.sections[first].link = p.m.sections[second].link = (uint32_t)symtab;
	mkelf_finish(&p.m);
	lkm_buf_add(ret, p.m.buf.ptr, p.m.buf.len);
	mkelf_release(&p.m);
}
