#include "kernel.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/reader.h"

#define KALLSYMS_MAX ((size_t)64 << 20)

/* Program headers: where which memory is in the file. */
static int read_segments(struct kernel *k)
{
	uint8_t head[sizeof(Elf64_Ehdr)], entry[sizeof(Elf64_Phdr)];
	uint64_t at;
	uint16_t count;

	if (pread(k->kcore, head, sizeof(head), 0) != sizeof(head))
		return -EIO;
	at = lkm_load_u64(head + 32, false);
	count = lkm_load_u16(head + 56, false);
	for (uint16_t i = 0; i < count; i++, at += sizeof(entry)) {
		struct kernel_segment *s;

		if (pread(k->kcore, entry, sizeof(entry), (off_t)at) != sizeof(entry))
			return -EIO;
		if (lkm_load_u32(entry, false) != PT_LOAD)
			continue;
		s = lkm_vec_push(&k->segments);
		if (!s)
			return -ENOMEM;
		s->offset = lkm_load_u64(entry + 8, false);
		s->address = lkm_load_u64(entry + 16, false);
		s->size = lkm_load_u64(entry + 32, false);
	}
	return 0;
}

int kernel_read(const struct kernel *k, uint64_t address, void *to, size_t len)
{
	for (size_t i = 0; i < k->segments.len; i++) {
		const struct kernel_segment *s = &k->segments.ptr[i];

		if (address - s->address >= s->size || len > s->size - (address - s->address))
			continue;
		return pread(k->kcore, to, len, (off_t)(s->offset + (address - s->address))) ==
				       (ssize_t)len ?
			       0 :
			       -EIO;
	}
	return -EFAULT;
}

/* Symbols of which the address is wanted later. */
static int note(struct kernel *k, const struct kernel_symbol *symbol)
{
	struct lkm_str name;
	union lkm_map_value *value = NULL;
	struct kernel_trampoline *trampoline;

	if (lkm_str_starts(symbol->name, "__ksymtab_", &name)) {
		value = lkm_map_put(&k->exports, name, NULL);
	} else if (lkm_str_starts(symbol->name, "__SCK__", &name)) {
		value = lkm_map_put(&k->keys, name, NULL);
	} else if (lkm_str_starts(symbol->name, "__SCT__", &name)) {
		trampoline = lkm_vec_push(&k->trampolines);
		if (!trampoline)
			return -ENOMEM;
		*trampoline = (struct kernel_trampoline){ name, symbol->address };
		return 0;
	} else {
		return 0;
	}
	if (!value)
		return -ENOMEM;
	value->num = symbol->address;
	return 0;
}

/* ADDRESS TYPE NAME[TAB[MODULE]] */
static int read_line(struct kernel *k, struct lkm_str line)
{
	struct lkm_str address, letter, name, module;
	struct kernel_symbol symbol = { 0 };

	lkm_str_cut(line, ' ', &address, &line);
	lkm_str_cut(line, ' ', &letter, &line);
	lkm_str_cut(line, '\t', &name, &module);
	if (lkm_str_to_u64(address, 16, &symbol.address) < 0 || letter.len != 1)
		return -EBADMSG;
	symbol.letter = letter.ptr[0];
	symbol.name = name;
	if (module.len > 2) {
		struct kernel_symbol *to = lkm_vec_push(&k->symbols);

		if (!to)
			return -ENOMEM;
		*to = symbol;
		to->module = (struct lkm_str){ module.ptr + 1, module.len - 2 };
	}
	return note(k, &symbol);
}

int kernel_number(const char *module, const char *file, int base, uint64_t *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob text = LKM_BLOB_INIT;
	char path[512];
	int err;

	snprintf(path, sizeof(path), "/sys/module/%s/%s", module, file);
	err = lkm_file_read(AT_FDCWD, path, 65536, &text);
	if (err < 0)
		return err;
	return lkm_str_to_u64(lkm_str_trim(lkm_bytes_str(lkm_blob_view(&text))), base, ret);
}

static int compare_trampolines(const void *left, const void *right)
{
	const struct kernel_trampoline *a = left, *b = right;

	return a->address < b->address ? -1 : a->address > b->address;
}

uint64_t kernel_static_key(const struct kernel *k, uint64_t trampoline)
{
	struct kernel_trampoline wanted = { .address = trampoline }, *found = NULL;
	const union lkm_map_value *key = NULL;

	if (k->trampolines.len > 0)
		found = bsearch(&wanted, k->trampolines.ptr, k->trampolines.len, sizeof(wanted),
				compare_trampolines);
	if (found)
		key = lkm_map_get(&k->keys, found->name);
	return key ? key->num : 0;
}

int kernel_open(struct kernel *k)
{
	struct lkm_str rest, line;
	int err;

	*k = (struct kernel){ .kcore = open("/proc/kcore", O_RDONLY | O_CLOEXEC) };
	if (k->kcore < 0)
		return -errno;
	err = read_segments(k);
	err = err ? err : lkm_file_read(AT_FDCWD, "/proc/kallsyms", KALLSYMS_MAX, &k->kallsyms);
	if (err < 0)
		return err;
	rest = lkm_bytes_str(lkm_blob_view(&k->kallsyms));
	while (err == 0 && lkm_str_next_line(&rest, &line))
		err = read_line(k, line);
	if (k->trampolines.len > 0)
		qsort(k->trampolines.ptr, k->trampolines.len, sizeof(*k->trampolines.ptr),
		      compare_trampolines);
	return err;
}

/* An entry begins with the distance from itself to the symbol. */
static int find(const void *ctx, struct lkm_str name, size_t n, struct lkm_symbol *ret)
{
	const struct kernel *k = ctx;
	const union lkm_map_value *entry = lkm_map_get(&k->exports, name);
	uint8_t distance[4];

	if (!entry || n > 0 || kernel_read(k, entry->num, distance, sizeof(distance)) < 0)
		return -ENODATA;
	*ret = (struct lkm_symbol){
		.name = name,
		.address = entry->num + (uint64_t)(int64_t)(int32_t)lkm_load_u32(distance, false),
		.has_address = true,
	};
	return 0;
}

struct lkm_symbols kernel_exports(const struct kernel *k)
{
	return (struct lkm_symbols){ .find = find, .ctx = k };
}
