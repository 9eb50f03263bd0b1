#include "mkcore.h"

#include "base/store.h"

/* One field of the file, by class: where, how wide, what. */
static void put(const struct mkcore *c, struct lkm_buf *file, unsigned int wide_at,
		unsigned int narrow_at, unsigned int width, uint64_t value)
{
	uint8_t *at = (uint8_t *)file->ptr + (c->narrow ? narrow_at : wide_at);

	if (width == 2)
		lkm_store_u16(at, value, c->big_endian);
	else if (width == 4 || c->narrow)
		lkm_store_u32(at, value, c->big_endian);
	else
		lkm_store_u64(at, value, c->big_endian);
}

void mkcore(const struct mkcore *c, struct lkm_buf *ret)
{
	/* A note, then the memory: the table begins at 64. */
	unsigned int entry = c->narrow ? 32 : 56, load = 64 + entry;

	while (ret->len < c->offset + c->size)
		lkm_buf_putc(ret, '\0');
	memcpy(ret->ptr, "\177ELF", 4);
	ret->ptr[4] = c->narrow ? 1 : 2;
	ret->ptr[5] = c->big_endian ? 2 : 1;
	put(c, ret, 32, 28, 8, 64);
	put(c, ret, 54, 42, 2, entry);
	put(c, ret, 56, 44, 2, 2);
	put(c, ret, 64, 64, 4, 4);
	put(c, ret, 64 + 16, 64 + 8, 8, c->address);
	put(c, ret, 64 + 32, 64 + 16, 8, c->size);
	put(c, ret, load, load, 4, 1);
	put(c, ret, load + 8, load + 4, 8, c->offset);
	put(c, ret, load + 16, load + 8, 8, c->address);
	put(c, ret, load + 32, load + 16, 8, c->size);
}
