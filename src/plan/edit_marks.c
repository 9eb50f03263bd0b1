/* The symbols that tell where a module came from: plan/edit.h describes them. */
#include "plan/editing.h"

/* Sections that have a mark. */
static const char *const marked_sections[] = { ".text", ".rodata", ".data", ".bss", ".sbss" };

/* "6.12.111-x": 6 << 16 | 12 << 8 | 111; the last is cut to what fits, as the kernel does. */
static uint32_t version_code(struct lkm_str release)
{
	struct lkm_str rest = lkm_editing_numbers(release), part;
	uint32_t code = 0;

	for (int i = 0; i < 3; i++) {
		uint64_t number = 0;

		lkm_str_cut(rest, '.', &part, &rest);
		(void)lkm_str_to_u64(part, 10, &number);
		code = code << 8 | (uint32_t)(number > 255 ? 255 : number);
	}
	return code;
}

/* Symbols of data show only where the kernel keeps them all; then labels of exports do. */
static bool kernel_shows_data(const struct lkm_host *host)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;

	return host->read_file(host, "/proc/kallsyms", LKM_HOST_FILE_MAX, &blob) == 0 &&
	       memmem(blob.ptr, blob.len, "__ksymtab_", strlen("__ksymtab_"));
}

/* Where the marks of the whole module stand. */
static size_t anchor_section(const struct lkm_editing *e)
{
	const struct lkm_elf *elf = &e->file.elf;
	const struct lkm_elf_section *text = lkm_elf_find(elf, ".text");

	if (text && !kernel_shows_data(e->host))
		return (size_t)(text - elf->sections);
	return (size_t)(lkm_elf_find(elf, ".gnu.linkonce.this_module") - elf->sections);
}

#define MARKS_MAX 8u

struct marks {
	struct lkm_elfedit_symbol list[MARKS_MAX];
	struct lkm_buf names[MARKS_MAX];
	size_t count;
};

static void marks_release(struct marks *marks)
{
	for (size_t i = 0; i < MARKS_MAX; i++)
		lkm_buf_release(&marks->names[i]);
}
LKM_DEFINE_AUTO(marks)

/* A new mark in a section; its name is begun and to be gone on with. */
static struct lkm_buf *add_mark(const struct lkm_editing *e, struct marks *marks, size_t section)
{
	struct lkm_buf *name = &marks->names[marks->count];

	marks->list[marks->count++].section = (uint32_t)section;
	lkm_buf_printf(name, "__insmod_%s_", e->name);
	return name;
}

static void add_section_marks(const struct lkm_editing *e, struct marks *marks)
{
	for (size_t i = 0; i < sizeof(marked_sections) / sizeof(marked_sections[0]); i++) {
		const struct lkm_elf_section *s = lkm_elf_find(&e->file.elf, marked_sections[i]);

		if (!s || s->size == 0 || !(s->flags & LKM_SHF_ALLOC))
			continue;
		lkm_buf_printf(add_mark(e, marks, (size_t)(s - e->file.elf.sections)), "S%s_L%llu",
			       marked_sections[i], (unsigned long long)s->size);
	}
}

int lkm_editing_add_marks(struct lkm_editing *e)
{
	lkm_auto(marks) struct marks marks = { 0 };
	size_t anchor = anchor_section(e);
	int err;

	lkm_buf_printf(add_mark(e, &marks, anchor), "O%s_M%016llX_V%u", e->edits->path,
		       (unsigned long long)e->edits->mtime,
		       version_code(lkm_buf_view(&e->release)));
	if (e->edits->persist)
		lkm_buf_printf(add_mark(e, &marks, anchor), "P%s", e->edits->persist);
	add_section_marks(e, &marks);
	for (size_t i = 0; i < marks.count; i++) {
		marks.list[i].name = lkm_buf_cstr(&marks.names[i]);
		if (!marks.list[i].name)
			return lkm_diag_set(e->diag, -ENOMEM, "out of memory");
	}
	err = lkm_elfedit_add_symbols(&e->image, marks.list, marks.count, e->diag);
	if (err == 0)
		lkm_editing_note(e, "%zu symbols added", marks.count);
	return err;
}
