#include "base/reader.h"

/* The byte at `offset`; an empty view may have no address, to which nothing can be added. */
static const uint8_t *at(struct lkm_bytes data, size_t offset)
{
	return data.ptr ? data.ptr + offset : NULL;
}

int lkm_read_bytes(struct lkm_reader *r, uint64_t len, struct lkm_bytes *ret)
{
	if (len > lkm_reader_left(r))
		return -EBADMSG;
	*ret = (struct lkm_bytes){ at(r->data, r->pos), (size_t)len };
	r->pos += (size_t)len;
	return 0;
}

/* Copy the next `len` bytes out; the position moves only on success. */
static int fetch(struct lkm_reader *r, void *to, size_t len)
{
	struct lkm_bytes from;
	int err = lkm_read_bytes(r, len, &from);

	if (err == 0)
		memcpy(to, from.ptr, len);
	return err;
}

int lkm_read_u16(struct lkm_reader *r, uint16_t *ret)
{
	uint16_t raw;
	int err = fetch(r, &raw, sizeof(raw));

	if (err == 0)
		*ret = r->big_endian ? be16toh(raw) : le16toh(raw);
	return err;
}

int lkm_read_u32(struct lkm_reader *r, uint32_t *ret)
{
	uint32_t raw;
	int err = fetch(r, &raw, sizeof(raw));

	if (err == 0)
		*ret = r->big_endian ? be32toh(raw) : le32toh(raw);
	return err;
}

int lkm_read_u64(struct lkm_reader *r, uint64_t *ret)
{
	uint64_t raw;
	int err = fetch(r, &raw, sizeof(raw));

	if (err == 0)
		*ret = r->big_endian ? be64toh(raw) : le64toh(raw);
	return err;
}

int lkm_read_word(struct lkm_reader *r, bool wide, uint64_t *ret)
{
	uint32_t narrow;
	int err;

	if (wide)
		return lkm_read_u64(r, ret);
	err = lkm_read_u32(r, &narrow);
	if (err == 0)
		*ret = narrow;
	return err;
}

int lkm_read_cstr(struct lkm_reader *r, struct lkm_str *ret)
{
	size_t left = lkm_reader_left(r);
	const uint8_t *start, *nul;

	if (left == 0)
		return -EBADMSG;
	start = r->data.ptr + r->pos;
	nul = memchr(start, '\0', left);
	if (!nul)
		return -EBADMSG;
	*ret = (struct lkm_str){ (const char *)start, (size_t)(nul - start) };
	r->pos += ret->len + 1;
	return 0;
}

int lkm_read_seek(struct lkm_reader *r, uint64_t pos)
{
	if (pos > r->data.len)
		return -EBADMSG;
	r->pos = (size_t)pos;
	return 0;
}

int lkm_read_skip(struct lkm_reader *r, uint64_t len)
{
	if (len > lkm_reader_left(r))
		return -EBADMSG;
	r->pos += (size_t)len;
	return 0;
}

int lkm_bytes_slice(struct lkm_bytes data, uint64_t offset, uint64_t len, struct lkm_bytes *ret)
{
	if (offset > data.len || len > data.len - offset)
		return -EBADMSG;
	*ret = (struct lkm_bytes){ at(data, (size_t)offset), (size_t)len };
	return 0;
}
