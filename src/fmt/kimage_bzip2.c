#include <inttypes.h>

#include "base/buf.h"
#include "fmt/kimage_unpack.h"

enum {
	CODE_MAX = 20,	   /* bits of a code */
	SYMBOLS_MAX = 258, /* 256 places, two digits of runs, the end; one place goes without */
	TABLES_MAX = 6,
	GROUP = 50,	   /* symbols that are read with one table */
	SELECTORS_MAX = 18002,
	BLOCK_UNIT = 100000,
};

#define BLOCK_MAGIC 0x314159265359u
#define END_MAGIC   0x177245385090u

/* Bits, the highest of each byte first.  Behind the end come zeros, and `ended`. */
struct bits {
	struct lkm_bytes in;
	size_t pos;
	uint64_t hold; /* the lowest `count` bits are to come */
	unsigned int count;
	bool ended;
};

/* Codes of one table, shortest first: those of a length are one after the other. */
struct codes {
	uint16_t symbols[SYMBOLS_MAX]; /* in the order of their codes */
	uint16_t first[CODE_MAX + 2];  /* of each length: place of its first symbol */
	uint32_t code[CODE_MAX + 2];   /* and that symbol's code */
};

struct bzip2 {
	struct bits bits;
	struct lkm_buf out;
	size_t max;
	size_t block_max;
	uint32_t *block; /* a byte each, later a link in the upper 24 bits */
	size_t len;	 /* bytes in the block */
	uint32_t crc_of[256];
	uint32_t crc; /* of all blocks */
	uint8_t used[256]; /* bytes that the block has */
	unsigned int used_count;
	uint8_t selectors[SELECTORS_MAX];
	unsigned int selector_count, table_count;
	struct codes tables[TABLES_MAX];
};

/* Up to 32 bits. */
static uint32_t take(struct bits *bits, unsigned int n)
{
	while (bits->count < n) {
		bits->ended |= bits->pos >= bits->in.len;
		bits->hold = bits->hold << 8 | (bits->ended ? 0 : bits->in.ptr[bits->pos]);
		bits->pos += !bits->ended;
		bits->count += 8;
	}
	bits->count -= n;
	return (uint32_t)(bits->hold >> bits->count & ((UINT64_C(1) << n) - 1));
}

static uint64_t take_magic(struct bits *bits)
{
	uint64_t high = take(bits, 24);

	return high << 24 | take(bits, 24);
}

/* CRC-32 with the highest bit first. */
static void make_crcs(uint32_t ret[256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i << 24;

		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7u : 0);
		ret[i] = crc;
	}
}

static uint32_t crc_of(const struct bzip2 *b, const char *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++)
		crc = crc << 8 ^ b->crc_of[crc >> 24 ^ (uint8_t)bytes[i]];
	return ~crc;
}

static int read_used(struct bzip2 *b)
{
	uint32_t groups = take(&b->bits, 16);

	b->used_count = 0;
	for (unsigned int i = 0; i < 16; i++) {
		uint32_t group = groups >> (15 - i) & 1 ? take(&b->bits, 16) : 0;

		for (unsigned int k = 0; k < 16; k++)
			if (group >> (15 - k) & 1)
				b->used[b->used_count++] = (uint8_t)(16 * i + k);
	}
	return b->used_count ? 0 : -EBADMSG;
}

/* Take the byte at a place to the front. */
static uint8_t to_front(uint8_t *list, size_t place)
{
	uint8_t byte = list[place];

	memmove(list + 1, list, place);
	return list[0] = byte;
}

/* Which table each group of symbols is read with. */
static int read_selectors(struct bzip2 *b)
{
	uint8_t order[TABLES_MAX] = { 0, 1, 2, 3, 4, 5 };
	unsigned int count;

	b->table_count = take(&b->bits, 3);
	count = take(&b->bits, 15);
	if (b->table_count < 2 || b->table_count > TABLES_MAX || count == 0)
		return -EBADMSG;
	/* Some writers put more there than a block can use. */
	b->selector_count = count < SELECTORS_MAX ? count : SELECTORS_MAX;
	for (unsigned int i = 0; i < count; i++) {
		unsigned int place = 0;

		while (take(&b->bits, 1))
			if (++place == b->table_count)
				return -EBADMSG;
		place = to_front(order, place);
		if (i < SELECTORS_MAX)
			b->selectors[i] = (uint8_t)place;
	}
	return 0;
}

/* Codes are given out by their length, then by symbol. */
static void make_codes(const uint8_t *lengths, unsigned int count, struct codes *ret)
{
	uint32_t code = 0;
	uint16_t place = 0;

	for (unsigned int length = 1; length <= CODE_MAX; length++) {
		ret->first[length] = place;
		ret->code[length] = code;
		for (unsigned int i = 0; i < count; i++)
			if (lengths[i] == length)
				ret->symbols[place++] = (uint16_t)i;
		code = (code + place - ret->first[length]) << 1;
	}
	ret->first[CODE_MAX + 1] = place;
}

static int read_table(struct bzip2 *b, struct codes *ret)
{
	uint8_t lengths[SYMBOLS_MAX];
	uint32_t length = take(&b->bits, 5);
	unsigned int count = b->used_count + 2;

	for (unsigned int i = 0; i < count; i++) {
		while (length >= 1 && length <= CODE_MAX && take(&b->bits, 1))
			length += take(&b->bits, 1) ? UINT32_MAX : 1;
		if (length < 1 || length > CODE_MAX)
			return -EBADMSG;
		lengths[i] = (uint8_t)length;
	}
	make_codes(lengths, count, ret);
	return 0;
}

static int read_symbol(struct bits *bits, const struct codes *codes, unsigned int *ret)
{
	uint32_t code = 0;

	for (unsigned int length = 1; length <= CODE_MAX; length++) {
		uint32_t place;

		code = code << 1 | take(bits, 1);
		place = code - codes->code[length];
		if (code >= codes->code[length] &&
		    place < (uint32_t)(codes->first[length + 1] - codes->first[length])) {
			*ret = codes->symbols[codes->first[length] + place];
			return 0;
		}
	}
	return -EBADMSG;
}

static int put_run(struct bzip2 *b, uint8_t byte, size_t length)
{
	if (length > b->block_max - b->len)
		return -EBADMSG;
	while (length--)
		b->block[b->len++] = byte;
	return 0;
}

/* The symbols of a block, each a byte's place in a list, or a digit of a run's length. */
static int read_symbols(struct bzip2 *b)
{
	unsigned int end = b->used_count + 1, symbol = 0;
	size_t run = 0, digit = 1;
	int err = 0;

	b->len = 0;
	for (size_t i = 0; !err; i++) {
		if (i / GROUP >= b->selector_count || b->bits.ended)
			return -EBADMSG;
		err = read_symbol(&b->bits, &b->tables[b->selectors[i / GROUP]], &symbol);
		if (!err && symbol < 2) {
			run += digit << symbol;
			digit <<= 1;
			err = run > b->block_max ? -EBADMSG : 0;
			continue;
		}
		err = err ? err : put_run(b, b->used[0], run);
		if (err || symbol == end)
			break;
		err = put_run(b, to_front(b->used, symbol - 1), 1);
		run = 0;
		digit = 1;
	}
	return err;
}

/* Take the sorting back: each byte gets the place of the one behind it. */
static void link_bytes(struct bzip2 *b)
{
	uint32_t starts[256] = { 0 }, sum = 0;

	for (size_t i = 0; i < b->len; i++)
		starts[b->block[i] & 255]++;
	for (size_t i = 0; i < 256; i++) {
		uint32_t count = starts[i];

		starts[i] = sum;
		sum += count;
	}
	for (size_t i = 0; i < b->len; i++)
		b->block[starts[b->block[i] & 255]++] |= (uint32_t)i << 8;
}

static int put_byte(struct bzip2 *b, uint8_t byte, size_t count)
{
	char *to;

	if (count > b->max - b->out.len)
		return -EFBIG;
	to = lkm_buf_reserve(&b->out, count);
	if (!to)
		return -ENOMEM;
	memset(to, byte, count);
	b->out.len += count;
	return 0;
}

/* Follow the links; behind four bytes alike stands how many more there are. */
static int put_block(struct bzip2 *b, uint32_t at)
{
	unsigned int alike = 0;
	int err = 0;
	int last = -1;

	for (size_t i = 0; i < b->len && !err; i++) {
		uint8_t byte = (uint8_t)b->block[at];

		if (alike == 4) {
			err = put_byte(b, (uint8_t)last, byte);
			alike = 0;
			last = -1;
		} else {
			err = put_byte(b, byte, 1);
			alike = byte == last ? alike + 1 : 1;
			last = byte;
		}
		at = b->block[at] >> 8;
	}
	return err;
}

/* One block, behind its magic number. */
static int unpack_block(struct bzip2 *b)
{
	uint32_t crc = take(&b->bits, 32), randomised = take(&b->bits, 1);
	uint32_t start = take(&b->bits, 24);
	size_t before = b->out.len;
	int err = randomised ? -EBADMSG : read_used(b);

	err = err ? err : read_selectors(b);
	for (unsigned int i = 0; i < b->table_count && !err; i++)
		err = read_table(b, &b->tables[i]);
	err = err ? err : read_symbols(b);
	if (!err && start >= b->len)
		err = -EBADMSG;
	if (err < 0)
		return err;
	link_bytes(b);
	err = put_block(b, b->block[start] >> 8);
	b->crc = (b->crc << 1 | b->crc >> 31) ^ crc;
	return err ? err : crc_of(b, b->out.ptr + before, b->out.len - before) == crc ? 0 : -EBADMSG;
}

static int unpack(struct bzip2 *b)
{
	uint64_t magic = 0;
	int err = 0;

	while (!err && (magic = take_magic(&b->bits)) == BLOCK_MAGIC)
		err = unpack_block(b);
	if (!err && (magic != END_MAGIC || take(&b->bits, 32) != b->crc || b->bits.ended))
		err = -EBADMSG;
	return err;
}

static void release(struct bzip2 **b)
{
	if (*b) {
		lkm_buf_release(&(*b)->out);
		free((*b)->block);
	}
	free(*b);
}

int lkm_kimage_bzip2(struct lkm_bytes in, size_t max, struct lkm_blob *ret, struct lkm_diag *diag)
{
	__attribute__((cleanup(release))) struct bzip2 *b = calloc(1, sizeof(*b));
	int err = b ? 0 : -ENOMEM;

	if (!err && (in.len < 4 || in.ptr[3] < '1' || in.ptr[3] > '9'))
		err = -EBADMSG;
	if (!err) {
		b->bits = (struct bits){ .in = in, .pos = 4 };
		b->max = max;
		b->block_max = (size_t)(in.ptr[3] - '0') * BLOCK_UNIT;
		b->block = malloc(b->block_max * sizeof(*b->block));
		make_crcs(b->crc_of);
		err = b->block ? unpack(b) : -ENOMEM;
	}
	if (!b)
		return lkm_diag_set(diag, err, "out of memory");
	return lkm_kimage_unpacked(err, &(struct lkm_unpacked){ "bzip2", max, b->bits.pos, &b->out },
				   ret, diag);
}
