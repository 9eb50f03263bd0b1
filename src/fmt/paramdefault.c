#include "fmt/paramdefault.h"

#include "fmt/elfrel.h"
#include "fmt/elfsym.h"

/* Names of parameters are those of variables. */
#define NAME_MAX_LEN 512u

/* Offsets of the structs' fields, by class; the pointer to a count is at 8 in both. */
struct layout {
	unsigned int param_size, param_functions, param_flags, param_value, array_elements,
		string_text;
};

#define ARRAY_USED 8u

static struct layout layout_of(const struct lkm_elf *elf)
{
	return elf->wide ? (struct layout){ 40, 16, 27, 32, 24, 8 }
			 : (struct layout){ 20, 8, 15, 16, 16, 4 };
}

/* `len` bytes at a place; of .bss, zeros. */
static int read_at(const struct lkm_elf *elf, struct lkm_place place, size_t len,
		   struct lkm_bytes *ret)
{
	static const uint8_t zeros[8];
	const struct lkm_elf_section *s = &elf->sections[place.section];

	if (place.offset > s->size || len > s->size - place.offset)
		return -ENODATA;
	if (s->type != LKM_SHT_NOBITS)
		return lkm_source_get(elf->src, s->offset + place.offset, len, ret);
	*ret = (struct lkm_bytes){ zeros, len };
	return len > sizeof(zeros) ? -ENODATA : 0;
}

/* The relocations of one section, and the symbols they name. */
struct pointers {
	const struct lkm_elf *elf;
	size_t section;
	struct lkm_elfrels relocations;
	struct lkm_elfsyms symbols;
};

static int pointers_open(struct pointers *p, const struct lkm_elf *elf, size_t section)
{
	int err;

	*p = (struct pointers){ .elf = elf, .section = section };
	err = lkm_elfrels_init(&p->relocations, elf, section);
	return err ? err : lkm_elfsyms_init(&p->symbols, elf, NULL);
}

/* What a relocated pointer will point to.  -ENODATA: nothing in this file. */
static int follow(const struct pointers *p, const struct lkm_elfrel *relocation, struct lkm_place *ret)
{
	const struct lkm_elf *elf = p->elf;
	uint64_t addend = (uint64_t)relocation->addend;
	struct lkm_elfsym symbol;
	struct lkm_bytes word;
	int err;

	err = lkm_elfsyms_at(&p->symbols, relocation->symbol, &symbol);
	if (err < 0)
		return err;
	if (symbol.section == LKM_SHN_UNDEF || symbol.section >= elf->section_count)
		return -ENODATA;
	if (!p->relocations.addends) {
		err = read_at(elf, (struct lkm_place){ p->section, relocation->offset },
			      elf->wide ? 8 : 4, &word);
		if (err < 0)
			return err;
		addend = lkm_load_word(word.ptr, elf->wide, elf->big_endian);
	}
	*ret = (struct lkm_place){ symbol.section, symbol.value + addend };
	return 0;
}

/* The same for the pointer at a place. */
static int follow_at(const struct lkm_elf *elf, struct lkm_place at, struct lkm_place *ret)
{
	struct lkm_elfrel relocation;
	struct pointers p;
	int err = pointers_open(&p, elf, at.section);

	if (err < 0)
		return err;
	while (lkm_elfrels_next(&p.relocations, &relocation))
		if (relocation.offset == at.offset)
			return follow(&p, &relocation, ret);
	return -ENODATA;
}

static bool is_text(const struct lkm_elf *elf, struct lkm_place place, struct lkm_str text)
{
	struct lkm_bytes bytes;

	return read_at(elf, place, text.len + 1, &bytes) == 0 && bytes.ptr[text.len] == '\0' &&
	       lkm_str_eq((struct lkm_str){ (const char *)bytes.ptr, text.len }, text);
}

/* The text at a place, if it ends and is no longer than a name. */
static int text_at(const struct lkm_elf *elf, struct lkm_place place, struct lkm_str *ret)
{
	const struct lkm_elf_section *s = &elf->sections[place.section];
	struct lkm_bytes bytes;
	const uint8_t *end;
	uint64_t left = place.offset < s->size ? s->size - place.offset : 0;
	int err = s->type == LKM_SHT_NOBITS ? -ENODATA :
			  read_at(elf, place, left < NAME_MAX_LEN ? left : NAME_MAX_LEN, &bytes);

	if (err < 0)
		return err;
	end = memchr(bytes.ptr, '\0', bytes.len);
	if (!end)
		return -ENODATA;
	*ret = (struct lkm_str){ (const char *)bytes.ptr, (size_t)(end - bytes.ptr) };
	return 0;
}

/* The name of the symbol of another file that a relocation is about; "" if it is none. */
static struct lkm_str foreign_symbol(const struct pointers *p, const struct lkm_elfrel *relocation)
{
	struct lkm_elfsym symbol;

	if (lkm_elfsyms_at(&p->symbols, relocation->symbol, &symbol) < 0 ||
	    symbol.section != LKM_SHN_UNDEF)
		return lkm_str("");
	return lkm_str(symbol.name);
}

/* Take what one pointer of the table says of its parameter. */
static void take_pointer(const struct pointers *p, const struct lkm_elfrel *relocation,
			 struct lkm_paramslot *slot)
{
	struct layout layout = layout_of(p->elf);
	uint64_t field = relocation->offset % layout.param_size;
	struct lkm_bytes number;
	struct lkm_place place;

	if (field == layout.param_functions)
		slot->functions = foreign_symbol(p, relocation);
	else if ((field == 0 || field == layout.param_value) && follow(p, relocation, &place) < 0)
		return;
	else if (field == 0)
		(void)text_at(p->elf, place, &slot->name);
	else if (field == layout.param_value && read_at(p->elf, place, 4, &number) == 0)
		slot->max = lkm_load_u32(number.ptr, p->elf->big_endian);
}

/* Only of an array and of a text with a fixed length it is a limit. */
static void drop_other_limits(struct lkm_paramslot *slot)
{
	if (!lkm_str_is(slot->functions, "param_array_ops") &&
	    !lkm_str_is(slot->functions, "param_ops_string"))
		slot->max = 0;
}

static const struct lkm_elf_section *find_table(const struct lkm_elf *elf)
{
	const struct lkm_elf_section *table = lkm_elf_find(elf, "__param");

	return table && table->type != LKM_SHT_NOBITS ? table : NULL;
}

int lkm_paramdefault_read(const struct lkm_elf *elf, struct lkm_paramslots *ret)
{
	lkm_auto(lkm_paramslots) struct lkm_paramslots slots = { 0 };
	const struct lkm_elf_section *table = find_table(elf);
	struct layout layout = layout_of(elf);
	struct lkm_elfrel relocation;
	struct lkm_bytes bytes;
	struct pointers p;
	int err = table ? pointers_open(&p, elf, (size_t)(table - elf->sections)) : -ENODATA;

	err = err ? err : lkm_elf_contents(elf, table, &bytes);
	for (size_t at = 0; !err && at + layout.param_size <= bytes.len; at += layout.param_size) {
		struct lkm_paramslot *slot = lkm_vec_push(&slots.list);

		if (!slot)
			return -ENOMEM;
		*slot = (struct lkm_paramslot){ .name = LKM_STR(""), .functions = LKM_STR(""),
						.flags = bytes.ptr[at + layout.param_flags] };
	}
	while (!err && lkm_elfrels_next(&p.relocations, &relocation))
		if (relocation.offset / layout.param_size < slots.list.len)
			take_pointer(&p, &relocation,
				     &slots.list.ptr[relocation.offset / layout.param_size]);
	for (size_t i = 0; i < slots.list.len; i++)
		drop_other_limits(&slots.list.ptr[i]);
	if (err < 0)
		return err;
	*ret = slots;
	slots = (struct lkm_paramslots){ 0 };
	return 0;
}

void lkm_paramslots_release(struct lkm_paramslots *slots)
{
	if (slots)
		lkm_vec_release(&slots->list);
}

/* The struct kernel_param whose first field points to this name. */
static int find_param(const struct lkm_elf *elf, struct lkm_str name, struct lkm_place *ret)
{
	const struct lkm_elf_section *table = find_table(elf);
	struct lkm_elfrel relocation;
	struct pointers p;
	struct lkm_place text;
	int err;

	if (!table)
		return -ENODATA;
	err = pointers_open(&p, elf, (size_t)(table - elf->sections));
	if (err < 0)
		return err;
	while (lkm_elfrels_next(&p.relocations, &relocation)) {
		if (relocation.offset % layout_of(elf).param_size ||
		    follow(&p, &relocation, &text) < 0 || !is_text(elf, text, name))
			continue;
		*ret = (struct lkm_place){ p.section, relocation.offset };
		return 0;
	}
	return -ENODATA;
}

/* A number of the file's byte order. */
static int load_number(const struct lkm_elf *elf, struct lkm_bytes bytes, uint64_t *ret)
{
	switch (bytes.len) {
	case 1:
		*ret = bytes.ptr[0];
		return 0;
	case 2:
		*ret = lkm_load_u16(bytes.ptr, elf->big_endian);
		return 0;
	case 4:
		*ret = lkm_load_u32(bytes.ptr, elf->big_endian);
		return 0;
	case 8:
		*ret = lkm_load_u64(bytes.ptr, elf->big_endian);
		return 0;
	default:
		return -ENODATA;
	}
}

/* What the kernel's struct about an array or a text says: how much, and where. */
static int follow_array(const struct lkm_elf *elf, struct lkm_place at, struct lkm_paramplace *ret)
{
	struct lkm_paramplace found = { 0 };
	struct lkm_bytes bytes;
	int err = read_at(elf, at, 8, &bytes);

	if (err < 0)
		return err;
	found.count = lkm_load_u32(bytes.ptr, elf->big_endian);
	found.width = lkm_load_u32(bytes.ptr + 4, elf->big_endian);
	err = follow_at(elf, (struct lkm_place){ at.section, at.offset + ARRAY_USED },
			&found.used);
	found.has_used = err == 0;
	if (err < 0 && err != -ENODATA)
		return err;
	at.offset += layout_of(elf).array_elements;
	err = follow_at(elf, at, &found.value);
	if (err == 0)
		*ret = found;
	return err;
}

static int follow_string(const struct lkm_elf *elf, struct lkm_place at,
			 struct lkm_paramplace *ret)
{
	struct lkm_paramplace found = { .width = 1 };
	struct lkm_bytes bytes;
	int err = read_at(elf, at, 4, &bytes);

	if (err < 0)
		return err;
	found.count = lkm_load_u32(bytes.ptr, elf->big_endian);
	at.offset += layout_of(elf).string_text;
	err = follow_at(elf, at, &found.value);
	if (err == 0)
		*ret = found;
	return err;
}

int lkm_paramplace_find(const struct lkm_elf *elf, struct lkm_str param, enum lkm_paramkind kind,
			struct lkm_paramplace *ret)
{
	struct lkm_paramplace found = { 0 };
	struct lkm_place at;
	int err = find_param(elf, param, &at);

	if (err < 0)
		return err;
	at.offset += layout_of(elf).param_value;
	err = follow_at(elf, at, &found.value);
	if (err == 0 && kind == LKM_PARAMKIND_ARRAY)
		err = follow_array(elf, found.value, &found);
	else if (err == 0 && kind == LKM_PARAMKIND_STRING)
		err = follow_string(elf, found.value, &found);
	if (err == 0)
		*ret = found;
	return err;
}

int lkm_paramdefault_element(const struct lkm_elf *elf, struct lkm_str param, uint64_t index,
			     uint64_t *ret_value, unsigned int *ret_width)
{
	struct lkm_paramplace array;
	struct lkm_bytes bytes;
	int err = lkm_paramplace_find(elf, param, LKM_PARAMKIND_ARRAY, &array);

	if (err < 0)
		return err;
	if (index >= array.count)
		return -ERANGE;
	if (array.width > 8)
		return -ENODATA;
	array.value.offset += index * array.width;
	err = read_at(elf, array.value, array.width, &bytes);
	err = err ? err : load_number(elf, bytes, ret_value);
	if (err == 0)
		*ret_width = array.width;
	return err;
}
