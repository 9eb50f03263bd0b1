#include "fmt/paramdefault.h"

#include "fmt/elfrel.h"
#include "fmt/elfsym.h"

/* Where something is: an offset in a section. */
struct place {
	size_t section;
	uint64_t offset;
};

/* Offsets of the two structs' fields, by class. */
struct layout {
	unsigned int param_size, param_value, array_elements;
};

static struct layout layout_of(const struct lkm_elf *elf)
{
	return elf->wide ? (struct layout){ 40, 32, 24 } : (struct layout){ 20, 16, 16 };
}

/* `len` bytes at a place; of .bss, zeros. */
static int read_at(const struct lkm_elf *elf, struct place place, size_t len,
		   struct lkm_bytes *ret)
{
	static const uint8_t zeros[8];
	const struct lkm_elf_section *s = &elf->sections[place.section];
	struct lkm_bytes bytes;
	int err;

	if (s->type == LKM_SHT_NOBITS) {
		if (len > sizeof(zeros) || place.offset > s->size || len > s->size - place.offset)
			return -ENODATA;
		*ret = (struct lkm_bytes){ zeros, len };
		return 0;
	}
	err = lkm_elf_contents(elf, s, &bytes);
	if (err < 0)
		return err;
	return lkm_bytes_slice(bytes, place.offset, len, ret) < 0 ? -ENODATA : 0;
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
static int follow(const struct pointers *p, const struct lkm_elfrel *relocation, struct place *ret)
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
		err = read_at(elf, (struct place){ p->section, relocation->offset },
			      elf->wide ? 8 : 4, &word);
		if (err < 0)
			return err;
		addend = lkm_load_word(word.ptr, elf->wide, elf->big_endian);
	}
	*ret = (struct place){ symbol.section, symbol.value + addend };
	return 0;
}

/* The same for the pointer at a place. */
static int follow_at(const struct lkm_elf *elf, struct place at, struct place *ret)
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

static bool is_text(const struct lkm_elf *elf, struct place place, struct lkm_str text)
{
	struct lkm_bytes bytes;

	return read_at(elf, place, text.len + 1, &bytes) == 0 && bytes.ptr[text.len] == '\0' &&
	       lkm_str_eq((struct lkm_str){ (const char *)bytes.ptr, text.len }, text);
}

/* The struct kernel_param whose first field points to this name. */
static int find_param(const struct lkm_elf *elf, struct lkm_str name, struct place *ret)
{
	const struct lkm_elf_section *table = lkm_elf_find(elf, "__param");
	struct lkm_elfrel relocation;
	struct pointers p;
	struct place text;
	int err;

	if (!table || table->type == LKM_SHT_NOBITS)
		return -ENODATA;
	err = pointers_open(&p, elf, (size_t)(table - elf->sections));
	if (err < 0)
		return err;
	while (lkm_elfrels_next(&p.relocations, &relocation)) {
		if (relocation.offset % layout_of(elf).param_size ||
		    follow(&p, &relocation, &text) < 0 || !is_text(elf, text, name))
			continue;
		*ret = (struct place){ p.section, relocation.offset };
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

int lkm_paramdefault_element(const struct lkm_elf *elf, struct lkm_str param, uint64_t index,
			     uint64_t *ret_value, unsigned int *ret_width)
{
	struct layout layout = layout_of(elf);
	struct place at, array, elements;
	uint32_t count, width;
	struct lkm_bytes bytes;
	int err;

	err = find_param(elf, param, &at);
	if (err < 0)
		return err;
	at.offset += layout.param_value;
	err = follow_at(elf, at, &array);
	err = err ? err : read_at(elf, array, 8, &bytes);
	if (err < 0)
		return err;
	count = lkm_load_u32(bytes.ptr, elf->big_endian);
	width = lkm_load_u32(bytes.ptr + 4, elf->big_endian);
	if (index >= count)
		return -ERANGE;
	if (width > 8)
		return -ENODATA;
	array.offset += layout.array_elements;
	err = follow_at(elf, array, &elements);
	elements.offset += err ? 0 : index * width;
	err = err ? err : read_at(elf, elements, width, &bytes);
	err = err ? err : load_number(elf, bytes, ret_value);
	if (err == 0)
		*ret_width = width;
	return err;
}
