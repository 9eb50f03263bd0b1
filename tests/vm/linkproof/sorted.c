/* tests/vm/linkproof/patches.h: the tables that the kernel sorts. */
#include "patches.h"

/* An entry with its distances made addresses, so that it is the same wherever it stands. */
struct entry {
	uint64_t word[3];
};

enum { SITES, JUMPS, CALLS, ORC, EXCEPTIONS };

static const struct {
	const char *section;
	size_t entry;
	int kind;
} tables[] = {
	{ "__mcount_loc", 8, SITES },
	{ "__jump_table", 16, JUMPS },
	{ ".static_call_sites", 8, CALLS },
	{ ".orc_unwind_ip", 4, ORC },
	{ "__ex_table", 12, EXCEPTIONS },
};

#define TABLES	  (sizeof(tables) / sizeof(tables[0]))
#define ORC_ENTRY 6

static size_t table_of(struct lkm_str name)
{
	size_t i = 0;

	while (i < TABLES && !lkm_str_is(name, tables[i].section))
		i++;
	return i;
}

bool sorted_is(struct lkm_str name)
{
	return table_of(name) < TABLES || lkm_str_is(name, ".orc_unwind");
}

static uint64_t near(const uint8_t *at, uint64_t address)
{
	return address + (uint64_t)(int64_t)(int32_t)lkm_load_u32(at, false);
}

static uint64_t orc_at(const uint8_t *orc, size_t i)
{
	return lkm_load_u32(orc + i * ORC_ENTRY, false) |
	       (uint64_t)lkm_load_u16(orc + i * ORC_ENTRY + 4, false) << 32;
}

/* Where only the trampoline is exported, the kernel puts in the key. */
static uint64_t key_of(const struct kernel *k, uint64_t key)
{
	uint64_t found = kernel_static_key(k, key & ~3ull);

	return found ? found : key & ~3ull;
}

static struct entry read_entry(const struct kernel *k, int kind, const uint8_t *at,
			       uint64_t address)
{
	switch (kind) {
	case SITES:
		return (struct entry){ { lkm_load_u64(at, false) } };
	case JUMPS:
		return (struct entry){ { near(at, address), near(at + 4, address + 4),
					 (address + 8 + lkm_load_u64(at + 8, false)) & ~3ull } };
	case CALLS:
		return (struct entry){ { near(at, address), key_of(k, near(at + 4, address + 4)) } };
	case ORC:
		return (struct entry){ { near(at, address) } };
	default:
		return (struct entry){ { near(at, address), near(at + 4, address + 4),
					 lkm_load_u32(at + 8, false) } };
	}
}

static int compare(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct entry));
}

/* All entries of a table, sorted. */
static struct entry *read_table(const struct kernel *k, size_t table, struct lkm_bytes bytes,
				uint64_t address, const uint8_t *orc)
{
	size_t step = tables[table].entry, count = bytes.len / step;
	struct entry *list = calloc(count + 1, sizeof(*list));

	for (size_t i = 0; list && i < count; i++) {
		list[i] = read_entry(k, tables[table].kind, bytes.ptr + i * step, address + i * step);
		if (tables[table].kind == ORC)
			list[i].word[1] = orc_at(orc, i);
	}
	if (list)
		qsort(list, count, sizeof(*list), compare);
	return list;
}

bool sorted_same(const struct kernel *k, const struct lkm_link *link, size_t section,
		 const uint8_t *theirs, const uint8_t *theirs_too)
{
	size_t table = table_of(link->elf->sections[section].name);
	lkm_autofree struct entry *a = NULL, *b = NULL;
	struct lkm_bytes ours = lkm_link_section(link, section), orc = { 0 };
	uint64_t address = lkm_layout_address(link->layout, section);

	if (table == TABLES) /* .orc_unwind is compared with .orc_unwind_ip */
		return true;
	if (tables[table].kind == ORC) {
		const struct lkm_elf_section *s = lkm_elf_find(link->elf, ".orc_unwind");

		orc = s ? lkm_link_section(link, (size_t)(s - link->elf->sections)) : orc;
		if (!theirs_too || orc.len / ORC_ENTRY != ours.len / 4)
			return false;
	}
	a = read_table(k, table, ours, address, orc.ptr);
	b = read_table(k, table, (struct lkm_bytes){ theirs, ours.len }, address, theirs_too);
	return a && b && memcmp(a, b, ours.len / tables[table].entry * sizeof(*a)) == 0;
}
