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

/* Types and strings of whole type information. */
struct parts {
	struct lkm_bytes types, strings;
	bool big_endian;
};

static int read_parts(struct lkm_bytes btf, struct parts *ret)
{
	struct header head;
	int err = read_header(btf, &ret->big_endian, &head);

	err = err ? err : lkm_bytes_slice(btf, (uint64_t)head.length + head.types, head.types_len,
					  &ret->types);
	return err ? err : lkm_bytes_slice(btf, (uint64_t)head.length + head.strings,
					   head.strings_len, &ret->strings);
}

/* The 12 bytes that each type begins with. */
struct type {
	uint32_t name, info, size;
	uint32_t kind;
};

/* Take the next type: 1, 0 at the end, -EBADMSG. */
static int next_type(struct lkm_reader *r, struct type *ret)
{
	int err;

	if (lkm_reader_left(r) == 0)
		return 0;
	err = lkm_read_u32(r, &ret->name);
	err = err ? err : lkm_read_u32(r, &ret->info);
	err = err ? err : lkm_read_u32(r, &ret->size);
	if (err < 0)
		return err;
	ret->kind = ret->info >> 24 & 31;
	if (ret->kind == 0 || ret->kind >= sizeof(extras) / sizeof(extras[0]))
		return -EBADMSG;
	err = lkm_read_skip(r, extras[ret->kind].once +
				       (uint64_t)extras[ret->kind].each * (ret->info & 0xffff));
	return err ? err : 1;
}

int lkm_btf_struct_size(struct lkm_bytes btf, const char *name, uint64_t *ret)
{
	struct parts parts;
	struct lkm_reader r;
	struct type type;
	int err = read_parts(btf, &parts);

	if (err < 0)
		return err;
	r = lkm_reader(parts.types, parts.big_endian);
	while ((err = next_type(&r, &type)) == 1) {
		if (type.kind != KIND_STRUCT || !is_named(parts.strings, type.name, name))
			continue;
		*ret = type.size;
		return 0;
	}
	return err ? err : -ENODATA;
}

int lkm_btf_strings_size(struct lkm_bytes btf, uint64_t *ret)
{
	struct parts parts;
	int err = read_parts(btf, &parts);

	if (err == 0)
		*ret = parts.strings.len;
	return err;
}

/* Is this the beginning of a string of its own? */
static bool begins(struct lkm_bytes strings, uint64_t offset)
{
	return offset < strings.len && (offset == 0 || strings.ptr[offset - 1] == '\0');
}

/* Which kinds have members whose first word is a name. */
static bool has_named_members(uint32_t kind)
{
	return kind == 4 || kind == 5 || kind == 6 || kind == 13 || kind == 19;
}

struct fit {
	struct lkm_bytes strings;
	uint64_t kernel_strings;
	bool uses_own; /* some name is one of its own strings */
};

/* Does this name lie in the kernel's strings, or begin one of its own? */
static bool name_fits(struct fit *fit, uint32_t name)
{
	if (name < fit->kernel_strings)
		return true;
	fit->uses_own = true;
	return begins(fit->strings, name - fit->kernel_strings);
}

/* The type's name and those of its members, which stand at `at`. */
static bool type_fits(struct fit *fit, const struct type *type, const uint8_t *at, bool big_endian)
{
	size_t count = has_named_members(type->kind) ? type->info & 0xffff : 0;

	for (size_t i = 0; i < count; i++)
		if (!name_fits(fit, lkm_load_u32(at + i * extras[type->kind].each, big_endian)))
			return false;
	return name_fits(fit, type->name);
}

int lkm_btf_fits(struct lkm_bytes module, uint64_t kernel_strings)
{
	struct parts parts;
	struct lkm_reader r;
	struct fit fit = { .kernel_strings = kernel_strings };
	struct type type;
	size_t before = 0;
	int err = read_parts(module, &parts);

	if (err < 0)
		return err;
	r = lkm_reader(parts.types, parts.big_endian);
	fit.strings = parts.strings;
	for (; (err = next_type(&r, &type)) == 1; before = r.pos)
		if (!type_fits(&fit, &type, parts.types.ptr + before + 12, parts.big_endian))
			return 0;
	if (err < 0)
		return err;
	return fit.uses_own || parts.strings.len <= 1;
}
