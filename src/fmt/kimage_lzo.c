#include "base/buf.h"
#include "base/reader.h"
#include "fmt/kimage_unpack.h"

enum {
	HAS_LEVEL = 0x940,    /* versions from here on have two fields more */
	HAS_FILTER = 0x800,   /* a flag */
	BLOCK_MAX = 256 << 10, /* of what comes out; kernels take no more */
};

/* What comes out of one block, and how many literals the last instruction had. */
struct block {
	struct lkm_reader in;
	struct lkm_buf *out;
	size_t start, size;
	unsigned int state; /* 0 to 3 literals; 4: a whole run of them */
};

/* Bits of an instruction, or what they are for and further bytes, of which all but the last are 0. */
static int read_length(struct lkm_reader *in, size_t bits, size_t most, size_t *ret)
{
	uint8_t byte = 0;
	size_t length = most;

	if (bits) {
		*ret = bits;
		return 0;
	}
	while (byte == 0) {
		if (lkm_read_u8(in, &byte) < 0)
			return -EBADMSG;
		length += byte ? byte : 255;
	}
	*ret = length;
	return 0;
}

static int put_literals(struct block *b, size_t count)
{
	struct lkm_bytes literals;

	if (count > b->size - (b->out->len - b->start) ||
	    lkm_read_bytes(&b->in, count, &literals) < 0)
		return -EBADMSG;
	lkm_buf_add(b->out, literals.ptr, literals.len);
	return lkm_buf_error(b->out);
}

/* A copy of what is there already, and up to three literals behind it. */
static int put_match(struct block *b, size_t distance, size_t length, unsigned int literals)
{
	char *to;

	if (distance > b->out->len - b->start || length > b->size - (b->out->len - b->start))
		return -EBADMSG;
	to = lkm_buf_reserve(b->out, length);
	if (!to)
		return lkm_buf_error(b->out);
	for (size_t i = 0; i < length; i++)
		to[i] = to[(ptrdiff_t)i - (ptrdiff_t)distance];
	b->out->len += length;
	b->state = literals;
	return put_literals(b, literals);
}

/* 0 to 15: what it means depends on the instruction before. */
static int do_first(struct block *b, uint8_t op)
{
	size_t length;
	uint8_t high;
	int err;

	if (b->state == 0) {
		err = read_length(&b->in, op, 15, &length);
		b->state = 4;
		return err ? err : put_literals(b, length + 3);
	}
	if (lkm_read_u8(&b->in, &high) < 0)
		return -EBADMSG;
	if (b->state == 4)
		return put_match(b, (size_t)(high << 2) + (op >> 2) + 2049, 3, op & 3);
	return put_match(b, (size_t)(high << 2) + (op >> 2) + 1, 2, op & 3);
}

/* 16 to 63: far matches; *ret_end is the last instruction of a block. */
static int do_far(struct block *b, uint8_t op, bool *ret_end)
{
	unsigned int mask = op < 32 ? 7 : 31;
	size_t length, distance;
	uint16_t word;
	int err = read_length(&b->in, op & mask, mask, &length);

	if (err || lkm_read_u16(&b->in, &word) < 0)
		return -EBADMSG;
	if (op >= 32)
		return put_match(b, (size_t)(word >> 2) + 1, length + 2, word & 3);
	distance = 16384 + ((size_t)(op & 8) << 11) + (word >> 2);
	*ret_end = distance == 16384;
	return *ret_end ? 0 : put_match(b, distance, length + 2, word & 3);
}

/* 64 and up: near matches. */
static int do_near(struct block *b, uint8_t op)
{
	size_t length = op < 128 ? 3 + (op >> 5 & 1) : 5 + (op >> 5 & 3);
	uint8_t high;

	if (lkm_read_u8(&b->in, &high) < 0)
		return -EBADMSG;
	return put_match(b, (size_t)(high << 3) + (op >> 2 & 7) + 1, length, op & 3);
}

static int unpack_block(struct block *b)
{
	bool end = false;
	uint8_t op = 0;
	int err = 0;

	/* A first byte of 18 and up begins with literals. */
	if (b->in.data.len && b->in.data.ptr[0] > 17) {
		op = b->in.data.ptr[b->in.pos++];
		b->state = op - 17u < 4 ? op - 17u : 4;
		err = put_literals(b, op - 17u);
	}
	while (!err && !end) {
		if (lkm_read_u8(&b->in, &op) < 0)
			return -EBADMSG;
		err = op < 16 ? do_first(b, op) : op < 64 ? do_far(b, op, &end) : do_near(b, op);
	}
	return err ? err : b->out->len - b->start == b->size ? 0 : -EBADMSG;
}

/* Everything before the first block. */
static int skip_header(struct lkm_reader *in)
{
	uint16_t version;
	uint32_t flags;
	uint8_t name;
	int err = lkm_read_skip(in, 9);

	err = err ? err : lkm_read_u16(in, &version);
	err = err ? err : lkm_read_skip(in, version >= HAS_LEVEL ? 6 : 5);
	err = err ? err : lkm_read_u32(in, &flags);
	err = err ? err : lkm_read_skip(in, (flags & HAS_FILTER ? 4u : 0) + (version >= HAS_LEVEL ? 12u : 8));
	err = err ? err : lkm_read_u8(in, &name);
	return err ? err : lkm_read_skip(in, (size_t)name + 4);
}

/* One block with its header; its size is read already. */
static int take_block(struct lkm_reader *in, uint32_t size, struct lkm_buf *out)
{
	struct block block = { .out = out, .start = out->len, .size = size };
	struct lkm_bytes bytes;
	uint32_t len;
	int err = lkm_read_u32(in, &len);

	err = err ? err : lkm_read_skip(in, 4); /* its checksum */
	if (err || len == 0 || len > size)
		return -EBADMSG;
	err = lkm_read_bytes(in, len, &bytes);
	if (err < 0)
		return err;
	block.in = lkm_reader(bytes, false);
	if (len < size)
		return unpack_block(&block);
	lkm_buf_add(out, bytes.ptr, bytes.len);
	return lkm_buf_error(out);
}

int lkm_kimage_lzo(struct lkm_bytes in, size_t max, struct lkm_blob *ret, struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	struct lkm_reader reader = lkm_reader(in, true);
	int err = skip_header(&reader);
	uint32_t size = 1;

	while (!err && size) {
		err = lkm_read_u32(&reader, &size);
		if (!err && size > BLOCK_MAX)
			err = -EBADMSG;
		else if (!err && size > max - out.len)
			err = -EFBIG;
		else if (!err && size)
			err = take_block(&reader, size, &out);
	}
	return lkm_kimage_unpacked(err, &(struct lkm_unpacked){ "lzo", max, reader.pos, &out }, ret, diag);
}
