#include "fmt/elfrel.h"

#include <elf.h>

int lkm_elfrels_open(struct lkm_elfrels *it, const struct lkm_elf *elf, size_t table)
{
	const struct lkm_elf_section *s = &elf->sections[table];
	struct lkm_bytes bytes;
	int err = lkm_elf_contents(elf, s, &bytes);

	if (err < 0)
		return err;
	*it = (struct lkm_elfrels){
		.table = lkm_elf_reader(elf, bytes),
		.wide = elf->wide,
		.addends = s->type == LKM_SHT_RELA,
		.mips64 = elf->wide && elf->machine == EM_MIPS,
	};
	return 0;
}

int lkm_elfrels_init(struct lkm_elfrels *it, const struct lkm_elf *elf, size_t target)
{
	for (size_t i = 1; i < elf->section_count; i++) {
		const struct lkm_elf_section *s = &elf->sections[i];

		if ((s->type == LKM_SHT_REL || s->type == LKM_SHT_RELA) && s->info == target)
			return lkm_elfrels_open(it, elf, i);
	}
	return -ENODATA;
}

/* The info field: which symbol, which type. */
static int read_info(struct lkm_elfrels *it, struct lkm_elfrel *ret)
{
	uint64_t info;
	uint32_t types;
	int err;

	if (it->mips64) {
		err = lkm_read_u32(&it->table, &ret->symbol);
		err = err ? err : lkm_read_u32(&it->table, &types);
		if (err == 0)
			ret->type = it->table.big_endian ? types & 0xff : types >> 24;
		return err;
	}
	err = lkm_read_word(&it->table, it->wide, &info);
	if (err < 0)
		return err;
	ret->symbol = (uint32_t)(it->wide ? info >> 32 : info >> 8);
	ret->type = (uint32_t)(it->wide ? info : info & 0xff);
	return 0;
}

bool lkm_elfrels_next(struct lkm_elfrels *it, struct lkm_elfrel *ret)
{
	struct lkm_elfrel got = { 0 };
	uint64_t addend = 0;
	int err = lkm_read_word(&it->table, it->wide, &got.offset);

	err = err ? err : read_info(it, &got);
	if (err == 0 && it->addends)
		err = lkm_read_word(&it->table, it->wide, &addend);
	if (err < 0)
		return false;
	got.addend = it->wide ? (int64_t)addend : (int32_t)(uint32_t)addend;
	*ret = got;
	return true;
}
