#include "plan/parammemory.h"

#include "fmt/paramdefault.h"
#include "host/policy.h"

#define KCORE "/proc/kcore"

/* More elements than any module has, and longer than the kernel takes a text. */
#define ELEMENTS_MAX 1024u
#define TEXT_MAX     1024u
#define PAGE	     4096u

/* How a value of a type is kept and written. */
enum kind { SIGNED, UNSIGNED, HEX, FLAG, INVERTED, TEXT };

struct type {
	const char *name;
	enum kind kind;
	unsigned int width; /* 0: of a pointer */
};

static const struct type types[] = {
	{ "byte", UNSIGNED, 1 },   { "short", SIGNED, 2 },    { "ushort", UNSIGNED, 2 },
	{ "int", SIGNED, 4 },	   { "uint", UNSIGNED, 4 },   { "long", SIGNED, 0 },
	{ "ulong", UNSIGNED, 0 },  { "ullong", UNSIGNED, 8 }, { "hexint", HEX, 4 },
	{ "bool", FLAG, 1 },	   { "bint", SIGNED, 4 },     { "bool_enable_only", FLAG, 1 },
	{ "invbool", INVERTED, 1 }, { "charp", TEXT, 0 },
};

/* ---- memory ---- */

static int read_memory(const struct lkm_parammemory *m, uint64_t address, void *to, size_t len)
{
	uint64_t offset;
	int got = lkm_kcore_find(&m->core, lkm_blob_view(&m->table), address, len, &offset);

	if (got == 0)
		got = m->host->read_at(m->host, KCORE, offset, to, len);
	return got < 0 ? got : (size_t)got == len ? 0 : -EIO;
}

/* A text up to its NUL, not a page further than that. */
static int read_text(const struct lkm_parammemory *m, uint64_t address, size_t max,
		     struct lkm_buf *ret)
{
	char room[TEXT_MAX + 1];
	size_t len = 0;

	max = max < sizeof(room) ? max : sizeof(room);
	while (len < max) {
		size_t step = PAGE - (address + len) % PAGE;
		const char *end;
		int err;

		step = step < max - len ? step : max - len;
		err = read_memory(m, address + len, room + len, step);
		if (err < 0)
			return err;
		end = memchr(room + len, '\0', step);
		if (end) {
			lkm_buf_add(ret, room, (size_t)(end - room));
			return lkm_buf_error(ret) ? lkm_buf_error(ret) : 1;
		}
		len += step;
	}
	return -ENODATA;
}

/* Where a place of the file is now.  Two sections of one name have one file in /sys. */
static int find_address(const struct lkm_parammemory *m, struct lkm_place place, uint64_t *ret)
{
	const struct lkm_elf *elf = &m->file.elf;
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	struct lkm_str name = elf->sections[place.section].name;
	uint64_t address;
	char text[32];
	int err;

	/* What is for init only is somebody else's memory by now. */
	if (lkm_str_starts(name, ".init", NULL))
		return -ENODATA;
	for (size_t i = 1; i < elf->section_count; i++)
		if (i != place.section && lkm_str_eq(elf->sections[i].name, name))
			return -ENODATA;
	lkm_buf_printf(&path, "/sys/module/%s/sections/%.*s", m->module, LKM_STR_ARG(name));
	if (!lkm_buf_cstr(&path))
		return -ENOMEM;
	err = lkm_host_read_line(m->host, lkm_buf_cstr(&path), sizeof(text), text);
	err = err ? err : lkm_str_to_u64(lkm_str(text), 16, &address);
	if (err < 0 || address == 0)
		return -ENODATA;
	*ret = address + place.offset;
	return 0;
}

/* ---- values ---- */

static uint64_t load_number(const uint8_t *bytes, unsigned int width, bool big_endian)
{
	switch (width) {
	case 1:
		return bytes[0];
	case 2:
		return lkm_load_u16(bytes, big_endian);
	case 4:
		return lkm_load_u32(bytes, big_endian);
	default:
		return lkm_load_u64(bytes, big_endian);
	}
}

/* A number of so many bytes that may be negative. */
static int64_t extend(uint64_t value, unsigned int width)
{
	unsigned int unused = 64 - 8 * width;

	return (int64_t)(value << unused) >> unused;
}

static unsigned int width_of(const struct lkm_parammemory *m, const struct type *type)
{
	return type->width ? type->width : m->file.elf.wide ? 8 : 4;
}

/* One value at an address: 1, or 0 for a text that is not set. */
static int read_value(const struct lkm_parammemory *m, const struct type *type, uint64_t address,
		      struct lkm_buf *ret)
{
	unsigned int width = width_of(m, type);
	uint8_t bytes[8];
	uint64_t value;
	int err = read_memory(m, address, bytes, width);

	if (err < 0)
		return err;
	value = load_number(bytes, width, m->file.elf.big_endian);
	switch (type->kind) {
	case SIGNED:
		lkm_buf_printf(ret, "%lld", (long long)extend(value, width));
		break;
	case UNSIGNED:
		lkm_buf_printf(ret, "%llu", (unsigned long long)value);
		break;
	case HEX:
		lkm_buf_printf(ret, "0x%08llx", (unsigned long long)value);
		break;
	case FLAG:
		lkm_buf_putc(ret, value ? 'Y' : 'N');
		break;
	case INVERTED:
		lkm_buf_putc(ret, value ? 'N' : 'Y');
		break;
	case TEXT:
		return value ? read_text(m, value, TEXT_MAX + 1, ret) : 0;
	}
	return 1;
}

/* How many elements are set. */
static int count_elements(const struct lkm_parammemory *m, const struct lkm_paramplace *place,
			  uint32_t *ret)
{
	uint8_t bytes[4];
	uint64_t address;
	uint32_t used;
	int err;

	if (!place->has_used) {
		*ret = place->count;
		return 0;
	}
	err = find_address(m, place->used, &address);
	err = err ? err : read_memory(m, address, bytes, sizeof(bytes));
	if (err < 0)
		return err;
	used = lkm_load_u32(bytes, m->file.elf.big_endian);
	if (used > place->count)
		return -ENODATA;
	*ret = used;
	return 0;
}

static int read_array(const struct lkm_parammemory *m, const struct type *type,
		      const struct lkm_paramplace *place, struct lkm_buf *ret)
{
	uint64_t address;
	uint32_t count;
	int err = count_elements(m, place, &count);

	err = err ? err : find_address(m, place->value, &address);
	if (err < 0)
		return err;
	if (place->width != width_of(m, type) || count > ELEMENTS_MAX)
		return -ENODATA;
	for (uint32_t i = 0; i < count; i++) {
		int got;

		if (i > 0)
			lkm_buf_putc(ret, ',');
		got = read_value(m, type, address + (uint64_t)i * place->width, ret);
		if (got <= 0)
			return got;
	}
	return count > 0;
}

static const struct type *find_type(struct lkm_str name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (lkm_str_is(name, types[i].name))
			return &types[i];
	return NULL;
}

static int read_by_type(const struct lkm_parammemory *m, const struct lkm_parm *parm,
			struct lkm_buf *ret)
{
	enum lkm_paramkind kind = LKM_PARAMKIND_PLAIN;
	const struct type *type = NULL;
	struct lkm_paramplace place;
	struct lkm_str name = parm->type;
	uint64_t address = 0;
	int err;

	if (lkm_str_starts(name, "array of ", &name))
		kind = LKM_PARAMKIND_ARRAY;
	else if (lkm_str_is(name, "string"))
		kind = LKM_PARAMKIND_STRING;
	type = find_type(name);
	if (!type && kind != LKM_PARAMKIND_STRING)
		return -ENODATA;
	err = lkm_paramplace_find(&m->file.elf, parm->name, kind, &place);
	if (err < 0)
		return err;
	if (kind == LKM_PARAMKIND_ARRAY)
		return read_array(m, type, &place, ret);
	err = find_address(m, place.value, &address);
	if (err < 0)
		return err;
	return type ? read_value(m, type, address, ret) : read_text(m, address, place.count, ret);
}

int lkm_parammemory_read(const struct lkm_parammemory *memory, struct lkm_str parameter,
			 struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	int got = -ENODATA;

	for (size_t i = 0; i < memory->parms.list.len && got == -ENODATA; i++) {
		const struct lkm_parm *parm = &memory->parms.list.ptr[i];

		if (lkm_str_eq(parm->name, parameter) && parm->has_type)
			got = read_by_type(memory, parm, &text);
	}
	if (got <= 0)
		return got;
	lkm_buf_str(ret, lkm_buf_view(&text));
	return lkm_buf_error(&text) ? lkm_buf_error(&text) : lkm_buf_error(ret) ? lkm_buf_error(ret) : 1;
}

/* ---- getting ready ---- */

static int open_file(struct lkm_parammemory *m, const char *object, uint64_t mtime,
		     struct lkm_diag *diag)
{
	struct lkm_modinfo_item item;
	struct lkm_bytes modinfo;
	struct lkm_modinfo it;
	struct stat st;
	int err;

	if (object[0] == '\0')
		return lkm_diag_set(diag, -ENOENT, "it was not loaded from a file");
	err = lkm_image_open(&m->image, object, NULL);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read %s: %s", object, strerror(-err));
	if (fstat(m->image.fd, &st) < 0 || (uint64_t)st.st_mtime != mtime)
		return lkm_diag_set(diag, -ESTALE, "%s has changed since the load", object);
	err = lkm_image_modfile(&m->image, &m->file);
	err = err ? err : lkm_elf_contents_of(&m->file.elf, ".modinfo", &modinfo);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read %s: %s", object, strerror(-err));
	for (it = lkm_modinfo(modinfo); lkm_modinfo_next(&it, &item);)
		if (lkm_parminfo_add(&m->parms, &item) == -ENOMEM)
			return lkm_diag_set(diag, -ENOMEM, "out of memory");
	return 0;
}

static int open_memory(struct lkm_parammemory *m, struct lkm_diag *diag)
{
	uint8_t header[LKM_KCORE_HEADER];
	int got = m->host->read_at(m->host, KCORE, 0, header, sizeof(header));

	if (got == -EPERM && lkm_kernel_lockdown(m->host) == LKM_LOCKDOWN_CONFIDENTIALITY)
		return lkm_diag_set(diag, got, "the kernel is locked down");
	if (got >= 0)
		got = lkm_kcore_init(&m->core, (struct lkm_bytes){ header, (size_t)got });
	if (got == 0) {
		m->table = (struct lkm_blob){ malloc(m->core.len), m->core.len };
		if (!m->table.ptr)
			return lkm_diag_set(diag, -ENOMEM, "out of memory");
		got = m->host->read_at(m->host, KCORE, m->core.table, m->table.ptr, m->core.len);
	}
	if (got >= 0 && (size_t)got != m->core.len)
		got = -EBADMSG;
	if (got < 0)
		return lkm_diag_set(diag, got, "cannot read " KCORE ": %s", strerror(-got));
	return 0;
}

int lkm_parammemory_open(struct lkm_parammemory *memory, const struct lkm_host *host,
			 const char *module, const char *object, uint64_t mtime,
			 struct lkm_diag *diag)
{
	int err;

	memory->host = host;
	memory->module = module;
	err = open_file(memory, object, mtime, diag);
	return err ? err : open_memory(memory, diag);
}

void lkm_parammemory_release(struct lkm_parammemory *memory)
{
	if (!memory)
		return;
	lkm_parminfo_release(&memory->parms);
	lkm_modfile_release(&memory->file);
	lkm_image_release(&memory->image);
	lkm_blob_release(&memory->table);
}
