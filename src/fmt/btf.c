#include "fmt/btf.h"

#include <errno.h>

#define MAGIC	    0xeb9fu
#define KIND_STRUCT 4u

/* What stands behind the 12 bytes of a type: so much once, and so much per member. */
struct extra {
	uint8_t once;
	uint8_t each;
};

static const struct extra extras[] = {
	[1] = { .once = 4 },	/* INT */
	[2] = { 0 },		/* PTR */
	[3] = { .once = 12 },	/* ARRAY */
	[4] = { .each = 12 },	/* STRUCT */
	[5] = { .each = 12 },	/* UNION */
	[6] = { .each = 8 },	/* ENUM */
	[7] = { 0 },		/* FWD */
	[8] = { 0 },		/* TYPEDEF */
	[9] = { 0 },		/* VOLATILE */
	[10] = { 0 },		/* CONST */
	[11] = { 0 },		/* RESTRICT */
	[12] = { 0 },		/* FUNC */
	[13] = { .each = 8 },	/* FUNC_PROTO */
	[14] = { .once = 4 },	/* VAR */
	[15] = { .each = 12 },	/* DATASEC */
	[16] = { 0 },		/* FLOAT */
	[17] = { .once = 4 },	/* DECL_TAG */
	[18] = { 0 },		/* TYPE_TAG */
	[19] = { .each = 12 },	/* ENUM64 */
};

struct header {
	uint32_t length;
	uint32_t types, types_len;
	uint32_t strings, strings_len;
};

static int read_header(struct lkm_bytes btf, bool *ret_big_endian, struct header *ret)
{
	struct lkm_reader r = lkm_reader(btf, false);
	uint16_t magic;
	int err;

	if (lkm_read_u16(&r, &magic) < 0 || (magic != MAGIC && magic != 0x9febu))
		return -ENOEXEC;
	r.big_endian = magic != MAGIC;
	err = lkm_read_skip(&r, 2);
	err = err ? err : lkm_read_u32(&r, &ret->length);
	err = err ? err : lkm_read_u32(&r, &ret->types);
	err = err ? err : lkm_read_u32(&r, &ret->types_len);
	err = err ? err : lkm_read_u32(&r, &ret->strings);
	err = err ? err : lkm_read_u32(&r, &ret->strings_len);
	*ret_big_endian = r.big_endian;
	return err;
}

static bool is_named(struct lkm_bytes strings, uint32_t offset, const char *name)
{
	size_t len = strlen(name) + 1;

	return offset < strings.len && len <= strings.len - offset &&
	       memcmp(strings.ptr + offset, name, len) == 0;
}

int lkm_btf_struct_size(struct lkm_bytes btf, const char *name, uint64_t *ret)
{
	struct lkm_bytes types, strings;
	struct header head;
	struct lkm_reader r;
	bool big_endian;
	int err;

	err = read_header(btf, &big_endian, &head);
	if (err < 0)
		return err;
	err = lkm_bytes_slice(btf, (uint64_t)head.length + head.types, head.types_len, &types);
	err = err ? err : lkm_bytes_slice(btf, (uint64_t)head.length + head.strings,
					  head.strings_len, &strings);
	r = lkm_reader(types, big_endian);
	while (!err && lkm_reader_left(&r)) {
		uint32_t at = 0, info = 0, size = 0, kind;

		err = lkm_read_u32(&r, &at);
		err = err ? err : lkm_read_u32(&r, &info);
		err = err ? err : lkm_read_u32(&r, &size);
		kind = info >> 24 & 31;
		if (kind == 0 || kind >= sizeof(extras) / sizeof(extras[0]))
			return -EBADMSG;
		if (!err && kind == KIND_STRUCT && is_named(strings, at, name)) {
			*ret = size;
			return 0;
		}
		err = err ? err : lkm_read_skip(&r, extras[kind].once +
						    (uint64_t)extras[kind].each * (info & 0xffff));
	}
	return err ? err : -ENODATA;
}
