#include "patches.h"

/* A table whose entries begin with the distance to a place in the code. */
static const struct {
	const char *section;
	size_t entry;
	uint64_t bytes; /* of the code that may change */
	enum patch kind;
} site_tables[] = {
	{ ".retpoline_sites", 4, 6, PATCH_RETPOLINE },
	{ ".return_sites", 4, 5, PATCH_RETURN },
	{ ".call_sites", 4, 5, PATCH_CALL },
	{ ".ibt_endbr_seal", 4, 4, PATCH_ENDBR },
	{ ".smp_locks", 4, 1, PATCH_LOCK },
	{ ".static_call_sites", 8, 5, PATCH_STATIC_CALL },
};

const char *patch_name(enum patch kind)
{
	static const char *const names[] = {
		"none",	  "alternatives", "paravirt",	  "retpolines",	   "returns",
		"calls",  "endbr",	  "smp locks",	  "ftrace",	   "jump labels",
		"static keys", "static calls", "trace events", "srcu", "struct module",
	};

	return names[kind];
}

/* A section of the module by name: its bytes as linked, and its address; empty if it is not there. */
static struct lkm_bytes section_of(const struct lkm_link *link, const char *name,
				   uint64_t *ret_address)
{
	const struct lkm_elf_section *s = lkm_elf_find(link->elf, name);
	size_t index = s ? (size_t)(s - link->elf->sections) : 0;

	if (!s || !lkm_layout_loaded(link->layout, index))
		return (struct lkm_bytes){ 0 };
	*ret_address = lkm_layout_address(link->layout, index);
	return lkm_link_section(link, index);
}

/* The region that holds an address of the module; LKM_REGION_NONE if none does. */
static enum lkm_region region_at(const struct lkm_link *link, uint64_t address, uint64_t *ret_offset)
{
	for (enum lkm_region i = 0; i < LKM_REGION_PERCPU; i++) {
		const struct lkm_layout_region *r = &link->layout->regions[i];

		*ret_offset = address - r->base;
		if (*ret_offset < r->used)
			return i;
	}
	return LKM_REGION_NONE;
}

static void mark(struct patches *p, const struct lkm_link *link, uint64_t address, uint64_t len,
		 enum patch kind)
{
	uint64_t offset;
	enum lkm_region region = region_at(link, address, &offset);

	if (region == LKM_REGION_NONE)
		return;
	for (uint64_t i = 0; i < len && offset + i < link->layout->regions[region].used; i++)
		p->marks[region][offset + i] = (uint8_t)kind;
}

/* The byte there as linked; 0 outside of the module. */
static uint8_t byte_at(const struct lkm_link *link, uint64_t address)
{
	uint64_t offset;
	enum lkm_region region = region_at(link, address, &offset);

	return region == LKM_REGION_NONE ? 0 : link->bytes[region][offset];
}

/* What 4 bytes that hold a distance from themselves point to. */
static uint64_t near(struct lkm_bytes bytes, size_t at, uint64_t address)
{
	return address + at + (uint64_t)(int64_t)(int32_t)lkm_load_u32(bytes.ptr + at, false);
}

static void mark_sites(struct patches *p, const struct lkm_link *link)
{
	for (size_t t = 0; t < sizeof(site_tables) / sizeof(site_tables[0]); t++) {
		uint64_t address = 0;
		struct lkm_bytes table = section_of(link, site_tables[t].section, &address);

		for (size_t at = 0; at + site_tables[t].entry <= table.len; at += site_tables[t].entry)
			mark(p, link, near(table, at, address), site_tables[t].bytes,
			     site_tables[t].kind);
	}
}

/* struct alt_instr: the code, what replaces it, flags (4 bytes since 6.3, before 2), lengths. */
static void mark_alternatives(struct patches *p, const struct lkm_link *link)
{
	size_t lengths = link->layout->kernel.regions ? 12 : 10;
	uint64_t address = 0;
	struct lkm_bytes table = section_of(link, ".altinstructions", &address);

	for (size_t at = 0; at + lengths + 2 <= table.len; at += lengths + 2)
		mark(p, link, near(table, at, address), table.ptr[at + lengths], PATCH_ALTERNATIVE);
	/* struct paravirt_patch_site: address, type, length */
	table = section_of(link, ".parainstructions", &address);
	for (size_t at = 0; at + 16 <= table.len; at += 16)
		mark(p, link, lkm_load_u64(table.ptr + at, false), table.ptr[at + 9], PATCH_PARAVIRT);
}

/* struct jump_entry: the code, its target, the key; two bits of the key are flags. */
static void mark_jumps(struct patches *p, const struct lkm_link *link)
{
	uint64_t address = 0;
	struct lkm_bytes table = section_of(link, "__jump_table", &address);

	for (size_t at = 0; at + 16 <= table.len; at += 16) {
		uint64_t code = near(table, at, address);
		uint8_t first = byte_at(link, code);

		/* A short jump, or the nop of the same length */
		mark(p, link, code, first == 0xeb || first == 0x66 ? 2 : 5, PATCH_JUMP);
	}
}

void patches_mark_keys(struct patches *p, const struct lkm_link *link, const struct lkm_link *user)
{
	uint64_t address = 0;
	struct lkm_bytes table = section_of(user, "__jump_table", &address);

	for (size_t at = 0; at + 16 <= table.len; at += 16) {
		uint64_t key = address + at + 8 + lkm_load_u64(table.ptr + at + 8, false);

		mark(p, link, (key & ~3ull) + 8, 8, PATCH_KEY);
	}
	table = section_of(user, ".static_call_sites", &address);
	for (size_t at = 0; at + 8 <= table.len; at += 8)
		mark(p, link, (near(table, at + 4, address) & ~3ull) + 8, 8, PATCH_STATIC_CALL);
}

static void mark_ftrace(struct patches *p, const struct lkm_link *link)
{
	uint64_t address = 0;
	struct lkm_bytes table = section_of(link, "__mcount_loc", &address);

	for (size_t at = 0; at + 8 <= table.len; at += 8)
		mark(p, link, lkm_load_u64(table.ptr + at, false), 5, PATCH_FTRACE);
}

/* The bytes from a symbol up to the next one. */
static uint64_t extent(const struct lkm_loadmap *map, uint64_t address, struct lkm_str *ret_name)
{
	size_t low = 0, high = map->symbol_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->symbols[middle].address > address)
			high = middle;
		else
			low = middle + 1;
	}
	*ret_name = low > 0 ? map->symbols[low - 1].name : lkm_str("");
	return low < map->symbol_count ? map->symbols[low].address - address : 0;
}

static uint64_t load_at(const struct lkm_link *link, uint64_t address)
{
	uint64_t offset;
	enum lkm_region region = region_at(link, address, &offset);

	if (region == LKM_REGION_NONE || link->layout->regions[region].used - offset < 8)
		return 0;
	return lkm_load_u64(link->bytes[region] + offset, false);
}

/* What an event or its class points to and the kernel completes: formats, functions, fields. */
static bool is_completed(struct lkm_str name)
{
	return lkm_str_starts(name, "print_fmt_", NULL) ||
	       lkm_str_starts(name, "trace_event_type_funcs_", NULL) ||
	       lkm_str_starts(name, "trace_event_fields_", NULL);
}

/* An event or a class, which the kernel links into lists, and what belongs to it. */
static void mark_event(struct patches *p, const struct lkm_link *link,
		       const struct lkm_loadmap *map, uint64_t address)
{
	struct lkm_str name;
	uint64_t len = extent(map, address, &name);

	mark(p, link, address, len, PATCH_EVENT);
	for (uint64_t at = 0; at + 8 <= len; at += 8) {
		uint64_t to = load_at(link, address + at), size = extent(map, to, &name);

		if (is_completed(name))
			mark(p, link, to, size, PATCH_EVENT);
	}
}

static void mark_pointed(struct patches *p, const struct lkm_link *link,
			 const struct lkm_loadmap *map)
{
	uint64_t address = 0;
	struct lkm_bytes table = section_of(link, "_ftrace_events", &address);
	struct lkm_str name;

	for (size_t at = 0; at + 8 <= table.len; at += 8) {
		uint64_t event = lkm_load_u64(table.ptr + at, false);

		mark_event(p, link, map, event);
		mark_event(p, link, map, load_at(link, event + 16));
	}
	table = section_of(link, "___srcu_struct_ptrs", &address);
	for (size_t at = 0; at + 8 <= table.len; at += 8) {
		uint64_t to = lkm_load_u64(table.ptr + at, false);

		mark(p, link, to, extent(map, to, &name), PATCH_SRCU);
	}
	table = section_of(link, ".gnu.linkonce.this_module", &address);
	mark(p, link, address, table.len, PATCH_MODULE);
}

int patches_init(struct patches *p, const struct lkm_link *link, const struct lkm_loadmap *map)
{
	for (size_t i = 0; i < LKM_REGION_COUNT; i++) {
		uint64_t len = link->layout->regions[i].used;

		p->marks[i] = lkm_arena_alloc(link->elf->arena, len + 1);
		if (!p->marks[i])
			return -ENOMEM;
		memset(p->marks[i], PATCH_NONE, len + 1);
	}
	mark_alternatives(p, link);
	mark_sites(p, link);
	mark_jumps(p, link);
	mark_ftrace(p, link);
	mark_pointed(p, link, map);
	return 0;
}
