/*
 * mutants - write damaged and edited modules.
 *
 * usage: mutants DIR
 *
 * DIR holds the base modules, BASE.ko, decompressed.  Each mutant of the table
 * (mutants.h) becomes DIR/NAME.ko; a line "NAME.ko PARAMETERS" says how it is to
 * be loaded.  A step that finds nothing to change is an error.
 */
#include "mutants.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/store.h"
#include "fmt/elfedit.h"
#include "fmt/elfsym.h"

#define FILE_MAX     (16u << 20)
#define SHDR_SIZE    64
#define SYM_SIZE     24
#define RELA_SIZE    24
#define VERSION_NAME 8 /* behind its CRC */

struct image {
	struct lkm_blob bytes;
	struct lkm_arena arena;
	struct lkm_source source;
	struct lkm_elf elf;
};

static void image_release(struct image *image)
{
	lkm_blob_release(&image->bytes);
	lkm_arena_release(&image->arena);
}
LKM_DEFINE_AUTO(image)

static bool put(struct image *image, uint64_t at, size_t width, uint64_t value)
{
	if (width > image->bytes.len || at > image->bytes.len - width)
		return false;
	for (size_t i = 0; i < width; i++)
		image->bytes.ptr[at + i] = (uint8_t)(value >> 8 * i);
	return true;
}

/* Where the header of a section is; 0 if there is none. */
static uint64_t header_of(const struct image *image, const struct lkm_elf_section *section)
{
	return section ? lkm_load_u64(image->bytes.ptr + 40, false) +
				 (uint64_t)(section - image->elf.sections) * SHDR_SIZE
		       : 0;
}

static bool set_name(struct image *image, const struct lkm_elf_section *section, const char *as)
{
	const struct lkm_elf_section *other = lkm_elf_find(&image->elf, as);

	return section && other &&
	       put(image, header_of(image, section), 4,
		   lkm_load_u32(image->bytes.ptr + header_of(image, other), false));
}

/* Where a text is in a section, `whole` between two NULs; 0 if nowhere. */
static uint64_t find_text(const struct image *image, const struct lkm_elf_section *section,
			  const char *text, bool whole)
{
	const uint8_t *start = section ? image->bytes.ptr + section->offset : NULL;
	size_t len = strlen(text);

	for (uint64_t i = 0; start && i + len < section->size; i++) {
		bool ends = (i == 0 || start[i - 1] == '\0') && start[i + len] == '\0';

		if (memcmp(start + i, text, len) == 0 && (ends || !whole))
			return section->offset + i;
	}
	return 0;
}

static bool set_text(struct image *image, const struct lkm_elf_section *section,
		     const struct mutant_step *step)
{
	uint64_t at = find_text(image, section, step->text, step->op == MUTANT_WORD);

	if (at)
		memcpy(image->bytes.ptr + at, step->more, strlen(step->text));
	return at && strlen(step->text) == strlen(step->more);
}

static bool set_bytes(struct image *image, const struct lkm_elf_section *section,
		      const struct mutant_step *step)
{
	uint64_t size = section ? section->size : 0;
	uint64_t at = step->at < 0 ? size - (uint64_t)-step->at : (uint64_t)step->at;

	return at < size && put(image, section->offset + at, step->width, step->value);
}

static bool set_symbol(struct image *image, const struct mutant_step *step)
{
	const struct lkm_elf_section *table = lkm_elf_find(&image->elf, ".symtab");
	struct lkm_elfsyms symbols;
	struct lkm_elfsym sym;

	if (!table || lkm_elfsyms_init(&symbols, &image->elf, NULL) < 0)
		return false;
	while (lkm_elfsyms_next(&symbols, &sym) > 0)
		if (strcmp(sym.name, step->where) == 0)
			return put(image, table->offset + (symbols.next - 1) * SYM_SIZE +
					  (uint64_t)step->at, step->width, step->value);
	return false;
}

static bool set_crc(struct image *image, const struct mutant_step *step)
{
	uint64_t at = find_text(image, lkm_elf_find(&image->elf, "__versions"), step->where, true);

	return at && put(image, at - VERSION_NAME, step->width, step->value);
}

static bool set_reloc(struct image *image, const struct lkm_elf_section *table,
		      const struct mutant_step *step)
{
	uint64_t at = table ? table->offset + (uint64_t)step->at * RELA_SIZE : 0;

	if (!table || (uint64_t)step->at >= table->size / RELA_SIZE)
		return false;
	if (step->op == MUTANT_RELOC)
		return put(image, at + 8, step->width, step->value);
	return put(image, image->elf.sections[table->info].offset +
			  lkm_load_u64(image->bytes.ptr + at, false), step->width, step->value);
}

static bool append(struct image *image, const char *text)
{
	size_t len = strlen(text);
	uint8_t *more = realloc(image->bytes.ptr, image->bytes.len + len);

	if (!more)
		return false;
	memcpy(more + image->bytes.len, text, len);
	image->bytes.ptr = more;
	image->bytes.len += len;
	return true;
}

static bool cut(struct image *image, long at)
{
	size_t len = at < 0 ? image->bytes.len / 2 : (size_t)at;

	if (len >= image->bytes.len)
		return false;
	image->bytes.len = len;
	return true;
}

/* "" is section 0. */
static const struct lkm_elf_section *find_section(const struct image *image, const char *name)
{
	if (!name)
		return NULL;
	return name[0] ? lkm_elf_find(&image->elf, name) : image->elf.sections;
}

static bool take_step(struct image *image, const struct mutant_step *step)
{
	const struct lkm_elf_section *section = find_section(image, step->where);

	switch (step->op) {
	case MUTANT_HEADER:
		return put(image, (uint64_t)step->at, step->width, step->value);
	case MUTANT_SECTION:
		return section && put(image, header_of(image, section) + (uint64_t)step->at,
				      step->width, step->value);
	case MUTANT_NAME: return set_name(image, section, step->text);
	case MUTANT_BYTES: return set_bytes(image, section, step);
	case MUTANT_TEXT:
	case MUTANT_WORD: return set_text(image, section, step);
	case MUTANT_SYMBOL: return set_symbol(image, step);
	case MUTANT_CRC: return set_crc(image, step);
	case MUTANT_RELOC:
	case MUTANT_TARGET: return set_reloc(image, section, step);
	case MUTANT_TAIL:
		return put(image, image->bytes.len - (uint64_t)step->at, step->width, step->value);
	case MUTANT_APPEND: return append(image, step->text);
	case MUTANT_CUT: return cut(image, step->at);
	case MUTANT_INFO:
		return lkm_elfedit_set_info(&image->bytes, step->where, lkm_str(step->text), NULL) == 0;
	case MUTANT_RENAME:
		return lkm_elfedit_rename(&image->bytes, lkm_str(step->text), NULL) == 0;
	default: return false;
	}
}

/* Each step sees the file as the one before has left it. */
static bool take_steps(struct image *image, const struct mutant *mutant)
{
	for (size_t i = 0; i < MUTANT_STEPS && mutant->steps[i].op != MUTANT_DONE; i++) {
		lkm_arena_clear(&image->arena);
		image->source = lkm_source_memory(lkm_blob_view(&image->bytes));
		if (lkm_elf_init(&image->elf, &image->source, &image->arena, NULL) < 0 ||
		    !take_step(image, &mutant->steps[i]))
			return false;
	}
	return true;
}

static bool write_file(int dirfd, const char *name, struct lkm_bytes bytes)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool good = fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len;

	return fd >= 0 && close(fd) == 0 && good;
}

static bool make(int dirfd, const struct mutant *mutant)
{
	lkm_auto(image) struct image image = { 0 };
	char name[128];

	snprintf(name, sizeof(name), "%s.ko", mutant->base);
	if (lkm_file_read(dirfd, name, FILE_MAX, &image.bytes) < 0)
		return false;
	if (!mutant->is_signed)
		(void)lkm_elfedit_unsign(&image.bytes);
	snprintf(name, sizeof(name), "%s.ko", mutant->name);
	if (!take_steps(&image, mutant) ||
	    !write_file(dirfd, name, lkm_blob_view(&image.bytes)))
		return false;
	printf("%s%s%s\n", name, mutant->params ? " " : "", mutant->params ? mutant->params : "");
	return true;
}

int main(int argc, char **argv)
{
	int dirfd = argc == 2 ? open(argv[1], O_DIRECTORY | O_RDONLY | O_CLOEXEC) : -1;
	int status = dirfd < 0;

	for (size_t i = 0; i < mutant_count && !status; i++) {
		if (make(dirfd, &mutants[i]))
			continue;
		fprintf(stderr, "mutants: cannot make %s\n", mutants[i].name);
		status = 1;
	}
	if (dirfd >= 0)
		close(dirfd);
	return fflush(stdout) ? 1 : status;
}
