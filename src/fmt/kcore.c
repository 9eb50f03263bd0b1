#include "fmt/kcore.h"

#define PT_LOAD_TYPE 1u

/* A number of the file at one of two places. */
static int number_at(const struct lkm_kcore *core, struct lkm_bytes bytes, uint64_t at,
		     uint64_t *ret)
{
	struct lkm_reader r = lkm_reader(bytes, core->big_endian);
	int err = lkm_read_seek(&r, at);

	return err ? err : lkm_read_word(&r, core->wide, ret);
}

static int half_at(const struct lkm_kcore *core, struct lkm_bytes bytes, uint64_t at,
		   uint16_t *ret)
{
	struct lkm_reader r = lkm_reader(bytes, core->big_endian);
	int err = lkm_read_seek(&r, at);

	return err ? err : lkm_read_u16(&r, ret);
}

int lkm_kcore_init(struct lkm_kcore *core, struct lkm_bytes header)
{
	struct lkm_kcore new = { 0 };
	uint16_t entry = 0, count = 0;
	int err;

	if (header.len < LKM_KCORE_HEADER || memcmp(header.ptr, "\177ELF", 4) != 0 ||
	    header.ptr[4] < 1 || header.ptr[4] > 2 || header.ptr[5] < 1 || header.ptr[5] > 2)
		return -ENOEXEC;
	new.wide = header.ptr[4] == 2;
	new.big_endian = header.ptr[5] == 2;
	err = number_at(&new, header, new.wide ? 32 : 28, &new.table);
	err = err ? err : half_at(&new, header, new.wide ? 54 : 42, &entry);
	err = err ? err : half_at(&new, header, new.wide ? 56 : 44, &count);
	if (err < 0 || entry < (new.wide ? 56 : 32) || count == 0 || count > LKM_KCORE_ENTRIES_MAX)
		return -EBADMSG;
	new.entry = entry;
	new.len = (size_t)entry * count;
	*core = new;
	return 0;
}

/* Does this entry have the whole range? */
static int look_at(const struct lkm_kcore *core, struct lkm_bytes entry, uint64_t address,
		   uint64_t len, uint64_t *ret_offset)
{
	uint64_t offset, start, size;
	int err = number_at(core, entry, core->wide ? 8 : 4, &offset);

	err = err ? err : number_at(core, entry, core->wide ? 16 : 8, &start);
	err = err ? err : number_at(core, entry, core->wide ? 32 : 16, &size);
	if (err < 0)
		return err;
	if (lkm_load_u32(entry.ptr, core->big_endian) != PT_LOAD_TYPE || address < start ||
	    len > UINT64_MAX - address || address - start >= size || len > size - (address - start) ||
	    size > INT64_MAX || offset > INT64_MAX - size)
		return -ENODATA;
	*ret_offset = offset + (address - start);
	return 0;
}

int lkm_kcore_find(const struct lkm_kcore *core, struct lkm_bytes table, uint64_t address,
		   uint64_t len, uint64_t *ret_offset)
{
	for (size_t at = 0; at < core->len; at += core->entry) {
		struct lkm_bytes entry;
		int err = lkm_bytes_slice(table, at, core->entry, &entry);

		err = err ? -EBADMSG : look_at(core, entry, address, len, ret_offset);
		if (err != -ENODATA)
			return err;
	}
	return -ENODATA;
}
